"""Data, disks and runtimes that cannot be used: each ends in one error that says what is wrong and what to do."""

import os
import resource
import shutil
import subprocess
import zlib

import pytest
from conftest import BINARY, REPOSITORY

np = pytest.importorskip("numpy")
DEMO = REPOSITORY / "examples/demo"
MODEL = DEMO / "mnist_cnn.onnx"
CALIBRATION = f"npz:{DEMO / 'calibration.npz'}"


@pytest.fixture(autouse=True)
def runtime(halftone):
    """The library of the demo's framework here."""
    backends = halftone("backends", "--json").json()["backends"]
    libraries = [b["library"] for b in backends if b["key"].startswith("onnx") and b["available"]]
    if not libraries:
        pytest.skip("SKIPPED: no framework for the demo's model")
    return libraries[0]


def assert_one_error(outcome, status, *parts):
    assert outcome.status == status, outcome.err
    assert outcome.out == ""
    assert sum(line.startswith("error:") for line in outcome.err.splitlines()) == 1, outcome.err
    for part in parts:
        assert part in outcome.err, outcome.err


def quantize(halftone, tmp_path, *words, **more):
    """Quantizes the demo's model; whatever becomes of it, nothing half-written may stay."""
    folder = tmp_path / "out"
    folder.mkdir()
    outcome = halftone("quantize", MODEL, "-o", "out/int8.onnx", *words, **more)
    if outcome.status != 0:
        assert list(folder.iterdir()) == []
    return outcome


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_calibration_data_that_are_no_numbers_name_the_input(halftone, tmp_path, value):
    images = np.zeros((4, 1, 28, 28), np.float32)
    images[2, 0, 3, 3] = value
    np.savez(tmp_path / "d.npz", image=images)
    assert_one_error(quantize(halftone, tmp_path, "--calib", "npz:d.npz"), 3, "image")


@pytest.mark.parametrize("kind", ["npz", "images", "batches", "text"])
def test_empty_data_are_refused(halftone, tmp_path, kind):
    np.savez(tmp_path / "d.npz", image=np.zeros((0, 1, 28, 28), np.float32))
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty.txt").touch()
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\nword\n")
    spec = {
        "npz": "npz:d.npz",
        "images": "images:folder",
        "batches": "batches:folder",
        "text": "text:empty.txt,vocab=vocab.txt",
    }[kind]
    assert_one_error(quantize(halftone, tmp_path, "--calib", spec), 3, spec.split(":")[1].split(",")[0])


def png(content):
    """A PNG file of 28 × 28 grey pixels whose compressed data are these."""

    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = (28).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", content) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no image",
        png(b"")[:20],
        png(b"not deflated"),
        png(zlib.compress(bytes(29 * 28)[:100])),
        b"\xff\xd8\xff\xe0",
    ],
)
def test_an_image_that_cannot_be_read_is_named(halftone, tmp_path, content):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "broken.png").write_bytes(content)
    assert_one_error(quantize(halftone, tmp_path, "--calib", "images:images,channels=rgb"), 3, "broken.png")


def test_an_unknown_key_names_the_nearest(halftone, tmp_path):
    (tmp_path / "c.yaml").write_text("quantization:\n  calibration: {range_metod: kl}\n")
    outcome = quantize(halftone, tmp_path, "--calib", CALIBRATION, "--config", "c.yaml")
    assert_one_error(outcome, 2, "c.yaml:2", "range_metod", "'range_method'")


@pytest.mark.parametrize("kilobytes", [0, 4, 300])
def test_a_full_disk_leaves_nothing_half_written(tmp_path, kilobytes):
    (tmp_path / "out").mkdir()
    limit = kilobytes << 10
    process = subprocess.run(
        [BINARY, "quantize", MODEL, "-o", "out/int8.onnx", "--calib", CALIBRATION, "--samples", "4", "--quiet"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        timeout=120,
        check=False,
    )
    # The error goes to a pipe, which has no such limit.
    assert process.returncode == 3, process.stderr
    assert sum(line.startswith("error:") for line in process.stderr.splitlines()) == 1
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="SKIPPED: root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(halftone, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o555)
    outcome = halftone("quantize", MODEL, "-o", "locked/int8.onnx", "--calib", CALIBRATION, "--samples", 4)
    assert_one_error(outcome, 3, "locked")


INTERFACE = """
#include <stdint.h>
struct base { const void* (*api)(uint32_t); const char* (*version)(void); };
"""
NO_ENTRY = "int something_else(void) { return 1; }"
NO_INTERFACE = "const void* OrtGetApiBase(void) { return 0; }"
TOO_OLD = (
    INTERFACE
    + """
static const void* api(uint32_t wanted) { (void)wanted; return 0; }
static const char* version(void) { return "1.2.0"; }
static const struct base entry = {api, version};
const struct base* OrtGetApiBase(void) { return &entry; }
"""
)
# The real one under another version.
NEWER = (
    INTERFACE
    + """
#include <dlfcn.h>
static const struct base* real(void) {
  return ((const struct base* (*)(void))dlsym(dlopen(REAL, RTLD_NOW), "OrtGetApiBase"))();
}
static const void* api(uint32_t wanted) { return real()->api(wanted); }
static const char* version(void) { return "9.9.9"; }
static const struct base entry = {api, version};
const struct base* OrtGetApiBase(void) { return &entry; }
"""
)


@pytest.fixture
def build(tmp_path, runtime):
    """Makes a shared library of some lines of C."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        pytest.skip("SKIPPED: no C compiler")

    def make(source):
        library = tmp_path / "libonnxruntime.so"
        words = [compiler, "-shared", "-fPIC", f'-DREAL="{runtime}"', "-x", "c", "-", "-o", library]
        subprocess.run(words, input=source, text=True, check=True)
        return library

    return make


@pytest.mark.parametrize("source", [NO_ENTRY, NO_INTERFACE])
@pytest.mark.parametrize("verb", ["inspect", "plan"])
def test_a_library_that_is_no_runtime_is_refused(halftone, build, verb, source):
    outcome = halftone(verb, MODEL, "--library", build(source))
    assert_one_error(outcome, 5, "libonnxruntime.so", "is not ONNX Runtime", "hint:")


def test_a_file_that_is_no_library_is_refused(halftone, tmp_path):
    (tmp_path / "libonnxruntime.so").write_text("nothing")
    assert_one_error(halftone("plan", MODEL, "--library", "libonnxruntime.so"), 5, "libonnxruntime.so", "hint:")


def test_a_runtime_that_is_too_old_is_refused_with_its_version(halftone, build):
    outcome = halftone("plan", MODEL, "--library", build(TOO_OLD))
    assert_one_error(outcome, 3, "1.2.0", "older", "hint:")


def test_the_list_of_backends_survives_them(halftone, build):
    for source in (NO_ENTRY, NO_INTERFACE, TOO_OLD):
        outcome = halftone("backends", "--json", env={"HALFTONE_ONNXRUNTIME_LIBRARY": str(build(source))})
        assert outcome.status == 0, outcome.err
        assert not any(b["available"] for b in outcome.json()["backends"] if b["key"].startswith("onnx"))


def test_a_newer_runtime_works_with_the_newest_section(halftone, tmp_path, build):
    library = build(NEWER)
    outcome = quantize(halftone, tmp_path, "--calib", CALIBRATION, "--samples", 4, "--json", "--library", library)
    assert outcome.status == 0, outcome.err
    assert outcome.json()["framework"]["version"] == "9.9.9"
