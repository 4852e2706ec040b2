"""House rules that no linter knows.

    git ls-files | python scripts/lint_rules.py

Reads names of files, relative to the current folder, from standard input and prints FILE:LINE: RULE for everything
that breaks one. The exit status is 0 when nothing does.

* The core names no framework: include/, src/ outside src/adaptors/, and cli/.
* A source file has 600 lines at the most (functions are clang-tidy's business).
* A source file is named in snake_case, after what it holds: utils, helper, common and manager hold nothing.
* No file knows a folder of the machine it was written on, or the host of a package registry.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

MOST_LINES = 600
SOURCE_SUFFIXES = {".h", ".cpp", ".py", ".sh", ".cmake"}

# "torchvision" is the public name of a kind of image preprocessing, used with any framework.
FRAMEWORK = re.compile(r"onnx|tensorflow|torch(?!vis)|mxnet", re.IGNORECASE)
MACHINE_FOLDER = re.compile(r"(?<![\w.])/(work|root|home)/")
REGISTRY_HOST = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|(deb|snapshot|security)\.debian\.org|archive\.ubuntu\.com"
    r"|conda\.anaconda\.org|proxy\.golang\.org|ghcr\.io|docker\.io"
)
SNAKE_CASE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "misc"}


def is_core(file: PurePosixPath) -> bool:
    """The rule applies to everything that must work with any framework, comments and tests included."""
    return file.parts[0] in {"include", "src", "cli"} and file.parts[:2] != ("src", "adaptors")


def name_problems(file: PurePosixPath) -> Iterator[str]:
    """What is wrong with the name of a source file."""
    if file.suffix not in {".h", ".cpp", ".py", ".sh"}:
        return
    stem = file.stem.strip("_")
    if not SNAKE_CASE.fullmatch(stem):
        yield f"{file}:1: the name is not in snake_case"
    for word in EMPTY_NAMES & set(stem.split("_")):
        yield f"{file}:1: '{word}' names nothing; call the file after what it holds"


def line_problems(file: PurePosixPath, number: int, line: str) -> Iterator[str]:
    """What is wrong with one line."""
    where = f"{file}:{number}"
    if is_core(file) and (found := FRAMEWORK.search(line)):
        yield f"{where}: the core names no framework, here '{found.group()}'"
    if found := MACHINE_FOLDER.search(line):
        yield f"{where}: '{found.group()}' is a folder of one machine"
    if found := REGISTRY_HOST.search(line):
        yield f"{where}: '{found.group()}' is the host of a package registry; the machine's own settings name it"


def file_problems(name: str) -> Iterator[str]:
    """What is wrong with one file; binary ones and folders pass."""
    file = PurePosixPath(name)
    yield from name_problems(file)
    try:
        lines = Path(name).read_text(encoding="utf-8").splitlines()
    except (UnicodeDecodeError, IsADirectoryError):
        return
    if file.suffix in SOURCE_SUFFIXES and len(lines) > MOST_LINES:
        yield f"{file}:{MOST_LINES}: {len(lines)} lines, more than {MOST_LINES}; split it by concept"
    for number, line in enumerate(lines, start=1):
        yield from line_problems(file, number, line)


def main() -> int:
    """Command line."""
    names = [name for name in sys.stdin.read().splitlines() if name and Path(name).exists()]
    problems = [problem for name in names for problem in file_problems(name)]
    for problem in problems:
        print(problem)
    if not names:
        print("no file was named")
    return 1 if problems or not names else 0


if __name__ == "__main__":
    sys.exit(main())
