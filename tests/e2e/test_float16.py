"""Models of 16-bit floats: widened in preparation, quantized as their float32 originals."""

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest
from onnx import TensorProto, numpy_helper

DEMO = pathlib.Path(__file__).resolve().parents[2] / "examples/demo"
Run = Callable[..., dict[str, Any]]


def to_float16(source: pathlib.Path, target: pathlib.Path) -> None:
    """What an exporter makes of a network in half precision: weights, activations, input and output in float16."""
    model = onnx.load(source)
    for constant in model.graph.initializer:
        if constant.data_type == TensorProto.FLOAT:
            constant.CopyFrom(
                numpy_helper.from_array(numpy_helper.to_array(constant).astype(np.float16), constant.name)
            )
    for value in [*model.graph.input, *model.graph.output, *model.graph.value_info]:
        if value.type.tensor_type.elem_type == TensorProto.FLOAT:
            value.type.tensor_type.elem_type = TensorProto.FLOAT16
    onnx.save(model, target)


def arrays(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Images and labels of the demo; no labels for calibration."""
    data = np.load(DEMO / name)
    return data["image"], data["label"] if "label" in data.files else np.zeros(0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The demo's network and data, all in float16."""
    made = tmp_path_factory.mktemp("float16")
    to_float16(DEMO / "mnist_cnn.onnx", made / "half.onnx")
    np.savez(made / "calibration.npz", image=arrays("calibration.npz")[0].astype(np.float16))
    images, labels = arrays("test.npz")
    np.savez(made / "test.npz", image=images.astype(np.float16), label=labels)
    return made


@pytest.fixture(scope="module")
def half(folder: pathlib.Path, run: Run) -> dict[str, Any]:
    """The float16 network, quantized and judged."""
    return run(
        "quantize",
        folder / "half.onnx",
        "-o",
        folder / "int8.onnx",
        "--calib",
        f"npz:{folder / 'calibration.npz'}",
        "--eval",
        f"npz:{folder / 'test.npz'}",
    )


def test_it_is_as_accurate_as_the_float32_network(folder: pathlib.Path, half: dict[str, Any], run: Run) -> None:
    whole = run(
        "quantize",
        DEMO / "mnist_cnn.onnx",
        "-o",
        folder / "int8_of_float32.onnx",
        "--calib",
        f"npz:{DEMO / 'calibration.npz'}",
        "--eval",
        f"npz:{DEMO / 'test.npz'}",
    )
    top1, whole_top1 = half["accuracy"]["top1"], whole["accuracy"]["top1"]
    assert top1["float"]["value"] == pytest.approx(whole_top1["float"]["value"], abs=0.001)
    assert top1["delta"]["value"] == pytest.approx(whole_top1["delta"]["value"], abs=0.001)
    assert top1["delta"]["value"] >= -0.005


def test_all_but_the_casts_at_the_border_is_quantized(half: dict[str, Any]) -> None:
    assert [op["type"] for op in half["ops"]["float"]] == ["Cast", "Cast"]
    assert half["ops"]["quantized"] == half["ops"]["total"] - 2


def test_input_and_output_keep_their_type(folder: pathlib.Path, half: dict[str, Any]) -> None:
    session = onnxruntime.InferenceSession(half["output"], providers=["CPUExecutionProvider"])
    assert session.get_inputs()[0].type == session.get_outputs()[0].type == "tensor(float16)"
    data = np.load(folder / "test.npz")
    logits = session.run(None, {"image": data["image"][:500]})[0]
    assert logits.dtype == np.float16
    assert (logits.argmax(1) == data["label"][:500]).mean() >= 0.985
