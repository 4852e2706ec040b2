"""What people bring: subgraphs, transformers, external data, several inputs; each must quantize, open and run."""

import os
import pathlib
import shutil
import subprocess
import wave
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime  # type: ignore[import-untyped]
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "examples/demo"
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Run = Callable[..., dict[str, Any]]
Arrays = dict[str, np.ndarray]


def outputs_of(model: pathlib.Path, inputs: Arrays) -> list[np.ndarray]:
    """One run in the plain runtime."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    outputs: list[np.ndarray] = session.run(None, inputs)
    return outputs


def decibels(expected: np.ndarray, actual: np.ndarray) -> float:
    """Signal to quantization noise."""
    noise = np.square(expected.astype(np.float64) - actual).sum()
    return float(10 * np.log10(np.square(expected.astype(np.float64)).sum() / max(noise, 1e-30)))


@pytest.fixture(scope="module")
def windows(assets: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Batches of a speech recording, with the state that the float model carries from one window to the next."""
    with wave.open(str(assets / "silero_vad/test.wav")) as file:
        sound = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(np.float32) / 32768
    folder = tmp_path_factory.mktemp("windows")
    session = onnxruntime.InferenceSession(assets / "silero_vad/silero_vad.onnx", providers=["CPUExecutionProvider"])
    context, state = np.zeros((1, 64), np.float32), np.zeros((2, 1, 128), np.float32)
    for index in range(60):
        window = np.concatenate([context, sound[None, index * 512 : (index + 1) * 512]], axis=1)
        batch = {"input": window, "state": state, "sr": np.array(16000, np.int64)}
        np.savez(folder / f"{index:03}.npz", input=window, state=state, sr=batch["sr"])
        context, state = window[:, -64:], session.run(None, batch)[1]
    return folder


