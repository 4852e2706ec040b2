"""Models that a program holds as objects: how verbs, which work on files, get at them."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from halftone import frontends
from halftone.errors import InvalidArgumentError

_SCHEME = "held-model:"
_held: dict[str, object] = {}
_numbers = itertools.count(1)
_lock = threading.Lock()


def held_object(path: str) -> object | None:
    """The object that goes by this name in place of a file; None for the name of a file."""
    return _held.get(path)


class NamedModel(NamedTuple):
    """A model under a name that verbs take: a file's, or that of an object.

    Attributes:
        name: what stands in place of MODEL on a command line.
        suffix: the ending of a file of that kind; may be empty.
        read: reads a model that a verb wrote, in the form in which this one was given.
    """

    name: str
    suffix: str
    read: Callable[[Path], object]


@contextmanager
def held(model: object) -> Iterator[str]:
    """An object under a name that adaptors written in Python know, for as long as the context lasts."""
    with _lock:
        name = f"{_SCHEME}{next(_numbers)}"
        _held[name] = model
    try:
        yield name
    finally:
        with _lock:
            _held.pop(name, None)


def _as_named(model: object, backend: str | None) -> Iterator[NamedModel]:
    own_path = getattr(model, "output", None)
    if isinstance(own_path, str | os.PathLike) and not isinstance(model, str | os.PathLike):
        model = own_path  # the result of a verb that wrote a model
    if isinstance(model, str | os.PathLike):
        path = Path(model)
        yield NamedModel(os.fspath(path), path.suffix, lambda written: written)
        return
    frontend = frontends.of_model(model)
    if frontend is not None:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="halftone-") as folder:
            path = frontend.write(model, Path(folder))
            yield NamedModel(os.fspath(path), path.suffix, frontend.read)
        return
    if backend:
        from halftone.adaptor import load_by

        with held(model) as name:
            yield NamedModel(name, "", lambda path: load_by(backend, path))
        return
    raise InvalidArgumentError(
        f"a {type(model).__name__} is no model that is known here",
        hint="give the path of a file, an onnx.ModelProto, or, with backend=..., a model of an adaptor of yours",
    )


@contextmanager
def named(model: object, backend: str | None = None) -> Iterator[NamedModel]:
    """A model of any form under a name, for as long as the context lasts."""
    yield from _as_named(model, backend)
