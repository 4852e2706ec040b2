import sys

from process_cost import error_line, measure  # type: ignore[import-not-found]


def run(tmp_path, program: str, limit_s: float = 60):
    return measure([sys.executable, "-c", program], {"FROM_TEST": "yes"}, tmp_path / "log.txt", tmp_path, limit_s)


def test_the_peak_counts_what_a_child_of_the_command_held(tmp_path):
    held = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'bytearray(300 << 20)'], check=True)"
    small, large = run(tmp_path, "pass"), run(tmp_path, held)
    assert small.error is None
    assert large.error is None
    assert 300 < large.peak_mb < 400
    assert small.peak_mb < 200


def test_processor_time_is_that_of_the_command(tmp_path):
    cost = run(tmp_path, "import time; start = time.process_time()\nwhile time.process_time() < start + 0.2: pass")
    assert cost.cpu_s >= 0.2
    assert cost.wall_s >= 0.2


def test_the_command_runs_in_its_folder_with_its_variables(tmp_path):
    program = "import os; open('here.txt', 'w').write(os.environ['FROM_TEST'])"
    assert run(tmp_path, program).error is None
    assert (tmp_path / "here.txt").read_text() == "yes"


def test_a_failure_is_told_with_the_line_that_names_it(tmp_path):
    assert run(tmp_path, "raise ValueError('no such op')").error == "status 1: ValueError: no such op"
    assert run(tmp_path, "import sys; sys.exit(3)").error == "status 3: no output"


def test_a_command_that_never_ends_is_ended(tmp_path):
    assert run(tmp_path, "import time; time.sleep(600)", limit_s=0.3).error == "ended after 0 s"


def test_the_line_that_names_an_error_wins_over_hints_after_it():
    assert error_line("load\nerror: no such file\nhint: check it\n") == "error: no such file"
    assert error_line("  File x\nonnx.checker.ValidationError: bad\n\n") == "onnx.checker.ValidationError: bad"
    assert error_line("one\ntwo\n\n") == "two"
    assert error_line("") == "no output"
