"""Models, data and folders that are not there or not what they say: exit status 3, nothing written."""

import pytest
from test_usage import MODEL_VERBS


def words_of(verb, model):
    more = {
        "evaluate": ["--eval", "random:"],
        "quantize": ["-o", "out.bin", "--data", "random:"],
        "compare": [model],
    }
    return [verb, model, *more.get(verb, [])]


ALL_VERBS = [*MODEL_VERBS, "quantize", "compare"]


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_a_model_of_no_known_kind_is_refused(halftone, tmp_path, verb):
    outcome = halftone(*words_of(verb, "model.unknown"))
    assert outcome.status == 3, outcome.err
    assert "model.unknown" in outcome.err
    assert outcome.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_a_missing_model_is_refused(halftone, tmp_path, model_extension, verb):
    outcome = halftone(*words_of(verb, "missing" + model_extension))
    assert outcome.status == 3, outcome.err
    assert "missing" + model_extension in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"not a model", bytes(range(256)) * 16])
def test_a_model_that_is_none_is_refused(halftone, tmp_path, model_extension, content):
    model = tmp_path / ("broken" + model_extension)
    model.write_bytes(content)
    for verb in ["inspect", "plan", "quantize", "init", "compare"]:
        outcome = halftone(*words_of(verb, model.name))
        assert outcome.status == 3, outcome.err
    assert list(tmp_path.iterdir()) == [model]


def test_a_missing_output_folder_is_found_before_any_work(halftone, tmp_path):
    outcome = halftone("quantize", "model.unknown", "-o", "no/such/folder/out.bin", "--data", "random:")
    assert outcome.status == 3, outcome.err
    assert "no/such/folder" in outcome.err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_backend_lists_the_known_ones(halftone):
    outcome = halftone("plan", "model.unknown", "--backend", "no_such_backend")
    assert outcome.status == 2, outcome.err
    assert "no_such_backend" in outcome.err


@pytest.mark.parametrize(
    ("spec", "status"),
    [("npz:missing.npz", 3), ("npy:x", 2), ("npz:", 2), ("images:missing", 3), ("plain", 2), ("npz:x,labls=y", 2)],
)
def test_data_that_cannot_be_read_are_refused(halftone, spec, status):
    outcome = halftone("data", spec)
    assert outcome.status == status, outcome.err
    assert outcome.out == ""


def test_data_that_are_none_are_refused(halftone, tmp_path):
    (tmp_path / "d.npz").write_bytes(b"PK\x03\x04 nonsense")
    outcome = halftone("data", "npz:d.npz")
    assert outcome.status == 3, outcome.err
    assert "d.npz" in outcome.err


def test_max_drop_without_data_is_refused(halftone):
    outcome = halftone("quantize", "model.unknown", "-o", "o.bin", "--calib", "random:", "--max-drop", "1%")
    assert outcome.status == 2, outcome.err
    assert "max_drop" in outcome.err and "--eval" in outcome.err
