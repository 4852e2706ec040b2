"""Mutations of what a model says, written by the onnx package: well-formed files that no framework should believe."""

import pathlib
import random
from collections.abc import Callable

import numpy as np
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

Mutation = Callable[[onnx.ModelProto, random.Random], None]
EXTENTS = [-(2**63), -1, 0, 1, 3, 2**31, 2**40, 2**62]


def node_of(model: onnx.ModelProto, rng: random.Random) -> onnx.NodeProto:
    """Any node of the main graph."""
    node: onnx.NodeProto = model.graph.node[rng.randrange(len(model.graph.node))]
    return node


def tensor_of(model: onnx.ModelProto, rng: random.Random) -> onnx.TensorProto:
    """Any constant: an initializer, or else the value of a Constant node, or a new one."""
    constants: list[onnx.TensorProto] = list(model.graph.initializer)
    constants = constants or [a.t for node in model.graph.node for a in node.attribute if a.HasField("t")]
    constants = constants or [model.graph.initializer.add(name="new", data_type=TensorProto.FLOAT)]
    return rng.choice(constants)


def close_a_cycle(model: onnx.ModelProto, rng: random.Random) -> None:
    """A node that reads what comes after it, or itself."""
    at = rng.randrange(len(model.graph.node))
    node = model.graph.node[at]
    if node.input:
        later = rng.choice(list(model.graph.node)[at:])
        node.input[rng.randrange(len(node.input))] = later.output[0]


def swap_types(model: onnx.ModelProto, rng: random.Random) -> None:
    """A constant, input or inner tensor of another element type."""
    element = rng.choice([0, *range(1, 25), 99, 2**31 - 1])
    values = list(model.graph.input) + list(model.graph.value_info) + list(model.graph.output)
    if rng.random() < 0.5:
        tensor_of(model, rng).data_type = element
    else:
        rng.choice(values).type.tensor_type.elem_type = element


def impossible_shape(model: onnx.ModelProto, rng: random.Random) -> None:
    """Negative, empty, huge or simply other extents."""
    if rng.random() < 0.5:
        tensor = tensor_of(model, rng)
        if tensor.dims and rng.random() < 0.7:
            tensor.dims[rng.randrange(len(tensor.dims))] = rng.choice(EXTENTS)
        else:
            tensor.dims.extend(rng.choices(EXTENTS, k=rng.choice([1, 4, 70])))
        return
    shape = rng.choice(list(model.graph.input) + list(model.graph.output)).type.tensor_type.shape
    for dimension in rng.sample(list(shape.dim), k=min(len(shape.dim), rng.randint(1, 2))):
        dimension.dim_value = rng.choice(EXTENTS)
    if not shape.dim or rng.random() < 0.3:
        shape.dim.add().dim_value = rng.choice(EXTENTS)


def duplicate_names(model: onnx.ModelProto, rng: random.Random) -> None:
    """Two nodes, tensors, constants or inputs of one name."""
    graph = model.graph
    one, other = node_of(model, rng), node_of(model, rng)
    ways = [
        lambda: one.output.__setitem__(0, other.output[0]),
        lambda: setattr(one, "name", other.name),
        lambda: graph.node.append(one),
        lambda: graph.input.append(graph.input[0]),
        lambda: graph.output.append(graph.output[0]),
        lambda: graph.initializer.append(tensor_of(model, rng)),
        lambda: one.output.__setitem__(0, graph.input[0].name),
    ]
    rng.choice(ways)()


def dangle(model: onnx.ModelProto, rng: random.Random) -> None:
    """Names that nothing writes, empty names, and nodes that are gone."""
    node = node_of(model, rng)
    ways = [
        lambda: node.input.append("nowhere"),
        lambda: node.input.insert(0, ""),
        lambda: node.ClearField("input"),
        lambda: node.ClearField("output"),
        lambda: model.graph.node.remove(node),
        lambda: model.graph.output.add(name="nowhere"),
        lambda: model.graph.ClearField("output"),
        lambda: model.graph.ClearField("input"),
        lambda: model.graph.ClearField("initializer"),
    ]
    rng.choice(ways)()


