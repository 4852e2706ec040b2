"""Every verb from Python: on paths, on objects, with results that can be read."""

import json
import subprocess
from pathlib import Path

import halftone
import numpy as np
import onnx
import pytest
from conftest import predictions, samples


def outputs_of(model, x):
    import onnxruntime  # type: ignore[import-untyped]

    source = model if isinstance(model, str) else model.SerializeToString()
    session = onnxruntime.InferenceSession(source, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x})[0]


def test_a_path_is_quantized_and_judged(model_file, tmp_path, labelled):
    result = halftone.quantize(model_file, tmp_path / "int8.onnx", calib=labelled[0], eval=labelled, metrics=["top1"])
    assert result.output == str(tmp_path / "int8.onnx")
    assert result.ops["quantized"] >= 2
    assert abs(result.accuracy["top1"]["delta"]["value"]) <= 0.05
    x = samples(seed=5)[0]
    assert np.abs(outputs_of(result.output, x) - predictions(x)).mean() < 0.1
    assert result.model == Path(result.output)


def test_an_object_gives_an_object_and_stays_as_it_is(model, labelled):
    before = model.SerializeToString()
    result = halftone.quantize(model, calib=labelled[0], approach="static")
    assert isinstance(result.model, onnx.ModelProto)
    assert model.SerializeToString() == before
    kinds = {node.op_type for node in result.model.graph.node}
    assert "QuantizeLinear" in kinds
    x = samples(seed=5)[0]
    assert np.abs(outputs_of(result.model, x) - predictions(x)).mean() < 0.1


def test_the_bytes_are_those_of_the_command(model_file, tmp_path, labelled, command):
    np.savez(tmp_path / "calib.npz", x=labelled[0])
    subprocess.run(
        [command, "quantize", model_file, "-o", tmp_path / "a.onnx", "--calib", f"npz:{tmp_path / 'calib.npz'}"],
        check=True,
        capture_output=True,
    )
    halftone.quantize(model_file, tmp_path / "b.onnx", calib={"x": labelled[0]})
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


def test_a_temporary_model_lives_as_long_as_its_result_and_can_be_kept(model, labelled, tmp_path):
    result = halftone.quantize(model, calib=labelled[0])
    path = Path(result.output)
    kept = result.save_model(tmp_path / "kept.onnx")
    assert kept.read_bytes() == path.read_bytes()
    del result
    assert not path.exists()


def test_results_can_be_read(model, labelled):
    result = halftone.quantize(model, calib=labelled[0], eval=labelled)
    assert "ops quantized" in repr(result)
    assert "top1" in str(result)
    assert result["ops"] == result.ops == result.to_dict()["ops"]
    assert json.loads(result.to_json())["command"] == "quantize"
    assert "iframe" in result._repr_html_()
    assert result.report("md").startswith("#")
    with pytest.raises(AttributeError, match="it has"):
        _ = result.nonsense


def test_a_search_finds_a_model(model, labelled, tmp_path):
    trials: list = []
    result = halftone.tune(
        model,
        tmp_path / "best.onnx",
        data=labelled,
        max_drop="5pt",
        objective="size",
        strategy="basic",
        max_trials=3,
        progress=lambda event: trials.append(event.trial) if event.kind == "trial" else None,
    )
    assert result.target_met
    assert result.met
    assert [trial["id"] for trial in trials] == [trial["id"] for trial in result.trials]
    assert len(result.trials_table()) == len(result.trials)
    assert isinstance(result.model, onnx.ModelProto)
    again = halftone.tune(model, tmp_path / "best.onnx", data=labelled, max_drop="5pt", objective="size",
                          strategy="basic", max_trials=3, resume=True)  # fmt: skip
    assert [trial["id"] for trial in again.trials] == [trial["id"] for trial in result.trials]


def test_a_model_is_evaluated_alone_and_against_float(model, labelled):
    quantized = halftone.quantize(model, calib=labelled[0])
    alone = halftone.evaluate(quantized, eval=labelled, metrics=["top1", "f1_macro"])
    assert alone.samples == 200
    assert alone.metrics["top1"]["low"] < alone.metrics["top1"]["value"] < alone.metrics["top1"]["high"]
    gate = halftone.evaluate(quantized, eval=labelled, against=model, max_drop="5pt")
    assert gate.met
    gate.require_met()
    strict = halftone.evaluate(quantized, eval=labelled, against=model, max_drop="0pt", metrics=["mse"])
    assert strict.met is False
    with pytest.raises(halftone.TargetNotMetError):
        strict.require_met()


