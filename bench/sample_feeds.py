"""What every adapter to a peer shares: its command line, and the samples one at a time.

    python peer_NAME.py MODEL SAMPLES OUTPUT --samples 100 --method minmax --mode static --threads 2

An adapter leaves OUTPUT behind, or ends with a status other than 0 and says why in its last line.
"""

import argparse
import contextlib
import dataclasses
import math
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

# Read by the library when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.lib.format as npy
import numpy.typing as npt

Array = npt.NDArray[Any]
Feed = dict[str, Array]

LABEL = "label"


@dataclasses.dataclass(frozen=True)
class Request:
    """What an adapter is asked for."""

    model: Path
    calibration: Path
    output: Path
    samples: int
    method: str
    mode: str
    threads: int

    @property
    def feeds(self) -> "Feeds":
        """The samples to calibrate with."""
        return Feeds(self.calibration, self.samples)


class Feeds:
    """The first samples of an .npz, each a row of every array but "label"; or of a folder, each an .npz of its own.

    Rows keep their first axis: a batch of 1 fits every model, also one with a fixed batch. They are read as they are
    asked for, so that the samples do not count in a tool's memory unless it keeps them.
    """

    def __init__(self, path: Path, samples: int) -> None:
        """Says at once if there are too few."""
        self._path = path
        self._samples = samples
        available = self.available(path)
        if available < samples:
            raise SystemExit(f"{samples} samples asked for, but {path} has {available}")

    @staticmethod
    def available(path: Path) -> int:
        """How many samples there are."""
        if path.is_dir():
            return len(list(path.glob("*.npz")))
        with zipfile.ZipFile(path) as archive, contextlib.ExitStack() as stack:
            return min(_Rows(stack.enter_context(archive.open(name))).count for name in archive.namelist())

    def __len__(self) -> int:
        """Number of samples."""
        return self._samples

    def __iter__(self) -> Iterator[Feed]:
        """Each sample, the same ones every time."""
        return self._from_folder() if self._path.is_dir() else self._from_archive()

    def _from_folder(self) -> Iterator[Feed]:
        for file in sorted(self._path.glob("*.npz"))[: self._samples]:
            with np.load(file) as archive:
                yield {name: archive[name] for name in archive.files}

    def _from_archive(self) -> Iterator[Feed]:
        with zipfile.ZipFile(self._path) as archive, contextlib.ExitStack() as stack:
            arrays = {
                member.removesuffix(".npy"): _Rows(stack.enter_context(archive.open(member)))
                for member in archive.namelist()
                if member != f"{LABEL}.npy"
            }
            for _ in range(self._samples):
                yield {name: rows.read_next() for name, rows in arrays.items()}


class _Rows:
    """One array of an .npz, a row at a time."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        version = npy.read_magic(stream)
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_columns, self._dtype = read_header(stream)
        if by_columns or not shape:
            raise SystemExit("the arrays of an .npz have to be in row order and of rank 1 or more; write them again")
        self.count = shape[0]
        self._shape = (1, *shape[1:])

    def read_next(self) -> Array:
        values = np.empty(self._shape, dtype=self._dtype)
        content = self._stream.read(math.prod(self._shape) * self._dtype.itemsize)
        values.reshape(-1)[:] = np.frombuffer(content, dtype=self._dtype)
        return values


def parse_request(description: str) -> Request:
    """Reads the command line, and binds this process to as many processors as it may use threads.

    Most peers let nobody choose their number of threads. All of them take as many as there are processors for them.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("model", type=Path)
    parser.add_argument("calibration", type=Path, help=".npz with one array per model input, or a folder of .npz")
    parser.add_argument("output", type=Path)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--method", choices=("minmax", "percentile", "entropy"), default="minmax")
    parser.add_argument("--mode", choices=("static", "dynamic"), default="static")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    allowed = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, allowed[: arguments.threads])
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    return Request(**vars(arguments))


def refuse(what: str) -> SystemExit:
    """The peer has no such thing."""
    return SystemExit(f"not offered by this peer: {what}")
