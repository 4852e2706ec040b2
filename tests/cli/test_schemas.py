"""Every verb's --json output is one object that its schema in docs/schema describes."""

import json
import os
import pathlib
import subprocess

import jsonschema
import pytest
import referencing

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs" / "schema"
MODEL = ROOT / "examples" / "demo" / "mnist_cnn.onnx"
CALIBRATION = f"npz:{ROOT / 'examples' / 'demo' / 'calibration.npz'}"
TEST = f"npz:{ROOT / 'examples' / 'demo' / 'test.npz'}"
VERBS = (
    "backends",
    "inspect",
    "data",
    "query",
    "plan",
    "quantize",
    "tune",
    "evaluate",
    "benchmark",
    "compare",
    "init",
    "recover",
    "convert",
    "import-capability",
    "report",
)


def load_schemas():
    return {path.name: json.loads(path.read_text()) for path in sorted(SCHEMAS.glob("*.schema.json"))}


def validator_for(verb):
    schemas = load_schemas()
    resources = [(name, referencing.Resource.from_contents(schema)) for name, schema in schemas.items()]
    registry = referencing.Registry().with_resources(resources)
    return jsonschema.Draft202012Validator(schemas[f"{verb}.schema.json"], registry=registry)


@pytest.fixture(scope="session")
def halftone():
    binary = os.environ.get("HALFTONE_BIN")
    if not binary:
        pytest.skip("SKIPPED: HALFTONE_BIN names no command")

    def run(*arguments, status=0):
        done = subprocess.run(
            [binary, *map(str, arguments), "--json"], capture_output=True, text=True, timeout=600, check=False
        )
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def quantized(halftone, tmp_path_factory):
    folder = tmp_path_factory.mktemp("quantized")
    output, saved = folder / "int8.onnx", folder / "result.json"
    data = ["--calib", CALIBRATION, "--eval", TEST, "--eval-samples", 200]
    result = halftone("quantize", MODEL, "-o", output, "--save-result", saved, *data)
    return output, saved, result


def test_tune(halftone, tmp_path):
    words = ["--calib", CALIBRATION, "--eval", TEST, "--eval-samples", 200, "--max-trials", 2, "--max-drop", "5pt"]
    result = halftone("tune", MODEL, "-o", tmp_path / "int8.onnx", *words)
    validator_for("tune").validate(result)


@pytest.mark.parametrize("name", sorted(load_schemas()))
def test_schema_is_one(name):
    jsonschema.Draft202012Validator.check_schema(load_schemas()[name])


@pytest.mark.parametrize("verb", VERBS)
def test_schema_refuses_a_result_without_its_keys(verb):
    assert not validator_for(verb).is_valid({"schema": f"halftone/{verb}/1", "command": verb})


def test_backends(halftone):
    validator_for("backends").validate(halftone("backends"))


def test_inspect(halftone):
    result = halftone("inspect", MODEL)
    validator_for("inspect").validate(result)
    assert result["quantized"]["already"] is False
    assert result["parameters"]["total"] > 1000


def test_inspect_with_tensors(halftone, tmp_path):
    result = halftone("inspect", MODEL, "--tensors", tmp_path, "--data", TEST, "--iterations", "2")
    validator_for("inspect").validate(result)
    assert [file["iteration"] for file in result["tensors"]["files"]] == [None, 2]


def test_data(halftone):
    result = halftone("data", TEST, "--model", MODEL)
    validator_for("data").validate(result)
    assert result["fits"] is True


def test_data_whose_truth_is_no_class(halftone, tmp_path):
    np = pytest.importorskip("numpy")
    np.savez(tmp_path / "d.npz", x=np.zeros((4, 3), np.float32), label=np.linspace(0, 1, 4))
    result = halftone("data", f"npz:{tmp_path / 'd.npz'}")
    validator_for("data").validate(result)
    assert result["truth"]["name"] == "label"


def test_query(halftone):
    result = halftone("query", MODEL)
    validator_for("query").validate(result)
    assert any(op["choices"] for op in result["ops"])
    assert result["version"] == result["framework"]["version"]
    assert set(result["op_types_by_precision"]) <= set(result["precisions"])
    sequences = {text for texts in result["fuse_patterns"].values() for text in texts}
    assert sequences == set(result["pattern_instances"])
    for fusion in result["fusions"]:
        assert fusion["pattern"] in sequences
        types = {op["name"]: op["type"] for op in result["ops"]}
        instance = [types[name] for name in fusion["ops"]]
        assert instance in [each["ops"] for each in result["pattern_instances"][fusion["pattern"]]]
        for cut in fusion["alternatives"]:
            assert [name for unit in cut for name in unit["ops"]] == fusion["ops"]
        assert len(fusion["alternatives"][-1]) == len(fusion["ops"])


