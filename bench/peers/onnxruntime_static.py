"""ONNX Runtime's own static quantization, set for its best result: the peer that Halftone is measured against.

Model preparation first (its tool loses accuracy and speed without), then QDQ, per-channel int8 weights, uint8
activations, min-max ranges. Nothing is excluded by hand: this is what a user gets who follows the documentation.

    python onnxruntime_static.py model.onnx calibration.npz model.int8.onnx --samples 100
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process  # type: ignore[import-untyped]

Arrays = dict[str, npt.NDArray[Any]]


class NpzReader(CalibrationDataReader):  # type: ignore[misc]
    """Feeds the chosen samples of an .npz one at a time: batch 1 fits every model, also one with a fixed batch."""

    def __init__(self, arrays: Arrays, indices: list[int]) -> None:
        """`indices` are rows of every array, in the order to feed them."""
        self._feeds: Iterator[Arrays] = iter(
            {name: array[index : index + 1] for name, array in arrays.items()} for index in indices
        )

    def get_next(self) -> Arrays | None:
        """The next feed, or None at the end, as the base class asks."""
        return next(self._feeds, None)


def read_inputs(model: Path, data: Path) -> Arrays:
    """The array of each model input, by name; further arrays (labels) are left out."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    names = [tensor.name for tensor in session.get_inputs()]
    with np.load(data) as archive:
        missing = [name for name in names if name not in archive.files]
        if missing:
            raise SystemExit(f"{data} has no array for input {missing}; it has {archive.files}")
        return {name: archive[name] for name in names}


def choose_samples(available: int, samples: int, seed: int | None) -> list[int]:
    """The first `samples` in file order, or of a seeded permutation."""
    if samples > available:
        raise SystemExit(f"{samples} samples asked for, but the data has {available}")
    order = np.arange(available) if seed is None else np.random.default_rng(seed).permutation(available)
    return [int(index) for index in order[:samples]]


def quantize(model: Path, reader: NpzReader, output: Path) -> None:
    """Prepares the float model and writes the quantized one."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(model), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(output),
            reader,
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Quantize a model with ONNX Runtime's static quantization.")
    parser.add_argument("model", type=Path)
    parser.add_argument("calibration", type=Path, help=".npz with one array per model input, samples on axis 0")
    parser.add_argument("output", type=Path)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--samples-seed", type=int, help="choose by a seeded permutation; default: the first")
    arguments = parser.parse_args()
    arrays = read_inputs(arguments.model, arguments.calibration)
    available = min(len(array) for array in arrays.values())
    reader = NpzReader(arrays, choose_samples(available, arguments.samples, arguments.samples_seed))
    start = time.perf_counter()
    quantize(arguments.model, reader, arguments.output)
    seconds = time.perf_counter() - start
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1e6:.2f} MB, {seconds:.1f} s")


if __name__ == "__main__":
    main()
