"""Halftone and its peers at the same work, in turn: time, memory, and what the resulting models are worth.

For each task every tool runs as a whole process, one after the other, round after round (A B C A B C …), so that the
machine's moods fall on all alike; what is quoted are medians, and medians of the ratios within a round. Beside the
peers runs the floor: float inference of the same samples, and reading and writing, which no tool that calibrates can
do without. Then the models are judged together: latency at 1 and 2 threads, and fidelity to float on samples that no
tool has seen.

    python prepare_models.py ../build/bench/data      (with torch and onnx, once)
    python compare_peers.py --quick
    python compare_peers.py --kinds static,memory --models resnet50,minilm --json figures.json

Needs Python 3.11 or 3.12 and, for the first run, a package index: environments.py. Nothing but the standard library is
loaded here, since a measuring process has to stay small: process_cost.py.
"""

import argparse
import dataclasses
import fcntl
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TextIO

from comparison_report import TaskResult, table, verdict_table, verdicts
from comparison_tasks import CLASSES, DEFAULT_MODELS, KINDS, Selection, Task, samples_of
from contenders import FLOORS, PEERS, Contender, require_halftone
from environments import BENCH, HOME, EnvironmentMissingError, python_of
from process_cost import error_line, measure, warm_page_cache

QUICK_MODELS = ["resnet20", "sst2"]


@dataclasses.dataclass(frozen=True)
class Effort:
    """How much is measured."""

    rounds: int
    limit_s: float
    judge: Sequence[str]  # options of judge_models.py


def fresh_folder(task: Task, contender: str) -> Path:
    """An empty folder: some tools append to what they find."""
    folder = HOME / "work" / task.title.replace(" ", "-") / contender.replace(" ", "-")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run_once(task: Task, contender: Contender, limit_s: float) -> tuple[dict[str, Any], Path]:
    """One run of one tool: its cost, and its folder with model.onnx and what lies beside that."""
    folder = fresh_folder(task, contender.name)
    result, log = folder / "result", folder / "log.txt"
    result.mkdir()
    environment = {**contender.environment, "HOME": str(folder)}
    command = contender.command(task.work, result / "model.onnx")
    cost = dataclasses.asdict(measure(command, environment, log, folder, limit_s))
    if cost["error"] is None and not (result / "model.onnx").exists():
        cost["error"] = f"no model: {error_line(log.read_text(encoding='utf-8', errors='replace'))}"
    if contender.name in FLOORS and cost["error"] is None:
        cost |= json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    return cost, result


def size_mb(folder: Path) -> float:
    """The model with its external data; reports beside it do not count."""
    files = [path for path in folder.iterdir() if path.is_file() and path.suffix not in {".json", ".yaml"}]
    return sum(path.stat().st_size for path in files) / 1e6


def compare(task: Task, effort: Effort, say: Callable[[str], None]) -> dict[str, Any]:
    """All rounds of a task: runs, error and size of each contender."""
    figures: dict[str, Any] = {
        contender.name: {"runs": [], "error": None, "size_mb": None} for contender in task.contenders
    }
    for name, reason in task.missing.items():
        figures[name] = {"runs": [], "error": reason, "size_mb": None}
    for round_ in range(effort.rounds):
        for contender in task.contenders:
            figure = figures[contender.name]
            if figure["error"]:
                continue
            cost, folder = run_once(task, contender, effort.limit_s)
            figure["error"] = cost.pop("error")
            figure["runs"].append(cost)
            figure["size_mb"] = None if figure["error"] else size_mb(folder)
            outcome = figure["error"] or f"{cost['wall_s']:.2f} s, {cost['peak_mb']:.0f} MB"
            say(f"{task.title}, round {round_ + 1}, {contender.name}: {outcome}")
    return figures


def judge(task: Task, data: Path, figures: dict[str, Any], options: Sequence[str]) -> dict[str, Any]:
    """Latency and fidelity of the models that the last round left."""
    models = [
        f"{contender.name}={HOME / 'work' / task.title.replace(' ', '-') / contender.name.replace(' ', '-')}"
        "/result/model.onnx"
        for contender in task.contenders
        if contender.name not in FLOORS and not figures[contender.name]["error"]
    ]
    if not models:
        return {"error": "there is no model to judge"}
    command: list[str | Path] = [python_of("onnxruntime"), BENCH / "judge_models.py", *models]
    command += ["--reference", task.work.model, "--samples", samples_of(data, task.model, "evaluation"), *options]
    if (classes := CLASSES[task.model]) is not None:
        command += ["--classes", classes]
    # In a session of its own, as the tools are: systems that share time between sessions treat all of them alike.
    done = subprocess.run(command, capture_output=True, text=True, check=False, start_new_session=True)
    if done.returncode != 0:
        return {"error": error_line(done.stderr)}
    judgement: dict[str, Any] = json.loads(done.stdout)
    return judgement


