"""The search of Halftone beside the tuning loop of Intel Neural Compressor 2.6: ResNet-20, CIFAR-10, strategy basic.

    python bench/tune_peers.py [--rounds 3] [--trials 6]

Both calibrate with 100 images, run as many trials and judge them on 5,000 images, in turn, on two threads. First the
target is out of reach, so that both run all trials; then it is 1 %, and the models they choose are timed in pairs.
Needs the prepared data of the tests (scripts/test makes it), or --data FOLDER with the same files.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from environments import python_of

BENCH = Path(__file__).resolve().parent
REPOSITORY = BENCH.parent
HALFTONE = Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone"))


def halftone(data: Path, folder: Path, trials: int, *words: str) -> dict[str, float]:
    """One search of ours, as a whole process; where its time went is in its own result."""
    output = folder / "halftone.onnx"
    command = [
        str(HALFTONE), "tune", str(data / "resnet20.onnx"), "-o", str(output), "--strategy", "basic",
        "--calib", f"npz:{data / 'cifar_calibration.npz'}", "--calib-samples", "100",
        "--eval", f"npz:{data / 'cifar_evaluation.npz'}", "--max-trials", str(trials), "--threads", "2",
        "--max-drop", "1%", "--json", "--quiet", *words,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 4}:
        sys.exit(f"halftone tune failed: {done.stderr}")
    result: dict[str, Any] = json.loads(done.stdout)
    # Judging a model is both: what it gets right, and how fast it is. Theirs takes the one pass for both.
    evaluate = result["seconds"]["evaluate"] + result["seconds"]["benchmark"]
    return {"seconds": result["seconds"]["total"], "evaluate": evaluate, "trials": len(result["trials"]) - 1}


def neural_compressor(data: Path, folder: Path, trials: int, *words: str) -> dict[str, float]:
    """One search of theirs; the time is that of fit(), without starting Python."""
    result = folder / "inc.json"
    command = [
        str(python_of("inc")), str(BENCH / "peer_inc_tune.py"), str(data / "resnet20.onnx"),
        str(data / "cifar_calibration.npz"), str(data / "cifar_evaluation.npz"), str(folder / "inc.onnx"), str(result),
        "--trials", str(trials), *words,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)
    if done.returncode != 0:
        sys.exit(f"neural_compressor failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    costs: dict[str, float] = json.loads(result.read_text(encoding="utf-8"))
    return costs


def show(name: str, costs: dict[str, float]) -> None:
    """One line about one search."""
    print(
        f"  {name:<10} {costs['trials']:>2.0f} trials  {costs['seconds']:7.2f} s, "
        f"without evaluation {costs['seconds'] - costs['evaluate']:6.2f} s",
        flush=True,
    )


def main() -> None:
    """Prints each round, and the medians of the ratios beside their bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--data", type=Path, default=REPOSITORY / "build/test-data")
    asked = parser.parse_args()
    data = asked.data.absolute()
    whole, without = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(asked.rounds):
            # A target that no model meets: both run as many trials.
            ours = halftone(data, folder, asked.trials, "--min-speedup", "1000")
            theirs = neural_compressor(data, folder, asked.trials, "--out-of-reach")
            show("halftone", ours)
            show("inc 2.6", theirs)
            whole.append(ours["seconds"] / theirs["seconds"])
            without.append((ours["seconds"] - ours["evaluate"]) / (theirs["seconds"] - theirs["evaluate"]))
        halftone(data, folder, asked.trials)
        neural_compressor(data, folder, asked.trials)
        judged = subprocess.run(
            [str(HALFTONE), "benchmark", str(folder / "halftone.onnx"), "--against", str(folder / "inc.onnx"), "--runs",
             "300", "--max-seconds", "30", "--json", "--quiet"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    ratio = json.loads(judged.stdout)["against"]["ratio"]
    print(f"whole search: {statistics.median(whole):.3f} of theirs (bound 0.5)")
    print(f"without evaluation: {statistics.median(without):.3f} of theirs (bound 0.2)")
    print(
        f"latency of the chosen model: {ratio['p50']:.3f} [{ratio['low']:.3f}, {ratio['high']:.3f}] of theirs"
        " (bound 1.05)"
    )


if __name__ == "__main__":
    main()
