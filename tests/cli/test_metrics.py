"""Metrics by their numbers: computed here from what the plain runtime gives for the same samples."""

import pathlib
import sys

import pytest

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")
runtime = pytest.importorskip("onnxruntime")

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo"
MODEL = DEMO / "mnist_cnn.onnx"
JUDGE = """
import json, sys
scores = [1, 0, 1, 1]
print("judging", file=sys.stderr)
print("loaded", sys.argv[1])
print(json.dumps({"metrics": {"mine": 0.75}, "per_sample": {"mine": scores}}))
"""


@pytest.fixture
def answers():
    """Classes that the float model gives to the demo's test samples, and the labels."""
    data = np.load(DEMO / "test.npz")
    labels = data["label"]
    session = runtime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    images = data[name] if name in data else next(data[key] for key in data if key != "label")
    rows = np.concatenate([session.run(None, {name: images[i : i + 1]})[0] for i in range(len(labels))])
    return rows.argmax(1), labels


def write_linear(path, width, outputs):
    """A model that gives `outputs` of its inputs back."""
    nodes = [onnx.helper.make_node("Gather", ["x", "kept"], ["y"], axis=1)]
    kept = onnx.numpy_helper.from_array(np.arange(outputs, dtype=np.int64), "kept")
    graph = onnx.helper.make_graph(
        nodes,
        "given",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, ["n", width])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, ["n", outputs])],
        [kept],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)


def test_f1_is_the_mean_over_the_classes(halftone, answers):
    predicted, labels = answers
    by_class = []
    for label in np.unique(np.concatenate([predicted, labels])):
        right = np.sum((predicted == label) & (labels == label))
        by_class.append(2 * right / (np.sum(predicted == label) + np.sum(labels == label)))
    outcome = halftone("evaluate", MODEL, "--eval", f"npz:{DEMO / 'test.npz'}", "--metrics", "f1_macro,top1", "--json")
    assert outcome.status == 0, outcome.err
    f1 = outcome.json()["metrics"]["f1_macro"]
    assert f1["value"] == pytest.approx(np.mean(by_class), abs=1e-9)
    assert f1["low"] <= f1["value"] <= f1["high"]


def test_targets_are_floats(halftone, tmp_path):
    write_linear(tmp_path / "m.onnx", 3, 1)
    random = np.random.default_rng(1)
    x = random.normal(size=(300, 3)).astype(np.float32)
    target = x[:, 0] + random.normal(size=300) * 0.5
    np.savez(tmp_path / "d.npz", x=x, label=target)
    metrics = "rmse,mae,mse_to_target,spearman"
    outcome = halftone("evaluate", "m.onnx", "--eval", "npz:d.npz", "--metrics", metrics, "--json")
    assert outcome.status == 0, outcome.err
    found = outcome.json()["metrics"]
    difference = x[:, 0].astype(np.float64) - target
    assert found["mae"]["value"] == pytest.approx(np.abs(difference).mean(), rel=1e-6)
    assert found["mse_to_target"]["value"] == pytest.approx((difference**2).mean(), rel=1e-6)
    assert found["rmse"]["value"] == pytest.approx(np.sqrt((difference**2).mean()), rel=1e-6)
    ranks = [np.argsort(np.argsort(values)) for values in (x[:, 0], target)]
    assert found["spearman"]["value"] == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=1e-9)
    for metric in found.values():
        assert metric["low"] < metric["value"] < metric["high"]


def test_intervals_depend_on_the_seed_and_not_on_threads(halftone, tmp_path):
    write_linear(tmp_path / "m.onnx", 2, 1)
    random = np.random.default_rng(2)
    x = random.normal(size=(100, 2)).astype(np.float32)
    np.savez(tmp_path / "d.npz", x=x, label=(x[:, 0] + random.normal(size=100) > 0).astype(np.int64))

    def interval(*words):
        return halftone("evaluate", "m.onnx", "--eval", "npz:d.npz", "--metrics", "auc", "--json", *words).json()

    first = interval("--threads", "1")["metrics"]
    assert interval("--threads", "3")["metrics"] == first
    assert interval("--threads", "1", "--seed", "9")["metrics"] != first


