"""Latency and fidelity of several models that were made from one, in the moments of each other.

Latency: all models in one process, a run each, forwards and then backwards (A B C C B A …), so that drift and what the
others leave in the caches fall on all alike; for each model the median and the least time, and the median of the ratios
to the first model with its interval. Fidelity: how far each output is from float on samples that calibration has not
seen. Prints one JSON object.

    python judge_models.py --reference model.onnx --samples evaluation.npz ours=a.onnx theirs=b.onnx
"""

import argparse
import dataclasses
import json
import math
import os
import zipfile
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import latency
import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from accuracy import LABEL, sqnr_decibels
from sample_feeds import Feed, Feeds

Array = npt.NDArray[Any]
Outputs = dict[str, list[Array]]


@dataclasses.dataclass(frozen=True)
class Effort:
    """How long to measure."""

    rounds: int
    seconds: float  # for each number of threads; at least 5 rounds are run all the same
    warmup: int


LEAST_ROUNDS = 5


def parse_model(text: str) -> tuple[str, Path]:
    """NAME=FILE."""
    name, separator, file = text.partition("=")
    if not separator or not Path(file).is_file():
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=FILE with a file that is there")
    return name, Path(file)


def measure_rounds(sessions: list[onnxruntime.InferenceSession], feeds: list[Feed], effort: Effort) -> Array:
    """Milliseconds (2 * rounds, models): each round gives a row forwards and one backwards."""
    for session in sessions * effort.warmup:
        session.run(None, feeds[0])
    rows: list[list[float]] = []
    spent = 0.0
    for round_ in range(effort.rounds):
        if round_ >= LEAST_ROUNDS and spent > effort.seconds * 1000:
            break
        feed = feeds[round_ % len(feeds)]
        forwards = [latency.run_milliseconds(session, feed) for session in sessions]
        backwards = [latency.run_milliseconds(session, feed) for session in reversed(sessions)]
        rows += [forwards, backwards[::-1]]
        spent += sum(forwards) + sum(backwards)
    return np.array(rows)


def latency_figures(names: list[str], times: Array) -> dict[str, dict[str, float | None]]:
    """For each model; ratios are to the first, above 1 where it takes longer."""
    figures: dict[str, dict[str, float | None]] = {}
    for name, column in zip(names, times.T, strict=True):
        ratios = column / times[:, 0]
        low, high = latency.median_interval(ratios, 0.95)
        figures[name] = {
            "median_ms": float(np.median(column)),
            "min_ms": float(column.min()),
            "ratio_median": float(np.median(ratios)),
            "ratio_low": low,
            "ratio_high": high if math.isfinite(high) else None,
            "ratio_of_min": float(column.min() / times[:, 0].min()),
            "runs": len(column),
        }
    return figures


def run_outputs(model: Path, feeds: Feeds) -> Outputs:
    """Every output of every sample, by name."""
    session = latency.open_session(model, 2)
    names = [tensor.name for tensor in session.get_outputs()]
    outputs: Outputs = {name: [] for name in names}
    for feed in feeds:
        for name, values in zip(names, session.run(None, feed), strict=True):
            outputs[name].append(np.asarray(values))
    return outputs


def mean_cosine(reference: list[Array], measured: list[Array]) -> float:
    """Of each sample's values as one vector; the mean over the samples."""
    cosines = []
    for r, q in zip(reference, measured, strict=True):
        first, second = r.astype(np.float64).ravel(), q.astype(np.float64).ravel()
        length = float(np.linalg.norm(first) * np.linalg.norm(second))
        cosines.append(float(first @ second) / length if length > 0 else float(np.array_equal(first, second)))
    return float(np.mean(cosines))


def chosen_classes(outputs: list[Array]) -> Array:
    """The largest value along the last axis: of the sample, or of each of its tokens or columns."""
    return np.concatenate([values.argmax(axis=-1).ravel() for values in outputs])


def fidelity(reference: Outputs, measured: Outputs, classes: str | None, label: Array | None) -> dict[str, Any]:
    """SQNR and cosine of each output; agreement and accuracy where an output names classes."""
    result: dict[str, Any] = {"sqnr_db": {}, "cosine": {}}
    for name, values in reference.items():
        sqnr = sqnr_decibels(
            np.concatenate([v.ravel() for v in values]), np.concatenate([v.ravel() for v in measured[name]])
        )
        # JSON knows no infinity; nothing finite comes near this.
        result["sqnr_db"][name] = min(sqnr, 999.0)
        result["cosine"][name] = mean_cosine(values, measured[name])
    if classes is not None:
        predicted, expected = chosen_classes(measured[classes]), chosen_classes(reference[classes])
        result["agreement"] = float((predicted == expected).mean())
        if label is not None and len(label) == len(predicted):
            result["top1"] = float((predicted == label).mean())
    return result


def read_labels(file: Path, samples: int) -> Array | None:
    """The array "label" of an .npz, where there is one."""
    if file.is_dir():
        return None
    with zipfile.ZipFile(file) as archive:
        if f"{LABEL}.npy" not in archive.namelist():
            return None
    with np.load(file) as arrays:
        label: Array = arrays[LABEL][:samples]
    return label


def judge(arguments: argparse.Namespace) -> dict[str, Any]:
    """All figures."""
    feeds = Feeds(arguments.samples, min(arguments.count, Feeds.available(arguments.samples)))
    label = read_labels(arguments.samples, len(feeds))
    reference = run_outputs(arguments.reference, feeds)
    models = [*arguments.models, ("float", arguments.reference)]
    names = [name for name, _ in models]
    result: dict[str, Any] = {"fidelity": {}, "latency": {}}
    for name, model in models:
        measured = run_outputs(model, feeds)
        result["fidelity"][name] = fidelity(reference, measured, arguments.classes, label)
    effort = Effort(arguments.rounds, arguments.seconds, arguments.warmup)
    for threads in arguments.threads:
        sessions = [latency.open_session(model, threads) for _, model in models]
        times = measure_rounds(sessions, [feed for feed, _ in zip(feeds, range(8), strict=False)], effort)
        result["latency"][str(threads)] = latency_figures(names, times)
    return result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Latency and fidelity of models made from one.")
    parser.add_argument("models", type=parse_model, nargs="+", metavar="NAME=FILE", help="the first is the yardstick")
    parser.add_argument("--reference", type=Path, required=True, help="the float model")
    parser.add_argument("--samples", type=Path, required=True, help=".npz or folder of .npz to judge with")
    parser.add_argument("--count", type=int, default=100, help="how many samples at the most")
    parser.add_argument("--classes", metavar="OUTPUT", help="output whose largest value names a class")
    parser.add_argument("--threads", type=int, nargs="*", default=[1, 2], help="numbers to measure latency at")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30, help="stop after this long, for each number of threads")
    parser.add_argument("--warmup", type=int, default=3)
    print(json.dumps(judge(parser.parse_args())))


if __name__ == "__main__":
    main()
