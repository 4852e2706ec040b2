"""`inspect --tensors` writes what a model calculates with, as NumPy reads it."""

import json
import os
import pathlib
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort  # type: ignore[import-untyped]
import pytest
from onnx import numpy_helper

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "examples/demo"
MODEL = DEMO / "mnist_cnn.onnx"
CALIBRATION = f"npz:{DEMO / 'calibration.npz'}"
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def int8(run: Run, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The demo's model, quantized."""
    output = tmp_path_factory.mktemp("int8") / "int8.onnx"
    run("quantize", MODEL, "-o", output, "--calib", CALIBRATION)
    return output


def test_activations_are_those_that_the_plain_runtime_gives(run: Run, tmp_path: pathlib.Path) -> None:
    result = run("inspect", MODEL, "--tensors", tmp_path, "--data", CALIBRATION, "--iterations", "3,1")
    written = result["tensors"]
    assert [file["iteration"] for file in written["files"]] == [None, 1, 3]
    # Every tensor is an output of the same model, run by the framework alone.
    model = onnx.load(MODEL)
    names = [name for node in model.graph.node for name in node.output]
    del model.graph.output[:]
    model.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in names)
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    given = session.get_inputs()[0]
    images = np.load(DEMO / "calibration.npz")
    sample = next(images[key] for key in images.files if images[key].ndim == len(given.shape))[2:3]
    expected = dict(zip(names, session.run(None, {given.name: sample}), strict=True))
    found = np.load(tmp_path / "activations_3.npz")
    assert sorted(found.files) == sorted(names)
    for name in names:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-4, err_msg=name)


def test_weights_need_no_data_and_are_those_of_the_file(run: Run, tmp_path: pathlib.Path) -> None:
    result = run("inspect", MODEL, "--tensors", tmp_path)
    assert result["tensors"]["type"] == "weight"
    held = {each.name: numpy_helper.to_array(each) for each in onnx.load(MODEL).graph.initializer}
    found = np.load(tmp_path / "weights.npz")
    assert found.files
    for name in found.files:
        np.testing.assert_array_equal(found[name], held[name])
    ops = json.loads((tmp_path / "tensors.json").read_text())["ops"]
    assert ops == result["tensors"]["ops"]
    assert {name for op in ops for name in op["weights"]} == set(found.files)


def test_a_quantized_weight_is_there_both_ways(run: Run, int8: pathlib.Path, tmp_path: pathlib.Path) -> None:
    run("inspect", int8, "--tensors", tmp_path)
    found = np.load(tmp_path / "weights.npz")
    held = {each.name: numpy_helper.to_array(each) for each in onnx.load(int8).graph.initializer}
    integers = [name for name in found.files if name.endswith("_quantized")]
    assert integers
    for name in integers:
        base = name.removesuffix("_quantized")
        np.testing.assert_array_equal(found[name], held[name])
        scale = held[f"{base}_scale"]
        axis = [-1 if size == scale.size and scale.ndim else 1 for size in found[name].shape[:1]]
        by_channel = scale.reshape(axis + [1] * (found[name].ndim - 1)) if scale.size > 1 else scale
        if scale.size > 1 and found[name].shape[0] != scale.size:
            by_channel = scale
        np.testing.assert_array_equal(found[base], found[name].astype(np.float32) * by_channel)


def test_memory_does_not_grow_with_the_data(tmp_path: pathlib.Path) -> None:
    def peak(iterations: str) -> int:
        """Of a fresh process, in KiB."""
        folder = tmp_path / str(len(iterations))
        command = [BINARY, "inspect", MODEL, "--tensors", folder, "--data", CALIBRATION, "--iterations", iterations]
        script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=-3); "
        script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        done = subprocess.run(
            ["python3", "-c", script, *map(str, command), "--quiet"], capture_output=True, text=True, check=True
        )
        return int(done.stdout)

    many = ",".join(map(str, range(1, 31)))
    one, all_of_them = peak("1"), peak(many)
    written = sum(file.stat().st_size for file in (tmp_path / str(len(many))).iterdir())
    shutil.rmtree(tmp_path)
    assert written > 50 * 2**20, "enough that holding it would show"
    assert all_of_them - one < written / 1024 / 4


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--ops", "nonsense"], "no op 'nonsense'"),
        (["--iterations", "0"], "numbers from 1"),
        (["--iterations", "100000", "--data", CALIBRATION], "does not exist"),
        (["--type", "activation"], "--data SPEC"),
        (["--type", "weights"], "weight"),
    ],
)
def test_what_cannot_be_inspected_is_one_error(tmp_path: pathlib.Path, words: list[str], message: str) -> None:
    command = [BINARY, "inspect", MODEL, "--tensors", tmp_path / "new", *words, "--quiet"]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2 and message in done.stderr, done.stderr
    assert list(tmp_path.rglob("*.npz")) == []


def test_options_of_tensors_need_a_folder() -> None:
    command = [str(BINARY), "inspect", str(MODEL), "--ops", "x", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2 and "--tensors DIR" in done.stderr
