"""What is told of work under way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

Kind = Literal["begin", "advance", "end", "warn", "detail", "trial"]


class Progress(NamedTuple):
    """One thing that is told.

    Attributes:
        kind: a stage begins, advances or ends; a warning; a detail for those who want them; a finished trial.
        text: the stage's name, or the message.
        done: steps of the stage so far.
        total: steps of the stage; 0 where that is not known.
        seconds: of a stage that ended.
        trial: of a finished trial: id, stage, changes, metrics, latency_ms, met ...; else None.
    """

    kind: Kind
    text: str
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    trial: dict[str, Any] | None = None


ProgressFunction = Callable[[Progress], object]
Told = Callable[[Kind, str, int, int, float], None]


def listener(progress: ProgressFunction | bool | None, warn: Callable[[str], None]) -> tuple[Told, bool]:
    """What the library is to tell of a call to, and whether it shows progress on the terminal by itself."""
    function = progress if callable(progress) else None

    def told(kind: Kind, text: str, done: int, total: int, seconds: float) -> None:
        if function is not None:
            trial = json.loads(text) if kind == "trial" else None
            function(Progress(kind, "" if trial else text, done, total, seconds, trial))
        elif kind == "warn":
            warn(text)

    is_wanted = progress if isinstance(progress, bool) else sys.stderr.isatty() and function is None
    return told, is_wanted
