"""The command halftone of the package: the same as the native one, with adaptors, strategies and metrics in Python."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

_FLAG = "--plugin"


def take_plugins(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """(modules named with --plugin, the other words); what follows "--" is left alone."""
    modules: list[str] = []
    others: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            others += [word, *remaining]
        elif word == _FLAG:
            modules.append(next(remaining, ""))
        elif word.startswith(f"{_FLAG}="):
            modules.append(word[len(_FLAG) + 1 :])
        else:
            others.append(word)
    return modules, others


def _native_command() -> Path | None:
    """The command that was installed with the package, or, in a build folder, made beside it."""
    folder = Path(__file__).absolute().parent
    candidates = [folder / "bin" / "halftone", folder.parent.parent / "bin" / "halftone"]
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def _environment() -> dict[str, str]:
    """So that frameworks are found where this interpreter has its packages, activated or not."""
    environment = dict(os.environ)
    environment["HALFTONE_PYTHONPATH"] = os.pathsep.join(folder for folder in sys.path if folder)
    return environment


def _fail(message: str, hint: str) -> int:
    sys.stderr.write(f"error: {message}\nhint: {hint}\n")
    return 2


def _import_plugins(modules: Sequence[str]) -> str | None:
    """Imports modules, which register what they bring; what went wrong, or None."""
    sys.path.insert(0, str(Path.cwd()))
    for module in modules:
        if not module:
            return f"{_FLAG} needs the name of a module"
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            if error.name is None or not module.startswith(error.name):
                raise
            return f"there is no module '{module}'"
    return None


def main() -> int:
    """Runs the command line of this process; its exit status."""
    modules, words = take_plugins(sys.argv[1:])
    native = _native_command()
    if not modules and native is not None:
        sys.stdout.flush()
        os.execve(native, ["halftone", *words], _environment())
    if "--isolate" in words:
        return _fail(
            "--isolate and --plugin exclude each other", "a child of Python's could not go on with its modules"
        )
    problem = _import_plugins(modules)
    if problem is not None:
        return _fail(problem, "--plugin MODULE names a module of Python, in this folder or installed")
    from halftone import _native

    return _native.main(["halftone", *words])


if __name__ == "__main__":
    sys.exit(main())
