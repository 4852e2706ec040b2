"""Where quantization itself spoils an op, the option that `diagnose` prints repairs it."""

import pathlib
import shlex
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

Run = Callable[..., dict[str, Any]]
Arrays = dict[str, np.ndarray[Any, Any]]


def convolutions(weights: list[np.ndarray[Any, Any]]) -> onnx.ModelProto:
    """Convolutions with Relu between, named conv0, conv1, …"""
    nodes, constants, tensor = [], [], "x"
    for i, weight in enumerate(weights):
        constants.append(numpy_helper.from_array(weight.astype(np.float32), f"w{i}"))
        nodes.append(helper.make_node("Conv", [tensor, f"w{i}"], [f"c{i}"], f"conv{i}", pads=[1, 1, 1, 1]))
        tensor = f"c{i}"
        if i + 1 < len(weights):
            nodes.append(helper.make_node("Relu", [tensor], [f"r{i}"], f"relu{i}"))
            tensor = f"r{i}"
    shape = [1, weights[0].shape[1], 8, 8]
    graph = helper.make_graph(
        nodes,
        "convolutions",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(tensor, TensorProto.FLOAT, [1, weights[-1].shape[0], 8, 8])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def balanced(rng: np.random.Generator, *shape: int) -> np.ndarray[Any, Any]:
    return rng.normal(0, (2 / np.prod(shape[1:])) ** 0.5, shape)


def outlier_in_a_weight() -> tuple[onnx.ModelProto, str]:
    """conv1 has one input channel that is nearly silent and weighs a thousand times as much as the others."""
    rng = np.random.default_rng(1)
    weights = [balanced(rng, 8, 3, 3, 3), balanced(rng, 8, 8, 3, 3), balanced(rng, 4, 8, 3, 3)]
    weights[0][0] /= 1000
    weights[1][:, 0] *= 1000
    return convolutions(weights), "conv1"


def outlier_in_an_activation() -> tuple[onnx.ModelProto, str]:
    """conv0 gives one channel that is a thousand times as large as the others, and conv1 takes it back."""
    rng = np.random.default_rng(2)
    weights = [balanced(rng, 8, 3, 3, 3), balanced(rng, 8, 8, 3, 3), balanced(rng, 4, 8, 3, 3)]
    weights[0][0] *= 1000
    weights[1][:, 0] /= 1000
    return convolutions(weights), "conv1"


@pytest.mark.parametrize("case", [outlier_in_a_weight, outlier_in_an_activation])
def test_the_printed_option_repairs_what_quantization_spoils(
    run: Run, tmp_path: pathlib.Path, case: Callable[[], tuple[onnx.ModelProto, str]]
) -> None:
    model, op = case()
    path, data = tmp_path / "model.onnx", tmp_path / "data.npz"
    onnx.save(model, path)
    np.savez(data, x=np.random.default_rng(3).normal(size=(32, 3, 8, 8)).astype(np.float32))
    spoiled = tmp_path / "spoiled.onnx"
    run("quantize", path, "-o", spoiled, "--calib", f"npz:{data}")
    found = run("diagnose", path, spoiled, "--data", f"npz:{data}")
    assert found["output"][0]["sqnr_db"] < 25, "the case is one"
    assert found["ops"][0]["name"] == op
    suggestion = found["suggestions"][0]
    assert op in suggestion["op"]
    mended = tmp_path / "mended.onnx"
    run("quantize", path, "-o", mended, "--calib", f"npz:{data}", *shlex.split(suggestion["option"]))
    after = run("diagnose", path, mended, "--data", f"npz:{data}")
    assert after["output"][0]["sqnr_db"] > found["output"][0]["sqnr_db"] + 10
