"""Data that a program holds as objects: anything iterable becomes a source that the library reads."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

from halftone._native import DataLoader, HeldData, TensorSignature, hash_arrays
from halftone.errors import InvalidArgumentError, InvalidDataError

# An item as the library takes it: id, inputs by name ("" where it has none), classes, and truth of any other kind.
Item = tuple[str, list[tuple[str, Any]], list[int], Any]

_MOST_CACHED_BYTES = 4 << 30
_HASHED_ITEMS = 64


class Source(Protocol):
    """Where samples come from, as the library asks for them."""

    def spec(self) -> str:
        """What it is, for people."""

    def size(self) -> int | None:
        """Items; None for what can only be gone through."""

    def item(self, index: int) -> Item:
        """The item of an index."""

    def label(self, index: int) -> int | None:
        """Its class, where there is exactly one."""

    def stream(self) -> Iterator[Item]:
        """A fresh pass."""

    def fingerprint(self) -> str:
        """A hash of what it gives."""


class _Binding:
    """How entries of the user's become items for a model with these inputs."""

    def __init__(self, signatures: Sequence[TensorSignature]) -> None:
        self._ranks = {entry.name: None if entry.shape is None else len(entry.shape) for entry in signatures}
        self._names = list(self._ranks)

    def item(self, index: int, entry: object) -> Item:
        inputs, label = split_entry(entry)
        named = self._named(inputs)
        named, is_single = self._with_sample_axis(named)
        classes, truth = _truth_of(label, is_single)
        return str(index), named, classes, truth

    def _named(self, inputs: object) -> list[tuple[str, Any]]:
        if isinstance(inputs, Mapping):
            return [(str(name), value) for name, value in inputs.items()]
        several = list(inputs) if isinstance(inputs, tuple | list) and not _is_numbers(inputs) else [inputs]
        if len(several) == 1:
            return [(self._names[0] if len(self._names) == 1 else "", several[0])]
        if self._names and len(several) != len(self._names):
            raise InvalidDataError(
                f"an item has {len(several)} inputs; the model has {len(self._names)}: {', '.join(self._names)}",
                hint="give a dict of arrays by the names of the inputs",
            )
        names = self._names or [f"input{i}" for i in range(len(several))]
        return list(zip(names, several, strict=True))

    def _with_sample_axis(self, named: list[tuple[str, Any]]) -> tuple[list[tuple[str, Any]], bool]:
        """Puts an axis of one sample before items that have none, as data sets give them."""
        ranks = [(self._ranks.get(name), _rank_of(value)) for name, value in named]
        lacks_axis = bool(ranks) and all(
            wanted is not None and own is not None and own == wanted - 1 for wanted, own in ranks
        )
        if not lacks_axis:
            return named, False
        return [(name, _as_array(value)[None]) for name, value in named], True


def split_entry(entry: object) -> tuple[object, object]:
    """(inputs, label) of an entry: a pair, a dict that may have a `label`, or inputs alone."""
    if isinstance(entry, Mapping):
        if "label" not in entry:
            return entry, None
        return {name: value for name, value in entry.items() if name != "label"}, entry["label"]
    if isinstance(entry, tuple | list) and len(entry) == 2 and not _is_numbers(entry):
        return entry[0], entry[1]
    return entry, None


def _is_numbers(entry: object) -> bool:
    return isinstance(entry, tuple | list) and all(isinstance(value, int | float) for value in entry)


def _rank_of(value: Any) -> int | None:
    shape = getattr(value, "shape", None)
    if shape is not None:
        return len(shape)
    return _as_array(value).ndim if isinstance(value, list | tuple | int | float) else None


def _as_array(value: Any) -> Any:
    if hasattr(value, "shape"):
        return value
    import numpy

    return numpy.asarray(value, dtype=None)


def _truth_of(label: Any, is_single: bool) -> tuple[list[int], Any]:
    """Classes where the label is whole numbers, one a sample; else the truth as it is."""
    if label is None:
        return [], None
    if isinstance(label, bool | int):
        return [int(label)], None
    import numpy

    if hasattr(label, "detach"):
        label = label.detach()
    array = numpy.asarray(label)
    if array.dtype.kind in "iub" and array.ndim <= 1:
        return [int(value) for value in array.reshape(-1)], None
    return [], array[None] if is_single or array.ndim == 0 else array


