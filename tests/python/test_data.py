"""Data in every form: what arrives at the model is the same, and nothing is copied that need not be."""

import gc
import weakref

import halftone
import numpy as np
import pytest
from conftest import CLASSES, samples
from halftone._native import hash_arrays
from halftone.data import make_source


class Again:
    """Can be gone through again and again, in ready batches."""

    def __init__(self, x, y, batch=10):
        self.x, self.y, self.batch, self.passes = x, y, batch, 0

    def __iter__(self):
        self.passes += 1
        for start in range(0, len(self.x), self.batch):
            yield {"x": self.x[start : start + self.batch]}, self.y[start : start + self.batch]


class Indexed:
    """As torch's data sets are: items by index, without an axis for samples."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        return self.x[index], int(self.y[index])


def forms(x, y):
    yield "arrays", (x, y)
    yield "dict of arrays", ({"x": x}, y)
    yield "dict with a label", {"x": x, "label": y}
    yield "list of pairs", [(x[i : i + 1], int(y[i])) for i in range(len(x))]
    yield "list of dicts", [{"x": x[i : i + 1], "label": y[i : i + 1]} for i in range(len(x))]
    yield "samples without an axis", Indexed(x, y)
    yield "batches, again and again", Again(x, y)
    yield "a generator", ((x[i : i + 1], y[i : i + 1]) for i in range(len(x)))


@pytest.mark.parametrize("form", range(8))
def test_every_form_gives_the_same_accuracy(form, model):
    x, y = samples(100)
    name, data = list(forms(x, y))[form]
    expected = halftone.evaluate(model, eval=(x, y)).metrics["top1"]["value"]
    result = halftone.evaluate(model, eval=data)
    assert result.metrics["top1"]["value"] == expected, name
    assert result.samples == 100


def test_arrays_of_other_libraries_are_taken(model):
    torch = pytest.importorskip("torch")
    x, y = samples(50)
    expected = halftone.evaluate(model, eval=(x, y)).metrics["top1"]["value"]
    tensors = (torch.from_numpy(x).requires_grad_(), torch.from_numpy(y))
    assert halftone.evaluate(model, eval=tensors).metrics["top1"]["value"] == expected
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*map(torch.from_numpy, (x, y))), batch_size=8)
    result = halftone.evaluate(model, eval=loader)
    assert result.metrics["top1"]["value"] == expected
    assert result.samples == 50


def test_a_generator_serves_several_passes(model, tmp_path):
    x, y = samples(60)
    entries = ((x[i : i + 1], y[i : i + 1]) for i in range(60))
    result = halftone.quantize(model, data=entries, calib_samples=20)
    assert result.accuracy["top1"]["delta"] is not None
    assert result.calibration["samples"] == 20


def test_a_generator_that_is_through_says_so(model):
    x, _ = samples(5)
    entries = (x[i : i + 1] for i in range(5))
    list(entries)
    with pytest.raises(halftone.InvalidDataError, match="gone through before"):
        halftone.quantize(model, calib=entries)


def test_truth_that_is_no_class_reaches_metrics(model):
    x, _ = samples(40)
    truth = np.random.default_rng(0).normal(size=(40, CLASSES)).astype(np.float32)
    result = halftone.evaluate(model, eval=(x, truth), metrics=["rmse"])
    assert result.metrics["rmse"]["value"] > 0


def test_arrays_are_neither_copied_nor_kept():
    x = np.zeros((4, 3), np.float32)
    source = make_source([{"x": x}], [])
    item = source.item(0)
    assert item[1][0][1] is x
    alive = weakref.ref(x)
    del x, source, item
    gc.collect()
    assert alive() is None


def test_the_library_reads_the_very_memory():
    from halftone import DataLoader
    from halftone.data import hold

    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    held = hold(x)
    loader = DataLoader(held.spec)
    inputs, label = list(loader)[2]
    assert label is None
    ((_, array),) = inputs.items()
    assert np.shares_memory(array, x)
    assert array.tolist() == [[6, 7, 8]]
    assert len(loader) == 4


def test_other_layouts_are_copied():
    x = np.arange(12, dtype=np.float32).reshape(3, 4).T
    assert hash_arrays([x]) == hash_arrays([np.ascontiguousarray(x)])


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (3, "is no data"),
        (object(), "is no data"),
        ([], "empty|no samples|no items"),
        ([(np.zeros((1, 7), np.float32), 0)], "7"),
        ([(np.zeros((1, 16), np.complex64), 0)], "element type"),
        ([({"z": np.zeros((1, 16), np.float32), "w": np.zeros(1, np.float32)}, 0)], "z|w"),
        ((np.zeros((3, 16), np.float32), [1, 2]), "disagree"),
        ([(object(), 0)], "no array"),
    ],
)
def test_what_is_no_data_ends_in_one_error(data, message, model):
    with pytest.raises(halftone.Error, match=message):
        halftone.evaluate(model, eval=data)


def test_a_spec_of_data_that_nobody_holds_says_so(model):
    with pytest.raises(halftone.ConfigurationError, match="nobody holds"):
        halftone.evaluate(model, eval="held:999999")
