"""Weights of few bits, activations in float: small models that open in the plain runtime."""

import os
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest

Run = Callable[..., dict[str, Any]]


def outputs_of(model: pathlib.Path, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    outputs: list[np.ndarray] = session.run(None, inputs)
    return outputs


def decibels(expected: np.ndarray, actual: np.ndarray) -> float:
    noise = np.square(expected.astype(np.float64) - actual).sum()
    return float(10 * np.log10(np.square(expected.astype(np.float64)).sum() / noise))


@pytest.fixture(scope="module")
def source(assets: pathlib.Path) -> pathlib.Path:
    return assets / "stories260k/stories260k.onnx"


@pytest.fixture(scope="module")
def ids() -> dict[str, np.ndarray]:
    return {"ids": np.random.default_rng(5).integers(0, 512, (2, 24)).astype(np.int64)}


def test_weights_take_four_bits_without_any_data(
    run: Run, source: pathlib.Path, ids: dict[str, np.ndarray], tmp_path: pathlib.Path
) -> None:
    output = tmp_path / "int4.onnx"
    result = run("quantize", source, "-o", output, "--approach", "weight_only")
    assert result["approach"] == "weight_only"
    assert result["calibration"] == {"samples": 0, "range_method": None, "cached": False}
    assert result["verified"]["low_precision"] == result["verified"]["planned"] == result["ops"]["quantized"] > 0
    nodes = [node for node in onnx.load(output).graph.node if node.op_type == "MatMulNBits"]
    assert len(nodes) == result["ops"]["quantized"]
    assert {onnx.helper.get_node_attr_value(node, "bits") for node in nodes} == {4}
    assert decibels(outputs_of(source, ids)[0], outputs_of(output, ids)[0]) > 12


def test_rules_choose_bits_and_groups(
    run: Run, source: pathlib.Path, ids: dict[str, np.ndarray], tmp_path: pathlib.Path
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "quantization:\n  approach: weight_only\n  op_types: {MatMul: {weight: {dtype: uint8, group_size: 64}}}\n"
    )
    output = tmp_path / "int8.onnx"
    result = run("quantize", source, "-o", output, "--config", config)
    nodes = [node for node in onnx.load(output).graph.node if node.op_type == "MatMulNBits"]
    assert {onnx.helper.get_node_attr_value(node, "bits") for node in nodes} == {8}
    assert {onnx.helper.get_node_attr_value(node, "block_size") for node in nodes} == {64}
    assert result["approach"] == "weight_only"
    assert decibels(outputs_of(source, ids)[0], outputs_of(output, ids)[0]) > 30


def test_the_backends_own_key_asks_for_it(run: Run, source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    result = run("quantize", source, "-o", tmp_path / "int4.onnx", "--backend", "onnxrt_weight_only")
    assert result["approach"] == "weight_only"
    assert result["backend"] == "onnxrt_weight_only"


def test_the_report_names_the_bits(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    command = [
        os.environ["HALFTONE_BIN"],
        "quantize",
        str(source),
        "-o",
        str(tmp_path / "int4.onnx"),
        "--approach",
        "weight_only",
    ]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "weight_only int4" in report
    assert "int8" not in report.split("Quantized")[0]