def test_convolutions_inside_branches_run_in_int8(
    run: Run, assets: pathlib.Path, windows: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    source = assets / "silero_vad/silero_vad.onnx"
    result = run("quantize", source, "-o", tmp_path / "vad.onnx", "--calib", f"batches:{windows}")
    # Of the two branches, one for each sample rate, the recording goes through one; the other stays in float.
    assert result["ops"]["by_type"]["Conv"] == {"total": 12, "quantized": 6}
    assert any("has not seen" in op["reason"] for op in result["ops"]["float"])
    batch = dict(np.load(windows / "059.npz"))
    for expected, actual in zip(outputs_of(source, batch), outputs_of(tmp_path / "vad.onnx", batch), strict=True):
        assert decibels(expected, actual) > 25


def test_a_language_model_quantizes_and_keeps_its_logits(
    run: Run, assets: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    ids = np.load(assets / "stories260k/stories260k_samples_ids.npy").astype(np.int64)
    np.savez(tmp_path / "ids.npz", ids=ids)
    source = assets / "stories260k/stories260k.onnx"
    result = run("quantize", source, "-o", tmp_path / "int8.onnx", "--calib", f"npz:{tmp_path / 'ids.npz'}")
    products = result["ops"]["by_type"]["MatMul"]
    assert products["quantized"] == products["total"] == 46
    batch = {"ids": ids[:4]}
    assert decibels(outputs_of(source, batch)[0], outputs_of(tmp_path / "int8.onnx", batch)[0]) > 20


@pytest.fixture(scope="module")
def stories(assets: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[pathlib.Path, pathlib.Path]:
    """A language model and data for it."""
    data = tmp_path_factory.mktemp("stories") / "ids.npz"
    np.savez(data, ids=np.load(assets / "stories260k/stories260k_samples_ids.npy").astype(np.int64))
    return assets / "stories260k/stories260k.onnx", data


def test_dynamic_quantization_needs_no_data(
    run: Run, stories: tuple[pathlib.Path, pathlib.Path], tmp_path: pathlib.Path
) -> None:
    source, data = stories
    result = run("quantize", source, "-o", tmp_path / "int8.onnx", "--approach", "dynamic")
    assert result["approach"] == "dynamic"
    assert result["calibration"] == {"samples": 0, "range_method": None, "cached": False}
    assert result["verified"]["low_precision"] == result["verified"]["planned"] == result["ops"]["quantized"] > 0
    assert "DynamicQuantizeLinear" in {node.op_type for node in onnx.load(tmp_path / "int8.onnx").graph.node}
    batch = {"ids": np.load(data)["ids"][:4]}
    assert decibels(outputs_of(source, batch)[0], outputs_of(tmp_path / "int8.onnx", batch)[0]) > 20


def test_auto_takes_the_approach_that_is_closer_to_float(
    run: Run, stories: tuple[pathlib.Path, pathlib.Path], tmp_path: pathlib.Path
) -> None:
    source, data = stories
    result = run("quantize", source, "-o", tmp_path / "auto.onnx", "--calib", f"npz:{data}")
    tried = result["approaches"]["tried"]
    assert [each["approach"] for each in tried] == ["static", "dynamic+static"]
    best = max(tried, key=lambda each: each["sqnr_db"])
    assert result["approach"] == best["approach"]
    # What was tried is what those approaches give by themselves.
    run("quantize", source, "-o", tmp_path / "static.onnx", "--calib", f"npz:{data}", "--approach", "static")
    batch = {"ids": np.load(data)["ids"]}
    expected = outputs_of(source, batch)[0]
    chosen = decibels(expected, outputs_of(tmp_path / "auto.onnx", batch)[0])
    fixed = decibels(expected, outputs_of(tmp_path / "static.onnx", batch)[0])
    assert chosen >= fixed


def test_auto_keeps_convolutions_static_and_takes_lstms_dynamic(
    run: Run, assets: pathlib.Path, windows: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    source = assets / "silero_vad/silero_vad.onnx"
    result = run("quantize", source, "-o", tmp_path / "vad.onnx", "--calib", f"batches:{windows}")
    assert result["approach"] == "dynamic+static"
    assert result["approaches"] is None
    modes = {
        (op["type"], op["choice"]["quant_mode"])
        for op in run("plan", source)["ops"]["planned"]
        if op["type"] in {"Conv", "LSTM"}
    }
    assert modes == {("Conv", "static"), ("LSTM", "dynamic")}


@pytest.fixture(scope="module")
def external(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The demo's network with its weights in a file beside it."""
    folder = tmp_path_factory.mktemp("external")
    onnx.save_model(
        onnx.load(DEMO / "mnist_cnn.onnx"),
        folder / "model.onnx",
        save_as_external_data=True,
        location="weights.bin",
        size_threshold=0,
    )
    return folder


def test_external_data_give_the_same_int8_model(run: Run, external: pathlib.Path, tmp_path: pathlib.Path) -> None:
    calibration = ("--calib", f"npz:{DEMO / 'calibration.npz'}")
    run("quantize", external / "model.onnx", "-o", tmp_path / "external.onnx", *calibration)
    run("quantize", DEMO / "mnist_cnn.onnx", "-o", tmp_path / "inside.onnx", *calibration)
    image = {"image": np.load(DEMO / "test.npz")["image"][:8]}
    inside, beside = outputs_of(tmp_path / "inside.onnx", image), outputs_of(tmp_path / "external.onnx", image)
    np.testing.assert_array_equal(inside[0], beside[0])
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".bin") == []


@pytest.mark.parametrize("location", ["../weights.bin", "link.bin"])
def test_external_data_outside_the_models_folder_are_refused(
    external: pathlib.Path, tmp_path: pathlib.Path, location: str
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    shutil.copy(external / "weights.bin", tmp_path / "weights.bin")
    (folder / "link.bin").symlink_to(tmp_path / "weights.bin")
    model = onnx.load(external / "model.onnx", load_external_data=False)
    for constant in model.graph.initializer:
        for entry in constant.external_data:
            if entry.key == "location":
                entry.value = location
    onnx.save(model, folder / "model.onnx")
    command = [str(BINARY), "quantize", str(folder / "model.onnx"), "-o", str(folder / "int8.onnx")]
    done = subprocess.run(
        [*command, "--calib", f"npz:{DEMO / 'calibration.npz'}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "outside the model's folder" in done.stderr
    assert not (folder / "int8.onnx").exists()


def test_a_truncated_external_file_is_named(external: pathlib.Path, tmp_path: pathlib.Path) -> None:
    shutil.copy(external / "model.onnx", tmp_path / "model.onnx")
    whole = (external / "weights.bin").read_bytes()
    (tmp_path / "weights.bin").write_bytes(whole[: len(whole) // 2])
    done = subprocess.run(
        [
            str(BINARY),
            "quantize",
            str(tmp_path / "model.onnx"),
            "-o",
            str(tmp_path / "int8.onnx"),
            "--calib",
            f"npz:{DEMO / 'calibration.npz'}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "weights.bin" in done.stderr
