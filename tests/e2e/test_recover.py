"""`recover` makes the same bytes again from the float model and the saved result, without data."""

import json
import os
import pathlib
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "examples/demo"
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def demo(tmp_path: pathlib.Path) -> pathlib.Path:
    """The demo's network, in a folder of its own."""
    return pathlib.Path(shutil.copy(DEMO / "mnist_cnn.onnx", tmp_path / "model.onnx"))


@pytest.mark.parametrize(
    "options",
    [
        ["--method", "minmax"],
        ["--method", "kl", "--target", "avx2"],
        ["--set", "quantization.recipes.first_conv_or_matmul=fp32"],
        ["--set", "quantization.op_types.Relu={precision: fp32}"],
    ],
)
def test_a_convolutional_network_comes_back_byte_for_byte(
    run: Run, demo: pathlib.Path, tmp_path: pathlib.Path, options: list[str]
) -> None:
    output, again = tmp_path / "int8.onnx", tmp_path / "again.onnx"
    run("quantize", demo, "-o", output, "--calib", f"npz:{DEMO / 'calibration.npz'}", *options)
    result = run("recover", f"{output}.halftone.json", "-o", again)
    assert result["identical"] is True
    assert again.read_bytes() == output.read_bytes()
    assert result["output_sha256"] == json.loads(pathlib.Path(f"{output}.halftone.json").read_text())["output_sha256"]


@pytest.mark.parametrize("approach", ["auto", "static", "dynamic", "weight_only"])
def test_a_language_model_comes_back_byte_for_byte(
    run: Run, assets: pathlib.Path, tmp_path: pathlib.Path, approach: str
) -> None:
    np.savez(tmp_path / "ids.npz", ids=np.load(assets / "stories260k/stories260k_samples_ids.npy").astype(np.int64))
    output, again = tmp_path / "int8.onnx", tmp_path / "again.onnx"
    source = assets / "stories260k/stories260k.onnx"
    data = [] if approach in ("dynamic", "weight_only") else ["--calib", f"npz:{tmp_path / 'ids.npz'}"]
    run("quantize", source, "-o", output, "--approach", approach, *data)
    run("recover", f"{output}.halftone.json", "-o", again, "--threads", 1)
    assert again.read_bytes() == output.read_bytes()


def test_the_float_model_may_have_moved(run: Run, demo: pathlib.Path, tmp_path: pathlib.Path) -> None:
    output, again = tmp_path / "int8.onnx", tmp_path / "again.onnx"
    run("quantize", demo, "-o", output, "--calib", f"npz:{DEMO / 'calibration.npz'}")
    moved = demo.rename(tmp_path / "elsewhere.onnx")
    result = run("recover", f"{output}.halftone.json", "--model", moved, "-o", again)
    assert result["identical"] is True


def refused(result_file: pathlib.Path, output: pathlib.Path, *words: object) -> str:
    """The message of a recover that ends with status 3 and leaves nothing."""
    command = [str(BINARY), "recover", str(result_file), "-o", str(output), *map(str, words), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 3, done.stderr
    assert not output.exists()
    return done.stderr


def test_what_cannot_be_recovered_is_one_error(run: Run, demo: pathlib.Path, tmp_path: pathlib.Path) -> None:
    output, again = tmp_path / "int8.onnx", tmp_path / "again.onnx"
    run("quantize", demo, "-o", output, "--calib", f"npz:{DEMO / 'calibration.npz'}")
    saved = pathlib.Path(f"{output}.halftone.json")
    assert "is not the one that the result is of" in refused(saved, again, "--model", output)
    assert "no JSON object" in refused(demo, again)
    record = json.loads(saved.read_text())
    name = next(name for name, op in record["q_config"]["ops"].items() if "weight_parameters" in op)
    record["q_config"]["ops"][name]["weight_parameters"]["scale"][0] = "wide"
    saved.write_text(json.dumps(record))
    assert f"q_config.ops.{name}.weight_parameters.scale[0]" in refused(saved, again)
    record["command"] = "evaluate"
    saved.write_text(json.dumps(record))
    assert "is the result of halftone evaluate" in refused(saved, again)
