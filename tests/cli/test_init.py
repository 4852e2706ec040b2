"""`init` writes a configuration that changes nothing, for models of any kind."""

import json
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "examples" / "demo" / "mnist_cnn.onnx"
CALIBRATION = f"npz:{ROOT / 'examples' / 'demo' / 'calibration.npz'}"

np = pytest.importorskip("numpy")
onnx = pytest.importorskip("onnx")

F32, I64 = onnx.TensorProto.FLOAT, onnx.TensorProto.INT64


def save_model(path, inputs, nodes, outputs, weights):
    """Writes a model; inputs and outputs are (name, type, shape)."""
    graph = onnx.helper.make_graph(
        nodes,
        "graph",
        [onnx.helper.make_tensor_value_info(*value) for value in inputs],
        [onnx.helper.make_tensor_value_info(*value) for value in outputs],
        [onnx.numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path


def weights_of(*shape):
    return np.random.default_rng(1).normal(size=shape).astype(np.float32)


def image_model(path):
    node = onnx.helper.make_node
    nodes = [
        node("Conv", ["photo: rgb", "w1"], ["a"], name="first/conv.1", pads=[1, 1, 1, 1]),
        node("Relu", ["a"], ["b"], name="relu"),
        node("GlobalAveragePool", ["b"], ["c"], name="pool"),
        node("Flatten", ["c"], ["d"], name="flat"),
        node("Gemm", ["d", "w2"], ["e"], name='last "gemm" \\ (1)'),
        node("Softmax", ["e"], ["y"], name="soft\nseed: 9"),
    ]
    weights = {"w1": weights_of(8, 3, 3, 3), "w2": weights_of(8, 10)}
    inputs = [("photo: rgb", F32, ["N", 3, None, None])]
    return save_model(path, inputs, nodes, [("y", F32, ["N", 10])], weights)


def token_model(path):
    node = onnx.helper.make_node
    nodes = [
        node("Gather", ["table", "input_ids"], ["a"], name="embed"),
        node("Gather", ["table", "attention_mask"], ["m"], name="embed_mask"),
        node("Mul", ["a", "m"], ["b"], name="mask"),
        node("MatMul", ["b", "w"], ["y"], name="project"),
    ]
    weights = {"table": weights_of(50, 16), "w": weights_of(16, 4)}
    inputs = [(name, I64, ["batch", "sequence"]) for name in ("input_ids", "attention_mask")]
    return save_model(path, inputs, nodes, [("y", F32, ["batch", "sequence", 4])], weights)


def float_model(path):
    """Nothing in it can be quantized."""
    nodes = [onnx.helper.make_node("Softmax", ["x"], ["y"], name="softmax")]
    return save_model(path, [("x", F32, [1, 7])], nodes, [("y", F32, [1, 7])], {})


MODELS = {"image": image_model, "tokens": token_model, "float": float_model}


@pytest.fixture
def model(tmp_path, request, model_extension):
    del model_extension  # skips where no backend is there
    return MODELS[request.param](tmp_path / f"{request.param}.onnx")


def planned(halftone, *words):
    outcome = halftone("plan", *words, "--json")
    assert outcome.status == 0, outcome.err
    result = outcome.json()
    return {key: result[key] for key in ("section", "approach", "ops", "conversions", "fusions", "model_sha256")}


@pytest.mark.parametrize("model", MODELS, indirect=True)
def test_the_written_file_changes_nothing(halftone, tmp_path, model):
    outcome = halftone("init", model.name)
    assert outcome.status == 0, outcome.err
    written = model.with_suffix(".halftone.yaml")
    assert written.name in outcome.out
    assert planned(halftone, "--config", written.name) == planned(halftone, model.name)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([model.name, written.name])


@pytest.mark.parametrize("model", MODELS, indirect=True)
def test_every_example_in_it_can_be_uncommented(halftone, tmp_path, model):
    text = halftone("init", model.name, "-o", "-").out
    examples = re.compile(r'^    # ("?[^"\n]*.*: (\{.*\}|\d+(x\d+)*))$', re.MULTILINE)
    count = len(examples.findall(text))
    assert count > 0 or model.stem == "float"
    (tmp_path / "used.yaml").write_text(examples.sub(r"    \1", text))
    result = halftone("plan", "--config", "used.yaml", "--json")
    assert result.status == 0, result.err
    config = result.json()["config"]
    used = [config["model"]["inputs"], config["quantization"]["op_types"], config["quantization"]["ops"]]
    assert sum(map(len, used)) >= count


@pytest.mark.usefixtures("model_extension")
def test_the_demo_is_quantized_to_the_same_bytes(halftone, tmp_path):
    assert halftone("init", DEMO, "-o", "c.yaml").status == 0
    for name, words in {"with.onnx": ["--config", "c.yaml"], "without.onnx": [str(DEMO)]}.items():
        outcome = halftone("quantize", *words, "-o", name, "--calib", CALIBRATION)
        assert outcome.status == 0, outcome.err
    assert (tmp_path / "with.onnx").read_bytes() == (tmp_path / "without.onnx").read_bytes()


@pytest.mark.parametrize("model", ["image"], indirect=True)
def test_it_suggests_what_suits_the_model(halftone, model):
    text = halftone("init", model.name, "-o", "-").out
    assert '"images:FOLDER,resize=256,crop=224,scale=1/255"' in text
    assert '# "photo: rgb": 1x3x224x224' in text
    assert "[top1]" in text
    assert "no low-precision kernel" in text
    assert "\nseed: 9" not in text and "\nseed: 0" in text


@pytest.mark.parametrize("model", ["tokens"], indirect=True)
def test_it_describes_the_arrays_of_other_inputs(halftone, model):
    text = " ".join(halftone("init", model.name, "-o", "-").out.replace("#", " ").split())
    assert "'input_ids' (int64, Nx?), 'attention_mask' (int64, Nx?)" in text
    assert "input_ids: 1x128" in text


@pytest.mark.usefixtures("model_extension")
def test_standard_output_has_the_file_and_nothing_else(halftone):
    outcome = halftone("init", DEMO, "-o", "-")
    assert outcome.status == 0
    assert outcome.out.startswith("# Configuration of halftone for mnist_cnn.onnx")
    assert outcome.out == halftone("init", DEMO, "-o", "-", "--json").json()["configuration"]


@pytest.mark.usefixtures("model_extension")
def test_a_file_that_is_there_is_kept(halftone, tmp_path):
    (tmp_path / "c.yaml").write_text("seed: 7\n")
    outcome = halftone("init", DEMO, "-o", "c.yaml")
    assert outcome.status == 2 and "--force" in outcome.err
    assert (tmp_path / "c.yaml").read_text() == "seed: 7\n"
    assert halftone("init", DEMO, "-o", "c.yaml", "--force", "--seed", "3").status == 0
    assert "\nseed: 3\n" in (tmp_path / "c.yaml").read_text()


@pytest.mark.usefixtures("model_extension")
def test_what_is_typed_is_written(halftone):
    words = ["--data", "npz:a.npz", "--target", "avx2", "--max-drop", "0.5pt", "--metrics", "top1,top5"]
    rule = "quantization.ops./fc/.*={precision: fp32}"
    assert halftone("init", DEMO, "-o", "c.yaml", *words).status == 0
    again = halftone("init", "--config", "c.yaml", "-o", "-", "--json")
    assert again.status == 0, again.err
    config = again.json()["config"]
    assert config["quantization"]["calibration"]["data"] == config["evaluation"]["data"] == "npz:a.npz"
    assert config["target"]["isa"] == "avx2" and config["evaluation"]["metrics"] == ["top1", "top5"]
    refused = halftone("init", DEMO, "-o", "-", "--set", rule)
    assert refused.status == 2 and "/fc/" in refused.err, "a rule that matches nothing is an error here too"
    assert json.dumps(config["quantization"]["ops"]) == "{}"
