"""Broken models, data and configurations by the thousand: each run ends well, or in one error that names what is wrong.

About 150 cases, or 3,000 where HALFTONE_FULL is set. A case follows from its group and number alone; one that fails
says how to run it again.
"""

import os
import pathlib
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import onnx
import pytest
from bounded_run import Ended, problem_with, run_bounded
from byte_mutations import MessageMutations
from data_mutations import Arrays, broken_configuration, broken_images, broken_npz, broken_text
from model_mutations import STRUCTURE_MUTATIONS, put_outside

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
DEMO = REPOSITORY / "examples/demo/mnist_cnn.onnx"
CASES = {"bytes": 60, "structure": 40, "external": 15, "data": 35}
TIMES_WHEN_FULL = 20
ONE_CASE = os.environ.get("HALFTONE_MUTATION", "")  # e.g. bytes:17
VERBS = ["inspect", "plan", "quantize", "quantize"]


@dataclass
class Base:
    """A whole model and data that suit it."""

    path: pathlib.Path
    arrays: Arrays
    content: bytes = b""
    mutations: MessageMutations = field(init=False)

    def __post_init__(self) -> None:
        self.content = self.path.read_bytes()
        self.mutations = MessageMutations(self.content)


def base_models() -> dict[str, Base]:
    """The five models; the one of the repository stands for those that are missing."""
    rng = np.random.default_rng(0)

    def floats(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float32)

    def ids(length: int) -> np.ndarray:
        return rng.integers(1, 100, (2, length))

    wanted: dict[str, tuple[str, Arrays]] = {
        "squeezenet": ("squeezenet/squeezenet1.0.onnx", {"data": floats(2, 3, 227, 227)}),
        "sst2": ("sst2/sst2_tiny_bert.onnx", {"ids": ids(40)}),
        "silero": (
            "silero_vad/silero_vad.onnx",
            {"input": floats(2, 512), "state": floats(2, 2, 1, 128), "sr": np.array(16000)},
        ),
        "stories": ("stories260k/stories260k.onnx", {"ids": ids(8)}),
        "mnist": ("mnist/mnist.onnx", {"Input3": floats(2, 1, 28, 28)}),
    }
    assets = pathlib.Path(os.environ.get("HALFTONE_ASSETS", "/nonexistent"))
    demo = Base(DEMO, {"image": floats(2, 1, 28, 28)})
    return {
        name: Base(assets / file, arrays) if (assets / file).exists() else demo
        for name, (file, arrays) in wanted.items()
    }


@pytest.fixture(scope="module")
def bases() -> dict[str, Base]:
    if not BINARY.exists():
        pytest.skip(f"SKIPPED: {BINARY} is not built")
    return base_models()


@dataclass
class Case:
    """One mutation in a folder of its own, and the command that meets it."""

    name: str
    folder: pathlib.Path
    bases: dict[str, Base]
    what: str = ""
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.name)
        (self.folder / "out").mkdir(parents=True)
        self.model = self.folder / "model.onnx"
        self.output = self.folder / "out" / "int8.onnx"

    def base(self) -> Base:
        key = self.rng.choice(sorted(self.bases))
        self.what = key
        return self.bases[key]

    def command(self, verb: str, *more: str) -> None:
        self.words = [str(BINARY), verb, "model.onnx", *more]
        if verb == "quantize":
            self.words += ["-o", "out/int8.onnx", "--samples", "2", "--threads", "1"]
        if self.rng.random() < 0.5:
            self.words.append("--json")

    def command_on_model(self, base: Base) -> None:
        verb = self.rng.choice(VERBS)
        if verb != "quantize":
            return self.command(verb)
        np.savez(self.folder / "data.npz", allow_pickle=True, **base.arrays)
        return self.command(verb, "--calib", "npz:data.npz")

    def run(self, *more: str) -> Ended:
        return run_bounded([*self.words, *more], self.folder)

    def problem(self, ended: Ended) -> str:
        writes = "quantize" in self.words and ended.status == 0
        endings = ("", ".halftone.json", ".halftone.html")
        wanted = {self.output.name + ending for ending in endings} if writes else set()
        return problem_with(ended, self.folder, wanted, "--json" in self.words)


def mutate_bytes(case: Case) -> None:
    base = case.base()
    mutation = case.rng.choice(base.mutations.all())
    case.what += f", {mutation.__name__}"
    case.model.write_bytes(mutation(base.content, case.rng))
    case.command_on_model(base)


