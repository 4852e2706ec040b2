"""Who is compared, and how each is called for the same work."""

import dataclasses
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from environments import BENCH, ensure_environment, python_of
from process_cost import Command

OURS = "halftone"
FLOOR = "floor"
FLOOR_STREAMS = "floor streams"
COPY = "copy"
FLOORS = (FLOOR, FLOOR_STREAMS)


@dataclasses.dataclass(frozen=True)
class Work:
    """One thing to do: quantize this model with these samples in this way."""

    model: Path
    calibration: Path
    samples: int
    method: str
    mode: str
    threads: int

    def adapter_arguments(self, output: Path) -> list[str | Path]:
        """The command line that all adapters of peers understand."""
        positional: list[str | Path] = [self.model, self.calibration, output]
        options = {"samples": self.samples, "method": self.method, "mode": self.mode, "threads": self.threads}
        return positional + [word for name, value in options.items() for word in (f"--{name}", str(value))]


# Nobody is told that a benchmark ran; the tools lose no time by it either.
NO_TELEMETRY = {"ORT_DISABLE_TELEMETRY": "1", "NNCF_CI": "1"}

# The peers' word for each range method of ours.
PEER_METHODS = {"minmax": "minmax", "percentile": "percentile", "kl": "entropy"}


def halftone_binary() -> Path:
    """$HALFTONE_BIN, or what the release preset builds."""
    return Path(os.environ.get("HALFTONE_BIN", BENCH.parent / "build" / "release" / "bin" / "halftone")).absolute()


@dataclasses.dataclass(frozen=True)
class Contender:
    """A tool: its name, its command for a piece of work, and the variables it needs."""

    name: str
    command: Callable[[Work, Path], Command]
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)


def ours_without_data(mode: str) -> Contender:
    """Halftone by an approach that needs no samples."""

    def command(work: Work, output: Path) -> Command:
        how = ["--approach", mode, "--threads", str(work.threads)]
        return [halftone_binary(), "quantize", work.model, "-o", output, "--quiet", *how]

    return Contender(f"{OURS} {mode}", command, {"VIRTUAL_ENV": str(ensure_environment("onnxruntime"))})


def copy() -> Contender:
    """Copying the model and its external data, and nothing else."""

    def command(work: Work, output: Path) -> Command:
        return ["sh", "-c", 'cp "$1" "$2" && cp "$1.data" "$2.data"', "copy", work.model, output]

    return Contender(COPY, command)


def ours(name: str = OURS, method: str | None = None) -> Contender:
    """Halftone, with the runtime of the reference environment; `method` overrides the work's."""

    def command(work: Work, output: Path) -> Command:
        kind = "batches" if work.calibration.is_dir() else "npz"
        data = ["--calib", f"{kind}:{work.calibration}", "--samples", str(work.samples)]
        how = ["--range-method", method or work.method, "--threads", str(work.threads)]
        approach = ["--approach", work.mode]
        return [halftone_binary(), "quantize", work.model, "-o", output, "--quiet", *data, *how, *approach]

    return Contender(name, command, {"VIRTUAL_ENV": str(ensure_environment("onnxruntime"))})


def adapter(name: str, environment: str, script: str) -> Contender:
    """A peer, or the floor, through its script."""
    python = python_of(environment)

    def command(work: Work, output: Path) -> Command:
        peer_work = dataclasses.replace(work, method=PEER_METHODS[work.method])
        return [python, BENCH / script, *peer_work.adapter_arguments(output)]

    return Contender(name, command, NO_TELEMETRY)


def floor() -> Contender:
    """Float inference of the same samples, reading and writing; one sample after the other."""
    return adapter(FLOOR, "onnxruntime", "floor.py")


def floor_streams() -> Contender:
    """The same, a sample a thread at a time."""
    return adapter(FLOOR_STREAMS, "onnxruntime", "floor_streams.py")


PEERS: dict[str, tuple[str, str]] = {
    "onnxruntime": ("onnxruntime", "peer_onnxruntime.py"),
    "inc": ("inc", "peer_inc.py"),
    "nncf": ("nncf", "peer_nncf.py"),
    "onc": ("onc", "peer_onc.py"),
}


def peer(name: str) -> Contender:
    """One of PEERS; its environment is made if it is missing."""
    return adapter(name, *PEERS[name])


def require_halftone() -> None:
    """Ends with a hint where the command has not been built."""
    if not halftone_binary().is_file():
        sys.exit(f"no command at {halftone_binary()}: build it with the release preset, or set HALFTONE_BIN")
