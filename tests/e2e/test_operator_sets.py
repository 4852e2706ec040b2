"""Models of old operator sets: raised in preparation, quantized like others."""

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def mnist(assets: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """MNIST as the model of set 8 wants it: pixels of 0 to 255, 200 to calibrate, all 10,000 to judge."""
    folder = tmp_path_factory.mktemp("mnist")
    data = np.load(assets / "mnist" / "mnist.npz")
    chosen = np.random.default_rng(0).permutation(len(data["train_x"]))[:200]
    for name, images, labels in [
        ("calibration", data["train_x"][chosen], data["train_y"][chosen]),
        ("evaluation", data["test_x"], data["test_y"]),
    ]:
        np.savez(folder / f"{name}.npz", Input3=images.astype(np.float32)[:, None], label=labels.astype(np.int64))
    return folder


def test_a_model_of_set_8_is_quantized_and_as_accurate(assets: pathlib.Path, mnist: pathlib.Path, run: Run) -> None:
    source, output = assets / "mnist" / "mnist.onnx", mnist / "int8.onnx"
    assert [opset.version for opset in onnx.load(source).opset_import] == [8]
    calibration, evaluation = f"npz:{mnist / 'calibration.npz'}", f"npz:{mnist / 'evaluation.npz'}"
    result = run("quantize", source, "-o", output, "--calib", calibration, "--eval", evaluation)
    top1 = result["accuracy"]["top1"]
    assert result["data"]["evaluation"]["samples"] == 10000
    assert top1["float"]["value"] == pytest.approx(0.9891, abs=0.0002)
    assert top1["delta"]["value"] >= -0.002
    assert result["ops"]["float"] == []
    assert result["verified"]["low_precision"] == result["verified"]["planned"] == 3  # two Conv, one Gemm

    written = onnx.load(output)
    onnx.checker.check_model(written, full_check=True)
    assert [opset.version for opset in written.opset_import] == [13]
    assert written.ir_version == 7
    data = np.load(mnist / "evaluation.npz")
    session = onnxruntime.InferenceSession(str(output), providers=["CPUExecutionProvider"])
    answers = [int(session.run(None, {"Input3": image[None]})[0].argmax()) for image in data["Input3"][:1000]]
    assert (np.array(answers) == data["label"][:1000]).mean() >= 0.98


def test_the_op_that_cannot_be_raised_is_named(run: Run, tmp_path: pathlib.Path) -> None:
    model = onnx.parser.parse_model(
        """<ir_version: 4, opset_import: ["" : 9]>
           cropped (float[1, 3, 8, 8] x) => (float[1, 3, 6, 8] y) {
             [crop] c = Crop <border = [1, 0, 1, 0]> (x)
             [last] y = Relu (c)
           }"""
    )
    onnx.save(model, tmp_path / "old.onnx")
    plan = run("plan", tmp_path / "old.onnx")
    reasons = {op["type"]: op["reason"] for op in plan["ops"]["float"]}
    assert "operator set 9" in reasons["Relu"]
    assert "'crop' (Crop)" in reasons["Relu"]
