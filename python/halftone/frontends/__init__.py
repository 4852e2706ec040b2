"""Models that a framework's own Python package holds in memory: written to files and read again, a module each."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from halftone.frontends import onnxruntime


class Frontend(Protocol):
    """What a module of this package offers."""

    def recognises(self, model: object) -> bool:
        """Whether the object is a model of that framework. Imports nothing."""

    def write(self, model: object, folder: Path) -> Path:
        """Writes the model to a file in the folder."""

    def read(self, path: Path) -> object:
        """The model of a file, as the framework's package has it."""

    def hand_over(self) -> None:
        """Where the framework's package was imported: lets the library use the very copy that it holds."""


_FRONTENDS: list[Frontend] = [onnxruntime.OnnxFrontend()]


def of_model(model: object) -> Frontend | None:
    """The frontend that knows the object, or None."""
    return next((frontend for frontend in _FRONTENDS if frontend.recognises(model)), None)


def hand_over() -> None:
    """Lets the library use the frameworks that this process has imported; called before work begins."""
    for frontend in _FRONTENDS:
        frontend.hand_over()
