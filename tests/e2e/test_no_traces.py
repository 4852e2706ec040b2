"""The command leaves nothing behind but its output, and speaks to nobody: seen from its system calls."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
DEMO = REPOSITORY / "examples/demo"
# Calls that make, write or remove something by its path, which may be relative to an open folder.
OPENED = re.compile(r"\b(open|openat|openat2|creat)\(")
FOR_WRITING = re.compile(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|\bcreat\(")
CHANGED = re.compile(r"\b(mkdir|mkdirat|unlink|unlinkat|rename|renameat2?|link|linkat|symlink|symlinkat|truncate)\(")
PATH = re.compile(r'(?:(?:AT_FDCWD|\d+)(?:<(?P<folder>[^>]*)>)?, )?"(?P<path>[^"]*)"')
NETWORK = re.compile(r"\b(socket|connect|bind|sendto|sendmsg)\(")
# Devices, and what the kernel shows of processes.
NO_FILES = ("/dev/", "/proc/self/", "/sys/")


def traced_lines(folder: pathlib.Path) -> list[str]:
    """The demo's quantization under strace, in a home of its own."""
    strace = shutil.which("strace")
    if strace is None or not BINARY.exists():
        pytest.skip(f"SKIPPED: {'strace' if strace is None else BINARY} is missing")
    home, temporary, output = folder / "home", folder / "tmp", folder / "out"
    for made in (home, temporary, output):
        made.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment |= {"HOME": str(home), "TMPDIR": str(temporary)}
    log = folder / "strace.txt"
    probe = subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip("SKIPPED: strace may not trace here")
    command: list[str | pathlib.Path] = [
        BINARY,
        "quantize",
        DEMO / "mnist_cnn.onnx",
        "-o",
        output / "int8.onnx",
        "--samples",
        "20",
    ]
    command += ["--calib", f"npz:{DEMO / 'calibration.npz'}", "--eval", f"npz:{DEMO / 'test.npz'}"]
    trace: list[str | pathlib.Path] = [strace, "-f", "-y", "-s", "4096", "-e", "trace=file,network", "-o", log]
    done = subprocess.run([*trace, *command], cwd=home, env=environment, capture_output=True, text=True, check=False)
    if "was not found" in done.stderr and done.returncode == 5:
        pytest.skip("SKIPPED: no framework for the demo's model")
    assert done.returncode == 0, done.stderr
    assert list(home.iterdir()) == []
    assert list(temporary.iterdir()) == [], "temporary files are gone in the end"
    written = ["int8.onnx", "int8.onnx.halftone.html", "int8.onnx.halftone.json"]
    assert sorted(file.name for file in output.iterdir()) == written
    return log.read_text(encoding="utf-8", errors="replace").splitlines()


def written_paths(lines: list[str], working_folder: pathlib.Path) -> set[str]:
    """Every path that a successful call created, wrote or removed."""
    paths = set()
    for line in lines:
        if " = -1 " in line:
            continue
        if (OPENED.search(line) and FOR_WRITING.search(line)) or CHANGED.search(line):
            for found in PATH.finditer(line):
                paths.add(os.path.normpath(pathlib.Path(found["folder"] or working_folder) / found["path"]))
    return paths


def test_the_demo_writes_to_its_output_alone_and_speaks_to_nobody(tmp_path: pathlib.Path) -> None:
    lines = traced_lines(tmp_path)
    assert any("int8.onnx" in line for line in lines), "the trace saw the work"
    written = written_paths(lines, tmp_path / "home")
    assert any(path.startswith(str(tmp_path / "out")) for path in written)
    allowed = (str(tmp_path / "out") + "/", str(tmp_path / "tmp") + "/", *NO_FILES)
    assert [path for path in sorted(written) if not path.startswith(allowed)] == []
    assert [line for line in lines if NETWORK.search(line)] == []
