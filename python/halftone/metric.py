"""Metrics of the user's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from halftone import _native
from halftone.registry import Registered

MetricClass = TypeVar("MetricClass", bound=Callable[[], object])
_registered = Registered()


class Metric:
    """A measure over samples. Derive from it, or bring the same functions without.

    A metric that is a mean has `score(output, label)` alone: it then has intervals of its own. Any other has `reset`,
    `update` and `result`; its intervals are found by drawing samples again and again.

    Attributes:
        higher_is_better: the sense of it.
    """

    higher_is_better = True

    def reset(self) -> None:
        """Forgets all samples."""
        raise NotImplementedError

    def update(self, outputs: Any, labels: Any) -> None:
        """Takes samples: arrays whose first axis counts them (a list of arrays where the model has several outputs)."""
        raise NotImplementedError

    def result(self) -> float:
        """The value over all samples since reset()."""
        raise NotImplementedError


def metric_registry(name: str) -> Callable[[MetricClass], MetricClass]:
    """Decorates a class whose objects are a metric of that name: `--metrics NAME`, `metrics=["NAME"]`.

    Raises InvalidArgumentError for a name that is taken; the same class may be defined again.
    """

    def register(metric: MetricClass) -> MetricClass:
        _native.add_metric(name, metric, replace=_registered.is_again(name, metric))
        _registered.note(name, metric)
        return metric

    return register


def names_of(metrics: object) -> list[str]:
    """Names of metrics that are given by name, as classes or as objects; the latter are registered by their class."""
    listed = metrics if isinstance(metrics, list | tuple) else [metrics]
    return [metric if isinstance(metric, str) else _name_of(metric) for metric in listed]


def _name_of(metric: Any) -> str:
    known = _registered.name_of(metric if isinstance(metric, type) else type(metric))
    if known is not None:
        return known
    name = str(getattr(metric, "name", None) or getattr(metric, "__name__", type(metric).__name__))
    # A fresh object each time: several threads may ask at once.
    if isinstance(metric, type):
        make: Callable[[], object] = metric
    else:
        import copy

        def make() -> object:
            return copy.deepcopy(metric)

    _native.add_metric(name, make, replace=True)
    return name
