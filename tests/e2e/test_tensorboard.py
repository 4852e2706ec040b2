"""`evaluate --tensorboard` writes what TensorBoard's own reader reads."""

import pathlib
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DEMO = REPOSITORY / "examples/demo"
MODEL = DEMO / "mnist_cnn.onnx"
TEST = f"npz:{DEMO / 'test.npz'}"
SAMPLES = 50
Run = Callable[..., dict[str, Any]]


def read(folder: pathlib.Path) -> Any:
    events = accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0, "histograms": 0})
    events.Reload()
    return events


@pytest.fixture(scope="module")
def evaluated(run: Run, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Any, float, float]:
    """Result, events, and the times before and after."""
    folder = tmp_path_factory.mktemp("events") / "new"
    before = time.time()
    result = run("evaluate", MODEL, "--eval", TEST, "--iterations", SAMPLES, "--tensorboard", folder)
    return result, read(folder), before, time.time()


def test_metrics_are_scalars_over_the_samples(evaluated: tuple[dict[str, Any], Any, float, float]) -> None:
    result, events, before, after = evaluated
    assert result["samples"] == SAMPLES
    for name, metric in result["metrics"].items():
        scalars = events.Scalars(f"metrics/{name}")
        assert [each.step for each in scalars] == list(range(1, SAMPLES + 1))
        assert scalars[-1].value == pytest.approx(metric["value"], rel=1e-6)
        assert all(before <= each.wall_time <= after for each in scalars)


def test_weights_are_histograms(evaluated: tuple[dict[str, Any], Any, float, float]) -> None:
    _, events, _, _ = evaluated
    graph = onnx.load(MODEL).graph
    held = {constant.name: constant for constant in graph.initializer}
    names = [name for node in graph.node if node.op_type in ("Conv", "Gemm") for name in node.input[1:]]
    assert len(names) > 10
    for name in names:
        values = numpy_helper.to_array(held[name]).astype(np.float64)
        (event,) = events.Histograms(f"weights/{name}")
        assert event.step == 0
        shown = event.histogram_value
        assert shown.num == values.size == sum(shown.bucket)
        assert shown.min == values.min() and shown.max == values.max()
        assert shown.sum == pytest.approx(values.sum(), rel=1e-6, abs=1e-6)
        # NumPy puts a value that lies on an edge into the upper bucket as well, but may round the edge otherwise.
        counts, _ = np.histogram(values, [shown.min, *shown.bucket_limit])
        np.testing.assert_allclose(shown.bucket, counts, atol=1)


def test_activations_are_histograms_of_all_samples(evaluated: tuple[dict[str, Any], Any, float, float]) -> None:
    _, events, _, _ = evaluated
    names = [name for node in onnx.load(MODEL).graph.node for name in node.output]
    tags = events.Tags()["histograms"]
    assert {f"activations/{name}" for name in names} <= set(tags)
    shown = events.Histograms(f"activations/{names[-1]}")[0].histogram_value
    assert shown.num == sum(shown.bucket) == 10 * SAMPLES
    assert list(shown.bucket_limit) == sorted(set(shown.bucket_limit))
    assert len(shown.bucket) <= 64


def test_a_second_run_is_a_second_file(run: Run, tmp_path: pathlib.Path) -> None:
    for _ in range(2):
        result = run("evaluate", MODEL, "--eval", TEST, "--iterations", 3, "--tensorboard", tmp_path)
    assert result["tensorboard"] == str(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