def run_task(task: Task, data: Path, effort: Effort, say: Callable[[str], None]) -> TaskResult:
    """One entry of the result file."""
    if task.work.calibration.is_file():
        files = list(task.work.model.parent.glob(f"{task.work.model.name}*"))
        warm_page_cache([*files, task.work.calibration])
    figures = compare(task, effort, say)
    result: TaskResult = {
        "kind": task.kind,
        "model": task.model,
        "title": task.title,
        "work": {name: str(value) for name, value in dataclasses.asdict(task.work).items()},
        "model_mb": sum(path.stat().st_size for path in task.work.model.parent.glob(f"{task.work.model.name}*")) / 1e6,
        "rounds": effort.rounds,
        "contenders": figures,
    }
    if task.judged:
        result["judgement"] = judge(task, data, figures, effort.judge)
        if "error" in result["judgement"]:
            say(f"{task.title}: the models could not be judged: {result['judgement']['error']}")
    return result


def chosen(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Some of the known names, parted by commas."""

    def parse(text: str) -> list[str]:
        names = text.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)}; known are {', '.join(known)}")
        return names

    return parse


def parse_arguments() -> argparse.Namespace:
    """Command line."""
    parser = argparse.ArgumentParser(description="Run Halftone and its peers on the same work, in turn.")
    parser.add_argument("--data", type=Path, default=HOME / "data", help="what prepare_models.py made")
    parser.add_argument(
        "--kinds", type=chosen(list(KINDS)), default=list(KINDS), metavar="KIND,…", help=", ".join(KINDS)
    )
    parser.add_argument("--models", type=chosen(list(CLASSES)), metavar="NAME,…", help="default: all but large")
    parser.add_argument(
        "--peers", type=chosen(list(PEERS)), default=list(PEERS), metavar="NAME,…", help=", ".join(PEERS)
    )
    parser.add_argument("--samples", type=int, default=100, help="calibration samples")
    parser.add_argument("--threads", type=int, default=2, help="threads of every tool")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=float, default=900, help="seconds after which a run is ended")
    parser.add_argument("--latency-seconds", type=float, default=30, help="per task and number of threads")
    parser.add_argument("--evaluation-samples", type=int, default=100, help="at the most")
    parser.add_argument("--json", type=Path, default=HOME / "comparison.json", help="where all figures go")
    parser.add_argument("--quick", action="store_true", help="one round, 20 samples, small models: does it all work?")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds, arguments.samples = 1, 20
        arguments.latency_seconds, arguments.evaluation_samples = 2.0, 20
    arguments.models = arguments.models or (QUICK_MODELS if arguments.quick else DEFAULT_MODELS)
    absent = [name for name in arguments.models if not (arguments.data / f"{name}.onnx").exists()]
    if absent:
        parser.error(f"no {', '.join(absent)} in {arguments.data}; make them with prepare_models.py, or pass --data")
    return arguments


def hold_work_folder() -> TextIO:
    """Held until this process ends: a second comparison would overwrite the models of the first, and slow it down."""
    folder = HOME / "work"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"another comparison runs in {folder}; wait for it, or set BENCH_HOME to another folder")
    return lock


def run_all(arguments: argparse.Namespace) -> None:
    """Every task that was chosen; tables as they come, all figures in the file after each."""

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    judge_options = ["--seconds", str(arguments.latency_seconds), "--count", str(arguments.evaluation_samples)]
    effort = Effort(arguments.rounds, arguments.limit, judge_options)
    data = arguments.data.absolute()
    selection = Selection(data, arguments.models, arguments.peers, arguments.samples, arguments.threads)
    try:
        tasks = [task for kind in arguments.kinds for task in KINDS[kind](selection)]
    except EnvironmentMissingError as error:
        sys.exit(f"the environment that measures is missing: {error}")
    results: list[TaskResult] = []
    for task in tasks:
        results.append(run_task(task, data, effort, say))
        print(table(results[-1]), flush=True)
        # After each task: an interrupted comparison keeps what it has.
        found = [dataclasses.asdict(verdict) for verdict in verdicts(results)]
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps({"tasks": results, "bounds": found}, indent=1), encoding="utf-8")
    print(verdict_table(verdicts(results)))


def main() -> None:
    """Command line."""
    arguments = parse_arguments()
    require_halftone()
    with hold_work_folder():
        run_all(arguments)


if __name__ == "__main__":
    main()