def test_a_model_is_timed_against_another(model, labelled):
    quantized = halftone.quantize(model, calib=labelled[0])
    result = halftone.benchmark(quantized, against=model, runs=10, max_seconds=2)
    assert result.latency_ms["p50"] > 0
    assert result.against["ratio"]["p50"] > 0


def test_what_would_happen_needs_no_data(model):
    plan = halftone.plan(model)
    assert "of 3 ops" in repr(plan)
    query = halftone.query(model)
    assert {op["name"] for op in query.ops} == {"first", "relu", "last"}


def test_rules_are_given_as_dicts(model, labelled):
    result = halftone.quantize(model, calib=labelled[0], set={"quantization.ops": {"last": {"precision": "fp32"}}})
    assert "last" in {op["name"] for op in result.ops["float"]}


def test_a_result_is_recovered_without_data(model_file, tmp_path, labelled):
    result = halftone.quantize(model_file, tmp_path / "int8.onnx", calib=labelled[0])
    again = halftone.recover(result, tmp_path / "again.onnx")
    assert Path(again.output).read_bytes() == (tmp_path / "int8.onnx").read_bytes()


def test_an_object_is_recovered_from_its_own_float_model(model, labelled):
    result = halftone.quantize(model, calib=labelled[0])
    again = halftone.recover(result, model=model)
    assert again.model.SerializeToString() == result.model.SerializeToString()


def test_the_op_that_errs_is_named(model, labelled):
    quantized = halftone.quantize(model, calib=labelled[0])
    found = halftone.diagnose(model, quantized, data=labelled[0])
    assert {op["name"] for op in found.ops} >= {"first", "last"}
    assert "adds the most noise" in repr(found)


def test_models_are_compared(model, labelled):
    quantized = halftone.quantize(model, calib=labelled[0])
    found = halftone.compare(model, quantized, eval=labelled, runs=0)
    assert len(found.models) == 2


def test_reports_and_backends(model, labelled, tmp_path):
    result = halftone.quantize(model, calib=labelled[0])
    halftone.report(result, tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text().startswith("<!")
    keys = {backend["key"] for backend in halftone.backends()["backends"]}
    assert "onnxruntime" in keys


@pytest.mark.parametrize(
    ("verb", "typed", "meant"),
    [
        ("quantize", "max_dorp", "max_drop"),
        ("tune", "stratgy", "strategy"),
        ("evaluate", "metrix", "metrics"),
        ("plan", "aproach", "approach"),
    ],
)
def test_an_unknown_argument_names_the_nearest(verb, typed, meant, model):
    with pytest.raises(halftone.InvalidArgumentError, match=typed) as caught:
        getattr(halftone, verb)(model, **{typed: "x"})
    assert meant in caught.value.hint


def test_numbers_of_other_libraries_are_numbers(model, labelled):
    result = halftone.quantize(model, calib=labelled[0], calib_samples=np.int64(50), seed=np.int32(3))
    assert result.calibration["samples"] == 50
    assert result.seed == 3


def test_a_switch_is_true_or_false_and_false_says_false_elsewhere(model, model_file, labelled, tmp_path):
    halftone.quantize(model_file, tmp_path / "a.onnx", calib=labelled[0], no_report=True)
    assert not (tmp_path / "a.onnx.halftone.html").exists()
    halftone.quantize(model_file, tmp_path / "b.onnx", calib=labelled[0], no_report=False)
    assert (tmp_path / "b.onnx.halftone.html").exists()
    with pytest.raises(halftone.InvalidArgumentError, match="True or False"):
        halftone.quantize(model, calib=labelled[0], no_report="yes")  # type: ignore[arg-type]
    plan = halftone.plan(model, reduce_range=False)
    assert plan.config["quantization"]["reduce_range"] is False


def test_a_function_evaluates_one_model_in_the_form_it_was_given(model, labelled):
    seen = []

    def judge(given):
        seen.append(given)
        return 0.25

    result = halftone.evaluate(model, eval_func=judge)
    assert isinstance(seen[0], onnx.ModelProto)
    assert result.metrics["score"]["value"] == 0.25
