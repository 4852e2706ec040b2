"""The search on real models: every strategy, every rule that stops it, and nothing lost whatever happens."""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Result = dict[str, Any]
Run = Callable[..., Result]

STRATEGIES = ["auto", "basic", "conservative", "exhaustive", "random", "bayesian", "tpe", "mse", "mse_v2"]
FULL = bool(os.environ.get("HALFTONE_FULL"))


@pytest.fixture(scope="module")
def resnet20(prepared: pathlib.Path) -> list[str]:
    """Model and data of a search that takes seconds."""
    return [
        str(prepared / "resnet20.onnx"),
        "--calib",
        f"npz:{prepared / 'cifar_calibration.npz'}",
        "--calib-samples",
        "32",
        "--eval",
        f"npz:{prepared / 'cifar_evaluation.npz'}",
        "--eval-samples",
        "400",
    ]


@pytest.fixture(scope="module")
def squeezenet(assets: pathlib.Path, prepared: pathlib.Path) -> list[str]:
    """The same for a larger network."""
    return [
        str(next((assets / "squeezenet").glob("*.onnx"))),
        "--calib",
        f"npz:{prepared / 'squeezenet_calibration.npz'}",
        "--calib-samples",
        "16",
        "--eval",
        f"npz:{prepared / 'squeezenet_evaluation.npz'}",
        "--eval-samples",
        "60",
    ]


