"""The program of README.md does what it says."""

import re
import subprocess
import sys

from conftest import ROOT


def test_the_example_of_the_readme_runs(tmp_path):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Quantized  34 of 34 ops" in done.stdout
    assert (tmp_path / "mnist_cnn.int8.onnx").stat().st_size < 2_000_000
