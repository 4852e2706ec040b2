"""Writes the seeds of the fuzzer: small models that between them have every field the reader looks at.

The corpus in the repository was made by this with the onnx package of scripts/requirements. Run it again when the
reader learns new fields: python tests/fuzz/make_corpus.py
"""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

CORPUS = Path(__file__).resolve().parent / "corpus"
FLOAT = TensorProto.FLOAT


def tensor_info(name: str, shape: list[int | str | None] | None, element: int = FLOAT) -> onnx.ValueInfoProto:
    """An input or output."""
    return helper.make_tensor_value_info(name, element, shape)


def model_of(graph: onnx.GraphProto, opset: int = 17, **more: str) -> onnx.ModelProto:
    """A model of one graph, with metadata."""
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="corpus")
    helper.set_model_props(model, more)
    return model


def convolution() -> onnx.ModelProto:
    """Weights as raw bytes, lists as attributes, inner tensors described."""
    rng = np.random.default_rng(0)
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], "conv", kernel_shape=[3, 3], pads=[1, 1, 1, 1], group=1),
        helper.make_node("BatchNormalization", ["c", "b", "b", "b", "v"], ["n"], "norm", epsilon=1e-3),
        helper.make_node("Clip", ["n", "low", "high"], ["r"], "clip"),
        helper.make_node("Pad", ["r", "pads", "low"], ["p"], "pad", mode="constant"),
        helper.make_node("Identity", ["p"], ["y"]),
    ]
    constants = [
        numpy_helper.from_array(rng.standard_normal((2, 1, 3, 3)).astype(np.float32), "w"),
        numpy_helper.from_array(np.ones(2, np.float32), "b"),
        numpy_helper.from_array(np.ones(2, np.float32), "v"),
        numpy_helper.from_array(np.array(0, np.float32), "low"),
        numpy_helper.from_array(np.array(6, np.float32), "high"),
        numpy_helper.from_array(np.zeros(8, np.int64), "pads"),
    ]
    graph = helper.make_graph(
        nodes, "g", [tensor_info("x", ["n", 1, 4, None])], [tensor_info("y", ["n", 2, 4, 4])], constants
    )
    graph.value_info.append(tensor_info("c", [-1, 2, 4, 4]))
    return model_of(graph, author="nobody")


def typed_fields() -> onnx.ModelProto:
    """Constants of every element type, in typed fields; old operator set, so that obstacles are looked for."""
    elements: dict[str, tuple[int, list[Any]]] = {
        "f32": (FLOAT, [1.0, 2.0]),
        "f64": (TensorProto.DOUBLE, [1.0, 2.0]),
        "f16": (TensorProto.FLOAT16, [1.0, 2.0]),
        "bf16": (TensorProto.BFLOAT16, [1.0, 2.0]),
        "s8": (TensorProto.INT8, [-1, 2]),
        "u8": (TensorProto.UINT8, [1, 2]),
        "s16": (TensorProto.INT16, [-1, 2]),
        "u16": (TensorProto.UINT16, [1, 2]),
        "s32": (TensorProto.INT32, [-1, 2]),
        "u32": (TensorProto.UINT32, [1, 2]),
        "s64": (TensorProto.INT64, [-1, 2]),
        "u64": (TensorProto.UINT64, [1, 2]),
        "bool": (TensorProto.BOOL, [True, False]),
        "string": (TensorProto.STRING, [b"a", b"b"]),
    }
    constants = [helper.make_tensor(name, element, [2], values) for name, (element, values) in elements.items()]
    nodes = [
        helper.make_node("Squeeze", ["x"], ["s"], axes=[0]),
        helper.make_node("Softmax", ["s"], ["m"], axis=0),
        helper.make_node("Add", ["m", "f32"], ["y"], doc_string="kept"),
        helper.make_node("Custom", ["string"], [""], "", domain="own.domain", name_list=["a", "b"], numbers=[0.5, 1.5]),
    ]
    graph = helper.make_graph(nodes, "g", [tensor_info("x", [1, 2])], [tensor_info("y", [2])], constants)
    return model_of(graph, 11)


def subgraphs() -> onnx.ModelProto:
    """Branches that capture a tensor, a loop, and a constant as an attribute."""
    value = helper.make_tensor("v", FLOAT, [1], [2.0])
    then_branch = helper.make_graph(
        [helper.make_node("Constant", [], ["k"], value=value), helper.make_node("Mul", ["x", "k"], ["t"], "m")],
        "then",
        [],
        [tensor_info("t", [1])],
    )
    else_branch = helper.make_graph([helper.make_node("Neg", ["x"], ["t"], "m")], "else", [], [tensor_info("t", [1])])
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go"], ["go_on"]),
            helper.make_node("MatMul", ["carried", "w"], ["next"], "product"),
        ],
        "body",
        [
            tensor_info("i", [], TensorProto.INT64),
            tensor_info("go", [], TensorProto.BOOL),
            tensor_info("carried", [1, 1]),
        ],
        [tensor_info("go_on", [], TensorProto.BOOL), tensor_info("next", [1, 1])],
        [numpy_helper.from_array(np.ones((1, 1), np.float32), "w")],
    )
    nodes = [
        helper.make_node("If", ["c"], ["t"], "branch", then_branch=then_branch, else_branch=else_branch),
        helper.make_node("Loop", ["", "c", "x"], ["y"], "loop", body=body),
    ]
    inputs = [tensor_info("c", [], TensorProto.BOOL), tensor_info("x", [1, 1])]
    return model_of(helper.make_graph(nodes, "g", inputs, [tensor_info("y", None), tensor_info("t", None)]))


def external() -> onnx.ModelProto:
    """A constant whose bytes are said to be in another file."""
    constant = numpy_helper.from_array(np.ones((4, 4), np.float32), "w")
    onnx.external_data_helper.set_external_data(constant, "weights.bin", offset=16, length=64)
    constant.ClearField("raw_data")
    node = helper.make_node("Gemm", ["x", "w"], ["y"], "gemm", transB=1, alpha=1.0)
    graph = helper.make_graph([node], "g", [tensor_info("x", [1, 4])], [tensor_info("y", [1, 4])], [constant])
    return model_of(graph)


def main() -> None:
    """Writes one file a model."""
    CORPUS.mkdir(exist_ok=True)
    for make in (convolution, typed_fields, subgraphs, external):
        (CORPUS / f"{make.__name__}.onnx").write_bytes(make().SerializeToString(deterministic=True))


if __name__ == "__main__":
    main()
