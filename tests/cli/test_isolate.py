"""--isolate: a framework that crashes ends in one error, signals are handed on, and nothing half-written stays."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import pytest
from conftest import BINARY, REPOSITORY

PLUGIN = BINARY.parents[1] / "tests/crash_plugin/plugin"
MODEL = REPOSITORY / "examples/demo/mnist_cnn.onnx"
# Batches without end, slowly.
ENDLESS = """
import io, struct, sys, time, pathlib, numpy
file = io.BytesIO()
numpy.savez(file, image=numpy.zeros((1, 1, 28, 28), numpy.float32))
while True:
    sys.stdout.buffer.write(struct.pack("<Q", file.tell()) + file.getvalue())
    sys.stdout.buffer.flush()
    pathlib.Path("started").touch()
    time.sleep(0.05)
"""


@pytest.fixture
def crashing(halftone, tmp_path):
    """Runs a verb on a model whose loading raises a signal."""
    if not PLUGIN.exists():
        pytest.skip(f"SKIPPED: {PLUGIN} is not built")

    def run(number, *words, verb="inspect"):
        (tmp_path / "model.crash").write_text(str(number))
        temporary = tmp_path / "tmp"
        temporary.mkdir(exist_ok=True)
        return halftone(
            verb, "model.crash", *words, env={"HALFTONE_PLUGIN_PATH": str(PLUGIN), "TMPDIR": str(temporary)}
        )

    return run


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGFPE", "SIGILL"])
def test_a_crash_is_one_error(crashing, name):
    outcome = crashing(signal.Signals[name].value, "--isolate")
    assert outcome.status == 3
    assert outcome.out == ""
    assert outcome.err.count("error:") == 1
    assert f"the framework crashed ({name}) while at 'load model'" in outcome.err
    assert "hint:" in outcome.err


def test_without_it_the_crash_is_a_signal(crashing):
    assert crashing(signal.SIGSEGV.value).status == -signal.SIGSEGV


def test_a_killed_child_was_probably_out_of_memory(crashing):
    outcome = crashing(signal.SIGKILL.value, "--isolate")
    assert outcome.status == 3
    assert "killed (SIGKILL) while at 'load model'" in outcome.err
    assert "out of memory" in outcome.err


def test_a_crash_is_an_object_too(crashing):
    outcome = crashing(signal.SIGSEGV.value, "--isolate", "--json", verb="plan")
    assert outcome.status == 3
    error = outcome.json()["error"]
    assert error["code"] == "unsupported"
    assert "SIGSEGV" in error["message"] and error["hint"]


def test_temporary_files_of_the_child_are_removed(crashing, tmp_path):
    crashing(100 + signal.SIGSEGV.value, "--isolate")
    assert list((tmp_path / "tmp").iterdir()) == []
    crashing(100 + signal.SIGSEGV.value)
    assert [file.name for file in (tmp_path / "tmp").iterdir()] == ["left"]


def test_errors_and_their_status_pass_through(crashing, halftone):
    outcome = crashing(0, "--isolate", "--json")
    assert outcome.status == 3
    assert outcome.json()["error"]["message"] == "this plugin can do nothing but crash"
    assert outcome.err.count("error:") == 1
    assert halftone("plan", "--isolate").status == 2
    assert halftone("plan", "m", "--isolate=no").status == 2
    assert halftone("plan", "m", "--isolat").status == 2


def test_verbs_without_a_model_have_no_such_option(halftone):
    outcome = halftone("backends", "--isolate")
    assert outcome.status == 2
    assert "quantize" in outcome.err


@pytest.fixture
def needs_framework(halftone):
    """The demo's model can be opened here."""
    if not any(
        b["key"].startswith("onnx") and b["available"] for b in halftone("backends", "--json").json()["backends"]
    ):
        pytest.skip("SKIPPED: no framework for the demo's model")


@pytest.mark.usefixtures("needs_framework")
def test_the_result_is_the_same_as_without(halftone, tmp_path):
    calibration = f"npz:{REPOSITORY / 'examples/demo/calibration.npz'}"
    results = []
    for name, more in (("a", []), ("b", ["--isolate"])):
        outcome = halftone("quantize", MODEL, "-o", name, "--calib", calibration, "--samples", 8, "--json", *more)
        assert outcome.status == 0, outcome.err
        results.append(outcome.json())
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert set(results[0]) == set(results[1])
    assert results[1]["argv"][-1] == "--isolate"


@pytest.mark.usefixtures("needs_framework")
def test_a_gate_that_is_not_met_keeps_its_status(halftone):
    data = f"npz:{REPOSITORY / 'examples/demo/test.npz'}"
    words = ["evaluate", MODEL, "--against", MODEL, "--eval", data, "--samples", 16, "--min-speedup", "50"]
    assert halftone(*words, "--isolate").status == halftone(*words).status


class Working:
    """A quantization in the middle of its endless calibration."""

    def __init__(self, folder: pathlib.Path):
        (folder / "endless.py").write_text(ENDLESS)
        spec = f"exec:{sys.executable} endless.py"
        self.folder = folder
        self.process = subprocess.Popen(
            [
                BINARY,
                "quantize",
                MODEL,
                "-o",
                "out/int8.onnx",
                "--calib",
                spec,
                "--samples",
                "100000",
                "--isolate",
                "--json",
            ],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def wait_for(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, "it ended by itself"
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def child(self) -> int:
        pid = self.process.pid
        return int(pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])

    def staged(self) -> list[str]:
        return [entry.name for entry in (self.folder / "out").iterdir()]


@pytest.fixture
def working(needs_framework, tmp_path):
    """Starts one and waits until it is under way, with its folder beside the output."""
    del needs_framework
    pytest.importorskip("numpy")
    (tmp_path / "out").mkdir()
    work = Working(tmp_path)
    try:
        work.wait_for((tmp_path / "started").exists)
        assert len(work.staged()) == 1
        yield work
    finally:
        work.process.kill()
        work.process.wait()


def test_what_a_crash_left_beside_the_output_is_removed(working):
    os.kill(working.child(), signal.SIGSEGV)
    out, err = working.process.communicate(timeout=60)
    assert working.process.returncode == 3
    assert "SIGSEGV" in json.loads(out)["error"]["message"]
    assert err.count("error:") == 1
    assert working.staged() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_is_handed_on(working, number):
    child = working.child()
    working.process.send_signal(number)
    out, err = working.process.communicate(timeout=60)
    assert working.process.returncode == 130
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert err.count("error:") == 1
    assert working.staged() == []
    assert not pathlib.Path(f"/proc/{child}").exists()


def test_the_child_does_not_outlive_its_parent(working):
    child = working.child()
    working.process.kill()
    deadline = time.monotonic() + 60
    while pathlib.Path(f"/proc/{child}").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert working.staged() == []
