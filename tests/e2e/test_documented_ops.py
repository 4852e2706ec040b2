"""The table of other tools' op lists says of every op what the capability files say."""

import pathlib
from collections.abc import Callable
from typing import Any

import onnx
import pytest
from onnx import TensorProto, helper

Run = Callable[..., dict[str, Any]]
PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/adaptors/onnxruntime.md"
BACKENDS = ("onnxrt_qdq", "onnxrt_qlinear", "onnxrt_integer", "onnxrt_weight_only")

# What the original system's file listed for its newest version of the runtime.
STATIC = [
    "Conv",
    "MatMul",
    "FusedConv",
    "Gemm",
    "Gather",
    "GatherElements",
    "GatherND",
    "EmbedLayerNormalization",
    "Attention",
    "Relu",
    "Clip",
    "LeakyRelu",
    "Sigmoid",
    "MaxPool",
    "GlobalAveragePool",
    "Pad",
    "Split",
    "Squeeze",
    "Reshape",
    "Concat",
    "AveragePool",
    "Unsqueeze",
    "Transpose",
    "Resize",
    "Abs",
    "Shrink",
    "Sign",
    "Flatten",
    "Expand",
    "Slice",
    "Mod",
    "ReduceMax",
    "ReduceMin",
    "Tile",
    "CenterCropPad",
    "Mul",
    "Add",
    "ArgMax",
]
DYNAMIC = ["Conv", "FusedConv", "EmbedLayerNormalization", "MatMul", "Gather", "Attention", "LSTM"]
# What the runtime's own tools list beside these.
FURTHER = [
    "ConvTranspose",
    "Softmax",
    "Where",
    "InstanceNormalization",
    "LayerNormalization",
    "BatchNormalization",
    "TopK",
    "CumSum",
]


def documented() -> dict[str, list[str]]:
    text = PAGE.read_text()
    table = text.split("<!-- ops of other lists -->")[1].split("<!-- end of the ops -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def stated(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[str]]]:
    """Op type → what runs, of each backend's newest section."""
    model = tmp_path_factory.mktemp("any") / "any.onnx"
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Neg", ["x"], ["y"], "n")], "any", values[:1], values[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(model))
    return {
        backend: {
            kind: {choice["runs"] for choice in choices}
            for kind, choices in run("query", model, "--backend", backend)["op_types"].items()
        }
        for backend in BACKENDS
    }


def test_every_op_of_the_lists_stands_in_the_table() -> None:
    assert len(STATIC) == 38
    assert len(DYNAMIC) == 7
    rows = {name.split(" ")[0] for name in documented()}
    assert not set(STATIC + DYNAMIC + FURTHER) - rows


def test_every_cell_is_what_the_file_says(stated: dict[str, dict[str, set[str]]]) -> None:
    for name, cells in documented().items():
        kind = "com.microsoft." + name.split(" ")[0] if "com.microsoft" in name else name
        for backend, cell in zip(BACKENDS, cells[:4], strict=True):
            runs = stated[backend].get(kind, set()) - {"float_between"}
            assert cell in runs or (cell == "float" and not runs), f"{name}, {backend}: '{cell}', the file says {runs}"


def test_where_nothing_runs_a_reason_is_given() -> None:
    for name, cells in documented().items():
        if set(cells[:4]) == {"float"}:
            assert cells[4], name


def test_every_op_of_the_files_stands_in_the_table(stated: dict[str, dict[str, set[str]]]) -> None:
    rows = {"com.microsoft." + name.split(" ")[0] if "com.microsoft" in name else name for name in documented()}
    assert not {kind for kinds in stated.values() for kind in kinds} - rows
