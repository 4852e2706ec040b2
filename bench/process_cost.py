"""What a command costs as a whole process: wall time, processor time and peak memory, by the system's own accounting.

Peak memory is the largest resident set of the process or of any child it waited for. The kernel also charges a new
process with what its parent held when it was started, so the measuring process has to stay small: it loads no model.
"""

import dataclasses
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = Sequence[str | Path]


@dataclasses.dataclass(frozen=True)
class Cost:
    """One finished run. `error` says how it failed, in one line, and is None where it did not."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    error: str | None


# How a message begins that names the reason; what follows it may be hints or the end of a log.
ERROR_LINE = re.compile(r"(error|fatal|[\w.]*(Error|Exception|Exit)): ")


def error_line(output: str) -> str:
    """The last line of an output that names an error, or else the last one that says anything."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if ERROR_LINE.match(line)), lines[-1] if lines else "no output")


def ending(status: int) -> str:
    """How a process ended: its exit status, or the signal that ended it."""
    return f"status {status}" if status >= 0 else signal.Signals(-status).name


def _stop_group(pid: int, stopped: threading.Event) -> None:
    stopped.set()
    os.killpg(pid, signal.SIGKILL)


def measure(command: Command, environment: Mapping[str, str], log: Path, folder: Path, limit_s: float) -> Cost:
    """Runs a command in `folder`, its output in `log`; after `limit_s` seconds it is ended, and so failed."""
    with log.open("wb") as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **environment},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        stopped = threading.Event()
        timer = threading.Timer(limit_s, _stop_group, (process.pid, stopped))
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
    # It has been waited for; the object must not try to.
    process.returncode = os.waitstatus_to_exitcode(status)
    error = None
    if stopped.is_set():
        error = f"ended after {limit_s:.0f} s"
    elif process.returncode != 0:
        error = f"{ending(process.returncode)}: {error_line(log.read_text(encoding='utf-8', errors='replace'))}"
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, error)


def warm_page_cache(files: Sequence[Path]) -> None:
    """Reads the files once, so that the first command measured does not pay for the disk."""
    buffer = bytearray(1 << 20)
    for file in files:
        with file.open("rb", buffering=0) as stream:
            while stream.readinto(buffer):
                pass
