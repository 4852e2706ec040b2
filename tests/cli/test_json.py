"""--json: exactly one object on standard output, errors too, whose text goes to standard error."""

import resource
import subprocess

import pytest
from conftest import BINARY


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["plan", "--json"], 2, "invalid_argument"),
        (["plan", "m", "--json", "--tagret", "x"], 2, "invalid_argument"),
        (["quantise", "--json"], 2, "invalid_argument"),
        (["--json"], 2, "invalid_argument"),
        (["plan", "m.unknown", "--json"], 3, "invalid_model"),
        (["plan", "m", "--config", "missing.yaml", "--json"], 3, "io"),
    ],
)
def test_errors_are_objects(halftone, words, status, code):
    outcome = halftone(*words)
    assert outcome.status == status
    error = outcome.json()["error"]
    assert set(error) == {"code", "message", "context", "hint"}
    assert error["code"] == code
    assert error["message"] in outcome.err
    assert isinstance(error["context"], list)
    assert outcome.err.startswith("error: ")


def test_backends_are_an_object(halftone):
    outcome = halftone("backends", "--json")
    assert outcome.status == 0, outcome.err
    result = outcome.json()
    assert result["command"] == "backends"
    assert result["argv"][1:] == ["backends", "--json"]
    keys = {"key", "framework", "version", "library", "available", "skills", "missing", "hint"}
    for backend in result["backends"]:
        assert set(backend) >= keys


def test_backends_are_text_for_people(halftone):
    outcome = halftone("backends")
    assert outcome.status == 0
    assert outcome.out.strip() and not outcome.out.lstrip().startswith("{")


def test_data_need_no_model(halftone, tmp_path):
    np = pytest.importorskip("numpy")
    np.savez(tmp_path / "d.npz", x=np.zeros((8, 3), np.float32), label=np.arange(8) % 2)
    outcome = halftone("data", "npz:d.npz", "--json", "--samples", "4")
    assert outcome.status == 0, outcome.err
    result = outcome.json()
    assert result["items"] == 4 and result["size"] == 8
    assert result["inputs"][0]["name"] == "x"
    assert sum(result["labels"].values()) == 4
    assert "x" in halftone("data", "npz:d.npz").out


def test_after_two_dashes_json_is_a_name(halftone):
    outcome = halftone("plan", "--", "--json")
    assert outcome.status == 3
    assert outcome.out == ""


def test_a_full_disk_is_an_error(halftone):
    with open("/dev/full", "w", encoding="utf-8") as full:
        outcome = halftone("backends", "--json", stdout=full)
    assert outcome.status == 3
    assert "standard output" in outcome.err


def test_a_file_size_limit_is_an_error_and_no_signal(halftone, tmp_path):
    assert halftone("--version").status == 0
    target = tmp_path / "out"
    with target.open("w") as out:
        process = subprocess.run(
            [BINARY, "--help"],
            stdout=out,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16)),
            timeout=60,
            check=False,
        )
    assert process.returncode == 3
    assert b"standard output" in process.stderr