class _Arrays:
    """Arrays whose first axis counts samples."""

    def __init__(self, binding: _Binding, inputs: object, labels: Any) -> None:
        self._binding = binding
        by_name = inputs if isinstance(inputs, Mapping) else {"": inputs}
        self._inputs = {str(name): _as_array(value) for name, value in by_name.items()}
        self._labels = None if labels is None else _as_array(labels)
        sizes = {len(value) for value in self._inputs.values()}
        if self._labels is not None:
            sizes.add(len(self._labels))
        if len(sizes) != 1:
            raise InvalidDataError(
                f"arrays disagree on the number of samples: {sorted(sizes)}", hint="the first axis counts samples"
            )
        self._size = sizes.pop()

    def spec(self) -> str:
        return f"arrays of {self._size} samples"

    def size(self) -> int | None:
        return self._size

    def item(self, index: int) -> Item:
        rows = {name: value[index : index + 1] for name, value in self._inputs.items()}
        inputs: object = rows[""] if list(rows) == [""] else rows
        label = None if self._labels is None else self._labels[index : index + 1]
        return self._binding.item(index, (inputs, label))

    def label(self, index: int) -> int | None:
        classes = self.item(index)[2] if self._labels is not None else []
        return classes[0] if len(classes) == 1 else None

    def stream(self) -> Iterator[Item]:
        return (self.item(index) for index in range(self._size))

    def fingerprint(self) -> str:
        labels = [] if self._labels is None else [self._labels]
        return hash_arrays([*self._inputs.values(), *labels])


