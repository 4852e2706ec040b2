"""The exceptions of Halftone: one class, with a subclass for each kind of fault."""

from __future__ import annotations

import warnings
from collections.abc import Sequence


class HalftoneWarning(UserWarning):
    """Something the user should know although the work goes on."""


class Error(Exception):
    """What went wrong, while what was going on, and what to do.

    Attributes:
        code: the kind of fault, as in JSON results ("invalid_model", ...).
        message: what is wrong.
        context: what was going on, innermost first.
        hint: what to do; may be empty.
    """

    code = "internal"

    def __init__(self, message: str, context: Sequence[str] = (), hint: str = "") -> None:
        self.message = message
        self.context = list(context)
        self.hint = hint
        super().__init__(message)

    def __str__(self) -> str:
        """All of it, a line each."""
        lines = [self.message, *(f"  while {frame}" for frame in self.context)]
        return "\n".join(lines + ([f"hint: {self.hint}"] if self.hint else []))

    def __reduce__(self) -> tuple[type[Error], tuple[str, list[str], str]]:
        """Exceptions cross processes (multiprocessing) by being pickled."""
        return type(self), (self.message, self.context, self.hint)


class InvalidArgumentError(Error, ValueError):
    """A value given by the caller cannot be used."""

    code = "invalid_argument"


class ConfigurationError(Error, ValueError):
    """A configuration or capability file is wrong."""

    code = "configuration"


class InvalidModelError(Error, ValueError):
    """The model is broken, or not what it says."""

    code = "invalid_model"


class InvalidDataError(Error, ValueError):
    """Data do not fit the model, are empty, or hold NaN."""

    code = "invalid_data"


class UnsupportedError(Error):
    """Valid, but Halftone or the framework cannot do it."""

    code = "unsupported"


class InputOutputError(Error):
    """A file cannot be read or written."""

    code = "io"


class TargetNotMetError(Error):
    """The accuracy or speed asked for was not reached."""

    code = "target_not_met"


class FrameworkMissingError(Error):
    """The framework's library was not found."""

    code = "framework_missing"


class UndecidedError(Error):
    """The data cannot decide at the confidence asked for."""

    code = "undecided"


class StoppedError(Error):
    """A stop function ended the work."""

    code = "interrupted"


class FrameworkError(Error):
    """The framework, or the code of a user's adaptor, failed."""

    code = "framework"


class InternalError(Error):
    """A defect of Halftone."""

    code = "internal"


_CLASSES: dict[str, type[Error]] = {
    error.code: error
    for error in (
        InvalidArgumentError,
        ConfigurationError,
        InvalidModelError,
        InvalidDataError,
        UnsupportedError,
        InputOutputError,
        TargetNotMetError,
        FrameworkMissingError,
        UndecidedError,
        StoppedError,
        FrameworkError,
        InternalError,
    )
}


def of_code(code: str, message: str, context: Sequence[str], hint: str) -> Error:
    """The exception for a code of the library."""
    return _CLASSES.get(code, InternalError)(message, context, hint)


def warn(message: str) -> None:
    """Passes a warning of the library on to Python's."""
    warnings.warn(message, HalftoneWarning, stacklevel=2)
