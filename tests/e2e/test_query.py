"""What a backend can do with real models: fusions and their cuts, and the blocks of transformers."""

import pathlib
from collections.abc import Callable
from typing import Any

import onnx
import pytest

Run = Callable[..., dict[str, Any]]


def products_by_weight(model: pathlib.Path) -> dict[str, tuple[int, ...]]:
    """The shape of the constant that each MatMul or Gemm multiplies by, under the names of the plain model."""
    graph = onnx.load(model).graph
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    return {
        node.name: shapes[name]
        for node in graph.node
        if node.op_type in ("MatMul", "Gemm")
        for name in node.input[1:2]
        if name in shapes
    }


@pytest.mark.parametrize(
    ("model", "layers", "products"),
    [("sst2/sst2_tiny_bert.onnx", 2, 2), ("stories260k/stories260k.onnx", 5, 3)],
)
def test_each_layer_of_a_transformer_is_a_block(
    run: Run, assets: pathlib.Path, model: str, layers: int, products: int
) -> None:
    result = run("query", assets / model)
    blocks = result["groups"]["blocks"]
    assert [len(block) for block in blocks] == [products] * layers
    order = {op["name"]: place for place, op in enumerate(result["ops"])}
    places = [order[name] for block in blocks for name in block]
    assert len(set(places)) == layers * products
    assert [order[block[0]] for block in blocks] == sorted((order[block[0]] for block in blocks), reverse=True)


@pytest.mark.parametrize("model", ["sst2/sst2_tiny_bert.onnx", "stories260k/stories260k.onnx"])
def test_a_block_holds_the_products_of_the_inner_width(run: Run, assets: pathlib.Path, model: str) -> None:
    shapes = products_by_weight(assets / model)
    blocks = run("query", assets / model)["groups"]["blocks"]
    known = [[shapes[name] for name in block if name in shapes] for block in blocks]
    assert any(known), "the names of the plain model are kept"
    for block in known:
        # Attention multiplies by square matrices here, a feed-forward part goes out to another width and back.
        assert all(shape[0] != shape[1] for shape in block)
        assert all({*shape} == {*block[0]} for shape in block)


def test_a_convolutional_network_has_no_blocks(run: Run, prepared: pathlib.Path) -> None:
    assert run("query", prepared / "resnet20.onnx")["groups"]["blocks"] == []


def test_fusions_of_a_real_model_have_their_other_cuts(run: Run, prepared: pathlib.Path) -> None:
    result = run("query", prepared / "resnet20.onnx")
    assert len(result["fusions"]) > 10
    for fusion in result["fusions"]:
        assert fusion["pattern"] in result["pattern_instances"]
        assert len(fusion["alternatives"][-1]) == len(fusion["ops"])
    assert result["fusions"] == run("plan", prepared / "resnet20.onnx")["fusions"]


def test_a_rule_for_an_inner_op_takes_its_fusion_apart_and_says_so(run: Run, prepared: pathlib.Path) -> None:
    model = prepared / "resnet20.onnx"
    inner = run("query", model)["fusions"][0]["ops"][1]
    rule = f"quantization.ops.{inner}={{precision: fp32}}"
    result = run("query", model, "--set", rule)
    assert inner not in [name for fusion in result["fusions"] for name in fusion["ops"]]
    assert any(f"'{inner}' is kept in float" in warning for warning in result["warnings"])
