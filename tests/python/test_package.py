"""The package itself: types, generated files, documentation of what is public."""

import inspect
import subprocess
import sys

import halftone
import pytest
from conftest import ROOT

PACKAGE = ROOT / "python"


def test_the_verbs_arguments_are_those_of_the_command():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "python_options.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, "run python scripts/python_options.py\n" + done.stderr


def test_the_types_of_the_native_module_are_up_to_date(tmp_path):
    stub = tmp_path / "_native.pyi"
    subprocess.run([sys.executable, ROOT / "scripts" / "python_stub.py", "--output", stub], check=True)
    assert stub.read_text() == (PACKAGE / "halftone" / "_native.pyi").read_text(), "run python scripts/python_stub.py"


def test_everything_public_says_what_it_is_for():
    for name, member in vars(halftone).items():
        if name.startswith("_") or inspect.ismodule(member):
            continue
        assert inspect.getdoc(member), name


def test_the_version_is_that_of_the_command(command):
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout
    assert said.split()[1] == halftone.__version__


def test_the_python_command_is_the_native_one(command):
    environment_free = [sys.executable, "-m", "halftone", "--version"]
    said = subprocess.run(environment_free, capture_output=True, text=True, check=True).stdout
    assert said == subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("verb", ["quantize", "tune", "evaluate", "plan"])
def test_help_is_the_commands(verb, command):
    own = subprocess.run([sys.executable, "-m", "halftone", verb, "--help"], capture_output=True, text=True, check=True)
    native = subprocess.run([command, verb, "--help"], capture_output=True, text=True, check=True)
    assert own.stdout == native.stdout


def test_mypy_is_content_with_a_program_that_uses_the_package(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import halftone\n"
        "import numpy as np\n\n"
        "x = np.zeros((4, 3), np.float32)\n"
        'result = halftone.quantize("m.onnx", calib=x, calib_samples=3, range_method="kl")\n'
        "reveal_type(result)\n"
        "count: int = result.ops['quantized']\n"
        'halftone.quantize("m.onnx", calib_samples="many")\n'
        'halftone.quantize("m.onnx", calib_sampels=3)\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", program], capture_output=True, text=True,
        env={"MYPYPATH": str(PACKAGE), "PATH": "/usr/bin:/bin"}, cwd=tmp_path,
    )  # fmt: skip
    errors = [line for line in done.stdout.splitlines() if ": error:" in line]
    assert "QuantizeResult" in done.stdout
    assert len(errors) == 2, done.stdout
    assert all(f"program.py:{line}" in error for line, error in zip((8, 9), errors, strict=True))
