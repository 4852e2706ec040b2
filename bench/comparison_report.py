"""The comparison as tables and as verdicts on the bounds that the project has set itself."""

import dataclasses
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from contenders import COPY, FLOOR, FLOOR_STREAMS, OURS

TaskResult = dict[str, Any]  # what compare_peers.py writes for each task

WORST_OF_FLOOR = {"resnet50": 1.3, "minilm": 1.5}
FASTER_THAN = {"onnxruntime": 1.8, "inc": 3.0}
WORST_PEAK_OF_FLOOR = 1.3
WORST_METHOD_OF_MINMAX = 1.2
MOST_DECIBELS_LOST = 1.0

WORST_OF_COPY = 2.0
WORST_LARGE_PEAK_MB = 600.0
WORST_DYNAMIC_OF_ONNXRUNTIME = 1 / 3
LEAST_DYNAMIC_COSINE = 0.988
WORST_LATENCY_OF_PEERS = 1.0

# The bounds are about wall time. Processor time says nearly the same, and still says it while others use the machine.
TIMES = {"wall": "wall_s", "CPU": "cpu_s"}


def runs_of(result: TaskResult, name: str) -> list[dict[str, Any]]:
    """Finished runs of one contender; none where it failed or did not take part."""
    contender = result["contenders"].get(name, {"error": "not there"})
    return [] if contender["error"] else contender["runs"]


def median_of(result: TaskResult, name: str, figure: str) -> float | None:
    """Median over the rounds."""
    runs = runs_of(result, name)
    return statistics.median(run[figure] for run in runs) if runs else None


def paired_ratio(result: TaskResult, name: str, other: str, figure: str = "wall_s") -> float | None:
    """Median over the rounds of the ratio within a round."""
    pairs = list(zip(runs_of(result, name), runs_of(result, other), strict=False))
    return statistics.median(a[figure] / b[figure] for a, b in pairs) if pairs else None


def number(value: float | None, digits: int) -> str:
    """A cell of a table."""
    return "" if value is None else f"{value:.{digits}f}"


def least_sqnr(result: TaskResult, name: str) -> float | None:
    """Of the output that lost most."""
    fidelity = result.get("judgement", {}).get("fidelity", {}).get(name)
    return min(fidelity["sqnr_db"].values()) if fidelity else None


def fidelity_cells(result: TaskResult, name: str) -> list[str]:
    """SQNR and cosine of each output, agreement and top-1."""
    fidelity = result.get("judgement", {}).get("fidelity", {}).get(name)
    if fidelity is None:
        return ["", "", "", ""]
    sqnr = " / ".join("same" if value > 900 else f"{value:.1f}" for value in fidelity["sqnr_db"].values())
    cosine = " / ".join(f"{value:.4f}" for value in fidelity["cosine"].values())
    shares = [f"{fidelity[key]:.1%}" if key in fidelity else "" for key in ("agreement", "top1")]
    return [sqnr, cosine, *shares]


def latency_cells(result: TaskResult, name: str, threads: int) -> list[str]:
    """Least milliseconds and the ratio to ours, for one number of threads."""
    latency = result.get("judgement", {}).get("latency", {}).get(str(threads), {}).get(name)
    if latency is None:
        return ["", ""]
    return [f"{latency['median_ms']:.2f} ({latency['min_ms']:.2f})", f"{latency['ratio_median']:.2f}"]


RATIO_HEADS = ("wall / ours", "CPU / ours", "wall / floor", "CPU / floor", "peak / floor")
COST_HEADS = ("tool", "wall s", "CPU s", "peak MB", *RATIO_HEADS, "model MB")
THREAD_HEADS = ("1 thread, ms (min)", "/ ours", "2 threads, ms (min)", "/ ours")
WORTH_HEADS = ("model of", "SQNR dB", "cosine", "agrees", "top-1", *THREAD_HEADS)


def cost_row(result: TaskResult, name: str) -> list[str]:
    """What one tool's work cost."""
    contender = result["contenders"][name]
    if contender["error"]:
        return [name, f"failed: {contender['error']}", *[""] * (len(COST_HEADS) - 2)]
    return [
        name,
        number(median_of(result, name, "wall_s"), 2),
        number(median_of(result, name, "cpu_s"), 2),
        number(median_of(result, name, "peak_mb"), 0),
        number(paired_ratio(result, name, OURS), 2),
        number(paired_ratio(result, name, OURS, "cpu_s"), 2),
        number(paired_ratio(result, name, FLOOR), 2),
        number(paired_ratio(result, name, FLOOR, "cpu_s"), 2),
        number(paired_ratio(result, name, FLOOR, "peak_mb"), 2),
        number(contender["size_mb"], 2),
    ]


def worth_row(result: TaskResult, name: str) -> list[str]:
    """What one model is worth: fidelity beside speed."""
    return [name, *fidelity_cells(result, name), *latency_cells(result, name, 1), *latency_cells(result, name, 2)]


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def table(result: TaskResult) -> str:
    """A task: what the tools' work cost, and what the models are worth where they were judged."""
    work = result["work"]
    how = f"{work['samples']} samples, {work['method']}, {work['mode']}, {work['threads']} threads"
    text = f"## {result['title']}\n\n{how}, {result['rounds']} rounds in turn\n\n"
    text += markdown(COST_HEADS, [cost_row(result, name) for name in result["contenders"]])
    judged = result.get("judgement", {}).get("fidelity", {})
    if judged:
        text += "\n" + markdown(WORTH_HEADS, [worth_row(result, name) for name in judged])
    return text


