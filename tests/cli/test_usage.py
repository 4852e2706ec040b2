"""Usage errors: exit status 2, the nearest valid word, nothing on standard output."""

import pytest

VERBS = [
    "backends",
    "inspect",
    "data",
    "query",
    "plan",
    "import-capability",
    "quantize",
    "tune",
    "init",
    "evaluate",
    "benchmark",
    "compare",
    "report",
]
MODEL_VERBS = ["inspect", "query", "plan", "init", "evaluate", "benchmark"]


def assert_usage_error(outcome, *parts):
    assert outcome.status == 2, outcome.err
    assert outcome.out == ""
    assert outcome.err.startswith("error: ")
    for part in parts:
        assert part in outcome.err


def test_without_words_a_verb_is_asked_for(halftone):
    assert_usage_error(halftone(), "needs a verb", "halftone --help")


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("quantise", "quantize"), ("benchmrak", "benchmark"), ("Plan", "plan"), ("backend", "backends")],
)
def test_an_unknown_verb_names_the_nearest(halftone, word, nearest):
    assert_usage_error(halftone(word), f"unknown verb '{word}'", f"'{nearest}'")


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        (["plan", "m", "--tagret", "avx2"], "--target"),
        (["quantize", "m", "-o", "o", "--calb", "npz:x"], "--calib"),
        (["evaluate", "m", "--metric", "top1"], "--metrics"),
        (["benchmark", "m", "--thread=2"], "--threads"),
        (["data", "npz:x", "--modle", "m"], "--model"),
    ],
)
def test_an_unknown_option_names_the_nearest(halftone, words, nearest):
    assert_usage_error(halftone(*words), "unknown option", f"did you mean '{nearest}'?", "--help")


def test_an_option_of_another_verb_says_whose_it_is(halftone):
    assert_usage_error(halftone("plan", "m", "--max-drop", "1%"), "--max-drop", "quantize, init, tune, evaluate")


def test_an_option_of_another_version_says_so(halftone):
    assert_usage_error(halftone("quantize", "m", "-o", "o", "--epoch", "1"), "not available in this version")


@pytest.mark.parametrize("verb", ["quantize", "tune"])
def test_training_needs_a_program_that_trains(halftone, verb):
    words = [verb, "m", "-o", "o", "--approach", "qat"]
    assert_usage_error(halftone(*words), "needs a training function", "Adaptor::quantize from C++")


def test_options_stand_after_the_verb(halftone):
    assert_usage_error(halftone("--quiet", "plan", "m"), "options follow the verb")


@pytest.mark.parametrize("verb", MODEL_VERBS)
def test_a_missing_operand_is_asked_for(halftone, verb):
    assert_usage_error(halftone(verb), f"{verb} needs a MODEL", f"usage: halftone {verb}")


@pytest.mark.parametrize("words", [[], ["a"], ["--config", "c.yaml", "a"]])
def test_a_second_model_is_asked_for(halftone, tmp_path, words):
    (tmp_path / "c.yaml").write_text("model: {path: m}\n")
    assert_usage_error(halftone("compare", *words), "needs two models or more", "usage: halftone compare A B")


def test_a_missing_output_is_asked_for(halftone):
    assert_usage_error(halftone("quantize", "m"), "-o OUT")


