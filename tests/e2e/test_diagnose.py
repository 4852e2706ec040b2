"""`diagnose` finds the op in which error arises, and prints what mends it."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "examples/demo"
MODEL = DEMO / "mnist_cnn.onnx"
CALIBRATION = f"npz:{DEMO / 'calibration.npz'}"
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Run = Callable[..., dict[str, Any]]


def spoil(record: dict[str, Any], op: str) -> None:
    """Makes the weight of one op far too coarse: two of its 127 steps are left."""
    scales = record["q_config"]["ops"][op]["weight_parameters"]["scale"]
    scales[:] = [(64 * float.fromhex(scale)).hex() for scale in scales]


def products(record: dict[str, Any]) -> list[str]:
    """Ops whose weights are quantized."""
    return [name for name, op in record["q_config"]["ops"].items() if "weight_parameters" in op]


@pytest.mark.parametrize("place", [0, 1, -1])
def test_an_op_that_was_spoiled_on_purpose_stands_first_with_the_option_that_repairs_it(
    run: Run, tmp_path: pathlib.Path, place: int
) -> None:
    good = tmp_path / "good.onnx"
    run("quantize", MODEL, "-o", good, "--calib", CALIBRATION)
    record = json.loads(pathlib.Path(f"{good}.halftone.json").read_text())
    op = products(record)[place]
    spoil(record, op)
    (tmp_path / "spoiled.json").write_text(json.dumps(record))
    spoiled = tmp_path / "spoiled.onnx"
    assert run("recover", tmp_path / "spoiled.json", "-o", spoiled)["identical"] is False

    found = run("diagnose", MODEL, spoiled, "--data", CALIBRATION, "--eval-samples", 32)
    assert found["ops"][0]["name"] == op
    assert found["ops"][0]["added_noise"] > 2 * found["ops"][1]["added_noise"]
    assert found["suggestions"][0]["op"] == op
    # The option is typed as it is printed; the op then stays in float, and most of the noise is gone.
    mended = tmp_path / "mended.onnx"
    option = shlex.split(found["suggestions"][0]["option"])
    result = run("quantize", MODEL, "-o", mended, "--calib", CALIBRATION, *option)
    assert op in {each["name"] for each in result["ops"]["float"]}
    after = run("diagnose", MODEL, mended, "--data", CALIBRATION, "--eval-samples", 32)
    assert after["output"][0]["sqnr_db"] > found["output"][0]["sqnr_db"] + 3


def test_the_number_of_threads_changes_no_figure(run: Run, tmp_path: pathlib.Path) -> None:
    output = tmp_path / "int8.onnx"
    run("quantize", MODEL, "-o", output, "--calib", CALIBRATION)
    one, two = (
        run("diagnose", MODEL, output, "--data", CALIBRATION, "--eval-samples", 16, "--threads", threads)["ops"]
        for threads in (1, 2)
    )
    assert one == two


def failed(*words: object) -> tuple[int, str]:
    """Status and message of a diagnose that ends with an error."""
    command = [str(BINARY), "diagnose", *map(str, words), "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stderr


def test_what_cannot_be_diagnosed_is_one_error(tmp_path: pathlib.Path) -> None:
    assert failed(MODEL, "--data", CALIBRATION)[0] == 2
    status, message = failed(MODEL, MODEL)
    assert status == 2 and "--data SPEC" in message
    broken = pathlib.Path(shutil.copy(MODEL, tmp_path / "broken.onnx"))
    broken.write_bytes(broken.read_bytes()[:1000])
    assert failed(MODEL, broken, "--data", CALIBRATION)[0] == 3
