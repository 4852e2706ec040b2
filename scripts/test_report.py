"""Adds up what all test runners left as JUnit files, and closes with one line: N passed, N failed, N skipped.

    python scripts/test_report.py build/test-results/release build/test-results/pytest

Each argument is a JUnit file without its ending; its name is the runner's. A file that is missing, broken or empty is
a failure of that runner, so that tests cannot get lost without a trace. Skipped tests are listed by their reason. The
exit status is 0 when nothing failed.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

NAMES_SHOWN = 3
LINES_SHOWN = 25


@dataclass(frozen=True)
class Case:
    """One test of one runner, and what became of it."""

    runner: str
    name: str
    outcome: Literal["passed", "failed", "skipped"]
    text: str = ""


def skip_reason(text: str) -> str:
    """What follows "SKIPPED:", as the tests write it; otherwise the first line of what the runner says."""
    found = re.search(r"SKIPPED: *(.+)", text)
    if found:
        return found.group(1).strip()
    lines = text.strip().splitlines()
    return lines[0] if lines else "no reason given"


def read_case(runner: str, element: ElementTree.Element) -> Case:
    """One <testcase>, as pytest or as ctest writes it."""
    owner = element.get("classname", "")
    name = element.get("name", "")
    # ctest repeats the name as the class.
    full_name = name if owner in ("", name) else f"{owner}.{name}"
    output = element.findtext("system-out") or ""
    skipped = element.find("skipped")
    if skipped is not None:
        # ctest's own message names its mechanism; the reason is in what the test printed.
        message = f"{skipped.get('message') or ''}\n{skipped.text or ''}"
        return Case(runner, full_name, "skipped", skip_reason(f"{output}\n{message}" if output else message))
    for kind in ("failure", "error"):
        failure = element.find(kind)
        if failure is not None:
            return Case(runner, full_name, "failed", failure.text or output or failure.get("message") or "")
    return Case(runner, full_name, "passed")


def read_results(path: Path) -> list[Case]:
    """All tests of one runner, or its own failure."""
    runner = path.stem
    try:
        root = ElementTree.parse(path).getroot()
    except (OSError, ElementTree.ParseError) as error:
        return [Case(runner, f"the runner '{runner}'", "failed", f"it left no results: {error}")]
    cases = [read_case(runner, element) for element in root.iter("testcase")]
    return cases or [Case(runner, f"the runner '{runner}'", "failed", "it ran no test")]


def print_failures(cases: list[Case]) -> None:
    """The end of what each failed test said."""
    for case in cases:
        if case.outcome != "failed":
            continue
        print(f"\n  FAILED {case.name} ({case.runner})")
        for line in case.text.strip().splitlines()[-LINES_SHOWN:]:
            print(f"  | {line}")


def print_skipped(cases: list[Case]) -> None:
    """Skipped tests by reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        if case.outcome == "skipped":
            by_reason[case.text].append(case.name)
    for reason, names in sorted(by_reason.items()):
        more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
        print(f"  SKIPPED: {reason} ({', '.join(names[:NAMES_SHOWN])}{more})")


def main() -> int:
    """Command line."""
    cases = [case for argument in sys.argv[1:] for case in read_results(Path(f"{argument}.xml"))]
    count = {outcome: sum(case.outcome == outcome for case in cases) for outcome in ("passed", "failed", "skipped")}
    print_skipped(cases)
    print_failures(cases)
    if count["failed"]:
        print()
    print(f"{count['passed']} passed, {count['failed']} failed, {count['skipped']} skipped")
    return 1 if count["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
