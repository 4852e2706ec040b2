"""What is compared: the models, and the tasks that are done with them."""

import dataclasses
import subprocess
from collections.abc import Sequence
from pathlib import Path

from contenders import OURS, Contender, Work, copy, floor, floor_streams, ours, ours_without_data, peer
from environments import BENCH, HOME, EnvironmentMissingError, python_of

# Output whose largest value names a class (of a sample, token or column of characters), where the model has one. The
# random weights of resnet50 know none.
CLASSES: dict[str, str | None] = {
    "resnet50": None,
    "minilm": None,
    "squeezenet": "logits",
    "ppocr_det": None,
    "ppocr_rec": "fetch_name_0",
    "resnet20": "logits",
    "sst2": "logits",
    "stories260k": "logits",
    "silero_vad": None,
    "mnist": "Plus214_Output_0",
    "large": None,
}
DEFAULT_MODELS = [name for name in CLASSES if name != "large"]
TRANSFORMERS = ("minilm", "sst2", "stories260k")
HEAVY_MODELS = ("resnet50", "minilm")

MEMORY_SAMPLES = (32, 512)


@dataclasses.dataclass(frozen=True)
class Task:
    """One table of the report: the same work for all contenders, except where a contender says otherwise."""

    kind: str
    model: str
    work: Work
    contenders: Sequence[Contender]
    missing: dict[str, str]  # contender: why it cannot take part
    judged: bool

    @property
    def title(self) -> str:
        """Kind, model and what tells apart tasks of the same kind."""
        return f"{self.kind} {self.model}" + (f" {self.work.samples}" if self.kind == "memory" else "")


@dataclasses.dataclass(frozen=True)
class Selection:
    """What the command line chose."""

    data: Path
    models: Sequence[str]
    peers: Sequence[str]
    samples: int
    threads: int


def samples_of(data: Path, model: str, part: str) -> Path:
    """An .npz, or a folder of them."""
    folder = data / f"{model}_{part}"
    return folder if folder.is_dir() else folder.with_name(f"{folder.name}.npz")


def find_peers(names: Sequence[str]) -> tuple[list[Contender], dict[str, str]]:
    """Those whose environments are there or can be made, and why the others are not."""
    found, missing = [], {}
    for name in names:
        try:
            found.append(peer(name))
        except EnvironmentMissingError as error:
            missing[name] = str(error)
    return found, missing


def work_of(selection: Selection, model: str, method: str = "minmax", mode: str = "static") -> Work:
    """The usual work on a model."""
    calibration = samples_of(selection.data, model, "calibration")
    model_file = selection.data / f"{model}.onnx"
    samples = min(selection.samples, 16) if model == "large" else selection.samples
    return Work(model_file, calibration, samples, method, mode, selection.threads)


def whole_field(kind: str, selection: Selection, models: Sequence[str], mode: str) -> list[Task]:
    """We, the floors and all peers; the results are judged."""
    peers, missing = find_peers(selection.peers)
    floors = [floor()] if mode == "dynamic" else [floor(), floor_streams()]
    contenders = [ours(), *floors, *peers]
    return [Task(kind, model, work_of(selection, model, mode=mode), contenders, missing, True) for model in models]


def static_tasks(selection: Selection) -> list[Task]:
    """Static int8 with min-max ranges."""
    return whole_field("static", selection, selection.models, "static")


def dynamic_tasks(selection: Selection) -> list[Task]:
    """Dynamic int8, for which nobody calibrates."""
    return whole_field("dynamic", selection, [m for m in selection.models if m in TRANSFORMERS], "dynamic")


def method_tasks(selection: Selection) -> list[Task]:
    """What our other range methods cost beside min-max, and what they bring."""
    contenders = [ours(), ours(f"{OURS} percentile", method="percentile"), ours(f"{OURS} kl", method="kl")]
    models = [model for model in selection.models if model in HEAVY_MODELS] or selection.models[:1]
    return [Task("methods", model, work_of(selection, model), contenders, {}, True) for model in models]


def repeated_calibration(selection: Selection, model: str, samples: int) -> Path:
    """A calibration file of that many samples, made if it is not there."""
    target = HOME / "work" / f"{model}_{samples}.npz"
    source = samples_of(selection.data, model, "calibration")
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        target.parent.mkdir(parents=True, exist_ok=True)
        command: list[str | Path] = [
            python_of("onnxruntime"),
            BENCH / "repeat_samples.py",
            source,
            target,
            str(samples),
        ]
        subprocess.run(command, check=True)
    return target


def memory_tasks(selection: Selection) -> list[Task]:
    """Peak memory with few and with many samples, of us, the floor and the first peer."""
    peers, missing = find_peers(selection.peers[:1])
    tasks = []
    for model in [model for model in selection.models if model in HEAVY_MODELS] or selection.models[:1]:
        for samples in MEMORY_SAMPLES:
            calibration = repeated_calibration(selection, model, samples)
            work = dataclasses.replace(work_of(selection, model), calibration=calibration, samples=samples)
            contenders = [ours(), ours(f"{OURS} kl", method="kl"), floor(), *peers]
            tasks.append(Task("memory", model, work, contenders, missing, False))
    return tasks


def large_tasks(selection: Selection) -> list[Task]:
    """A model larger than one file may be, by approaches that need no data, beside copying it."""
    if "large" not in selection.models:
        return []
    contenders = [copy(), ours_without_data("weight_only"), ours_without_data("dynamic")]
    return [Task("large", "large", work_of(selection, "large"), contenders, {}, False)]


KINDS = {
    "static": static_tasks,
    "dynamic": dynamic_tasks,
    "methods": method_tasks,
    "memory": memory_tasks,
    "large": large_tasks,
}
