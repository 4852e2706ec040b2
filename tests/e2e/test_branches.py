"""An old model in float16 whose work is done in the branches of an If: raised, widened and quantized inside."""

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest
from onnx import TensorProto, helper, numpy_helper

Run = Callable[..., dict[str, Any]]


def branch(name: str, seed: int) -> onnx.GraphProto:
    """A small network on `x`; both branches name their tensors alike."""
    random = np.random.default_rng(seed)
    shapes = {"w": (16, 3, 3, 3), "f": (16, 10), "b": (10,)}
    constants = [
        numpy_helper.from_array(random.normal(scale=0.25, size=shape).astype(np.float16), constant)
        for constant, shape in shapes.items()
    ]
    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("GlobalAveragePool", ["r"], ["p"]),
        helper.make_node("Squeeze", ["p"], ["v"], axes=[2, 3]),
        helper.make_node("MatMul", ["v", "f"], ["m"]),
        helper.make_node("Add", ["m", "b"], ["a"]),
        helper.make_node("Softmax", ["a"], ["o"], axis=1),
    ]
    output = helper.make_tensor_value_info("o", TensorProto.FLOAT16, ["n", 10])
    return helper.make_graph(nodes, name, [], [output], constants)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The model of set 11, and samples that go through either branch."""
    made = tmp_path_factory.mktemp("branches")
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT16, ["n", 3, 12, 12]),
        helper.make_tensor_value_info("way", TensorProto.BOOL, []),
    ]
    node = helper.make_node("If", ["way"], ["y"], then_branch=branch("then", 1), else_branch=branch("otherwise", 2))
    output = helper.make_tensor_value_info("y", TensorProto.FLOAT16, ["n", 10])
    graph = helper.make_graph([node], "branches", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    onnx.checker.check_model(model)
    onnx.save(model, made / "half.onnx")
    random = np.random.default_rng(0)
    (made / "batches").mkdir()
    for i in range(16):
        x = random.normal(size=(1, 3, 12, 12)).astype(np.float16)
        np.savez(made / "batches" / f"{i:02}.npz", x=x, way=np.array(i % 2 == 0))
    return made


def test_branches_of_an_old_float16_model_are_quantized(folder: pathlib.Path, run: Run) -> None:
    output = folder / "int8.onnx"
    result = run("quantize", folder / "half.onnx", "-o", output, "--calib", f"batches:{folder / 'batches'}")
    by_type = result["ops"]["by_type"]
    assert by_type["Conv"]["quantized"] == by_type["Gemm"]["quantized"] == 2
    assert result["verified"]["not_low_precision"] == []

    written = onnx.load(output)
    onnx.checker.check_model(written, full_check=True)
    assert written.opset_import[0].version == 13
    sessions = [
        onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        for path in (folder / "half.onnx", output)
    ]
    for path in sorted((folder / "batches").iterdir()):
        sample = dict(np.load(path))
        float_row, int8_row = (session.run(None, sample)[0] for session in sessions)
        assert int8_row.dtype == np.float16
        np.testing.assert_allclose(int8_row, float_row, atol=0.01)
