"""Reports as text: Markdown for people, JUnit for continuous integration, and the options that write them."""

import json
import xml.etree.ElementTree as ElementTree

import jsonschema
import pytest
import referencing
from report_samples import DEMO, REPOSITORY, SEVERAL, TUNED, with_hostile_names

MODEL = DEMO / "mnist_cnn.onnx"
TEST = f"npz:{DEMO / 'test.npz'}"


def suites_of(text):
    """The suites, after the structure that JUnit readers share was looked at."""
    root = ElementTree.fromstring(text)
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases) > 0
        for kind, attribute in {"failure": "failures", "error": "errors", "skipped": "skipped"}.items():
            assert int(suite.attrib[attribute]) == sum(case.find(kind) is not None for case in cases)
        assert float(suite.attrib["time"]) >= 0
        assert suite.get("name")
        for case in cases:
            assert case.get("classname") and case.get("name")
            assert {child.tag for child in case} <= {"failure", "error", "skipped", "system-out"}
            assert len(case) <= 1
        assert [child.tag for child in suite] == ["testcase"] * len(cases) + ["system-out"] * (len(suite) - len(cases))
    for attribute in ("tests", "failures", "errors", "skipped"):
        assert int(root.attrib[attribute]) == sum(int(suite.attrib[attribute]) for suite in root)
    return list(root)


@pytest.mark.parametrize(
    "verb", ["quantize", "evaluate", "benchmark", "compare", "diagnose", "plan", "inspect", "tune"]
)
def test_any_result_becomes_suites_and_a_comment(halftone, results, verb):
    suites_of(halftone("report", results[verb], "--format", "junit", "-o", "-"))
    text = halftone("report", results[verb], "--format", "md", "-o", "-")
    assert text.startswith("### ")


def test_a_gate_that_is_met_is_a_case_that_passed(halftone, results):
    (suite,) = suites_of(halftone("report", results["evaluate"], "--format", "junit", "-o", "-"))
    (case,) = suite.findall("testcase")
    assert case.get("name") == "top1: loses at most 1pt"
    assert case.find("failure") is None


def test_a_gate_that_is_not_met_is_a_failure(halftone, results, tmp_path):
    int8 = json.loads(results["quantize"].read_text(encoding="utf-8"))["output"]
    gate = ["--against", MODEL, "--eval", TEST, "--eval-samples", 50, "--metrics", "cosine", "--max-drop", "0"]
    judged = tmp_path / "judged.json"
    judged.write_text(halftone("evaluate", int8, *gate, "--json", status=4), encoding="utf-8")
    halftone("report", judged, "-o", tmp_path / "gates.xml")
    (suite,) = suites_of((tmp_path / "gates.xml").read_text(encoding="utf-8"))
    failure = suite.find("testcase/failure")
    assert failure.get("type") == "not_met"
    assert "limit" in failure.get("message")


def test_several_results_are_several_suites(halftone, results):
    assert len(suites_of(halftone("report", *(results[verb] for verb in SEVERAL), "--format", "junit", "-o", "-"))) == 3


def test_hostile_names_stay_names(halftone, tmp_path):
    hostile = tmp_path / "hostile.json"
    hostile.write_text(json.dumps(with_hostile_names(json.loads(TUNED.read_text(encoding="utf-8")))), encoding="utf-8")
    suites_of(halftone("report", hostile, "--format", "junit", "-o", "-"))
    text = halftone("report", hostile, "--format", "md", "-o", "-")
    assert "<script" not in text and "<img" not in text and "<!--" not in text


def test_the_comment_has_the_table_of_both_models(halftone, results):
    lines = halftone("report", results["quantize"], "--format", "md", "-o", "-").splitlines()
    head = next(line for line in lines if line.startswith("| What"))
    rows = [line for line in lines if line.startswith(("| top1", "| latency", "| size"))]
    assert len(rows) == 4
    assert {row.count("|") for row in rows} == {head.count("|")}


def test_quantize_writes_a_page_beside_its_result(results):
    page = results["quantize"].with_suffix(".html")
    assert page.name == "int8.onnx.halftone.html"
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_quantize_writes_no_page_where_none_is_wanted(halftone, tmp_path):
    output = tmp_path / "int8.onnx"
    words = ["quantize", MODEL, "-o", output, "--calib", TEST, "--samples", 8]
    halftone(*words, "--no-report")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["int8.onnx", "int8.onnx.halftone.json"]
    halftone(*words, "--report", tmp_path / "elsewhere.html")
    assert (tmp_path / "elsewhere.html").exists() and not (tmp_path / "int8.onnx.halftone.html").exists()
    halftone(*words, "--report", tmp_path / "x.html", "--no-report", status=2)


@pytest.mark.parametrize(
    "words",
    [
        ["evaluate", MODEL, "--eval", TEST, "--eval-samples", 20],
        ["benchmark", MODEL, "--runs", 3],
        ["compare", MODEL, MODEL, "--runs", 0],
        ["diagnose", MODEL, MODEL, "--data", TEST, "--eval-samples", 2],
    ],
    ids=lambda words: words[0],
)
def test_a_measuring_verb_writes_the_page_that_report_makes(halftone, tmp_path, words):
    result = tmp_path / "result.json"
    result.write_text(halftone(*words, "--json", "--report", tmp_path / "page.html"), encoding="utf-8")
    halftone("report", result)
    assert (tmp_path / "page.html").read_bytes() == (tmp_path / "result.html").read_bytes()


def test_a_page_that_cannot_be_written_is_found_before_any_work(halftone, tmp_path):
    halftone("benchmark", MODEL, "--report", tmp_path / "no" / "page.html", status=3)
    halftone("benchmark", MODEL, "--report", tmp_path, status=2)
    assert list(tmp_path.iterdir()) == []


def test_the_result_of_report_follows_its_schema(halftone, results, tmp_path):
    schemas = {path.name: json.loads(path.read_text()) for path in (REPOSITORY / "docs/schema").glob("*.schema.json")}
    resources = [(name, referencing.Resource.from_contents(schema)) for name, schema in schemas.items()]
    validator = jsonschema.Draft202012Validator(
        schemas["report.schema.json"], registry=referencing.Registry().with_resources(resources)
    )
    for output in ["-", tmp_path / "page.html"]:
        result = json.loads(halftone("report", *(results[verb] for verb in SEVERAL), "-o", output, "--json"))
        validator.validate(result)
        assert [each["command"] for each in result["results"]] == list(SEVERAL)
