"""Real networks through the whole way: quantized by the command, judged by the plain runtime."""

import os
import pathlib
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Run = Callable[..., dict[str, Any]]


def answers(model: pathlib.Path, images: np.ndarray) -> np.ndarray:
    """Class of each image by the plain runtime, with nothing of Halftone in the process."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [session.run(None, {name: images[i : i + 50]})[0] for i in range(0, len(images), 50)]
    classes: np.ndarray = np.concatenate(parts).argmax(1)
    return classes


def optimized_types(model: pathlib.Path, folder: pathlib.Path) -> Counter[str]:
    """Op types of the graph that the runtime makes of a model."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(folder / "optimized.onnx")
    onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return Counter(node.op_type for node in onnx.load(folder / "optimized.onnx").graph.node)


def arrays(file: pathlib.Path) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of a prepared data set."""
    data = np.load(file)
    key = next(name for name in data.files if name != "label")
    return data[key], data["label"]


@pytest.fixture(scope="module")
def resnet20(prepared: pathlib.Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """ResNet-20 quantized with 100 samples."""
    output = tmp_path_factory.mktemp("resnet20") / "int8.onnx"
    calibration = f"npz:{prepared / 'cifar_calibration.npz'}"
    return run("quantize", prepared / "resnet20.onnx", "-o", output, "--calib", calibration, "--samples", 100)


@pytest.fixture(scope="module")
def squeezenet(assets: pathlib.Path, run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """SqueezeNet quantized and judged from an image folder and a file of labels."""
    output = tmp_path_factory.mktemp("squeezenet") / "int8.onnx"
    images = assets / "imagenet" / "images"
    labels = assets / "imagenet" / "labels.csv"
    model = assets / "squeezenet" / "squeezenet1.0.onnx"
    return run("quantize", model, "-o", output, "--data", f"images:{images},labels={labels},preset=caffe")


def test_resnet20_loses_less_than_a_point_on_cifar10(prepared: pathlib.Path, resnet20: dict[str, Any]) -> None:
    images, labels = arrays(prepared / "cifar_evaluation.npz")
    assert len(labels) == 5000
    before = (answers(prepared / "resnet20.onnx", images) == labels).mean()
    after = (answers(pathlib.Path(resnet20["output"]), images) == labels).mean()
    assert before == pytest.approx(0.81, abs=0.005)
    assert after >= before - 0.01


def test_resnet20_runs_in_int8_from_input_to_output(resnet20: dict[str, Any], tmp_path: pathlib.Path) -> None:
    types = optimized_types(pathlib.Path(resnet20["output"]), tmp_path)
    assert types["QLinearConv"] == 19
    assert types["Conv"] == types["Add"] == types["Gemm"] == 0
    assert types["QuantizeLinear"] == 1, "the image alone is converted"
    assert types["DequantizeLinear"] == 0, "the last product gives float itself"
    assert resnet20["ops"]["float"] == []


def test_squeezenet_loses_less_than_a_point_on_images(squeezenet: dict[str, Any]) -> None:
    top1 = squeezenet["accuracy"]["top1"]
    assert squeezenet["data"]["evaluation"]["samples"] == 400
    assert top1["float"]["value"] == pytest.approx(0.64, abs=0.02)
    assert top1["delta"]["value"] >= -0.01
    assert top1["delta"]["low"] <= top1["delta"]["value"] <= top1["delta"]["high"]


def test_squeezenet_agrees_with_float_more_often_than_the_runtimes_own_output(
    prepared: pathlib.Path, assets: pathlib.Path, squeezenet: dict[str, Any], tmp_path: pathlib.Path
) -> None:
    model = assets / "squeezenet" / "squeezenet1.0.onnx"
    theirs = tmp_path / "theirs.onnx"
    peer = REPOSITORY / "bench/peer_onnxruntime.py"
    calibration = prepared / "squeezenet_calibration.npz"
    subprocess.run(
        [sys.executable, peer, model, calibration, theirs, "--samples", "100"], check=True, capture_output=True
    )
    images, _ = arrays(prepared / "squeezenet_evaluation.npz")
    float_answers = answers(model, images)
    ours_agree = (answers(pathlib.Path(squeezenet["output"]), images) == float_answers).mean()
    theirs_agree = (answers(theirs, images) == float_answers).mean()
    assert len(images) == 500
    assert ours_agree >= 0.92
    assert ours_agree > theirs_agree


def test_every_convolution_of_squeezenet_runs_in_int8(squeezenet: dict[str, Any], tmp_path: pathlib.Path) -> None:
    types = optimized_types(pathlib.Path(squeezenet["output"]), tmp_path)
    assert types["QLinearConv"] == 26
    assert types["Conv"] == 0
    assert types["QLinearConcat"] == 8
    assert [op["type"] for op in squeezenet["ops"]["float"]] == ["GlobalAveragePool", "Flatten"]
    assert all(op["reason"] for op in squeezenet["ops"]["float"])


def test_plan_needs_no_data_and_gives_each_float_op_its_reason(
    prepared: pathlib.Path, assets: pathlib.Path, run: Run
) -> None:
    for model in (prepared / "resnet20.onnx", assets / "squeezenet" / "squeezenet1.0.onnx"):
        plan = run("plan", model)
        assert plan["ops"]["total"] == plan["ops"]["quantized"] + len(plan["ops"]["float"])
        assert all(op["reason"] for op in plan["ops"]["float"])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_changes_no_byte(
    prepared: pathlib.Path, resnet20: dict[str, Any], run: Run, tmp_path: pathlib.Path, threads: int
) -> None:
    calibration = f"npz:{prepared / 'cifar_calibration.npz'}"
    output = tmp_path / "again.onnx"
    run(
        "quantize",
        prepared / "resnet20.onnx",
        "-o",
        output,
        "--calib",
        calibration,
        "--samples",
        100,
        "--threads",
        threads,
    )
    assert output.read_bytes() == pathlib.Path(resnet20["output"]).read_bytes()


def test_a_gate_ends_with_status_4_when_the_drop_is_too_large(prepared: pathlib.Path, resnet20: dict[str, Any]) -> None:
    evaluation = f"npz:{prepared / 'cifar_evaluation.npz'}"
    command = [BINARY, "evaluate", resnet20["output"], "--against", prepared / "resnet20.onnx", "--eval", evaluation]
    command += ["--eval-samples", "1000", "--quiet"]
    assert subprocess.run([*command, "--max-drop", "5pt"], capture_output=True, check=False).returncode == 0
    # Float agrees with itself always, eight bits do not: no drop at all cannot be kept.
    strict = [*command, "--metrics", "agreement", "--max-drop", "0pt"]
    assert subprocess.run(strict, capture_output=True, check=False).returncode == 4


def test_the_runtime_writes_nothing_at_home_and_opens_no_socket(prepared: pathlib.Path, tmp_path: pathlib.Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("SKIPPED: strace not found")
    home = tmp_path / "home"
    home.mkdir()
    trace = tmp_path / "trace.txt"
    calibration = f"npz:{prepared / 'cifar_calibration.npz'}"
    command: list[str | pathlib.Path] = [BINARY, "quantize", prepared / "resnet20.onnx", "-o", tmp_path / "int8.onnx"]
    command += ["--calib", calibration, "--samples", "4", "--quiet"]
    environment = {**os.environ, "HOME": str(home)}
    tracing: list[str | pathlib.Path] = ["strace", "-f", "-e", "trace=socket,connect", "-o", trace]
    subprocess.run([*tracing, *command], env=environment, check=True, capture_output=True)
    assert list(home.rglob("*")) == []
    assert "AF_INET" not in trace.read_text()
