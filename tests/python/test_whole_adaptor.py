"""Adaptors that have quantize(), evaluate() and the two queries alone, as the original system's users write them."""

from dataclasses import dataclass, replace

import halftone
import numpy as np
import pytest
from conftest import samples, weights


@dataclass(frozen=True)
class Toy:
    """Two layers; those in `bits` have their weights rounded to so many."""

    weights: dict
    bits: dict


def rounded(values, bits):
    scale = np.abs(values).max() / (2 ** (bits - 1) - 1)
    return (np.round(values / scale) * scale).astype(np.float32)


calls = {"quantize": 0, "evaluate": 0, "trained": 0, "samples": 0}


@halftone.adaptor_registry("toy")
class ToyAdaptor(halftone.Adaptor):
    framework = "toys"

    def query_fw_capability(self, model):
        choice = halftone.OpChoice(
            "static", halftone.QuantSpec("uint8"), halftone.QuantSpec("int8", "symmetric", "per_tensor")
        )
        return [
            halftone.OpCapability("one", "Layer", [choice], is_product=True),
            halftone.OpCapability("act", "Act", [choice]),
            halftone.OpCapability("two", "Layer", [choice], is_product=True),
            halftone.OpCapability("out", "Softmax", reason="it ends the model"),
        ]

    def query_fused_patterns(self, model):
        return [["one", "act"]]

    def quantize(self, tune_cfg, model, dataloader, q_func=None):
        calls["quantize"] += 1
        calls["samples"] += sum(len(inputs["x"]) for inputs, _ in dataloader)
        quantized = replace(model, bits=dict.fromkeys(tune_cfg.quantized, 8))
        if q_func is not None:
            q_func(quantized)
        return quantized

    def evaluate(self, model, dataloader, postprocess=None, metrics=None, measurer=None, iteration=-1,
                 tensorboard=None, fp32_baseline=None):  # fmt: skip
        calls["evaluate"] += 1
        own = {name: rounded(value, model.bits[key]) if (key := {"w1": "one", "w2": "two"}.get(name)) in model.bits
               else value for name, value in model.weights.items()}  # fmt: skip
        right = seen = 0
        for step, (inputs, label) in enumerate(dataloader):
            if step == iteration:
                break
            x = inputs["x"]
            y = np.maximum(x @ own["w1"].T + own["b1"], 0) @ own["w2"].T + own["b2"]
            right += int((y.argmax(1) == label).sum())
            seen += len(x)
        return right / seen


@pytest.fixture
def toy():
    return Toy(weights(), {})


def test_it_is_quantized_and_judged(toy, labelled):
    result = halftone.quantize(toy, backend="toy", calib={"x": labelled[0]}, eval=({"x": labelled[0]}, labelled[1]))
    assert isinstance(result.model, Toy)
    assert set(result.model.bits) == {"one", "two"}
    reasons = {op["name"]: op["reason"] for op in result.ops["float"]}
    assert reasons["out"] == "it ends the model"
    assert abs(result.accuracy["top1"]["delta"]["value"]) < 0.05
    assert result.accuracy["top1"]["delta"]["low"] is None


def test_fused_ops_are_one_unit(toy):
    query = halftone.query(toy, backend="toy")
    assert len(query.ops) == 4
    plan = halftone.plan(toy, backend="toy")
    assert plan.ops["quantized"] == 3
    assert plan.fusions[0]["ops"] == ["one", "act"]


@pytest.mark.parametrize("strategy", ["basic", "random", "bayesian", "exhaustive", "tpe", "conservative"])
def test_it_is_tuned_and_the_result_says_what_that_costs(strategy, toy, labelled, tmp_path):
    before = dict(calls)
    data = ({"x": labelled[0]}, labelled[1])
    with pytest.warns(halftone.HalftoneWarning, match="every trial"):
        result = halftone.tune(toy, tmp_path / "best", backend="toy", data=data, strategy=strategy, max_drop="10pt",
                               max_trials=3, objective="latency")  # fmt: skip
    assert result.target_met
    assert isinstance(result.model, Toy)
    assert calls["quantize"] - before["quantize"] >= len(result.trials) - 1
    assert result.calibration["each_trial"] is True
    assert all(trial["latency_ms"] > 0 for trial in result.trials)


def test_a_strategy_that_observes_says_what_is_missing(toy, labelled, tmp_path):
    with pytest.raises(halftone.ConfigurationError, match="mse_v2"):
        halftone.tune(toy, tmp_path / "best", backend="toy", data=({"x": labelled[0]}, labelled[1]), strategy="mse_v2")


def test_rules_of_the_user_hold(toy, labelled):
    result = halftone.quantize(
        toy, backend="toy", calib={"x": labelled[0]}, set={"quantization.ops": {"two": {"precision": "fp32"}}}
    )
    assert set(result.model.bits) == {"one"}


def test_a_training_function_reaches_it(toy, labelled):
    def train(model):
        model.weights["b2"] = model.weights["b2"] + 1

    result = halftone.quantize(toy, backend="toy", calib={"x": labelled[0]}, approach="qat", q_func=train)
    assert result.approach == "qat"
    assert np.allclose(result.model.weights["b2"], weights()["b2"] + 1)


def test_a_file_that_was_not_written_here_is_never_unpickled(tmp_path):
    path = tmp_path / "evil.toy"
    path.write_bytes(b"cos\nsystem\n(S'touch " + str(tmp_path / "broken_in").encode() + b"'\ntR.")
    with pytest.raises(halftone.UnsupportedError, match="reads no files"):
        halftone.plan(path, backend="toy")
    assert not (tmp_path / "broken_in").exists()


def test_scores_by_sample_count(labelled):
    class Scoring(ToyAdaptor):
        def evaluate(self, *args, **options):
            return {"metrics": {"top1": 0.5}, "per_sample": {"top1": [1.0, 0.0] * 100}}

    halftone.adaptor_registry("toy_scoring")(Scoring)
    result = halftone.evaluate(Toy(weights(), {}), backend="toy_scoring", eval=({"x": labelled[0]}, labelled[1]))
    assert result.metrics["top1"]["low"] < 0.5 < result.metrics["top1"]["high"]
    assert result.samples == 200


def test_a_sample_is_enough_of_an_adaptor_to_time(toy):
    result = halftone.benchmark(toy, backend="toy", data={"x": samples(4)[0]}, runs=3, max_seconds=1)
    assert result.latency_ms["p50"] > 0
