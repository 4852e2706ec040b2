"""What ONNX Runtime's quantizer has attributes for, as Halftone's options: read from the models they make."""

import json
import os
import pathlib
import subprocess
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest
from onnx import TensorProto, helper, numpy_helper

Run = Callable[..., dict[str, Any]]


def save(path: pathlib.Path, nodes: list[onnx.NodeProto], weights: dict[str, np.ndarray]) -> pathlib.Path:
    """A model from `x` to `y`, 1 × 4 × 6 × 6 each."""
    image = [1, 4, 6, 6]
    graph = helper.make_graph(
        nodes,
        path.stem,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, image)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, image)],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path


def weight(seed: int, inputs: int = 4, size: float = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=size, size=(4, inputs, 3, 3))


def conv(source: str, name: str, target: str) -> onnx.NodeProto:
    return helper.make_node("Conv", [source, f"{name}_w"], [target], name, pads=[1, 1, 1, 1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Three convolutions around a residual; `r` has two readers. Three in a row. Two whose results are joined."""
    made = tmp_path_factory.mktemp("attributes")
    weights = {"first_w": weight(1), "second_w": weight(2), "last_w": weight(3)}
    nodes = [
        conv("x", "first", "c"),
        helper.make_node("Relu", ["c"], ["r"], "relu"),
        conv("r", "second", "s"),
        helper.make_node("Add", ["s", "r"], ["a"], "add"),
        conv("a", "last", "y"),
    ]
    save(made / "residual.onnx", nodes, weights)
    nodes = [
        conv("x", "first", "c"),
        helper.make_node("LeakyRelu", ["c"], ["r"], "leaky"),
        conv("r", "second", "s"),
        conv("s", "last", "y"),
    ]
    save(made / "chain.onnx", nodes, weights)
    weights = {"left_w": weight(4), "right_w": weight(5, size=0.02), "last_w": weight(6, inputs=8)}
    nodes = [
        conv("x", "left", "l"),
        conv("x", "right", "r"),
        helper.make_node("Concat", ["l", "r"], ["j"], "join", axis=1),
        conv("j", "last", "y"),
    ]
    save(made / "joined.onnx", nodes, weights)
    np.savez(made / "x.npz", x=np.random.default_rng(0).normal(size=(16, 4, 6, 6)).astype(np.float32))
    return made


class Quantized:
    """A quantized model and the result of making it."""

    def __init__(self, path: pathlib.Path, result: dict[str, Any]) -> None:
        self.path = path
        self.result = result
        self.graph = onnx.load(path).graph
        self.constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in self.graph.initializer}

    def count(self, op_type: str) -> int:
        return Counter(node.op_type for node in self.graph.node)[op_type]

    def node(self, name: str) -> onnx.NodeProto:
        found: onnx.NodeProto = next(node for node in self.graph.node if node.name == name)
        return found

    def writer(self, tensor: str) -> onnx.NodeProto:
        found: onnx.NodeProto = next(node for node in self.graph.node if tensor in node.output)
        return found

    def parameters(self, tensor: str) -> tuple[float, int]:
        """Scale and zero point of the conversion that reads `tensor`."""
        node = next(node for node in self.graph.node if node.op_type == "QuantizeLinear" and node.input[0] == tensor)
        return self.constants[node.input[1]].item(), self.constants[node.input[2]].item()

    def outputs(self) -> np.ndarray:
        session = onnxruntime.InferenceSession(self.path, providers=["CPUExecutionProvider"])
        samples = np.load(self.path.parent / "x.npz")["x"]
        return np.stack([session.run(None, {"x": sample[None]})[0] for sample in samples])

    def kernels(self) -> Counter[str]:
        """Op types that the runtime executes after its own optimizations."""
        options = onnxruntime.SessionOptions()
        options.optimized_model_filepath = str(self.path.with_suffix(".optimized.onnx"))
        onnxruntime.InferenceSession(self.path, options, providers=["CPUExecutionProvider"])
        return Counter(node.op_type for node in onnx.load(options.optimized_model_filepath).graph.node)

    def float_ops(self) -> dict[str, str]:
        return {op["name"]: op["reason"] for op in self.result["ops"]["float"]}


Quantize = Callable[..., Quantized]


@pytest.fixture
def quantize(run: Run, folder: pathlib.Path) -> Quantize:
    """Quantizes a model under options; `recover` then has to give the same bytes."""

    def call(model: str, *options: str) -> Quantized:
        output, again = folder / f"{model}_int8.onnx", folder / f"{model}_again.onnx"
        result = run("quantize", folder / f"{model}.onnx", "-o", output, "--calib", f"npz:{folder / 'x.npz'}", *options)
        assert run("recover", f"{output}.halftone.json", "-o", again)["identical"] is True
        assert again.read_bytes() == output.read_bytes()
        return Quantized(output, result)

    return call


def failure(folder: pathlib.Path, *options: str) -> str:
    """Message of a run that ends as a usage or configuration error."""
    command = [os.environ["HALFTONE_BIN"], "quantize", str(folder / "residual.onnx"), "-o", str(folder / "no.onnx")]
    command += ["--calib", f"npz:{folder / 'x.npz'}", "--json", "--quiet", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert not (folder / "no.onnx").exists()
    error: dict[str, str] = json.loads(done.stdout)["error"]
    return error["message"] + " | " + error["hint"]


# per_channel


@pytest.mark.parametrize(("granularity", "scales"), [("per_channel", 4), ("per_tensor", 1)])
def test_weights_have_a_scale_for_each_channel_or_one(quantize: Quantize, granularity: str, scales: int) -> None:
    made = quantize("residual", "--set", f"quantization.op_types.Conv={{weight: {{granularity: {granularity}}}}}")
    scale = made.constants[made.writer(made.node("first").input[1]).input[1]]
    assert scale.size == scales
    assert made.kernels()["QLinearConv"] == 3


# op_types_to_quantize, nodes_to_quantize, nodes_to_exclude


def test_only_the_op_types_named_are_quantized(quantize: Quantize) -> None:
    made = quantize("residual", "--op-types-to-quantize", "Conv")
    assert made.float_ops() == {"add": "Add is not among the op types to quantize"}
    assert made.kernels()["QLinearConv"] == 3
    assert made.kernels()["Relu"] == 0, "the kernel of the convolution takes it along"
    # What stands around the Add is enough for the runtime, and the result says so.
    assert made.kernels()["QLinearAdd"] == 1
    assert any("low precision here" in warning and "'add'" in warning for warning in made.result["warnings"])


def test_only_the_ops_named_are_quantized(quantize: Quantize) -> None:
    made = quantize("residual", "--ops-to-quantize", "first,la.*")
    assert made.float_ops()["second"] == "'second' is not among the ops to quantize"
    assert made.kernels()["QLinearConv"] == 2
    assert made.kernels()["Conv"] == 1


def test_excluded_ops_stay_in_float(quantize: Quantize, folder: pathlib.Path) -> None:
    made = quantize("residual", "--ops-to-exclude", "relu,last")
    assert made.float_ops()["relu"] == "among the ops to exclude ('relu')"
    assert made.float_ops()["last"] == "among the ops to exclude ('last')"
    config = folder / "exclude.yaml"
    config.write_text("quantization: {nodes_to_exclude: [relu, last]}\n")
    assert quantize("residual", "--config", str(config)).float_ops() == made.float_ops()


def test_lists_hold_together(quantize: Quantize) -> None:
    options = ["--op-types-to-quantize", "Conv", "--ops-to-quantize", "first,second", "--ops-to-exclude", "second"]
    assert set(quantize("residual", *options).float_ops()) == {"second", "add", "last"}


@pytest.mark.parametrize("option", ["--op-types-to-quantize", "--ops-to-quantize", "--ops-to-exclude"])
def test_an_item_of_a_list_that_matches_nothing_is_an_error(folder: pathlib.Path, option: str) -> None:
    name = "Convs" if "types" in option else "lasst"
    assert f"'{name}' matches" in failure(folder, option, name)
    assert "did you mean" in failure(folder, option, name)


# TensorQuantOverrides


def test_given_parameters_stand_in_the_model_as_they_are(quantize: Quantize) -> None:
    given = ["--set", "quantization.tensors.x={scale: 0.03125, zero_point: 100}"]
    made = quantize("residual", *given, "--set", "quantization.tensors.[as]={min: -12.8, max: 12.7}")
    assert made.parameters("x") == (0.03125, 100)
    # 25.5 over 255 steps.
    assert made.parameters("s") == made.parameters("a") == (float(np.float32(0.1)), 128)
    assert made.kernels()["QLinearConv"] == 3
    assert made.result["config"]["quantization"]["tensors"]["x"] == {"scale": 0.03125, "zero_point": 100}


def test_given_parameters_need_no_data(run: Run, folder: pathlib.Path) -> None:
    config = folder / "given.yaml"
    config.write_text(
        "quantization:\n  approach: static\n"
        "  tensors: {x: {min: -4, max: 4}, '[rsay]': {min: -30, max: 30}, r: {min: 0, max: 30}}\n"
    )
    made = run("quantize", folder / "residual.onnx", "-o", folder / "given.onnx", "--config", config)
    assert made["calibration"]["samples"] == 0
    assert made["ops"]["quantized"] == made["ops"]["total"]
    assert Quantized(folder / "given.onnx", made).kernels()["QLinearConv"] == 3


def test_a_joined_tensor_keeps_what_it_is_given(quantize: Quantize) -> None:
    made = quantize("joined", "--set", "quantization.tensors.l={scale: 0.5, zero_point: 128}")
    assert made.parameters("l") == (0.5, 128)
    assert made.parameters("r") != made.parameters("l")
    assert made.kernels()["QLinearConcat"] == 1


def test_joins_of_tensors_of_very_different_scale_come_back(quantize: Quantize) -> None:
    made = quantize("joined")
    assert made.parameters("l")[0] > 2 * made.parameters("r")[0]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("xx={min: 0, max: 1}", "'xx' matches the name of no tensor in the model | known are: x, "),
        ("first_w={min: 0, max: 1}", "is a constant"),
        ("x={scale: 1, zero_point: 300}", "lies from 0 to 255"),
        ("x={scale: 1}", "zero_point"),
        ("x={scale: -1, zero_point: 0}", "above 0"),
        ("x={min: 2, max: 1}", "min is above max"),
    ],
)
def test_parameters_that_cannot_be_are_refused(folder: pathlib.Path, rule: str, says: str) -> None:
    assert says in failure(folder, "--set", f"quantization.tensors.{rule}")


# DedicatedQDQPair, AddQDQPairToWeight, OpTypesToExcludeOutputQuantization

DEDICATED = ["--set", "quantization.recipes.dedicated_qdq_pairs=true"]
ON_WEIGHTS = ["--set", "quantization.recipes.qdq_on_weights=true"]


def test_by_default_each_tensor_has_one_pair(quantize: Quantize) -> None:
    made = quantize("residual")
    assert made.count("QuantizeLinear") == 5, "x, r, s, a, y"
    assert made.count("DequantizeLinear") == 8, "these, and three weights"


def test_each_reader_may_have_a_pair_of_its_own(quantize: Quantize) -> None:
    shared = quantize("residual").outputs()
    made = quantize("residual", *DEDICATED)
    assert made.count("QuantizeLinear") == 6, "r has two readers"
    assert made.count("DequantizeLinear") == 9
    assert made.node("second").input[0] != made.node("add").input[1]
    assert made.writer(made.writer(made.node("add").input[1]).input[0]).input[0] == "r"
    assert np.array_equal(made.outputs(), shared)
    assert made.kernels()["QLinearConv"] == 3
    assert made.kernels()["QLinearAdd"] == 1


def test_weights_may_stay_in_float_with_a_pair_behind_them(quantize: Quantize) -> None:
    usual = quantize("residual").outputs()
    made = quantize("residual", *ON_WEIGHTS)
    assert made.count("QuantizeLinear") == 8, "five tensors and three weights"
    assert made.constants["first_w"].dtype == np.float32
    assert made.writer(made.writer(made.node("first").input[1]).input[0]).input[0] == "first_w"
    assert np.array_equal(made.outputs(), usual)
    assert made.kernels()["QLinearConv"] == 3


def test_both_layouts_go_together(quantize: Quantize) -> None:
    usual = quantize("residual").outputs()
    made = quantize("residual", *DEDICATED, *ON_WEIGHTS)
    assert made.count("QuantizeLinear") == 9
    assert np.array_equal(made.outputs(), usual)


def test_results_of_op_types_may_stay_in_float(quantize: Quantize) -> None:
    made = quantize("residual", "--set", "quantization.recipes.float_outputs=[Conv]")
    assert made.count("QuantizeLinear") == 4, "y is read by nobody; s is, in integers"
    assert made.node("last").output[0] == "y"
    # The runtime has no integer convolution that gives float, and the result says so.
    assert made.kernels()["QLinearConv"] == 2
    assert made.result["verified"]["not_low_precision"] == ["last"]
    assert any("runs them in float" in warning for warning in made.result["warnings"])


def test_layouts_of_pairs_need_pairs(folder: pathlib.Path) -> None:
    assert "no effect" in failure(folder, *DEDICATED, "--ops-to-exclude", ".*")
    assert "true" in failure(folder, "--set", "quantization.recipes.qdq_on_weights=yes")


# ReduceRange


@pytest.mark.parametrize(
    ("target", "reduce", "largest"),
    [("vnni", "auto", 127), ("avx2", "auto", 64), ("avx2", "false", 127), ("vnni", "true", 64)],
)
def test_weights_give_up_a_bit_by_the_target_or_when_told(
    quantize: Quantize, target: str, reduce: str, largest: int
) -> None:
    made = quantize("residual", "--target", target, "--reduce-range", reduce)
    values = made.constants[made.writer(made.node("first").input[1]).input[0]]
    assert np.abs(values.astype(int)).max() == largest


@pytest.fixture(scope="module")
def bright(folder: pathlib.Path) -> dict[str, np.ndarray]:
    """A product of positive numbers, whose sums are large: saved as bright.onnx, samples as bright.npz."""
    random = np.random.default_rng(9)
    values = random.uniform(0.2, 1, size=(16, 8)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], "product")],
        "bright",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 16])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 8])],
        [numpy_helper.from_array(values, "w")],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), folder / "bright.onnx"
    )
    samples = random.uniform(0, 1, size=(8, 16)).astype(np.float32)
    np.savez(folder / "bright.npz", x=samples)
    return {"x": samples, "w": values}


def saturation(
    run: Run, folder: pathlib.Path, *options: str, data: str = "bright.npz"
) -> tuple[list[dict[str, Any]] | None, Quantized]:
    output = folder / "bright_int8.onnx"
    words = ["--approach", "static", "--calib", f"npz:{folder / data}", *options]
    result = run("quantize", folder / "bright.onnx", "-o", output, *words)
    return result["saturation"], Quantized(output, result)


def test_sums_that_saturate_on_the_target_are_counted(
    run: Run, folder: pathlib.Path, bright: dict[str, np.ndarray]
) -> None:
    found, made = saturation(run, folder, "--target", "avx2", "--reduce-range", "false")
    assert found is not None
    product = made.node("product")
    weights, weight_scale, _ = (made.constants[name] for name in made.writer(product.input[1]).input)
    scale, zero_point = made.parameters("x")
    inputs = np.clip(np.round(bright["x"] / np.float32(scale)) + zero_point, 0, 255).astype(int)
    # [sample, pair, output]: sums of two neighbouring products, and what of them fits 16 bits.
    sums = (inputs[:, :, None] * weights.astype(int)).reshape(8, 8, 2, 8).sum(axis=2)
    fitted = np.clip(sums, -32768, 32767)
    noise = np.square((sums - fitted).sum(axis=1) * float(scale) * weight_scale.astype(float)).mean()
    signal = np.square((bright["x"] @ bright["w"]).astype(float)).mean()
    share = float((sums != fitted).mean())
    assert 0.1 < share < 0.9
    assert found == [
        {
            "op": "product",
            "share": pytest.approx(share),
            "sqnr_db": pytest.approx(10 * np.log10(signal / noise), abs=0.01),
        }
    ]
    assert any("do not fit 16 bits in 1 ops" in warning for warning in made.result["warnings"])


def test_seven_bits_or_another_target_save_the_sums(
    run: Run, folder: pathlib.Path, bright: dict[str, np.ndarray]
) -> None:
    del bright
    assert saturation(run, folder, "--target", "avx512")[0] == []
    assert saturation(run, folder, "--target", "vnni")[0] is None


def test_without_data_the_weights_alone_are_looked_at(
    run: Run, folder: pathlib.Path, bright: dict[str, np.ndarray]
) -> None:
    del bright
    output = folder / "bright_dynamic.onnx"
    words = ["--approach", "dynamic", "--target", "avx2", "--reduce-range", "false"]
    result = run("quantize", folder / "bright.onnx", "-o", output, *words)
    assert result["saturation"] == [{"op": "product", "share": None, "sqnr_db": None}]


# activation_type, weight_type, ActivationSymmetric, WeightSymmetric


@pytest.mark.parametrize("weights", ["int8", "uint8"])
@pytest.mark.parametrize("activations", ["uint8", "int8"])
@pytest.mark.parametrize("scheme", ["asymmetric", "symmetric"])
def test_types_and_schemes_are_those_asked_for(quantize: Quantize, activations: str, weights: str, scheme: str) -> None:
    rule = f"{{activation: {{dtype: {activations}, scheme: {scheme}}}, weight: {{dtype: {weights}}}}}"
    made = quantize("chain", "--set", f"quantization.op_types..*={rule}")
    for node in made.graph.node:
        if node.op_type == "QuantizeLinear":
            zero_point = made.constants[node.input[2]]
            assert zero_point.dtype == activations
            assert scheme == "asymmetric" or zero_point == (0 if activations == "int8" else 128)
    assert made.constants[made.writer(made.node("first").input[1]).input[0]].dtype == weights
    assert made.kernels()["QLinearConv"] == 3
    assert made.kernels()["QLinearLeakyRelu"] == 1


def test_symmetric_activations_take_no_relu_along(quantize: Quantize) -> None:
    symmetric = ["--set", "quantization.op_types..*={activation: {scheme: symmetric}}"]
    made = quantize("residual", *symmetric)
    assert made.result["verified"]["not_low_precision"] == ["first"]
    assert any("'first'" in warning for warning in made.result["warnings"])
    apart = quantize("residual", *symmetric, "--ops-to-exclude", "relu")
    assert apart.kernels()["QLinearConv"] == 3
    assert apart.kernels()["Relu"] == 1


def test_signed_activations_are_refused_where_no_kernel_takes_them(folder: pathlib.Path) -> None:
    refusal = failure(folder, "--set", "quantization.op_types..*={activation: {dtype: int8}}")
    assert "leave op 'add' (Add) without a choice" in refusal
    assert "dtype uint8" in refusal


def test_weights_may_be_asymmetric(quantize: Quantize) -> None:
    made = quantize("residual", "--set", "quantization.op_types.Conv={weight: {scheme: asymmetric}}")
    values, scale, zero_point = (made.constants[name] for name in made.writer(made.node("first").input[1]).input)
    assert scale.size == 1
    assert zero_point != 0
    assert (values.min(), values.max()) == (-128, 127)
    assert made.kernels()["QLinearConv"] == 3


def test_ops_of_different_activation_types_are_warned_of(quantize: Quantize) -> None:
    made = quantize("residual", "--set", "quantization.ops.last={activation: {dtype: int8}}")
    assert any("another activation dtype" in warning for warning in made.result["warnings"])


def test_other_types_stay_out_of_what_is_offered(run: Run, folder: pathlib.Path) -> None:
    offered = run("query", folder / "residual.onnx")["op_types"]["Conv"]
    assert {choice["activation"]["dtype"] for choice in offered} == {"uint8"}
