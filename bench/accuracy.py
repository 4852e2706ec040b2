"""Accuracy of a model, and how far it is from its float reference, on labelled samples.

Prints top-1 (where the data has an array "label"), and with a reference its top-1, how often both models name the same
class, and the signal-to-quantization-noise ratio of each output in decibels: 10 log10(sum r^2 / sum (r - q)^2) with
r the reference's and q the model's values. Agreement and the ratio need no labels and see changes that the accuracy of
a small data set cannot.

    python accuracy.py model.int8.onnx evaluation.npz --reference model.onnx
"""

import argparse
import json
import math
import os
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]

Array = npt.NDArray[Any]

LABEL = "label"


def open_session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """A CPU session with a fixed number of threads."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def batch_size(session: onnxruntime.InferenceSession, wanted: int) -> int:
    """`wanted`, or 1 where a model input has a fixed first axis."""
    free = all(tensor.shape and not isinstance(tensor.shape[0], int) for tensor in session.get_inputs())
    return wanted if free else 1


def run_all(session: onnxruntime.InferenceSession, data: dict[str, Array], wanted_batch: int) -> dict[str, Array]:
    """The outputs of every sample, by name, the last partial batch included."""
    names = [tensor.name for tensor in session.get_inputs()]
    missing = [name for name in names if name not in data]
    if missing:
        raise SystemExit(f"the data has no array for input {missing}; it has {sorted(data)}")
    step = batch_size(session, wanted_batch)
    count = min(len(data[name]) for name in names)
    batches = [
        session.run(None, {name: data[name][start : start + step] for name in names}) for start in range(0, count, step)
    ]
    outputs = [tensor.name for tensor in session.get_outputs()]
    return {name: np.concatenate(parts) for name, parts in zip(outputs, zip(*batches, strict=True), strict=True)}


def classes(outputs: dict[str, Array]) -> Array:
    """The class that the first output names for each sample: the largest value over all axes but the first."""
    first = next(iter(outputs.values()))
    chosen: Array = first.reshape(len(first), -1).argmax(axis=1)
    return chosen


def sqnr_decibels(reference: Array, measured: Array) -> float:
    """Signal-to-quantization-noise ratio; infinite where both are equal."""
    signal = reference.astype(np.float64)
    noise = float(np.square(signal - measured).sum())
    power = float(np.square(signal).sum())
    if noise == 0:
        return math.inf
    return 10 * math.log10(power / noise) if power > 0 else -math.inf


def compare(measured: dict[str, Array], reference: dict[str, Array] | None, label: Array | None) -> dict[str, Any]:
    """All figures of the report."""
    predicted = classes(measured)
    result: dict[str, Any] = {"samples": len(predicted)}
    if label is not None:
        result["top1"] = float((predicted == label).mean())
    if reference is None:
        return result
    expected = classes(reference)
    if label is not None:
        result["reference_top1"] = float((expected == label).mean())
    result["agreement"] = float((predicted == expected).mean())
    result["sqnr_db"] = {
        name: sqnr_decibels(array, measured[name]) for name, array in reference.items() if name in measured
    }
    return result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Top-1, agreement and SQNR of a model on an .npz.")
    parser.add_argument("model", type=Path)
    parser.add_argument("data", type=Path, help='.npz with one array per model input and, if known, "label"')
    parser.add_argument("--reference", type=Path, help="float model to compare with")
    parser.add_argument("--batch", type=int, default=50, help="samples in one run where the model lets it be chosen")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--samples", type=int, help="only the first N of the file")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    with np.load(arguments.data) as archive:
        data = {name: archive[name][: arguments.samples] for name in archive.files}
    measured = run_all(open_session(arguments.model, arguments.threads), data, arguments.batch)
    reference = None
    if arguments.reference is not None:
        reference = run_all(open_session(arguments.reference, arguments.threads), data, arguments.batch)
    result = compare(measured, reference, data.get(LABEL))
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
