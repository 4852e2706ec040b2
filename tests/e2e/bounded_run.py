"""One run of the command under bounds: 20 seconds, no core file, memory measured; and what a good end looks like."""

import json
import os
import pathlib
import re
import resource
import subprocess
import time
from dataclasses import dataclass
from typing import Any

MOST_SECONDS = 20.0
MOST_BYTES = 2 << 30
# A safety net for the machine that runs the tests; what is asserted is the resident memory. Files are mapped and
# thread stacks reserved, so address space says little.
ADDRESS_SPACE = 24 << 30
ERROR = re.compile(r"^error: ", re.MULTILINE)


@dataclass(frozen=True)
class Ended:
    """How a run ended."""

    status: int  # negative: the signal that ended it
    out: str
    err: str
    peak_bytes: int
    timed_out: bool


def limit_child() -> None:
    """Runs in the child before the command."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))


def wait_measured(process: subprocess.Popen[bytes], seconds: float) -> tuple[int, Any, bool]:
    """Status, resource usage (of the child and those it waited for), and whether the child had to be killed."""
    deadline = time.monotonic() + seconds
    timed_out = False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid != 0:
            process.returncode = os.waitstatus_to_exitcode(status)
            return process.returncode, usage, timed_out
        if time.monotonic() > deadline and not timed_out:
            timed_out = True
            process.kill()
        time.sleep(0.004)


def run_bounded(words: list[str], folder: pathlib.Path, seconds: float = MOST_SECONDS) -> Ended:
    """Runs a command in a folder; temporary files go to a folder of its own there, named tmp."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    out_file, err_file = folder / "stdout.txt", folder / "stderr.txt"
    with out_file.open("wb") as out, err_file.open("wb") as err:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=folder,
            env={**os.environ, "TMPDIR": str(temporary)},
            preexec_fn=limit_child,
        )
        status, usage, timed_out = wait_measured(process, seconds)
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in (out_file, err_file)]
    return Ended(status, texts[0], texts[1], usage.ru_maxrss * 1024, timed_out)


def json_problem(ended: Ended) -> str:
    """What is wrong with the object on standard output."""
    try:
        value = json.loads(ended.out)
    except json.JSONDecodeError as error:
        return f"standard output is no JSON: {error}"
    if ended.status != 0 and set(value) != {"error"}:
        return "standard output is not the one error object"
    return ""


def problem_with(ended: Ended, folder: pathlib.Path, wanted: set[str], as_json: bool) -> str:
    """What is wrong with the end of a run that should leave these files in the folder `out`; empty if nothing."""
    if ended.timed_out:
        return f"it ran for more than {MOST_SECONDS:g} s"
    if ended.status < 0:
        return f"signal {-ended.status} ended it"
    if ended.status not in (0, 2, 3):
        return f"status {ended.status}: {ended.err[-400:]}"
    if ended.peak_bytes > MOST_BYTES:
        return f"it took {ended.peak_bytes >> 20} MiB"
    errors = len(ERROR.findall(ended.err))
    if errors != (ended.status != 0):
        return f"status {ended.status} with {errors} messages that begin with 'error: ': {ended.err[-400:]}"
    left = sorted(file.name for file in (folder / "tmp").iterdir())
    if left:
        return f"left in the folder for temporary files: {left}"
    written = {file.name for file in (folder / "out").iterdir()}
    if written != wanted:
        return f"status {ended.status} and in the output's folder: {sorted(written)}"
    return json_problem(ended) if as_json else ""
