"""The command as users run it: HALFTONE_BIN names the binary (default: that of the release build)."""

import json
import os
import pathlib
import subprocess

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()


class Outcome:
    """Exit status, standard output and standard error of one run."""

    def __init__(self, process):
        self.status = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def json(self):
        """The one JSON object on standard output; anything else there fails."""
        value = json.loads(self.out)
        assert isinstance(value, dict)
        return value


@pytest.fixture
def halftone(tmp_path):
    """Runs `halftone WORDS…` in an empty folder."""
    if not BINARY.exists():
        pytest.skip(f"SKIPPED: {BINARY} is not built")

    def run(*words, env=None, stdout=subprocess.PIPE):
        return Outcome(
            subprocess.run(
                [BINARY, *map(str, words)],
                stdout=stdout,
                stderr=subprocess.PIPE,
                stdin=subprocess.DEVNULL,
                cwd=tmp_path,
                env={**os.environ, **(env or {})},
                timeout=120,
                encoding="utf-8",
                check=False,
            )
        )

    return run


@pytest.fixture
def without_plugins(tmp_path):
    """Paths that hold no plugin beside those of the install tree."""
    return {"HALFTONE_PLUGIN_PATH": str(tmp_path)}


@pytest.fixture
def model_extension(halftone):
    """An ending that a backend here reads; without one there is nothing to test."""
    backends = halftone("backends", "--json").json()["backends"]
    if not any(backend["available"] for backend in backends):
        pytest.skip("SKIPPED: no backend is available")
    return _ending_in_examples(halftone)


def _ending_in_examples(halftone):
    line = next(line for line in halftone("inspect", "--help").out.splitlines() if "halftone inspect model" in line)
    return pathlib.Path(line.split()[2]).suffix