def test_plan(halftone):
    result = halftone("plan", MODEL)
    validator_for("plan").validate(result)
    ops = result["ops"]
    assert ops["quantized"] == len(ops["planned"])
    assert ops["total"] == len(ops["planned"]) + len(ops["float"])


def test_quantize(quantized):
    output, saved, result = quantized
    validator_for("quantize").validate(result)
    assert result == json.loads(saved.read_text())
    assert result["size_bytes"]["after"] == output.stat().st_size
    assert result["accuracy"]["top1"]["float"]["value"] > 0.9


def test_evaluate(halftone, quantized):
    result = halftone("evaluate", quantized[0], "--against", MODEL, "--eval", TEST, "--eval-samples", 200)
    validator_for("evaluate").validate(result)
    assert result["samples"] == 200
    delta = result["against"]["metrics"]["top1"]["delta"]
    assert delta["low"] <= delta["value"] <= delta["high"]


def test_evaluate_by_a_program(halftone):
    command = """sh -c 'echo "{\\"metrics\\": {\\"mine\\": 1}}"' judge {model}"""
    result = halftone("evaluate", MODEL, "--against", MODEL, "--eval-command", command)
    validator_for("evaluate").validate(result)
    assert result["samples"] is None
    assert result["metrics"]["mine"] == {"value": 1, "low": None, "high": None}


def test_evaluate_with_a_gate_that_is_not_met(halftone, quantized):
    arguments = ["--against", MODEL, "--eval", TEST, "--eval-samples", 50, "--metrics", "cosine", "--max-drop", "0"]
    result = halftone("evaluate", quantized[0], *arguments, status=4)
    validator_for("evaluate").validate(result)
    assert result["verdict"] == "not_met"


def test_benchmark(halftone, quantized):
    result = halftone("benchmark", quantized[0], "--against", MODEL, "--runs", 10)
    validator_for("benchmark").validate(result)
    assert result["against"]["ratio"]["p50"] > 0


def test_compare(halftone, quantized):
    result = halftone("compare", MODEL, quantized[0], "--data", TEST, "--samples", 200, "--runs", 10)
    validator_for("compare").validate(result)
    assert result["samples"] == 200
    agreement = result["metrics"]["agreement"][1]["value"]["value"]
    assert result["disagreeing_count"] == round(200 * (1 - agreement)) == len(result["disagreeing"])


def test_compare_of_three_models_without_data(halftone, quantized):
    result = halftone("compare", MODEL, quantized[0], MODEL, "--runs", 0)
    validator_for("compare").validate(result)
    assert result["random"] is True and result["latency_ms"] is None and result["disagreeing"] is None
    assert result["outputs"][0]["cosine"][2]["value"] == 1


@pytest.mark.parametrize("output", ["-", "written.yaml"])
def test_init(halftone, tmp_path, output):
    where = output if output == "-" else tmp_path / output
    result = halftone("init", MODEL, "-o", where)
    validator_for("init").validate(result)
    assert result["output"] == (None if output == "-" else str(where))


def test_import_capability(halftone, tmp_path):
    original = tmp_path / "original.yaml"
    original.write_text("- version: {name: default}\n  int8: {static: {Nothing: {}}}\n")
    result = halftone("import-capability", original, "-o", tmp_path / "draft.yaml")
    validator_for("import-capability").validate(result)
    assert result["op_types"] == [] and result["not_imported"][0]["line"] == 2


def test_error(halftone, tmp_path):
    result = halftone("inspect", tmp_path / "missing.onnx", status=3)
    validator_for("error").validate(result)
    assert result["error"]["code"] == "io"


def test_recover(halftone, quantized, tmp_path):
    _, saved, _ = quantized
    result = halftone("recover", saved, "-o", tmp_path / "again.onnx")
    validator_for("recover").validate(result)


def test_report(halftone, quantized, tmp_path):
    _, saved, _ = quantized
    validator_for("report").validate(halftone("report", saved, "-o", tmp_path / "page.html"))
    shown = halftone("report", saved, "--format", "md", "-o", "-")
    validator_for("report").validate(shown)
    assert shown["output"] is None and shown["report"].startswith("### ")


def test_convert(halftone, tmp_path):
    operators = tmp_path / "operators.onnx"
    halftone("quantize", MODEL, "-o", operators, "--calib", TEST, "--samples", 8, "--format", "qlinear")
    result = halftone("convert", operators, "-o", tmp_path / "pairs.onnx")
    validator_for("convert").validate(result)
    assert result["format"] == "qdq"


def test_diagnose(halftone, quantized):
    output, _, _ = quantized
    result = halftone("diagnose", MODEL, output, "--data", TEST, "--eval-samples", 8)
    validator_for("diagnose").validate(result)
