"""What the Python package costs beside the command, and data as objects beside files, on the same work in one run.

    python bench/python_overhead.py [--data build/bench/data] [--models minilm,resnet50] [--rounds 5]

Each round runs three whole processes in turn: the command, a Python program that names the same files, and one that
hands the same samples over as arrays that are ready before the clock starts. The last two are timed inside as well,
without the start of Python and without reading the arrays. Ratios are taken within a round; medians are printed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PROGRAM = """
import sys, time
import halftone

model, output, file, form = sys.argv[1:]
if form == "files":
    data = f"npz:{file}"
else:
    import numpy as np
    arrays = np.load(file)
    names = [name for name in arrays.files if name != "label"]
    columns = {name: arrays[name] for name in names}
    count = len(next(iter(columns.values())))
    data = [{name: column[i : i + 1] for name, column in columns.items()} for i in range(count)]
start = time.perf_counter()
halftone.quantize(model, output, calib=data, approach="static", threads=2, no_report=True, progress=False)
print(time.perf_counter() - start)
"""


def wall_of(command: list[str | Path]) -> tuple[float, str]:
    """Seconds of a whole process, and what it printed."""
    start = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return time.perf_counter() - start, done.stdout


def run_round(model: Path, data: Path, folder: Path, command: str) -> dict[str, float]:
    """Seconds of each way of doing the same work."""
    seconds = {}
    words: list[str | Path] = [command, "quantize", model, "-o", folder / "command.onnx", "--calib", f"npz:{data}"]
    words += ["--approach", "static", "--threads", "2", "--no-report", "--quiet"]
    seconds["command"], _ = wall_of(words)
    for form in ("files", "arrays"):
        program: list[str | Path] = [sys.executable, "-c", PROGRAM, model, folder / f"{form}.onnx", data, form]
        seconds[f"python, {form}"], printed = wall_of(program)
        seconds[f"call, {form}"] = float(printed)
    outputs = [(folder / f"{name}.onnx").read_bytes() for name in ("command", "files", "arrays")]
    if len(set(outputs)) != 1:
        raise SystemExit(f"{model.name}: the three ways do not give the same bytes")
    return seconds


def median_ratio(rounds: list[dict[str, float]], over: str, under: str) -> float:
    """Median of the ratios within rounds."""
    return statistics.median(entry[over] / entry[under] for entry in rounds)


def main() -> None:
    """Prints a table and the bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT / "build/bench/data", help="of prepare_models.py")
    parser.add_argument("--models", default="minilm,resnet50")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="figures of every round")
    arguments = parser.parse_args()
    command = os.environ.get("HALFTONE_BIN", str(ROOT / "build/release/bin/halftone"))
    figures = {}
    for name in arguments.models.split(","):
        model, data = arguments.data / f"{name}.onnx", arguments.data / f"{name}_calibration.npz"
        with tempfile.TemporaryDirectory() as folder:
            run_round(model, data, Path(folder), command)  # files and libraries come into the cache
            rounds = [run_round(model, data, Path(folder), command) for _ in range(arguments.rounds)]
        figures[name] = rounds
        print(f"\n{name}, medians of {arguments.rounds} rounds")
        for way in rounds[0]:
            print(f"  {way:16} {statistics.median(entry[way] for entry in rounds):7.2f} s")
        package = median_ratio(rounds, "python, files", "command")
        iterable = median_ratio(rounds, "call, arrays", "call, files")
        for what, ratio, bound in (
            ("the package beside the command", package, 1.05),
            ("ready arrays beside files", iterable, 1.10),
        ):
            print(f"  {what:31} {ratio:.3f}  (bound {bound:.2f}: {'met' if ratio <= bound else 'missed'})")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
