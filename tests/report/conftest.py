"""Reports as the command makes them, and a browser that shows them."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest
from report_samples import DEMO, REPOSITORY, SEVERAL, TUNED, with_hostile_names

BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()


@pytest.fixture(scope="session")
def halftone():
    """Runs `halftone WORDS…`; a run that ends otherwise than with `status` fails the test."""
    if not BINARY.exists():
        pytest.skip(f"SKIPPED: {BINARY} is not built")

    def run(*words, status=0):
        done = subprocess.run(
            [BINARY, *map(str, words), "--quiet"],
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=600,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="session")
def results(halftone, tmp_path_factory):
    """Results of verbs on the demo's network, by verb, and the sample of tune."""
    folder = tmp_path_factory.mktemp("results")
    model, test = DEMO / "mnist_cnn.onnx", f"npz:{DEMO / 'test.npz'}"
    int8 = folder / "int8.onnx"
    judged = ["--eval", test, "--eval-samples", 200]
    halftone("quantize", model, "-o", int8, "--calib", f"npz:{DEMO / 'calibration.npz'}", *judged, "--max-drop", "1pt")
    commands = {
        "evaluate": ["evaluate", int8, "--against", model, *judged, "--max-drop", "1pt"],
        "benchmark": ["benchmark", int8, "--against", model, "--runs", 10],
        "compare": ["compare", model, int8, "--data", test, "--samples", 100, "--runs", 10],
        "diagnose": ["diagnose", model, int8, "--data", test, "--eval-samples", 8],
        "plan": ["plan", model],
        "inspect": ["inspect", model],
    }
    files: dict[str, pathlib.Path] = {"quantize": pathlib.Path(f"{int8}.halftone.json"), "tune": TUNED}
    for verb, words in commands.items():
        files[verb] = folder / f"{verb}.json"
        files[verb].write_text(halftone(*words, "--json"), encoding="utf-8")
    return files


@pytest.fixture(scope="session")
def pages(halftone, results, tmp_path_factory):
    """Pages by name: of each verb, of several results, and of one with hostile names."""
    folder = tmp_path_factory.mktemp("pages")
    hostile = folder / "hostile.json"
    hostile.write_text(json.dumps(with_hostile_names(json.loads(TUNED.read_text(encoding="utf-8")))), encoding="utf-8")
    made = {}
    sources = {name: [file] for name, file in {**results, "hostile": hostile}.items()}
    sources["several"] = [results[verb] for verb in SEVERAL]
    for name, files in sources.items():
        made[name] = folder / f"{name}.html"
        halftone("report", *files, "-o", made[name])
    return made


@pytest.fixture(scope="session")
def browser():
    """Debian's Chromium, without a window."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("SKIPPED: chromium was not found (scripts/setup test installs it)")
    playwright = pytest.importorskip("playwright.sync_api", reason="SKIPPED: playwright is not installed")
    with playwright.sync_playwright() as engine:
        # In containers the browser's own sandbox has no rights to begin with.
        running = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


class Opened:
    """A page in the browser, and what it did that it should not."""

    def __init__(self, page):
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))


@pytest.fixture
def open_page(browser, pages):
    """Opens a page by its name in a window of its own."""
    contexts = []

    def show(name, width=1280, theme="light", script=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=script
        )
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.goto(pages[name].as_uri())
        return opened

    yield show
    for context in contexts:
        context.close()
