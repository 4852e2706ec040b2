"""Strategies in Python: the tuner drives them as its own."""

import halftone
import pytest


@pytest.fixture
def tune(network_file, tmp_path, labelled):
    def run(strategy, **options):
        settings = {"max_drop": "5pt", "objective": "size", "max_trials": 10, **options}
        return halftone.tune(network_file, tmp_path / "best.npnet", data=labelled, strategy=strategy, **settings)

    return run


def test_a_class_is_asked_for_configurations(tune):
    contexts = []

    @halftone.strategy_registry("one_by_one")
    class OneByOne(halftone.Strategy):
        """All in low precision, then each unit in float alone."""

        def __init__(self, context):
            super().__init__(context)
            contexts.append(context)
            self.left = context.space.quantizable("static")

        def next(self, history):
            assert len(history.trials) >= 1
            assert history.baseline.id == 0
            if len(history) == 1:
                return halftone.Proposal(self.context.initial, "start", "all of it")
            if not self.left:
                return None
            unit = self.left.pop()
            return halftone.Proposal(
                halftone.with_float(self.context.initial, [unit], "tried in float"), "one by one", f"{unit} in float"
            )

    result = tune("one_by_one")
    assert [trial["changes"] for trial in result.trials[1:]] == ["all of it", "last in float", "first in float"]
    assert result.stop_reason == "exhausted"
    space = contexts[0].space
    assert [unit.name for unit in space.units] == ["first", "last"]
    assert space.unit("first").pattern == "Dense + Relu"
    with pytest.raises(halftone.InvalidArgumentError, match="nowhere"):
        space.unit("nowhere")


def test_a_generator_gets_what_came_of_each_trial(tune):
    seen = []

    @halftone.strategy_registry("by_generator")
    def search(context):
        for method in ("minmax", "kl"):
            config = context.initial
            units = {}
            for unit in context.space.units:
                wanted = [choice for choice in unit.choices if choice.activation.range_method == method]
                units[unit.name] = halftone.UnitChoice(wanted[0])
            config = halftone.TuneConfig(units)
            trial = yield halftone.Proposal(config, method, f"range method {method}")
            seen.append((trial.id, trial.config == config, trial.measured.metrics["top1"].value))

    result = tune("by_generator")
    assert [entry[:2] for entry in seen] == [(1, True), (2, True)]
    assert [trial["stage"] for trial in result.trials[1:]] == ["minmax", "kl"]


def test_sensitivities_can_be_asked_for(tune):
    found = {}

    @halftone.strategy_registry("by_sensitivity")
    def search(context):
        found.update(context.sensitivity("activation_error", context.initial))
        yield context.initial

    tune("by_sensitivity")
    assert set(found) == {"first", "last"}
    assert all(value >= 0 for value in found.values())


def test_a_missing_sensitivity_and_a_search_that_is_over_say_so(tune):
    contexts = []

    @halftone.strategy_registry("asks_for_more")
    def search(context):
        contexts.append(context)
        with pytest.raises(halftone.ConfigurationError, match="hessian_trace"):
            context.sensitivity("hessian_trace", context.initial)
        yield context.initial

    tune("asks_for_more")
    with pytest.raises(halftone.ConfigurationError):
        contexts[0].sensitivity("activation_error", contexts[0].initial)


def test_what_a_strategy_raises_ends_the_search(tune):
    @halftone.strategy_registry("gives_up")
    def search(context):
        yield context.initial
        raise OSError("no more ideas")

    with pytest.raises(OSError, match="no more ideas") as caught:
        tune("gives_up")
    assert any("gives_up" in note for note in caught.value.__notes__)


def test_a_configuration_that_is_none_of_the_space_is_refused(tune):
    @halftone.strategy_registry("out_of_space")
    def search(context):
        yield halftone.TuneConfig({"first": halftone.UnitChoice(halftone.OpChoice("dynamic"))})
        yield context.initial

    with pytest.raises(halftone.Error, match=r"choice|space"):
        tune("out_of_space")


def test_names_are_known_and_taken_once():
    assert "mse_v2" in halftone.strategy_names()
    with pytest.raises(halftone.InvalidArgumentError, match="already"):

        @halftone.strategy_registry("basic")
        def search(context):
            yield context.initial

    with pytest.raises(halftone.InvalidArgumentError, match=r"next\(history\)"):

        @halftone.strategy_registry("none_at_all")
        class Nothing:  # type: ignore[type-var]
            pass