@pytest.mark.parametrize("verb", MODEL_VERBS)
def test_one_operand_is_enough(halftone, verb):
    assert_usage_error(halftone(verb, "a", "b"), "unexpected argument 'b'")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--seed", "x"], "--seed: expected a whole number"),
        (["--seed", "-1"], "--seed: expected a whole number"),
        (["--seed"], "--seed"),
        (["--seed", "1", "--seed", "2"], "given 2 times"),
        (["--target", "sse9"], "--target: unknown word 'sse9'"),
        (["--target", "vni"], "did you mean 'vnni'?"),
        (["--approach", "qot"], "did you mean 'qat'?"),
        (["--approach", "statik"], "did you mean 'static'?"),
        (["--method", "kll"], "did you mean 'kl'?"),
        (["--input", "x"], "does not describe an input"),
        (["--input", "x=1x0"], "is not a shape"),
        (["--input", "x=1:flaot"], "unknown type"),
        (["--set", "seed"], "is not KEY=VALUE"),
        (["--set", "sed=1"], "did you mean 'seed'?"),
        (["--set", "tuning.stop.effort=hard"], "unknown word 'hard'"),
        (["--set", "tuning.stop.timeout=soon"], "is no duration"),
        (["--set", "tuning.objective=speed"], "there is no objective 'speed'"),
        (["--set", "quantization.ops={a: {precison: fp32}}"], "did you mean 'precision'?"),
        (["--set", "quantization.ops={'(': {precision: fp32}}"], "not a regular expression"),
        (["--threads", "100000"], "--threads"),
        (["--quiet", "--verbose"], "exclude each other"),
    ],
)
def test_values_that_cannot_be_are_refused(halftone, words, part):
    assert_usage_error(halftone("plan", "m", *words), part)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--max-drop", "much"], "--max-drop: 'much' is not a tolerated loss"),
        (["--max-drop", "-1%"], "not a tolerated loss"),
        (["--min-speedup", "0"], "--min-speedup"),
        (["--metrics", "topp1"], "topp1"),
        (["--metrics", "top1,top1"], "named twice"),
        (["--expect", "top1"], "is not an expectation"),
        (["--samples", "0"], "at least one sample"),
        (["--confidence", "95"], "between 0.5 and 1"),
        (["--calib", "--eval", "npz:x"], "--calib needs a value"),
    ],
)
def test_quantize_refuses_values_that_cannot_be(halftone, words, part):
    assert_usage_error(halftone("quantize", "m", "-o", "o", *words), part)


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--runs", "-1"], "--runs: expected a whole number"),
        (["--max-seconds", "0"], "--max-seconds: expected more than 0 seconds"),
        (["--samples", "0"], "at least one sample"),
        (["--metrics", "topp1"], "topp1"),
        (["--expect", "top1=1"], "needs evaluation data"),
        (["--max-drop", "1%"], "--max-drop"),
    ],
)
def test_compare_refuses_values_that_cannot_be(halftone, words, part):
    assert_usage_error(halftone("compare", "m", "n", *words), part)


def test_a_configuration_file_lists_all_its_problems_with_lines(halftone, tmp_path):
    (tmp_path / "c.yaml").write_text(
        "quantisation: {}\ntarget: {isa: vni}\nquantization:\n  calibration:\n    sample: 5\n    samples: many\n"
        "tuning: {stop: {max_trials: 0}}\n"
    )
    assert_usage_error(
        halftone("plan", "m", "--config", "c.yaml"),
        "c.yaml has 5 problems:",
        "c.yaml:1: unknown key 'quantisation'; did you mean 'quantization'?",
        "c.yaml:2: unknown word 'vni'; did you mean 'vnni'?",
        "c.yaml:5: unknown key 'quantization.calibration.sample'; did you mean 'samples'?",
        "c.yaml:6: expected a whole number",
        "c.yaml:7: ",
    )


@pytest.mark.parametrize(
    "text",
    ["a: b: c", "\t- x", "[1, 2]", "model: [", "&a [*a]", "x: !!python/object:os.system y", "\x00", "a: 1\na: 2"],
)
def test_a_configuration_file_that_is_none_is_refused(halftone, tmp_path, text):
    (tmp_path / "c.yaml").write_text(text)
    assert_usage_error(halftone("plan", "m", "--config", "c.yaml"), "c.yaml")


def test_a_configuration_file_that_is_missing_cannot_be_read(halftone):
    outcome = halftone("plan", "m", "--config", "missing.yaml")
    assert outcome.status == 3
    assert "missing.yaml" in outcome.err


def test_the_model_may_stand_in_the_configuration_file(halftone, tmp_path):
    (tmp_path / "c.yaml").write_text("model: {path: there.unknown}\n")
    outcome = halftone("plan", "--config", "c.yaml")
    assert outcome.status == 3
    assert "there.unknown" in outcome.err


def test_a_module_of_python_is_for_the_packages_command(halftone):
    assert_usage_error(halftone("plan", "m", "--plugin", "module"), "Python package's command")
