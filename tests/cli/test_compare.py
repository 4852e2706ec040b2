"""`compare` on real files: the demo's model, its int8 form, and models that other tools wrote."""

import pathlib
import shutil

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo" / "mnist_cnn.onnx"
CALIBRATION = f"npz:{ROOT / 'examples' / 'demo' / 'calibration.npz'}"
TEST = f"npz:{ROOT / 'examples' / 'demo' / 'test.npz'}"

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")


@pytest.fixture
def quantized(halftone, tmp_path, model_extension):
    del model_extension  # skips where no backend is there
    outcome = halftone("quantize", DEMO, "-o", "int8.onnx", "--calib", CALIBRATION)
    assert outcome.status == 0, outcome.err
    return tmp_path / "int8.onnx"


def compared(halftone, *words, runs=0):
    outcome = halftone("compare", *words, "--runs", runs, "--json")
    assert outcome.status == 0, outcome.err
    return outcome.json()


def renamed(tmp_path):
    """The demo's model with other names for its input and output, as another exporter would give them."""
    model = onnx.load(DEMO)
    names = {model.graph.input[0].name: "images", model.graph.output[0].name: "scores"}
    for value in [*model.graph.input, *model.graph.output]:
        value.name = names[value.name]
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    onnx.save(model, tmp_path / "renamed.onnx")
    return "renamed.onnx"


def test_numbers_are_those_of_the_plain_runtime(halftone, tmp_path, quantized):
    runtime = pytest.importorskip("onnxruntime")
    with np.load(TEST.removeprefix("npz:")) as data:
        images = next(data[name] for name in data.files if data[name].ndim == 4)[:300]
        labels = next(data[name] for name in data.files if data[name].ndim == 1)[:300]
    name = runtime.InferenceSession(DEMO).get_inputs()[0].name
    np.savez(tmp_path / "part.npz", label=labels, **{name: images})
    result = compared(halftone, DEMO, quantized, "--data", "npz:part.npz")
    rows = []
    for path in (DEMO, quantized):
        session = runtime.InferenceSession(path)
        rows.append(np.concatenate([session.run(None, {name: images[i : i + 1]})[0] for i in range(len(images))]))
    right = [row.argmax(1) == labels for row in rows]
    top1 = result["metrics"]["top1"]
    assert [entry["value"]["value"] for entry in top1] == pytest.approx([r.mean() for r in right])
    assert top1[1]["flips"] == {"lost": int((right[0] & ~right[1]).sum()), "gained": int((~right[0] & right[1]).sum())}
    differing = np.flatnonzero(rows[0].argmax(1) != rows[1].argmax(1))
    assert result["disagreeing"] == [str(i) for i in differing]
    cosine = (rows[0] * rows[1]).sum(1) / np.linalg.norm(rows[0], axis=1) / np.linalg.norm(rows[1], axis=1)
    assert result["outputs"][0]["cosine"][1]["value"] == pytest.approx(cosine.mean(), abs=1e-5)
    noise = 10 * np.log10((rows[0] ** 2).sum(1) / ((rows[0] - rows[1]) ** 2).sum(1))
    assert result["outputs"][0]["sqnr"][1]["value"] == pytest.approx(noise.mean(), abs=0.05)


def test_a_quantized_model_runs_other_ops(halftone, quantized):
    result = compared(halftone, DEMO, quantized, runs=6)
    changed = {(change["from"], change["to"]) for change in result["ops_changed"]}
    assert ("FusedConv", "QLinearConv") in changed
    ops = [model["ops"] for model in result["models"]]
    assert ops[0]["source"] == "executed" and ops[0]["low_precision"] == 0 < ops[1]["low_precision"]
    assert result["size_bytes"] == [pytest.approx(path.stat().st_size, rel=0.01) for path in (DEMO, quantized)]
    assert result["latency_ms"][1]["pairs"] == 6


@pytest.mark.usefixtures("model_extension")
def test_other_names_are_bound_by_position(halftone, tmp_path):
    result = compared(halftone, DEMO, renamed(tmp_path), "--data", TEST, "--samples", 50)
    assert result["metrics"]["agreement"][1]["value"]["value"] == 1
    assert any("'images'" in warning and "position" in warning for warning in result["warnings"])


@pytest.mark.usefixtures("model_extension")
def test_models_of_other_inputs_are_refused(halftone, tmp_path):
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Relu", ["x"], ["y"])],
        "graph",
        [value("x", onnx.TensorProto.FLOAT, [1, 7])],
        [value("y", onnx.TensorProto.FLOAT, [1, 7])],
    )
    onnx.save(
        onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8),
        tmp_path / "other.onnx",
    )
    outcome = halftone("compare", DEMO, "other.onnx")
    assert outcome.status == 3
    assert "other.onnx" in outcome.err and "1x7" in outcome.err


def test_the_text_names_what_changed(halftone, tmp_path, quantized):
    shutil.copy(DEMO, tmp_path / "float.onnx")
    outcome = halftone("compare", "float.onnx", quantized.name, "--data", TEST, "--samples", "100", "--runs", "6")
    assert outcome.status == 0, outcome.err
    for part in ["× smaller", "top1", "agreement", "sqnr", "QLinearConv", "100 samples"]:
        assert part in outcome.out
    assert [line for line in outcome.out.splitlines() if len(line) > 100] == []