def mutate_structure(case: Case) -> None:
    base = case.base()
    model = onnx.load_from_string(base.content)
    for mutation in case.rng.choices(STRUCTURE_MUTATIONS, k=case.rng.choice([1, 1, 1, 2])):
        case.what += f", {mutation.__name__}"
        mutation(model, case.rng)
    case.model.write_bytes(model.SerializeToString())
    case.command_on_model(base)


def mutate_external(case: Case) -> None:
    base = case.base()
    model = onnx.load_from_string(base.content)
    case.what += ", " + put_outside(model, case.rng, case.folder)
    case.model.write_bytes(model.SerializeToString())
    case.command_on_model(base)


def mutate_data(case: Case) -> None:
    kind = case.rng.choice(["npz", "npz", "images", "text", "yaml"])
    name = {"images": "squeezenet", "text": "sst2", "yaml": "mnist"}.get(kind) or case.rng.choice(sorted(case.bases))
    base = case.bases[name]
    case.what = f"{name}, {kind}"
    case.model.write_bytes(base.content)
    if kind == "yaml":
        (case.folder / "halftone.yaml").write_bytes(broken_configuration(case.rng))
        return case.command("plan", "--config", "halftone.yaml")
    if kind == "npz":
        broken_npz(base.arrays, case.rng, case.folder / "data.npz")
        return case.command("quantize", "--calib", "npz:data.npz")
    folder = case.folder / "images" if kind == "images" else case.folder
    folder.mkdir(exist_ok=True)
    spec = broken_images(case.rng, folder) if kind == "images" else broken_text(case.rng, folder)
    return case.command("quantize", "--calib", spec)


MAKERS: dict[str, Callable[[Case], None]] = {
    "bytes": mutate_bytes,
    "structure": mutate_structure,
    "external": mutate_external,
    "data": mutate_data,
}


def framework_crashes_alone(case: Case) -> bool:
    """Whether the plain framework, with nothing of Halftone in the process, dies of the same file."""
    script = "import sys, onnxruntime; onnxruntime.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])"
    done = subprocess.run([sys.executable, "-c", script, case.model], capture_output=True, timeout=60, check=False)
    return done.returncode < 0


def judge(case: Case) -> tuple[str, str]:
    """How the case ended, and what is wrong with that."""
    ended = case.run()
    problem = case.problem(ended)
    if ended.status >= 0 or ended.timed_out or not framework_crashes_alone(case):
        return f"status {ended.status}", problem
    for left in [*(case.folder / "tmp").iterdir(), *case.output.parent.iterdir()]:
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    isolated = case.run("--isolate")
    if isolated.status != 3:
        return "framework crash", f"--isolate ended with status {isolated.status}: {isolated.err[-400:]}"
    return "framework crash", case.problem(isolated)


def try_case(group: str, number: int, folder: pathlib.Path, bases: dict[str, Base]) -> tuple[str, str]:
    """Outcome of one case, and a failure's description."""
    case = Case(f"{group}:{number}", folder / str(number), bases)
    MAKERS[group](case)
    outcome, problem = judge(case)
    if not problem:
        shutil.rmtree(case.folder)
        return outcome, ""
    again = f"HALFTONE_MUTATION={case.name} python -m pytest {pathlib.Path(__file__).relative_to(REPOSITORY)}"
    return (
        outcome,
        f"{case.name} ({case.what}): {problem}\n  {' '.join(case.words)}\n  in {case.folder}; again: {again}",
    )


@pytest.mark.parametrize("group", CASES)
def test_every_mutation_ends_well_or_in_one_error(
    group: str, bases: dict[str, Base], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    count = CASES[group] * (TIMES_WHEN_FULL if os.environ.get("HALFTONE_FULL") else 1)
    numbers = list(range(count))
    if ONE_CASE:
        numbers = [int(ONE_CASE.split(":")[1])] if ONE_CASE.startswith(group + ":") else []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        tried = list(pool.map(lambda number: try_case(group, number, tmp_path, bases), numbers))
    outcomes = Counter(outcome for outcome, _ in tried)
    with capsys.disabled():
        print(f"\n  {group}: " + ", ".join(f"{n} × {outcome}" for outcome, n in sorted(outcomes.items())))
    problems = [problem for _, problem in tried if problem]
    assert not problems, f"{len(problems)} of {len(numbers)} cases:\n" + "\n".join(problems)
    assert ONE_CASE or outcomes["status 0"] < len(numbers), "no mutation was noticed"
