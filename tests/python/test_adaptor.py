"""An adaptor in Python: the core quantizes, judges and tunes by it as by any other."""

import subprocess
import sys
from pathlib import Path

import halftone
import numpy as np
import numpy_net
import pytest
from conftest import ROOT, predictions, samples

# Those that need no skill which the example lacks, and one that does.
STRATEGIES = ["auto", "basic", "conservative", "exhaustive", "random", "bayesian", "tpe", "mse", "mse_v2"]


def run(adaptor, path, x):
    session = adaptor.open(adaptor.load(path))
    ((_, result),) = session.run({"x": x}).items()
    return result


def test_a_file_is_quantized_and_judged(network_file, tmp_path, labelled):
    result = halftone.quantize(network_file, tmp_path / "int8.npnet", calib=labelled[0], eval=labelled)
    assert result.backend == "numpy_net"
    assert result.ops["quantized"] == 3
    assert abs(result.accuracy["top1"]["delta"]["value"]) <= 0.05
    adaptor = halftone.adaptor("numpy_net")
    x, _ = samples(seed=7)
    assert np.abs(run(adaptor, result.output, x) - predictions(x)).mean() < 0.1
    written = adaptor.load(result.output).native
    assert [layer.weight.dtype for layer in written.layers if layer.type == "Dense"] == [np.int8, np.int8]
    assert "numpy_net" in result.snippet


def test_an_object_gives_an_object(network, labelled):
    result = halftone.quantize(network, backend="numpy_net", calib=labelled[0], eval=labelled)
    assert isinstance(result.model, numpy_net.Network)
    assert result.model.layers[0].weight.dtype == np.int8
    assert network.layers[0].weight.dtype == np.float32


def test_the_same_input_gives_the_same_bytes(network_file, tmp_path, labelled):
    for name, threads in (("a", 1), ("b", 2)):
        halftone.quantize(network_file, tmp_path / f"{name}.npnet", calib=labelled[0], threads=threads)
    assert (tmp_path / "a.npnet").read_bytes() == (tmp_path / "b.npnet").read_bytes()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_finishes(strategy, network_file, tmp_path, labelled):
    result = halftone.tune(network_file, tmp_path / "best.npnet", data=labelled, strategy=strategy, max_drop="5pt",
                           objective="size", max_trials=4)  # fmt: skip
    assert result.target_met
    assert 1 <= len(result.trials) - 1 <= 4
    assert numpy_net.NumpyNetAdaptor(halftone.AdaptorOptions("numpy_net")).load(halftone.ModelSource(result.output))


def test_a_strategy_that_needs_a_missing_skill_says_so(network_file, tmp_path, labelled):
    with pytest.raises(halftone.ConfigurationError, match="hawq_v2"):
        halftone.tune(network_file, tmp_path / "best.npnet", data=labelled, strategy="hawq_v2")


def test_every_verb_works(network_file, tmp_path, labelled):
    quantized = halftone.quantize(network_file, tmp_path / "int8.npnet", calib=labelled[0])
    assert halftone.plan(network_file).ops["quantized"] == 3
    assert len(halftone.query(network_file).ops) == 3
    assert halftone.evaluate(quantized, eval=labelled, against=network_file, max_drop="5pt").met
    assert halftone.benchmark(quantized, against=network_file, runs=5, max_seconds=1).latency_ms["p50"] > 0
    assert halftone.diagnose(network_file, quantized, data=labelled[0]).ops
    again = halftone.recover(quantized, tmp_path / "again.npnet")
    assert Path(again.output).read_bytes() == Path(quantized.output).read_bytes()
    assert len(halftone.compare(network_file, quantized, eval=labelled, runs=0).models) == 2
    assert "numpy_net" in {entry["key"] for entry in halftone.backends()["backends"]}


def test_the_functions_of_the_interface_work_one_by_one(network_file, labelled, tmp_path):
    adaptor = halftone.adaptor("numpy_net")
    model = adaptor.prepare(adaptor.load(network_file))
    assert [entry.name for entry in model.inputs] == ["x"]
    assert [op.name for op in adaptor.graph(model).ops] == ["first", "relu", "last"]
    capability = adaptor.query_fw_capability(model)
    assert [unit.ops for unit in capability.units] == [["first", "relu"], ["last"]]
    assert adaptor.query_fused_patterns(model) == [["first", "relu"]]
    config = adaptor.default_config(model)
    loader = halftone.data_loader(labelled, model.inputs, count=50)
    quantized = adaptor.quantize(config, model, loader)
    assert quantized.plan.quantized_ops == 3
    assert quantized.table.samples == 50
    score = adaptor.evaluate(quantized.model, loader, metrics=["top1"])["top1"]
    assert score.low <= score.value <= score.high
    adaptor.save(quantized.model, tmp_path / "int8.npnet")
    found = adaptor.inspect_tensor(quantized.model, loader, op_list=["last"], iteration_list=[1], inspect_type="all")
    assert found["activation"][1]["last"]["last.y"].shape == (1, 4)
    assert "last.w" in found["weight"]["last"]
    changed = adaptor.set_tensor(quantized.model, {"first.w": np.zeros((32, 16), np.float32)})
    assert not changed.native.layers[0].weight.any()
    ranked = adaptor.diagnosis_helper(model, quantized.model, loader)
    assert {op["name"] for op in ranked} >= {"relu", "last"}
    executed = adaptor.executed_ops(quantized.model)
    assert executed
    assert [op.low_precision for op in executed] == [True, True]


