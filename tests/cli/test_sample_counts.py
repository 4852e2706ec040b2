"""Data whose arrays disagree on the first axis, which counts samples: one error, whatever the verb."""

import pytest

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")

VERBS = {
    "evaluate": ("evaluate", "m.onnx", "--against", "m.onnx", "--eval"),
    "compare": ("compare", "m.onnx", "m.onnx", "--runs", "0", "--data"),
    "quantize": ("quantize", "m.onnx", "-o", "int8.onnx", "--calib"),
}


@pytest.fixture
def folder(tmp_path, model_extension):
    """Holds a model of two inputs, `a` and `b`."""
    del model_extension  # skips where no backend is there
    helper, kind = onnx.helper, onnx.TensorProto.FLOAT
    weight = onnx.numpy_helper.from_array(np.ones((8, 3), np.float32), "w")
    nodes = [helper.make_node("Concat", ["a", "b"], ["c"], axis=1), helper.make_node("MatMul", ["c", "w"], ["y"])]
    inputs = [helper.make_tensor_value_info(name, kind, ["n", 4]) for name in "ab"]
    outputs = [helper.make_tensor_value_info("y", kind, ["n", 3])]
    graph = helper.make_graph(nodes, "g", inputs, outputs, [weight])
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), tmp_path / "m.onnx")
    return tmp_path


def arrays(**samples):
    """Random inputs with that many samples each, and labels."""
    random = np.random.default_rng(0)
    shapes = {name: (count,) if name == "label" else (count, 4) for name, count in samples.items()}
    return {
        name: np.zeros(shape, np.int64) if name == "label" else random.normal(size=shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def assert_one_error(outcome, *parts):
    assert outcome.status == 3, outcome.err
    assert outcome.out == ""
    assert sum(line.startswith("error:") for line in outcome.err.splitlines()) == 1, outcome.err
    for part in parts:
        assert part in outcome.err, outcome.err


@pytest.mark.parametrize("verb", VERBS)
def test_inputs_of_unequal_numbers_of_samples_are_refused(halftone, folder, verb):
    np.savez(folder / "d.npz", **arrays(a=8, b=4))
    assert_one_error(halftone(*VERBS[verb], "npz:d.npz"), "'a' is 8x4", "'b' is 4x4", "first axis")
    assert not (folder / "int8.onnx").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_labels_of_another_number_of_samples_are_refused(halftone, folder, verb):
    np.savez(folder / "d.npz", **arrays(a=8, b=8, label=4))
    assert_one_error(halftone(*VERBS[verb], "npz:d.npz"), "d.npz", "4 labels 'label' for 8 samples")


@pytest.mark.parametrize("verb", VERBS)
def test_a_batch_that_disagrees_in_itself_is_refused(halftone, folder, verb):
    # One file is one batch: only the model knows which axes of it must be equal.
    (folder / "batches").mkdir()
    np.savez(folder / "batches" / "0.npz", **arrays(a=8, b=4))
    assert_one_error(halftone(*VERBS[verb], "batches:batches"), "4 and 8")


def test_choosing_arrays_that_agree_is_the_way_out(halftone, folder):
    np.savez(folder / "d.npz", **arrays(a=8, b=8, other=4))
    spec = "npz:d.npz"
    assert_one_error(halftone(*VERBS["evaluate"], spec), "'other' is 4x4", "inputs=")
    outcome = halftone(*VERBS["evaluate"], spec + ",inputs=a+b", "--json")
    assert outcome.status == 0, outcome.err
    assert outcome.json()["samples"] == 8
