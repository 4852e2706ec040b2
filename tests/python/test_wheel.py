"""The wheel: built from the checkout, and at work in another environment that has no compiler."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built as `pip install .` builds it, with the compiler cache of the presets and the packages that are there."""
    folder = tmp_path_factory.mktemp("wheel")
    environment = {
        **os.environ,
        "CXX": "c++",
        "CMAKE_CXX_COMPILER_LAUNCHER": f"env;CCACHE_BASEDIR={ROOT};CCACHE_NOHASHDIR=1;ccache",
        "CMAKE_GENERATOR": "Ninja",
    }
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-m", "pip", "wheel", ROOT, "--no-deps", "--no-build-isolation", "-w", folder]
    run([*command, "-C", "cmake.define.HALFTONE_PRECOMPILE=OFF"], env=environment)
    (built,) = folder.glob("halftone-*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """An environment with the wheel; other packages are those of this one."""
    folder = tmp_path_factory.mktemp("environment")
    run([sys.executable, "-m", "venv", "--without-pip", folder])
    packages = next((folder / "lib").glob("python3*")) / "site-packages"
    (packages / "others.pth").write_text(str(next(Path(sys.prefix, "lib").glob("python3*")) / "site-packages"))
    run([sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--no-deps", wheel])
    return folder


def test_it_holds_what_is_needed_and_nothing_of_the_build(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for part in (
        "halftone/_native",
        "halftone/_native.pyi",
        "halftone/py.typed",
        "halftone/lib/libhalftone.so",
        "halftone/lib/halftone/plugins/libhalftone_onnxruntime.so",
        "halftone/lib/halftone/plugins/onnxruntime.plugin.yaml",
        "halftone/share/halftone/capabilities/onnxrt_qdq.yaml",
        "halftone/bin/halftone",
        "halftone/options.py",
    ):
        assert any(name.startswith(part) for name in names), part
    foreign = [name for name in names if name.endswith((".h", ".cmake", ".a", ".cpp")) or "onnxruntime.so.1" in name]
    assert foreign == []


def test_it_works_where_there_is_no_compiler(environment, tmp_path):
    program = (
        "import halftone, sys\n"
        "assert halftone.__file__.startswith(sys.prefix), halftone.__file__\n"
        f"root = {str(ROOT)!r}\n"
        "result = halftone.quantize(root + '/examples/demo/mnist_cnn.onnx', 'out.onnx', "
        "calib=f'npz:{root}/examples/demo/calibration.npz')\n"
        "print(result.ops['quantized'])\n"
    )
    bare = {"PATH": str(environment / "bin"), "HOME": str(tmp_path)}
    assert run([environment / "bin" / "python", "-c", program], cwd=tmp_path, env=bare).split() == ["34"]
    assert (tmp_path / "out.onnx").exists()


def test_its_command_is_the_command(environment, tmp_path):
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    halftone = environment / "bin" / "halftone"
    said = run([halftone, "--version"], env=bare)
    assert said.startswith("halftone ")
    out = run([halftone, "plan", ROOT / "examples" / "demo" / "mnist_cnn.onnx"], env=bare)
    assert "34 of 34" in out
    backends = run([halftone, "backends", "--json"], env=bare)
    assert str(environment) in backends or "site-packages" in backends


def test_its_command_takes_plugins_in_python(environment, tmp_path):
    bare = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    out = run(
        [environment / "bin" / "halftone", "backends", "--plugin", "numpy_net"],
        env=bare,
        cwd=ROOT / "examples" / "python",
    )
    assert "numpy_net" in out
