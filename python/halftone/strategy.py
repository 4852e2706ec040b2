"""Search strategies of the user's own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any, TypeVar

from halftone import _native
from halftone._native import Proposal, StrategyContext, Trial, TrialHistory, TuneConfig
from halftone.errors import InvalidArgumentError
from halftone.registry import Registered

StrategyMaker = TypeVar("StrategyMaker", bound=Callable[[StrategyContext], Any])
_registered = Registered()


class Strategy:
    """Chooses what is tried next. It knows nothing of models, data and the rules by which trials are judged.

    Attributes:
        context: the space, the configuration that `quantize` would take, seed, and sensitivities.
    """

    def __init__(self, context: StrategyContext) -> None:
        self.context = context

    def next(self, history: TrialHistory) -> Proposal | TuneConfig | None:
        """The next configuration, given all that came of the ones before; None when there are no more.

        A configuration that was tried before is not tried again: this is asked for the next one at once.
        """
        raise NotImplementedError


Search = Generator[Proposal | TuneConfig, Trial, None]


class _GeneratorStrategy(Strategy):
    """A search written as a generator: what it yields is tried, and what came of it is the value of the yield."""

    def __init__(self, context: StrategyContext, search: Callable[[StrategyContext], Search]) -> None:
        super().__init__(context)
        self._search = search(context)
        self._proposed: Proposal | TuneConfig | None = None

    def next(self, history: TrialHistory) -> Proposal | TuneConfig | None:
        """What the generator yields next."""
        try:
            if self._proposed is None:
                self._proposed = next(self._search)
            else:
                config = self._proposed.config if isinstance(self._proposed, Proposal) else self._proposed
                self._proposed = self._search.send(history.find(config) or history.last)
        except StopIteration:
            return None
        return self._proposed


def strategy_registry(name: str) -> Callable[[StrategyMaker], StrategyMaker]:
    """Decorates a strategy of that name: a subclass of Strategy, or a generator function of a StrategyContext.

    Raises InvalidArgumentError for a name that is taken; the same class or function may be defined again.
    """
    import inspect

    def register(maker: StrategyMaker) -> StrategyMaker:
        if not inspect.isgeneratorfunction(maker) and not hasattr(maker, "next"):
            raise InvalidArgumentError(
                f"'{maker.__qualname__}' is no strategy: it has no next(history)",
                hint="decorate a subclass of halftone.Strategy, or a generator function that yields configurations",
            )
        make: Callable[[StrategyContext], Any] = maker
        if inspect.isgeneratorfunction(maker):

            def make(context: StrategyContext) -> Any:
                return _GeneratorStrategy(context, maker)

        _native.add_strategy(name, make, replace=_registered.is_again(name, maker))
        _registered.note(name, maker)
        return maker

    return register