def test_observed_tensors_are_shown(network_file):
    adaptor = halftone.adaptor("numpy_net")
    session = adaptor.open(adaptor.load(network_file), observed_tensors=["relu.y"])
    shown: dict = {}
    session.run({"x": samples(3)[0]}, observe=shown.__setitem__)
    assert list(shown) == ["relu.y"]
    assert (shown["relu.y"] >= 0).all()


def test_the_subclass_may_call_the_cores_own(network, labelled):
    calls = []

    class Noting(numpy_net.NumpyNetAdaptor):
        def evaluate(self, *args, **options):
            calls.append(options["metrics"])
            found = super().evaluate(*args, **options)
            return {name: estimate.value for name, estimate in found.items()}

    halftone.adaptor_registry("numpy_net_noting")(Noting)
    plain = halftone.evaluate(network, backend="numpy_net", eval=labelled)
    noted = halftone.evaluate(network, backend="numpy_net_noting", eval=labelled)
    assert calls == [["top1"]]
    assert noted.metrics["top1"]["value"] == plain.metrics["top1"]["value"]


def test_what_an_adaptor_raises_comes_through(network, labelled):
    class Failing(numpy_net.NumpyNetAdaptor):
        def convert(self, model, plan):
            raise LookupError("no converter today")

    halftone.adaptor_registry("numpy_net_failing")(Failing)
    with pytest.raises(LookupError, match="no converter today") as caught:
        halftone.quantize(network, backend="numpy_net_failing", calib=labelled[0])
    assert any("convert" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no NumPy network"),
        (b"{}\n", "no NumPy network"),
        (b'{"format": "numpy_net 2", "layers": []}\n', "numpy_net 2"),
        (b'{"format": "numpy_net 1", "inputs": 2, "layers": [{"name": "a"}]}\n', "no NumPy network"),
    ],
)
def test_a_broken_file_ends_in_one_error(content, message, tmp_path):
    (tmp_path / "broken.npnet").write_bytes(content)
    with pytest.raises(halftone.InvalidModelError, match=message):
        halftone.plan(tmp_path / "broken.npnet")


def test_a_class_that_lacks_functions_is_refused():
    with pytest.raises(halftone.InvalidArgumentError, match="not complete") as caught:

        @halftone.adaptor_registry("incomplete")
        class Incomplete(halftone.Adaptor):
            def graph(self, model):
                return model

    assert "open" in caught.value.hint
    with pytest.raises(halftone.InvalidArgumentError, match=r"op_types|capabilities"):

        @halftone.adaptor_registry("without_a_file")
        class WithoutFile(halftone.Adaptor):
            def graph(self, model):
                return model

            def open(self, model, options):
                return model

            def convert(self, model, plan):
                return model


def test_a_key_that_is_taken_is_refused():
    class Other(numpy_net.NumpyNetAdaptor):
        pass

    with pytest.raises(halftone.InvalidArgumentError, match="already"):
        halftone.adaptor_registry("numpy_net")(Other)


def test_a_capability_file_that_is_wrong_names_its_line(network, labelled, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text((ROOT / "examples/python/numpy_net.yaml").read_text().replace("Dense + Relu", "Dense + Rellu"))

    class Broken(numpy_net.NumpyNetAdaptor):
        capabilities = str(broken)

    halftone.adaptor_registry("numpy_net_broken")(Broken)
    with pytest.raises(halftone.ConfigurationError, match="Rellu"):
        halftone.quantize(network, backend="numpy_net_broken", calib=labelled[0])


def test_the_command_takes_the_adaptor_as_a_plugin(network_file, tmp_path, labelled, monkeypatch):
    np.savez(tmp_path / "data.npz", x=labelled[0], label=labelled[1])
    monkeypatch.chdir(ROOT / "examples" / "python")
    words = ["quantize", network_file, "-o", tmp_path / "int8.npnet", "--data", f"npz:{tmp_path / 'data.npz'}"]
    done = subprocess.run(
        [sys.executable, "-m", "halftone", "--plugin", "numpy_net", *words], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "int8.npnet" in done.stdout
    halftone.quantize(network_file, tmp_path / "again.npnet", data=labelled)
    assert (tmp_path / "int8.npnet").read_bytes() == (tmp_path / "again.npnet").read_bytes()
    missing = subprocess.run(
        [sys.executable, "-m", "halftone", "backends", "--plugin", "no_such_module"], capture_output=True, text=True
    )
    assert missing.returncode == 2
    assert "no_such_module" in missing.stderr