def test_one_output_of_the_float_model_is_a_probability_as_truth(halftone, tmp_path):
    write_linear(tmp_path / "m.onnx", 2, 1)
    np.savez(tmp_path / "d.npz", x=np.linspace(0, 1, 40, dtype=np.float32).reshape(20, 2))
    words = ["--eval", "npz:d.npz", "--against", "m.onnx", "--metrics", "accuracy", "--set", "evaluation.labels=float"]
    outcome = halftone("evaluate", "m.onnx", *words, "--json")
    assert outcome.status == 0, outcome.err
    assert outcome.json()["metrics"]["accuracy"]["value"] == 1


def test_data_show_truth_that_is_no_class(halftone, tmp_path):
    np.savez(tmp_path / "d.npz", x=np.zeros((5, 2), np.float32), label=np.linspace(0, 1, 5))
    result = halftone("data", "npz:d.npz", "--json").json()
    assert result["labels"] == {}
    assert result["truth"]["dtype"] == "fp64"
    assert result["truth"]["max"] == 1
    assert "no classes" in halftone("data", "npz:d.npz").out


def test_a_metric_is_asked_for_where_the_truth_is_no_class(halftone, tmp_path):
    write_linear(tmp_path / "m.onnx", 3, 1)
    np.savez(tmp_path / "d.npz", x=np.ones((5, 3), np.float32), label=np.linspace(0, 1, 5))
    outcome = halftone("evaluate", "m.onnx", "--eval", "npz:d.npz")
    assert outcome.status == 2
    assert "--metrics rmse" in outcome.err
    outcome = halftone("evaluate", "m.onnx", "--eval", "npz:d.npz", "--metrics", "top1")
    assert outcome.status == 3
    assert "labels are fp64" in outcome.err


def test_help_lists_every_metric(halftone):
    text = " ".join(halftone("evaluate", "--help").out.split())
    for name in ("f1_macro", "auc", "rmse", "spearman", "miou", "map_voc", "map_coco", "perplexity"):
        assert name in text
    assert "--eval-command" in text


@pytest.fixture
def judge(tmp_path):
    path = tmp_path / "judge me.py"
    path.write_text(JUDGE)
    return f"{sys.executable} '{path}' {{model}}"


def test_a_program_judges(halftone, judge):
    outcome = halftone("evaluate", MODEL, "--eval-command", judge, "--against", MODEL, "--max-drop", "1pt", "--json")
    assert outcome.status == 0, outcome.err
    result = outcome.json()
    assert result["samples"] == 4
    assert result["metrics"]["mine"]["value"] == 0.75
    assert result["against"]["metrics"]["mine"]["delta"]["value"] == 0
    assert result["verdict"] == "met"
    text = halftone("evaluate", MODEL, "--eval-command", judge).out
    assert "mine" in text


def test_a_program_judges_what_is_quantized(halftone, judge, tmp_path):
    calibration = f"npz:{DEMO / 'calibration.npz'}"
    words = ["quantize", MODEL, "-o", "int8.onnx", "--calib", calibration, "--eval-command", judge, "--json"]
    outcome = halftone(*words)
    assert outcome.status == 0, outcome.err
    assert outcome.json()["accuracy"]["mine"]["float"]["value"] == 0.75
    assert (tmp_path / "int8.onnx").exists()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("raise SystemExit('no such file')", "no such file"),
        ("print('done')", "no JSON object"),
        ('print(\'{"metrics": {"a": NaN}}\')', "NaN"),
    ],
)
def test_a_program_that_fails_is_one_error(halftone, tmp_path, text, complaint):
    (tmp_path / "judge.py").write_text(text)
    outcome = halftone("evaluate", MODEL, "--eval-command", f"{sys.executable} judge.py {{model}}", "--json")
    assert outcome.status == 3
    assert complaint in outcome.json()["error"]["message"]
