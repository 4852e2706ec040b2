"""Where the samples of the report's tests are, and a result that tries to break out of every format."""

import copy
import pathlib

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
AXE = REPOSITORY / ".third_party/page/node_modules/axe-core/axe.min.js"
DEMO = REPOSITORY / "examples/demo"
TUNED = REPOSITORY / "tests/report/results/tune.json"
SEVERAL = ("quantize", "tune", "evaluate")
HOSTILE_NAMES = (
    "</script><script>document.title='hacked'</script>",
    "<!--<script>",
    '"><img src=x onerror="document.title=\'hacked\'">',
    "{{script}}{{data}}",
    "javascript:alert(1)",
    "]]>&amp;&#x3c;b\u202ex\u2028\u0007",
    "/a/very/long/name" * 20,
)


def with_hostile_names(result):
    """The result with names, texts and keys that try to be markup."""
    hostile = copy.deepcopy(result)
    for index, unit in enumerate(hostile["units"]):
        unit["name"] = HOSTILE_NAMES[index % len(HOSTILE_NAMES)]
    for index, op in enumerate(hostile["sensitivity"]):
        op["name"] = HOSTILE_NAMES[index % len(HOSTILE_NAMES)]
    for index, trial in enumerate(hostile["trials"]):
        trial["changes"] = HOSTILE_NAMES[index % len(HOSTILE_NAMES)]
    hostile["warnings"] = list(HOSTILE_NAMES)
    hostile["model"] = HOSTILE_NAMES[0]
    hostile["argv"] = ["halftone", *HOSTILE_NAMES]
    return hostile
