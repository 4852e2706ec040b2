"""Functions of the user's: called as they should be, and what they raise comes through."""

import traceback

import halftone
import numpy as np
import onnx
import pytest
from conftest import samples


def test_an_evaluation_function_gets_the_model_as_it_was_given(model, model_file, labelled):
    seen = []

    def judge(given):
        seen.append(given)
        return 0.5

    halftone.quantize(model, calib=labelled[0], eval_func=judge)
    assert len(seen) == 2
    assert all(isinstance(each, onnx.ModelProto) for each in seen)
    seen.clear()
    result = halftone.quantize(model_file, calib=labelled[0], eval_func=judge)
    assert all(each.suffix == ".onnx" for each in seen)
    assert result.accuracy["score"]["value"]["value"] == 0.5


def test_scores_by_sample_give_intervals(model, labelled):
    def judge(_):
        return {"metrics": {"right": 0.75}, "per_sample": {"right": [1, 1, 1, 0] * 25}}

    result = halftone.tune(model, calib=labelled[0], eval_func=judge, max_drop="5pt", objective="size", max_trials=2)
    metric = result.trials[1]["metrics"]["right"]
    assert metric["low"] < 0.75 < metric["high"]


def test_a_search_follows_an_evaluation_function(model, labelled):
    accuracies = iter([1.0, 0.2, 0.99, 0.99, 0.99, 0.99, 0.99, 0.99])
    result = halftone.tune(model, calib=labelled[0], eval_func=lambda _: next(accuracies), max_drop="5pt",
                           strategy="basic", objective="size", effort="first", max_trials=5)  # fmt: skip
    assert [trial["verdict"] for trial in result.trials][1:3] == ["not_met", "met"]


def test_outputs_are_post_processed_before_metrics_see_them(model, labelled):
    x, y = labelled

    def backwards(outputs):
        return {"y": outputs["y"][:, ::-1].copy()}

    plain = halftone.evaluate(model, eval=(x, y)).metrics["top1"]["value"]
    turned = halftone.evaluate(model, eval=(x, 3 - y), postprocess=backwards).metrics["top1"]["value"]
    assert turned == plain
    assert halftone.evaluate(model, eval=(x, y), postprocess=backwards).metrics["top1"]["value"] < plain


def test_a_measurer_is_told_of_every_inference(model):
    x, y = samples(12)
    calls = []

    class Measurer:
        def start(self):
            calls.append("start")

        def end(self):
            calls.append("end")

    halftone.evaluate(model, eval=(x, y), measurer=Measurer())
    assert calls == ["start", "end"] * 12


def test_what_a_function_raises_comes_through_with_its_traceback_and_our_context(model, labelled):
    def judge(_):
        raise KeyError("the user's own")

    with pytest.raises(KeyError, match="the user's own") as caught:
        halftone.quantize(model, calib=labelled[0], eval_func=judge)
    assert "in judge" in "".join(traceback.format_exception(caught.value))
    assert any("evaluation function" in note for note in caught.value.__notes__)


@pytest.mark.parametrize("hook", ["postprocess", "progress"])
def test_the_same_holds_on_the_librarys_own_threads(hook, model, labelled):
    def fails(_):
        raise ZeroDivisionError("in a hook")

    hooks: dict = {hook: fails}
    with pytest.raises(ZeroDivisionError, match="in a hook") as caught:
        halftone.evaluate(model, eval=labelled, threads=4, **hooks)
    assert "in fails" in "".join(traceback.format_exception(caught.value))


def test_errors_in_data_come_through(model):
    class Broken:
        def __len__(self):
            return 3

        def __getitem__(self, index):
            raise RuntimeError(f"item {index} cannot be read")

    with pytest.raises(RuntimeError, match="cannot be read"):
        halftone.quantize(model, calib=Broken())


@pytest.mark.parametrize("returned", [None, "much", float("nan"), {}, {"metrics": {"a": "b"}}])
def test_what_is_no_number_is_refused(returned, model, labelled):
    with pytest.raises(halftone.InvalidArgumentError, match=r"number|no metric"):
        halftone.quantize(model, calib=labelled[0], eval_func=lambda _: returned)


def test_progress_is_told_in_order(model, labelled):
    events: list = []
    halftone.quantize(model, calib=labelled[0], progress=events.append)
    stages = [event.text for event in events if event.kind == "begin"]
    assert len(stages) >= 3
    ends = [event for event in events if event.kind == "end"]
    assert len(ends) == len(stages)
    assert all(event.seconds >= 0 for event in ends)


def test_a_stop_function_ends_the_work(model, labelled):
    with pytest.raises(halftone.StoppedError):
        halftone.quantize(model, calib=labelled[0], stop=lambda: True)


def test_a_stopped_search_has_its_result(model, labelled, tmp_path):
    finished = []
    result = halftone.tune(
        model,
        tmp_path / "best.onnx",
        data=labelled,
        max_drop="5pt",
        strategy="random",
        objective="size",
        progress=lambda event: finished.append(event) if event.kind == "trial" else None,
        stop=lambda: len(finished) >= 2,
    )
    assert result.stop_reason == "interrupted"
    assert onnx.load(result.output)


def test_warnings_are_pythons(model):
    x, _ = samples(5)
    with pytest.warns(halftone.HalftoneWarning, match="fewer than"):
        halftone.quantize(model, calib=x)


def test_a_function_for_training_needs_an_approach_and_a_backend_that_trains(model, labelled):
    with pytest.raises(halftone.ConfigurationError, match="qat"):
        halftone.quantize(model, calib=labelled[0], q_func=lambda _: None)
    with pytest.raises(halftone.Error, match="train"):
        halftone.quantize(model, calib=labelled[0], q_func=lambda _: None, approach="qat")


def test_a_metric_sees_samples_and_labels(model):
    x, y = samples(30)

    class Counting(halftone.Metric):
        name = "counted_accuracy"

        def reset(self):
            self.right = self.seen = 0

        def update(self, outputs, labels):
            assert outputs.shape == (len(labels), 4)
            assert outputs.dtype == np.float32
            self.right += int((outputs.argmax(1) == labels).sum())
            self.seen += len(labels)

        def result(self):
            return self.right / self.seen

    result = halftone.evaluate(model, eval=(x, y), metrics=[Counting, "top1"])
    counted, top1 = result.metrics["counted_accuracy"], result.metrics["top1"]
    assert counted["value"] == pytest.approx(top1["value"])
    assert counted["low"] < counted["value"] < counted["high"]


def test_a_metric_of_scores_is_a_mean_and_may_gate(model, labelled):
    @halftone.metric_registry("margin_to_second")
    class Margin:
        higher_is_better = True

        def score(self, output, label):
            second = np.sort(output)[-2]
            return float(output[int(label)] - second)

    quantized = halftone.quantize(model, calib=labelled[0])
    result = halftone.evaluate(quantized, eval=labelled, against=model, metrics=["margin_to_second"], max_drop="0.5")
    assert result.met
    delta = result.against["metrics"]["margin_to_second"]["delta"]
    assert delta["low"] <= delta["value"] <= delta["high"]


def test_a_metric_may_be_defined_again_and_a_built_in_one_not():
    for _ in range(2):

        @halftone.metric_registry("defined_twice")
        class Twice:
            def score(self, output, label):
                return 1.0

    with pytest.raises(halftone.InvalidArgumentError, match="already"):
        halftone.metric_registry("top1")(Twice)
    with pytest.raises(halftone.InvalidArgumentError, match="already"):

        @halftone.metric_registry("defined_twice")
        class Other:
            def score(self, output, label):
                return 0.0
