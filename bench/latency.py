"""Paired latency of two models: how many times the latency of B does A take, on this machine, now?

Two separate measurements of two models differ by whatever else the machine did in between. Here the models run in the
same moments, one run each, in the order A B, B A, A B, …, so that drift and the warmth left by the other model fall on
both alike. The answer is the median of the ratios A/B over the pairs, with the distribution-free interval of a median
from order statistics (Conover, Practical Nonparametric Statistics, section 3.2). The interval takes the pairs as
independent; where the machine is shared they are not quite, and the truth is somewhat wider.

    python latency.py model.onnx model.int8.onnx --input image=1x3x32x32 --threads 1 --pairs 200
"""

import argparse
import json
import math
import os
import time
from pathlib import Path
from typing import Any

# Read by the library when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]

Array = npt.NDArray[Any]

DTYPES: dict[str, type[np.generic]] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(int64)": np.int64,
    "tensor(int32)": np.int32,
    "tensor(uint8)": np.uint8,
    "tensor(int8)": np.int8,
    "tensor(bool)": np.bool_,
}


def open_session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """A CPU session; workers stop spinning after each run, so that one model's do not take time from the other's."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.force_spinning_stop", "1")
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def parse_input(text: str) -> tuple[str, tuple[int, ...]]:
    """Name and shape from "image=1x3x32x32" or "image=1,3,32,32"."""
    name, separator, shape = text.rpartition("=")
    try:
        sizes = tuple(int(size) for size in shape.replace("x", ",").split(",") if size)
    except ValueError:
        sizes = (-1,)
    if not separator or not name or any(size < 0 for size in sizes):
        raise argparse.ArgumentTypeError(f"'{text}' is not NAME=shape, for example image=1x3x32x32")
    return name, sizes


def make_feed(
    session: onnxruntime.InferenceSession, shapes: dict[str, tuple[int, ...]], integer_limit: int, seed: int
) -> dict[str, Array]:
    """Seeded values for every input: normal for floats, uniform below `integer_limit` for integers (token ids)."""
    names = [tensor.name for tensor in session.get_inputs()]
    if set(names) != set(shapes):
        raise SystemExit(f"the model's inputs are {names}, but shapes were given for {list(shapes)}")
    generator = np.random.default_rng(seed)
    feed: dict[str, Array] = {}
    for tensor in session.get_inputs():
        if tensor.type not in DTYPES:
            raise SystemExit(f"input {tensor.name} is a {tensor.type}; one of {list(DTYPES)} is needed")
        dtype = np.dtype(DTYPES[tensor.type])
        shape = shapes[tensor.name]
        if dtype.kind == "f":
            feed[tensor.name] = generator.standard_normal(shape).astype(dtype)
        else:
            feed[tensor.name] = generator.integers(0, integer_limit, shape).astype(dtype)
    return feed


def run_milliseconds(session: onnxruntime.InferenceSession, feed: dict[str, Array]) -> float:
    """Wall time of one run."""
    start = time.perf_counter_ns()
    session.run(None, feed)
    return (time.perf_counter_ns() - start) / 1e6


def measure_pairs(
    first: onnxruntime.InferenceSession,
    second: onnxruntime.InferenceSession,
    feed: dict[str, Array],
    pairs: int,
    warmup: int,
) -> tuple[Array, Array]:
    """Milliseconds of each model in each pair, the order swapped from pair to pair."""
    for _ in range(warmup):
        run_milliseconds(first, feed)
        run_milliseconds(second, feed)
    times = np.empty((pairs, 2))
    sessions = (first, second)
    for pair in range(pairs):
        for which in (0, 1) if pair % 2 == 0 else (1, 0):
            times[pair, which] = run_milliseconds(sessions[which], feed)
    return times[:, 0], times[:, 1]


def median_interval(values: Array, confidence: float) -> tuple[float, float]:
    """Interval of the median by order statistics: between the k-th smallest and the k-th largest value.

    k is the largest number for which fewer than k of n independent values fall below the median with a probability of
    at most (1 - confidence) / 2, by the binomial distribution with p = 1/2. With too few values for the confidence
    asked for it is infinite.
    """
    ordered = np.sort(values)
    count = len(ordered)
    tail = 0.0
    k = 0
    while k < count:
        # In logarithms, as 2^-n leaves the range of a double beyond 1,074 pairs.
        log_term = math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) - count * math.log(2)
        tail += math.exp(log_term)
        if tail > (1 - confidence) / 2:
            break
        k += 1
    if k == 0:
        return 0.0, math.inf
    return float(ordered[k - 1]), float(ordered[count - k])


def summarize(first: Array, second: Array, confidence: float) -> dict[str, Any]:
    """All figures of the report."""
    ratios = first / second
    low, high = median_interval(ratios, confidence)
    return {
        "pairs": len(ratios),
        "ratio_median": float(np.median(ratios)),
        "ratio_low": low,
        "ratio_high": high,
        "confidence": confidence,
        "a_median_ms": float(np.median(first)),
        "b_median_ms": float(np.median(second)),
        "a_min_ms": float(first.min()),
        "b_min_ms": float(second.min()),
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Paired, interleaved latency of two models; prints the ratio A/B.")
    parser.add_argument("a", type=Path)
    parser.add_argument("b", type=Path)
    parser.add_argument("--input", type=parse_input, action="append", required=True, metavar="NAME=shape")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--warmup", type=int, default=10)
    parser.add_argument("--confidence", type=float, default=0.95)
    parser.add_argument("--integer-limit", type=int, default=2, help="integer inputs are drawn from 0 to below this")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.pairs < 1 or not 0 < arguments.confidence < 1:
        parser.error("--pairs must be at least 1 and --confidence between 0 and 1")
    first = open_session(arguments.a, arguments.threads)
    second = open_session(arguments.b, arguments.threads)
    feed = make_feed(first, dict(arguments.input), arguments.integer_limit, arguments.seed)
    times = measure_pairs(first, second, feed, arguments.pairs, arguments.warmup)
    result = summarize(*times, arguments.confidence)
    if arguments.json:
        print(json.dumps(result))
        return
    print(f"A: median {result['a_median_ms']:.3f} ms, min {result['a_min_ms']:.3f} ms  ({arguments.a})")
    print(f"B: median {result['b_median_ms']:.3f} ms, min {result['b_min_ms']:.3f} ms  ({arguments.b})")
    print(
        f"A/B: {result['ratio_median']:.3f}, {result['confidence']:.0%} interval "
        f"{result['ratio_low']:.3f} to {result['ratio_high']:.3f}, {result['pairs']} pairs, {arguments.threads} threads"
    )


if __name__ == "__main__":
    main()
