"""Models of the package onnx."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

from halftone import _native

_HANDOVER = "libhalftone_onnxruntime_handover.so"

# Protocol buffers end at two gigabytes; models that are larger keep their weights beside.
_MOST_BYTES_IN_ONE_FILE = 2_000_000_000


class OnnxFrontend:
    """onnx.ModelProto, and the runtime of the package onnxruntime."""

    def __init__(self) -> None:
        # Alive as long as the process: the runtime closes the library with the options that it was given with.
        self._handed_over_by: Any = None

    def recognises(self, model: object) -> bool:
        """Whether it is a ModelProto. Imports nothing: who has one has imported onnx."""
        return type(model).__name__ == "ModelProto" and type(model).__module__.startswith("onnx")

    def write(self, model: Any, folder: Path) -> Path:
        """Writes model.onnx, and model.onnx.data beside it where the weights are too large for one file."""
        import onnx

        path = folder / "model.onnx"
        if model.ByteSize() <= _MOST_BYTES_IN_ONE_FILE:
            path.write_bytes(model.SerializeToString())
            return path
        # save_model() moves the weights out of the very object that it is given.
        copy = onnx.ModelProto()
        copy.CopyFrom(model)
        onnx.save_model(copy, str(path), save_as_external_data=True, location="model.onnx.data")
        return path

    def read(self, path: Path) -> Any:
        """The ModelProto of a file."""
        import onnx

        return onnx.load(str(path))

    def hand_over(self) -> None:
        """Where onnxruntime was imported: its module gives its interface to a library that it opens.

        The module brings a copy of the runtime of its own and exports none of it. Where that does not work, the library
        beside the module is used.
        """
        runtime = sys.modules.get("onnxruntime")
        if self._handed_over_by is not None or runtime is None or not hasattr(runtime, "SessionOptions"):
            return
        options = runtime.SessionOptions()
        library = _native.plugin_folder() / _HANDOVER
        # Releases differ in what they raise where they are built without custom operators.
        with contextlib.suppress(Exception):
            options.register_custom_ops_library(str(library))
        self._handed_over_by = options
