"""Who registered what, so that a class may be defined again (in a notebook) and nothing else may take its name."""

from __future__ import annotations

from typing import Any


class Registered:
    """Classes and functions by the names they were registered under."""

    def __init__(self) -> None:
        self._by_name: dict[str, Any] = {}

    def note(self, name: str, registered: Any) -> None:
        """Remembers it."""
        self._by_name[name] = registered

    def is_again(self, name: str, registered: Any) -> bool:
        """Whether the name is that of an earlier definition of the same class or function."""
        before = self._by_name.get(name)
        return before is not None and _place(before) == _place(registered)

    def name_of(self, registered: Any) -> str | None:
        """The name it was registered under, or None."""
        return next((name for name, known in self._by_name.items() if known is registered), None)


def _place(registered: Any) -> tuple[str, str]:
    return registered.__module__, registered.__qualname__
