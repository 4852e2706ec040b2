"""Statistics of a calibration, kept in a file and used again."""

import pathlib
from collections.abc import Callable
from typing import Any

import pytest

DEMO = pathlib.Path(__file__).resolve().parents[2] / "examples/demo"
Run = Callable[..., dict[str, Any]]


def quantize(run: Run, output: pathlib.Path, *words: object) -> dict[str, Any]:
    """The demo's network, calibrated on the demo's images."""
    calibration = f"npz:{DEMO / 'calibration.npz'}"
    return run("quantize", DEMO / "mnist_cnn.onnx", "-o", output, "--calib", calibration, *words)


@pytest.fixture(scope="module")
def kept(run: Run, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A folder with a table and the model it was made for."""
    folder = tmp_path_factory.mktemp("table")
    first = quantize(run, folder / "first.onnx", "--table", folder / "statistics.table", "--threads", 1)
    assert first["calibration"]["cached"] is False
    return folder


def test_a_kept_table_gives_the_same_model_without_a_pass(run: Run, kept: pathlib.Path) -> None:
    again = quantize(run, kept / "again.onnx", "--table", kept / "statistics.table")
    assert again["calibration"]["cached"] is True
    assert again["calibration"]["samples"] == 100
    assert (kept / "again.onnx").read_bytes() == (kept / "first.onnx").read_bytes()


def test_another_range_method_reads_the_same_table(run: Run, kept: pathlib.Path) -> None:
    result = quantize(
        run, kept / "percentile.onnx", "--table", kept / "statistics.table", "--range-method", "percentile"
    )
    assert result["calibration"]["cached"] is True
    assert (kept / "percentile.onnx").read_bytes() != (kept / "first.onnx").read_bytes()


def test_a_table_of_other_samples_is_not_used(run: Run, kept: pathlib.Path) -> None:
    table = kept / "other.table"
    table.write_bytes((kept / "statistics.table").read_bytes())
    result = quantize(run, kept / "other.onnx", "--table", table, "--samples", 50)
    assert result["calibration"]["cached"] is False
    assert any("calibrated anew" in warning for warning in result["warnings"])
    assert table.read_bytes() != (kept / "statistics.table").read_bytes()


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_table_and_model_are_the_same_for_any_number_of_threads(run: Run, kept: pathlib.Path, threads: int) -> None:
    table = kept / f"threads{threads}.table"
    quantize(run, kept / "threads.onnx", "--table", table, "--threads", threads)
    assert table.read_bytes() == (kept / "statistics.table").read_bytes()
    assert (kept / "threads.onnx").read_bytes() == (kept / "first.onnx").read_bytes()