def distort_attribute(model: onnx.ModelProto, rng: random.Random) -> None:
    """An attribute of another type or with values that cannot be."""
    nodes = [node for node in model.graph.node if node.attribute] or [node_of(model, rng)]
    node = rng.choice(nodes)
    if not node.attribute:
        node.attribute.append(helper.make_attribute("axis", 2**62))
        return
    attribute = rng.choice(node.attribute)
    ways = [
        lambda: setattr(attribute, "type", rng.randrange(15)),
        lambda: attribute.ClearField("type"),
        lambda: setattr(attribute, "i", rng.choice(EXTENTS)),
        lambda: setattr(attribute, "f", rng.choice([float("nan"), float("inf"), -1.0, 1e38])),
        lambda: attribute.ints.extend(rng.choices(EXTENTS, k=3)),
        lambda: attribute.ints.__setitem__(0, rng.choice(EXTENTS)) if attribute.ints else None,
        lambda: attribute.ClearField("ints"),
        lambda: node.attribute.remove(attribute),
        lambda: node.attribute.append(attribute),
        lambda: setattr(attribute, "s", b"\xff\xfe\x00"),
    ]
    rng.choice(ways)()


def other_op(model: onnx.ModelProto, rng: random.Random) -> None:
    """A node of another type or domain."""
    node = node_of(model, rng)
    types = ["", "NoSuchOp", "Conv", "Gemm", "MatMul", "Clip", "Pad", "If", "Loop", "Reshape", "Expand", "Concat"]
    types += ["ConstantOfShape", "Range", "Tile", "Resize", "Split", "QuantizeLinear", "DequantizeLinear", "LSTM"]
    if rng.random() < 0.8:
        node.op_type = rng.choice(types)
    else:
        node.domain = rng.choice(["no.such.domain", "com.microsoft", "ai.onnx.ml"])


def other_versions(model: onnx.ModelProto, rng: random.Random) -> None:
    """Operator sets and file versions that are none."""
    version = rng.choice([-1, 0, 1, 5, 7, 9, 12, 13, 999, 2**62])
    ways = [
        lambda: setattr(model.opset_import[0], "version", version),
        lambda: model.ClearField("opset_import"),
        lambda: model.opset_import.add(domain="", version=version),
        lambda: setattr(model, "ir_version", version),
    ]
    rng.choice(ways)()


def nest_deep(model: onnx.ModelProto, rng: random.Random) -> None:
    """Branches inside branches."""
    output = helper.make_tensor_value_info("deep", TensorProto.FLOAT, [1])
    value = helper.make_tensor("v", TensorProto.FLOAT, [1], [1.0])
    graph = helper.make_graph([helper.make_node("Constant", [], ["deep"], value=value)], "leaf", [], [output])
    for _ in range(rng.choice([3, 15, 16, 17, 40, 90])):
        node = helper.make_node("If", ["condition"], ["deep"], then_branch=graph, else_branch=graph.__class__())
        node.attribute[1].g.CopyFrom(helper.make_graph([], "none", [], []))
        graph = helper.make_graph([node], "level", [], [output])
    model.graph.node.append(graph.node[0])
    truth = helper.make_tensor("condition", TensorProto.BOOL, [], [True])
    model.graph.initializer.append(truth)


def call_itself(model: onnx.ModelProto, rng: random.Random) -> None:
    """A function of the model that calls itself, at once or by way of another."""
    other = rng.choice(["f", "g"])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    for name, called in (("f", other), ("g", "f")):
        body = helper.make_node(called, ["x"], ["y"], domain="own")
        model.functions.append(helper.make_function("own", name, ["x"], ["y"], [body], opsets))
    model.opset_import.append(helper.make_opsetid("own", 1))
    node = node_of(model, rng)
    node.op_type, node.domain = "f", "own"
    node.ClearField("attribute")


def wrong_values(model: onnx.ModelProto, rng: random.Random) -> None:
    """Bytes that do not fill the shape, NaN and infinite weights, and sizes beyond all memory."""
    tensor = tensor_of(model, rng)
    whole = [t for t in model.graph.initializer if t.data_type == TensorProto.INT64]
    if whole and rng.random() < 0.4:
        chosen = rng.choice(whole)
        values = numpy_helper.to_array(chosen).copy()
        values[...] = rng.choice(EXTENTS)
        chosen.CopyFrom(numpy_helper.from_array(values, chosen.name))
        return
    if tensor.data_type == TensorProto.FLOAT and rng.random() < 0.5:
        bad = np.full(numpy_helper.to_array(tensor).shape, rng.choice([np.nan, np.inf, 0, 3e38, 1e-45]), np.float32)
        tensor.CopyFrom(numpy_helper.from_array(bad, tensor.name))
    elif rng.random() < 0.5:
        tensor.raw_data = tensor.raw_data[: rng.randrange(len(tensor.raw_data) + 1)] + b"\0" * rng.randrange(3)
    else:
        tensor.float_data.extend([1.0] * rng.choice([1, 1000]))


