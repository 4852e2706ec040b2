"""A saved model above 256 MB is opened, not run, and the result says so; it runs all the same."""

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
from onnx import TensorProto, helper, numpy_helper

Run = Callable[..., dict[str, Any]]
SIDE = 8192


def test_a_large_model_is_opened_and_the_result_says_that_it_was_not_run(run: Run, tmp_path: pathlib.Path) -> None:
    # A file of holes takes no room: zeros for a product that stays in float, so that the output is large as well.
    size = SIDE * SIDE * 4
    with (tmp_path / "large.data").open("wb") as data:
        data.truncate(size)
    held = TensorProto(name="held", data_type=TensorProto.FLOAT, dims=[SIDE, SIDE])
    held.data_location = TensorProto.EXTERNAL
    for key, value in (("location", "large.data"), ("offset", "0"), ("length", str(size))):
        held.external_data.add(key=key, value=value)
    small = numpy_helper.from_array(np.random.default_rng(3).standard_normal((SIDE, 4)).astype(np.float32), "small")
    nodes = [
        helper.make_node("MatMul", ["x", "held"], ["zeros"], "left_in_float"),
        helper.make_node("Add", ["x", "zeros"], ["sum"], "sum"),
        helper.make_node("MatMul", ["sum", "small"], ["y"], "quantized"),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, SIDE])]
    outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 4])]
    graph = helper.make_graph(nodes, "large", inputs, outputs, [held, small])
    source, output = tmp_path / "large.onnx", tmp_path / "int8.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), source)

    result = run("quantize", source, "-o", output, "--approach", "dynamic", "--ops-to-exclude", "left_in_float")
    assert result["size_bytes"]["after"] > 256_000_000
    assert any("not that it runs" in warning for warning in result["warnings"])
    assert any("which kernels run was not looked at" in warning for warning in result["warnings"])
    assert result["verified"] is None
    assert result["peak_memory_bytes"] < 256_000_000

    x = np.random.default_rng(4).standard_normal((1, SIDE)).astype(np.float32)
    ours, theirs = (
        onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(None, {"x": x})[0]
        for path in (output, source)
    )
    assert np.abs(ours - theirs).max() < 0.03 * np.abs(theirs).max()
