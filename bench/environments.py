"""The environments of the peers: one each, since no two of them agree on the versions they need.

Made on first use in $BENCH_HOME/venvs (default build/bench/venvs) from the pinned lists in peers/*.txt, and again when
a list changes.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from process_cost import error_line

BENCH = Path(__file__).resolve().parent
HOME = Path(os.environ.get("BENCH_HOME", BENCH.parent / "build" / "bench")).absolute()

# The pins exist as wheels for these; the oldest peer sets the limit.
PYTHONS = ((3, 11), (3, 12))


class EnvironmentMissingError(Exception):
    """An environment cannot be made; the message is one line that says why."""


def requirements(name: str) -> Path:
    """The pinned list of one environment."""
    return BENCH / "peers" / f"{name}.txt"


def _run(command: list[str | Path], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EnvironmentMissingError(f"{what}: {error_line(done.stderr + done.stdout)}")


def ensure_environment(name: str) -> Path:
    """The folder of a ready environment. Needs a package index the first time only."""
    folder = HOME / "venvs" / name
    stamp = folder / "requirements.txt"
    pinned = requirements(name).read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == pinned:
        return folder
    if sys.version_info[:2] not in PYTHONS:
        allowed = " or ".join(f"{major}.{minor}" for major, minor in PYTHONS)
        raise EnvironmentMissingError(f"the peers need Python {allowed}; run this script with it")
    print(f"making the environment {folder} from {requirements(name).name}", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", folder], f"cannot make {folder}")
    install: list[str | Path] = [folder / "bin" / "pip", "install", "--quiet", "--requirement", requirements(name)]
    _run(install, f"cannot install {requirements(name).name} (is a package index in reach?)")
    stamp.write_text(pinned, encoding="utf-8")
    return folder


def python_of(name: str) -> Path:
    """The interpreter of one environment."""
    return ensure_environment(name) / "bin" / "python"
