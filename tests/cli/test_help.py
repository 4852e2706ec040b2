"""Help teaches: what a verb answers, examples, options, exit statuses."""

import os
import pty
import select
import subprocess

import pytest
from conftest import BINARY
from test_usage import VERBS


def test_overview_lists_every_verb(halftone):
    outcome = halftone("--help")
    assert outcome.status == 0 and outcome.err == ""
    for verb in VERBS:
        assert f"\n  {verb} " in outcome.out
    assert halftone("help").out == outcome.out
    assert halftone("-h").out == outcome.out


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_teaches(halftone, verb):
    outcome = halftone(verb, "--help")
    assert outcome.status == 0 and outcome.err == ""
    assert outcome.out.startswith(f"halftone {verb}: ")
    assert outcome.out.count(f"  halftone {verb}") >= 3, "usage and two examples"
    for part in ["Usage:", "Examples:", "Exit status:", "--json", "--quiet"]:
        assert part in outcome.out
    assert "{model}" not in outcome.out.split("Examples:")[1].split("\n\n")[0]
    assert halftone("help", verb).out == outcome.out


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_a_hundred_columns(halftone, verb):
    too_wide = [line for line in halftone(verb, "--help").out.splitlines() if len(line) > 100]
    assert too_wide == []


@pytest.mark.parametrize("verb", ["quantize", "evaluate"])
def test_help_of_gates_tells_their_statuses(halftone, verb):
    text = halftone(verb, "--help").out
    assert "\n    4  " in text and "\n    6  " in text


def test_help_of_data_lists_kinds_and_options(halftone):
    text = halftone("data", "--help").out
    for part in ["npz:FILE", "images:DIR", "batches:DIR", "exec:COMMAND", "random:", ",labels=", ",resize=", "@FILE"]:
        assert part in text


def test_help_needs_nothing_else_to_be_right(halftone):
    assert halftone("quantize", "--no-such-option", "--help").status == 0


def test_version_says_which_this_is(halftone):
    outcome = halftone("--version")
    assert outcome.status == 0
    assert outcome.out.startswith("halftone ") and outcome.out.count("\n") == 1


def coloured_help(environment):
    """What a terminal gets."""
    controller, terminal = pty.openpty()
    with subprocess.Popen(
        [BINARY, "--help"], stdout=terminal, env={**os.environ, "TERM": "xterm", **environment}
    ) as run:
        run.wait(60)
        os.close(terminal)
        text = b""
        while select.select([controller], [], [], 1)[0]:
            try:
                text += os.read(controller, 65536)
            except OSError:  # the other end is closed
                break
    os.close(controller)
    return text


def test_colours_stand_on_terminals_alone(halftone):
    assert "\x1b" not in halftone("--help").out
    assert b"\x1b[" in coloured_help({"NO_COLOR": ""})
    assert b"\x1b[" not in coloured_help({"NO_COLOR": "1"})
    assert b"\x1b[" not in coloured_help({"TERM": "dumb"})