@pytest.fixture(scope="module")
def sst2(assets: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The same for a text encoder, fed with token ids."""
    ids = np.load(assets / "sst2" / "sst2_ids.npz")
    folder = tmp_path_factory.mktemp("sst2")
    np.savez(folder / "calibration.npz", ids=ids["train_x"][:16])
    np.savez(folder / "evaluation.npz", ids=ids["test_x"][:60], label=ids["test_y"][:60])
    return [
        str(assets / "sst2" / "sst2_tiny_bert.onnx"),
        "--calib",
        f"npz:{folder / 'calibration.npz'}",
        "--eval",
        f"npz:{folder / 'evaluation.npz'}",
    ]


def trial_lines(history: pathlib.Path) -> list[dict[str, Any]]:
    """Whole lines of a history that are trials."""
    lines = history.read_text(encoding="utf-8").split("\n")[:-1]
    return [line for line in map(json.loads, lines) if "trial" in line]


def choices(result: Result) -> list[object]:
    """What a search chose, without anything that takes time."""
    trials = [(t["id"], t["stage"], t["changes"], t["metrics"], t["verdict"]) for t in result["trials"]]
    return [trials, result["best"], result["units"]]


@pytest.mark.parametrize("model", ["resnet20", "squeezenet", "sst2"] if FULL else ["resnet20"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_finishes_and_its_replay_chooses_the_same(
    run: Run, request: pytest.FixtureRequest, tmp_path: pathlib.Path, strategy: str, model: str
) -> None:
    words = request.getfixturevalue(model)
    output = tmp_path / "out.onnx"
    result = run("tune", *words, "-o", output, "--strategy", strategy, "--max-trials", "4", "--max-drop", "20pt")
    assert result["stop_reason"] in {"max_trials", "exhausted", "no_gain"}
    assert 1 <= len(result["trials"]) - 1 <= 4
    onnxruntime.InferenceSession(str(output))
    history = tmp_path / "kept.jsonl"
    history.write_bytes((tmp_path / "out.onnx.halftone.jsonl").read_bytes())
    replayed = run(
        "tune", *words, "-o", tmp_path / "again.onnx", "--strategy", strategy, "--max-trials", "4",
        "--max-drop", "20pt", "--replay", history,
    )  # fmt: skip
    assert choices(replayed) == choices(result)
    assert (tmp_path / "again.onnx").read_bytes() == output.read_bytes()


@pytest.mark.parametrize("strategy", ["hawq_v2", "auto_mixed_precision", "nobodys"])
def test_a_strategy_without_its_skill_ends_with_status_2(
    resnet20: list[str], tmp_path: pathlib.Path, strategy: str
) -> None:
    command = [str(BINARY), "tune", *resnet20, "-o", str(tmp_path / "out.onnx"), "--strategy", strategy, "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 2
    assert strategy in done.stderr
    assert not (tmp_path / "out.onnx").exists()


@pytest.mark.parametrize("strategy", STRATEGIES if FULL else ["auto"])
def test_the_first_success_ends_a_search_that_asks_for_no_more(
    run: Run, resnet20: list[str], tmp_path: pathlib.Path, strategy: str
) -> None:
    words = ["--effort", "first", "--max-drop", "20pt", "--strategy", strategy]
    result = run("tune", *resnet20, "-o", tmp_path / "out.onnx", *words)
    assert result["stop_reason"] in {"target_met", "no_gain"}
    verdicts = [trial["verdict"] for trial in result["trials"][1:]]
    # From float up, op types that are left may improve on a success.
    assert verdicts == ["met"] or (strategy == "conservative" and set(verdicts) == {"met"})


@pytest.mark.parametrize("strategy", STRATEGIES if FULL else ["exhaustive"])
def test_time_is_honoured_and_the_best_is_kept(resnet20: list[str], tmp_path: pathlib.Path, strategy: str) -> None:
    output = tmp_path / "out.onnx"
    command = [
        str(BINARY), "tune", *resnet20, "-o", str(output), "--strategy", strategy, "--max-trials", "100000",
        "--timeout", "6s", "--max-drop", "20pt", "--json", "--quiet",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode in {0, 4}, done.stderr
    if done.returncode == 4 and not done.stdout.strip():
        pytest.fail("no trial was over within the time: " + done.stderr)
    result = json.loads(done.stdout)
    assert result["stop_reason"] in {"timeout", "no_gain", "exhausted"}
    onnxruntime.InferenceSession(str(output))


def test_two_searches_by_size_choose_alike(run: Run, resnet20: list[str], tmp_path: pathlib.Path) -> None:
    words = ["--objective", "size", "--max-trials", "5", "--max-drop", "20pt"]
    first = run("tune", *resnet20, "-o", tmp_path / "a.onnx", *words, "--threads", "1")
    second = run("tune", *resnet20, "-o", tmp_path / "b.onnx", *words, "--threads", "2")
    assert choices(first) == choices(second)
    assert (tmp_path / "a.onnx").read_bytes() == (tmp_path / "b.onnx").read_bytes()


def test_a_target_out_of_reach_ends_with_status_4_and_the_nearest_model(
    resnet20: list[str], tmp_path: pathlib.Path
) -> None:
    output = tmp_path / "out.onnx"
    command = [
        str(BINARY), "tune", *resnet20, "-o", str(output), "--max-trials", "2", "--min-speedup", "1000", "--json",
        "--quiet",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 4
    result = json.loads(done.stdout)
    assert not result["target_met"] and result["best"] in {1, 2}
    onnxruntime.InferenceSession(str(output))


def test_an_interrupt_ends_with_the_best_so_far_and_status_130(resnet20: list[str], tmp_path: pathlib.Path) -> None:
    output = tmp_path / "out.onnx"
    history = tmp_path / "out.onnx.halftone.jsonl"
    command = [
        str(BINARY), "tune", *resnet20, "-o", str(output), "--strategy", "random", "--max-trials", "500", "--json",
        "--quiet",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (history.exists() and len(trial_lines(history)) >= 3):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=120)
    assert process.returncode == 130
    result = json.loads(out)
    assert result["stop_reason"] == "interrupted"
    onnxruntime.InferenceSession(str(output))


def test_killed_at_any_moment_it_goes_on_and_repeats_nothing(resnet20: list[str], tmp_path: pathlib.Path) -> None:
    """Ends the process without warning, again and again; a hundred times with HALFTONE_FULL."""
    output = tmp_path / "out.onnx"
    history = tmp_path / "out.onnx.halftone.jsonl"
    command = [
        str(BINARY), "tune", *resnet20, "-o", str(output), "--strategy", "random", "--max-trials", "12",
        "--max-drop", "20pt", "--json", "--quiet", "--resume",
    ]  # fmt: skip
    moments = random.Random(1)
    seen: dict[int, str] = {}
    kills = 0
    target = 100 if FULL else 6
    while kills < target:
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(timeout=moments.uniform(0.05, 2.5))
            except subprocess.TimeoutExpired:
                process.kill()
                kills += 1
        if history.exists() and history.read_text(encoding="utf-8").count("\n") > 0:
            for line in trial_lines(history):
                units = json.dumps(line["units"])
                assert seen.setdefault(line["trial"], units) == units
            assert len({json.dumps(line["units"]) for line in trial_lines(history)}) == len(trial_lines(history))
        if output.exists():
            onnxruntime.InferenceSession(str(output))
        assert process.returncode in {0, 4, -signal.SIGKILL}
        if process.returncode != -signal.SIGKILL:  # over before the kill: begin another search
            history.unlink()
            seen.clear()
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode in {0, 4}, done.stderr
    result = json.loads(done.stdout)
    assert len(result["trials"]) == 13
    assert [line["trial"] for line in trial_lines(history)] == list(range(13))
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")], "nothing half-written stays"


def test_float_labels_need_no_labels(run: Run, resnet20: list[str], tmp_path: pathlib.Path) -> None:
    result = run(
        "tune", *resnet20, "-o", tmp_path / "out.onnx", "--set", "evaluation.labels=float", "--max-drop", "30pt",
        "--max-trials", "1",
    )  # fmt: skip
    assert result["goal"]["criteria"][0]["metric"] == "agreement"


def test_memory_is_that_of_a_process_of_its_own(run: Run, resnet20: list[str], tmp_path: pathlib.Path) -> None:
    result = run(
        "tune",
        *resnet20,
        "-o",
        tmp_path / "out.onnx",
        "--objective",
        "memory",
        "--max-trials",
        "1",
        "--max-drop",
        "20pt",
    )
    for trial in result["trials"]:
        assert 5e6 < trial["peak_memory_bytes"] < 2e9


JUDGE = """
import json, sys
import numpy as np
import onnxruntime
data = np.load(sys.argv[1])
key = next(name for name in data.files if name != "label")
session = onnxruntime.InferenceSession(sys.argv[2], providers=["CPUExecutionProvider"])
images, labels = data[key][:200], data["label"][:200]
scores = session.run(None, {session.get_inputs()[0].name: images})[0]
right = (scores.argmax(1) == labels).astype(float).tolist()
print(json.dumps({"metrics": {"share_right": sum(right) / len(right)}, "per_sample": {"share_right": right}}))
"""


def test_a_program_of_the_users_judges_the_trials(run: Run, prepared: pathlib.Path, tmp_path: pathlib.Path) -> None:
    judge = tmp_path / "judge.py"
    judge.write_text(JUDGE, encoding="utf-8")
    program = f"{sys.executable} {judge} {prepared / 'cifar_evaluation.npz'} {{model}}"
    result = run(
        "tune", prepared / "resnet20.onnx", "-o", tmp_path / "out.onnx",
        "--calib", f"npz:{prepared / 'cifar_calibration.npz'}", "--calib-samples", "16",
        "--eval-command", program, "--max-drop", "20pt", "--max-trials", "2",
    )  # fmt: skip
    assert result["goal"]["criteria"][0]["metric"] == "share_right"
    for trial in result["trials"][1:]:
        assert trial["samples"] == 200
        assert 0.6 < trial["metrics"]["share_right"]["value"] <= 1
    onnxruntime.InferenceSession(str(tmp_path / "out.onnx"))
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".out")]


def test_any_trial_is_made_again_without_data(run: Run, resnet20: list[str], tmp_path: pathlib.Path) -> None:
    output = tmp_path / "out.onnx"
    result = run("tune", *resnet20, "-o", output, "--strategy", "random", "--max-trials", "3", "--max-drop", "20pt",
                 "--objective", "size")  # fmt: skip
    saved = tmp_path / "out.onnx.halftone.json"
    best = run("recover", saved, "-o", tmp_path / "best.onnx")
    assert best["identical"]
    assert (tmp_path / "best.onnx").read_bytes() == output.read_bytes()
    run("recover", saved, "-o", tmp_path / "same.onnx", "--trial", result["best"])
    assert (tmp_path / "same.onnx").read_bytes() == output.read_bytes()
    other = next(trial["id"] for trial in result["trials"][1:] if trial["id"] != result["best"])
    run("recover", saved, "-o", tmp_path / "other.onnx", "--trial", other)
    session = onnxruntime.InferenceSession(str(tmp_path / "other.onnx"))
    assert session.get_inputs()
    command = [str(BINARY), "recover", str(saved), "-o", str(tmp_path / "none.onnx"), "--trial", "99"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 2
    assert "no trial 99" in done.stderr