def strange_names(model: onnx.ModelProto, rng: random.Random) -> None:
    """Names that are very long, hold escape sequences, or look like paths."""
    name = rng.choice(["a" * 1_000_000, "\x1b[31mred\n", "../../x", "%s%n", "\u202e", " ", "'; rm -rf x"])
    node = node_of(model, rng)
    ways = [
        lambda: setattr(node, "name", name),
        lambda: setattr(node, "op_type", name),
        lambda: setattr(model.graph.input[0], "name", name),
        lambda: node.output.append(name),
        lambda: setattr(tensor_of(model, rng), "name", name),
    ]
    rng.choice(ways)()


def shuffle_nodes(model: onnx.ModelProto, rng: random.Random) -> None:
    """Nodes in an order that is none."""
    nodes = list(model.graph.node)
    rng.shuffle(nodes)
    model.graph.ClearField("node")
    model.graph.node.extend(nodes)


def sequence_of_types(model: onnx.ModelProto, rng: random.Random) -> None:
    """An input that is no tensor, or a graph where a number should be."""
    if rng.random() < 0.5:
        model.graph.input[0].type.sequence_type.elem_type.tensor_type.elem_type = TensorProto.FLOAT
    else:
        wrong = node_of(model, rng).attribute.add(name="axis", type=AttributeProto.GRAPH)
        wrong.g.CopyFrom(helper.make_graph([helper.make_node("Neg", ["x"], ["y"])], "g", [], []))


STRUCTURE_MUTATIONS: list[Mutation] = [
    close_a_cycle,
    swap_types,
    impossible_shape,
    duplicate_names,
    dangle,
    distort_attribute,
    other_op,
    other_versions,
    nest_deep,
    call_itself,
    wrong_values,
    strange_names,
    shuffle_nodes,
    sequence_of_types,
]


def put_outside(model: onnx.ModelProto, rng: random.Random, folder: pathlib.Path) -> str:
    """Stores the largest constant in another file, or says so; gives what is wrong about it."""
    tensors = [t for t in model.graph.initializer if t.raw_data] or [model.graph.initializer.add(name="new")]
    tensor = max(tensors, key=lambda t: len(t.raw_data))
    data = tensor.raw_data
    (folder / "weights.bin").write_bytes(data)
    (folder.parent / "outside.bin").write_bytes(data)
    (folder / "short.bin").write_bytes(data[: len(data) // 2])
    (folder / "sub").mkdir()
    for link, target in (("link.bin", "../outside.bin"), ("loop.bin", "loop.bin")):
        (folder / link).symlink_to(target)
    size = str(len(data))
    location, offset, length = rng.choice(
        [
            ("weights.bin", "0", size),
            ("weights.bin", None, None),
            ("../outside.bin", "0", size),
            ("sub/../../outside.bin", "0", size),
            (str(folder.parent / "outside.bin"), "0", size),
            ("/etc/passwd", None, None),
            ("/dev/zero", "0", size),
            ("link.bin", "0", size),
            ("loop.bin", "0", size),
            ("missing.bin", "0", size),
            ("", "0", size),
            (".", "0", size),
            ("sub", "0", size),
            ("short.bin", "0", size),
            ("short.bin", None, None),
            ("weights.bin", size, size),
            ("weights.bin", "1", size),
            ("weights.bin", str(2**63), size),
            ("weights.bin", str(2**64 - 1), str(2**64 - 1)),
            ("weights.bin", str(2**70), size),
            ("weights.bin", "-1", size),
            ("weights.bin", "0x10", size),
            ("weights.bin", "0", str(2**62)),
            ("weights.bin", "0", "4"),
            ("model.onnx", "0", size),
            ("a" * 5000, "0", size),
        ]
    )
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", offset), ("length", length)):
        if value is not None:
            tensor.external_data.add(key=key, value=value)
    if rng.random() < 0.15:
        tensor.dims[:] = [2**20, 2**20]
    return f"external data at {location[:40]!r}, offset {offset}, length {length}"
