"""The same tests in a process that imported the runtime first, and in one that never does so before Halftone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
FILES = ["test_verbs.py", "test_data.py", "test_hooks.py"]


@pytest.mark.parametrize("first", ["onnxruntime", "halftone"])
def test_verbs_data_and_hooks_pass_whoever_is_imported_first(first):
    program = f"import {first}, sys, pytest; sys.exit(pytest.main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", program, "-q", "-p", "no:cacheprovider", *(HERE / name for name in FILES)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