@dataclasses.dataclass(frozen=True)
class Verdict:
    """One bound: what was measured, and whether it is met."""

    task: str
    what: str
    measured: float
    bound: str
    met: bool


def at_most(task: str, what: str, measured: float | None, bound: float) -> Iterator[Verdict]:
    """Nothing where nothing was measured."""
    if measured is not None:
        yield Verdict(task, what, measured, f"<= {bound:g}", measured <= bound)


def at_least(task: str, what: str, measured: float | None, bound: float) -> Iterator[Verdict]:
    """Nothing where nothing was measured."""
    if measured is not None:
        yield Verdict(task, what, measured, f">= {bound:g}", measured >= bound)


def static_verdicts(result: TaskResult) -> Iterator[Verdict]:
    """Time, memory and fidelity of static quantization."""
    title = result["title"]
    if bound := WORST_OF_FLOOR.get(result["model"]):
        for word, figure in TIMES.items():
            yield from at_most(title, f"{word}, ours / floor", paired_ratio(result, OURS, FLOOR, figure), bound)
        net, wall = median_of(result, FLOOR, "net_s"), median_of(result, OURS, "wall_s")
        if net and wall:
            yield from at_most(title, "wall, ours / floor without its start-up", wall / net, bound)
        yield from at_most(title, "wall, ours / floor in streams", paired_ratio(result, OURS, FLOOR_STREAMS), bound)
    yield from at_most(title, "peak, ours / floor", paired_ratio(result, OURS, FLOOR, "peak_mb"), WORST_PEAK_OF_FLOOR)
    for peer, bound in FASTER_THAN.items():
        for word, figure in TIMES.items():
            yield from at_least(title, f"{word}, {peer} / ours", paired_ratio(result, peer, OURS, figure), bound)
    mine = least_sqnr(result, OURS)
    for peer in FASTER_THAN:
        theirs = least_sqnr(result, peer)
        gained = None if mine is None or theirs is None else mine - theirs
        yield from at_least(title, f"SQNR, ours - {peer}, dB", gained, -MOST_DECIBELS_LOST)


def method_verdicts(result: TaskResult) -> Iterator[Verdict]:
    """Other range methods beside min-max."""
    for name in result["contenders"]:
        if name != OURS:
            for word, figure in TIMES.items():
                ratio = paired_ratio(result, name, OURS, figure)
                yield from at_most(result["title"], f"{word}, {name} / minmax", ratio, WORST_METHOD_OF_MINMAX)


def memory_verdicts(result: TaskResult) -> Iterator[Verdict]:
    """Peak memory beside the floor's."""
    for name in (name for name in result["contenders"] if name.startswith(OURS)):
        ratio = paired_ratio(result, name, FLOOR, "peak_mb")
        yield from at_most(result["title"], f"peak, {name} / floor", ratio, WORST_PEAK_OF_FLOOR)


def large_verdicts(result: TaskResult) -> Iterator[Verdict]:
    """Time beside that of copying the files, and peak memory."""
    for name in (name for name in result["contenders"] if name.startswith(OURS)):
        title = result["title"]
        yield from at_most(title, f"wall, {name} / copy", paired_ratio(result, name, COPY), WORST_OF_COPY)
        yield from at_most(title, f"peak, {name}, MB", median_of(result, name, "peak_mb"), WORST_LARGE_PEAK_MB)


def dynamic_verdicts(result: TaskResult) -> Iterator[Verdict]:
    """Time beside ONNX Runtime's tool, fidelity, and latency beside the fastest peer."""
    title, judgement = result["title"], result.get("judgement", {})
    for word, figure in TIMES.items():
        ratio = paired_ratio(result, OURS, "onnxruntime", figure)
        yield from at_most(title, f"{word}, ours / onnxruntime", ratio, WORST_DYNAMIC_OF_ONNXRUNTIME)
    if (fidelity := judgement.get("fidelity", {}).get(OURS)) is not None:
        for output, cosine in fidelity["cosine"].items():
            yield from at_least(title, f"cosine, {output}", cosine, LEAST_DYNAMIC_COSINE)
    for threads, latency in judgement.get("latency", {}).items():
        theirs = [figures["ratio_median"] for name, figures in latency.items() if name not in {OURS, "float"}]
        ratio = 1 / min(theirs) if theirs else None
        yield from at_most(title, f"latency, ours / best peer, {threads} threads", ratio, WORST_LATENCY_OF_PEERS)


VERDICTS = {
    "static": static_verdicts,
    "dynamic": dynamic_verdicts,
    "methods": method_verdicts,
    "memory": memory_verdicts,
    "large": large_verdicts,
}


def verdicts(results: Sequence[TaskResult]) -> list[Verdict]:
    """On every bound for which there are figures."""
    return [v for result in results if result["kind"] in VERDICTS for v in VERDICTS[result["kind"]](result)]


def verdict_table(found: Sequence[Verdict]) -> str:
    """As Markdown."""
    rows = [[v.task, v.what, f"{v.measured:.2f}", v.bound, "met" if v.met else "MISSED"] for v in found]
    return "## Bounds\n\n" + markdown(["task", "figure", "measured", "bound", ""], rows)