class _Items:
    """Anything with a length and items by index: lists, data sets."""

    def __init__(self, binding: _Binding, items: Sequence[object]) -> None:
        self._binding = binding
        self._items = items

    def spec(self) -> str:
        return f"{type(self._items).__name__} of {len(self._items)} items"

    def size(self) -> int | None:
        return len(self._items)

    def item(self, index: int) -> Item:
        return self._binding.item(index, self._items[index])

    def label(self, index: int) -> int | None:
        # Only where looking costs nothing: a data set may have to decode an image for it.
        if not isinstance(self._items, list | tuple):
            return None
        classes, _ = _truth_of(split_entry(self._items[index])[1], True)
        return classes[0] if len(classes) == 1 else None

    def stream(self) -> Iterator[Item]:
        return (self.item(index) for index in range(len(self._items)))

    def fingerprint(self) -> str:
        size = len(self._items)
        step = max(1, size // _HASHED_ITEMS)
        return _hash_of([self.item(index) for index in range(0, size, step)], str(size))


class _Passes:
    """What can be gone through again and again, e.g. a data loader."""

    def __init__(self, binding: _Binding, iterable: Iterable[object]) -> None:
        self._binding = binding
        self._iterable = iterable

    def spec(self) -> str:
        return f"{type(self._iterable).__name__} (gone through anew for each pass)"

    def size(self) -> int | None:
        return None

    def item(self, index: int) -> Item:  # noqa: ARG002 - as the protocol has it
        raise InvalidDataError("a stream has no items by position")

    def label(self, index: int) -> int | None:  # noqa: ARG002 - as the protocol has it
        return None

    def stream(self) -> Iterator[Item]:
        return (self._binding.item(index, entry) for index, entry in enumerate(self._iterable))

    def fingerprint(self) -> str:
        return _hash_of(list(itertools.islice(self.stream(), _HASHED_ITEMS)), "stream")


class CachedIterator(Iterable[object]):
    """A generator's entries, kept as they come, so that they can be gone through again."""

    def __init__(self, iterator: Iterator[object]) -> None:
        self._iterator = iterator
        self._entries: list[object] = []
        self._bytes = 0

    def __iter__(self) -> Iterator[object]:
        """All entries so far, then those that are still to come."""
        index = 0
        while True:
            if index == len(self._entries):
                try:
                    entry = next(self._iterator)
                except StopIteration:
                    if not self._entries:
                        raise InvalidDataError(
                            "the generator gives nothing: it is empty, or was gone through before",
                            hint="give a fresh one, a list, or anything that can be gone through again",
                        ) from None
                    return
                self._keep(entry)
            yield self._entries[index]
            index += 1

    def _keep(self, entry: object) -> None:
        self._bytes += sum(getattr(value, "nbytes", 0) for value in _arrays_in(entry))
        if self._bytes > _MOST_CACHED_BYTES:
            raise InvalidDataError(
                f"the generator gave more than {_MOST_CACHED_BYTES >> 30} GiB, which are kept for further passes",
                hint="give something that can be gone through again (an object with __iter__), or fewer samples",
            )
        self._entries.append(entry)


def _arrays_in(entry: object) -> Iterator[object]:
    if isinstance(entry, Mapping):
        for value in entry.values():
            yield from _arrays_in(value)
    elif isinstance(entry, tuple | list):
        for value in entry:
            yield from _arrays_in(value)
    else:
        yield entry


def _hash_of(items: Sequence[Item], note: str) -> str:
    arrays: list[object] = [note]
    for _, inputs, classes, truth in items:
        arrays.extend(value for _, value in inputs)
        arrays.append(classes if classes else "none")
        if truth is not None:
            arrays.append(truth)
    return hash_arrays(arrays)


def _is_array(value: object) -> bool:
    return hasattr(value, "shape") and (hasattr(value, "__dlpack__") or hasattr(value, "__array__"))


def _is_array_set(data: object) -> bool:
    """One array, a dict of them, or such inputs with their labels: the first axis counts samples."""
    if _is_array(data):
        return True
    if isinstance(data, Mapping):
        return bool(data) and all(_is_array(value) for value in data.values())
    if isinstance(data, tuple) and len(data) == 2:
        return _is_array_set(data[0]) and (_is_array(data[1]) or isinstance(data[1], list))
    return False


def make_source(data: object, signatures: Sequence[TensorSignature] = ()) -> Source:
    """A source over data of any form, for a model with these inputs.

    Raises InvalidArgumentError for what is no data.
    """
    binding = _Binding(signatures)
    if _is_array_set(data):
        inputs, labels = split_entry(data)
        return _Arrays(binding, inputs, labels)
    if isinstance(data, str | bytes) or (not isinstance(data, Iterable) and not hasattr(data, "__getitem__")):
        raise InvalidArgumentError(
            f"a {type(data).__name__} is no data",
            hint="give an iterable of dicts, of pairs (input, label) or of arrays, or arrays themselves",
        )
    if hasattr(data, "__getitem__") and hasattr(data, "__len__") and not isinstance(data, Mapping):
        return _Items(binding, cast("Sequence[object]", data))
    return _Passes(binding, cast("Iterable[object]", data))


def hold(data: object) -> HeldData:
    """Data of this program, under a spec for as long as the returned object lives."""
    # One cache, whatever the number of passes and of models.
    kept = CachedIterator(data) if isinstance(data, Iterator) else data
    return HeldData(lambda signatures: make_source(kept, signatures))


def data_loader(
    data: object, inputs: Sequence[TensorSignature] = (), *, count: int | None = None, seed: int = 0
) -> DataLoader:
    """A loader over data of any form, for the functions of adaptor().

    Args:
        data: a spec of the command, or whatever the verbs take.
        inputs: those of the model, to which items are bound.
        count: how many items, the first of a permutation by `seed`; all in their order unless given.
        seed: of that permutation.
    """
    if isinstance(data, str):
        return DataLoader(data, list(inputs), count, seed)
    held = hold(data)  # until the loader has the source itself
    return DataLoader(held.spec, list(inputs), count, seed)


def spec_of_path(path: os.PathLike[str]) -> str:
    """The spec of a file or folder that needs no further word."""
    suffix = Path(path).suffix
    if suffix == ".npz":
        return f"npz:{os.fspath(path)}"
    if Path(path).is_dir():
        return f"batches:{os.fspath(path)}"
    raise InvalidArgumentError(
        f"'{os.fspath(path)}' does not say what data it is",
        hint="give a spec, e.g. 'images:FOLDER,labels=folder'; halftone data --help lists them",
    )
