"""Inputs of a voice activity detector with a memory: one folder of .npz files, a window of speech each.

Silero VAD takes 512 samples at 16 kHz with the 64 before them, its own state of the window before, and the sampling
rate. The state's batch axis is the second one and the rate is a scalar, so samples cannot be rows of one array: each is
a file. States are those of the float model, carried along from the beginning of the recording.
"""

import os
import wave
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]

FloatArray = npt.NDArray[np.float32]
Feed = dict[str, npt.NDArray[Any]]

RATE = 16000
WINDOW = 512
CONTEXT = 64
STATE_SHAPE = (2, 1, 128)


def read_wave(file: Path) -> FloatArray:
    """A mono recording of 16 bits at RATE as values from -1 to 1."""
    with wave.open(str(file)) as recording:
        form = recording.getnchannels(), recording.getsampwidth(), recording.getframerate()
        if form != (1, 2, RATE):
            raise SystemExit(f"{file}: (channels, bytes, rate) are {form}, but (1, 2, {RATE}) are needed")
        samples = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
    return samples.astype(np.float32) / np.float32(32768)


def run_along(model: Path, recording: FloatArray) -> list[Feed]:
    """The feed of every window, each with the state that the windows before it left."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    state = np.zeros(STATE_SHAPE, dtype=np.float32)
    padded = np.concatenate([np.zeros(CONTEXT, dtype=np.float32), recording])
    feeds = []
    for start in range(0, len(recording) - WINDOW + 1, WINDOW):
        window = padded[None, start : start + CONTEXT + WINDOW]
        feeds.append({"input": window, "state": state, "sr": np.array(RATE, dtype=np.int64)})
        state = session.run(["stateN"], feeds[-1])[0]
    return feeds


def spread(feeds: list[Feed], count: int) -> list[Feed]:
    """`count` of them at equal distances: neighbours are much alike."""
    return [feeds[index] for index in np.linspace(0, len(feeds) - 1, count).astype(int)]


def write_feeds(folder: Path, feeds: list[Feed]) -> None:
    """000.npz and so on, in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.glob("*.npz"):
        file.unlink()
    for number, feed in enumerate(feeds):
        np.savez(folder / f"{number:03}.npz", allow_pickle=False, **feed)
    print(f"{folder}: {len(feeds)} files")
