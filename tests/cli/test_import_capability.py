"""Capability files of the original system become drafts of ours; what cannot is listed."""

import json

import pytest
from test_usage import assert_usage_error

ORIGINAL = """
-
  version:
    name: '1.6.0'
  int8: &first {
    'static': &first_static {
      'Conv': &conv {
        'weight': {'dtype': ['int8'], 'scheme': ['sym'], 'granularity': ['per_channel'], 'algorithm': ['minmax']},
        'activation': &input {'dtype': ['uint8'], 'scheme': ['asym'], 'granularity': ['per_tensor'],
                              'algorithm': ['minmax', 'kl', 'percentile']},
        'mode': ['QDQ', 'QLinear']
      },
      'Covn': *conv,
    },
    'dynamic': {}
  }
  recipes: {graph_optimization: {level: ['ENABLE_BASIC']}}
-
  version:
    name: 'default'
  int8: {'static': {<<: *first_static, 'Add': {'activation': *input}}}
"""


@pytest.fixture
def original(tmp_path, model_extension):
    del model_extension  # skips where no backend is there
    path = tmp_path / "original.yaml"
    path.write_text(ORIGINAL)
    return path


def test_a_draft_says_what_it_is_and_what_it_lacks(halftone, tmp_path, original):
    outcome = halftone("import-capability", original, "-o", "draft.yaml")
    assert outcome.status == 0, outcome.err
    assert "unproved draft" in outcome.out
    assert "2 op types with 5 alternatives and 0 patterns in 2 sections" in outcome.out
    assert "op type 'Covn'" in outcome.out and "the nearest there is 'Conv'" in outcome.out
    text = (tmp_path / "draft.yaml").read_text()
    assert text.startswith("# UNPROVED DRAFT, imported from original.yaml")
    assert "# - line 13: op type 'Covn': is not in the op table; the nearest there is 'Conv'" in text
    assert "key 'recipes': has no counterpart" in text


def test_the_result_lists_the_same(halftone, original):
    result = halftone("import-capability", original, "-o", "draft.yaml", "--json").json()
    assert result["op_types"] == ["Add", "Conv"]
    assert [note["what"] for note in result["not_imported"]] == ["op type 'Covn'", "key 'recipes'"]


def test_the_same_file_gives_the_same_bytes(halftone, tmp_path, original):
    for name in ("a.yaml", "b.yaml"):
        assert halftone("import-capability", original, "-o", name).status == 0
    assert (tmp_path / "a.yaml").read_bytes() == (tmp_path / "b.yaml").read_bytes()


def test_a_file_that_is_there_is_kept_unless_told_otherwise(halftone, tmp_path, original):
    (tmp_path / "draft.yaml").write_text("mine")
    outcome = halftone("import-capability", original, "-o", "draft.yaml")
    assert outcome.status == 2 and "--force" in outcome.err
    assert (tmp_path / "draft.yaml").read_text() == "mine"
    assert halftone("import-capability", original, "-o", "draft.yaml", "--force").status == 0
    assert "UNPROVED" in (tmp_path / "draft.yaml").read_text()


@pytest.mark.usefixtures("original")
def test_what_is_missing_is_asked_for(halftone):
    assert_usage_error(halftone("import-capability", "-o", "x.yaml"), "needs a FILE")
    assert_usage_error(halftone("import-capability", "original.yaml"), "-o FILE")
    assert_usage_error(halftone("import-capability", "original.yaml", "-o", "original.yaml", "--force"))
    outcome = halftone("import-capability", "missing.yaml", "-o", "x.yaml")
    assert outcome.status == 3 and "missing.yaml" in outcome.err


@pytest.mark.parametrize(
    ("text", "place"),
    [("a: 1\n", ":1: "), ("- version: {name: '1.0'}\n  int8: [Conv]\n", ":2: "), ("- version: {nam: '1'}\n", ":1: ")],
)
def test_what_is_no_such_file_is_an_error_with_its_place(halftone, tmp_path, original, text, place):
    original.write_text(text)
    outcome = halftone("import-capability", original, "-o", "draft.yaml", "--json")
    assert outcome.status == 2
    assert place in json.loads(outcome.out)["error"]["message"]
    assert not (tmp_path / "draft.yaml").exists()
