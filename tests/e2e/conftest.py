"""Real models and data, and the command that quantizes them."""

import json
import os
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()

Result = dict[str, Any]


@pytest.fixture(scope="session")
def assets() -> pathlib.Path:
    """Folder of real models and data sets."""
    folder = os.environ.get("HALFTONE_ASSETS")
    if not folder or not pathlib.Path(folder).is_dir():
        pytest.skip("SKIPPED: assets not found")
    return pathlib.Path(folder)


@pytest.fixture(scope="session")
def prepared(assets: pathlib.Path) -> pathlib.Path:
    """What scripts/test makes of the assets: images as arrays, ResNet-20 as ONNX."""
    del assets  # asked for so that the tests are skipped where there are none
    folder = os.environ.get("HALFTONE_TEST_DATA")
    if not folder or not pathlib.Path(folder).is_dir():
        pytest.skip("SKIPPED: prepared data not found (scripts/test makes it)")
    return pathlib.Path(folder)


@pytest.fixture(scope="session")
def run() -> Callable[..., Result]:
    """Runs `halftone WORDS… --json` and gives the JSON; a run that fails fails the test."""

    def call(*words: object) -> Result:
        command = [str(BINARY), *map(str, words), "--json", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
        assert done.returncode == 0, done.stderr
        result: Result = json.loads(done.stdout)
        return result

    return call
