"""Adaptors of the user's own: a framework brought to Halftone in Python."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, TypeVar

from halftone import _native, frontends, models
from halftone._native import (
    AdaptorHandle,
    AdaptorOptions,
    ExecutedOp,
    Graph,
    GraphBuilder,
    ModelSource,
    OpChoice,
    OpMeaning,
    QuantizationPlan,
    RunOptions,
    StoredConstant,
    TensorSignature,
    TuneConfig,
)
from halftone.errors import InvalidArgumentError, UnsupportedError
from halftone.registry import Registered

AdaptorClass = TypeVar("AdaptorClass", bound="type[Adaptor]")
_registered = Registered()
# What this process has pickled itself, by its hash: nothing else is ever unpickled, since that may run code.
_own_pickles: set[str] = set()

# Functions that the core calls on an adaptor where it has them.
_FUNCTIONS = (
    "load",
    "save",
    "prepare",
    "graph",
    "open",
    "convert",
    "executed_ops",
    "quantize",
    "evaluate",
    "query_fw_capability",
    "query_fused_patterns",
    "prepare_qat",
    "read_trained",
    "stored_constants",
    "replace_constants",
    "snippet",
)
_PARTS = ("graph", "open", "convert")
_WHOLE = ("quantize", "evaluate", "query_fw_capability")


class OpCapability(NamedTuple):
    """What an adaptor without a graph tells of one op.

    Attributes:
        name: unique in the model.
        type: of the op.
        choices: ways of running it in low precision, best first; none: it stays in float.
        reason: why there are none.
        is_product: a convolution or matrix product, for recipes such as first_conv_or_matmul.
    """

    name: str
    type: str
    choices: Sequence[OpChoice] = ()
    reason: str = "the adaptor has no low precision for it"
    is_product: bool = False


class Adaptor:
    """Brings one framework to Halftone. Derive from it and register the class with adaptor_registry.

    There are two ways. An adaptor of *parts* has `graph`, `open` and `convert`, a capability file and an op table: the
    core calibrates once, plans and searches over them. An adaptor that is a *whole* has `quantize`, `evaluate` and
    `query_fw_capability`: it works too, and calibrates at each trial. Models are objects of any kind, which the core
    never looks into.

    Attributes:
        framework: name for people.
        version: of the framework; capability files have sections by it.
        extensions: endings of its model files, with the dot.
        capabilities: the capability file, beside the module that defines the class; "" for a whole.
        op_types: what each op type means; a capability file may name these alone.
        install_hint: the command that installs the framework.
    """

    framework: ClassVar[str] = "a framework"
    version: ClassVar[str] = "1.0"
    extensions: ClassVar[Sequence[str]] = ()
    capabilities: ClassVar[str] = ""
    op_types: ClassVar[Mapping[str, OpMeaning]] = {}
    install_hint: ClassVar[str] = ""

    def __init__(self, options: AdaptorOptions) -> None:
        self.options = options

    # Models ----------------------------------------------------------------------------------------------------------

    def load(self, source: ModelSource) -> Any:
        """Reads a model. By default: what `save` pickled in this process."""
        content = Path(source.path).read_bytes()
        if _hash_of(content) in _own_pickles:
            import pickle

            return pickle.loads(content)
        raise UnsupportedError(
            f"adaptor '{self.options.key}' reads no files, and '{source.path}' was not written by this process",
            hint="give the model as an object, or write Adaptor.load()",
        )

    def save(self, model: Any, path: os.PathLike[str]) -> None:
        """Writes a model to exactly that path. By default: pickles it."""
        import pickle

        content = pickle.dumps(model)
        _own_pickles.add(_hash_of(content))
        Path(path).write_bytes(content)

    def inputs(self, model: Any) -> list[TensorSignature]:  # noqa: ARG002 - for subclasses
        """What a model takes; nothing is checked where this is empty."""
        return []

    def outputs(self, model: Any) -> list[TensorSignature]:  # noqa: ARG002 - for subclasses
        """What a model gives."""
        return []

    def prepare(self, model: Any) -> Any:
        """Float optimisations before anything is asked or changed. By default: none."""
        return model

    # Parts -----------------------------------------------------------------------------------------------------------

    def graph(self, model: Any) -> Graph:
        """A picture of a prepared model; make it with new_graph()."""
        raise NotImplementedError

    def new_graph(self) -> GraphBuilder:
        """A builder that knows the op table."""
        return GraphBuilder(dict(self.op_types))

    def open(self, model: Any, options: RunOptions) -> Any:
        """A session: an object with `run(inputs, observe)`, and `concurrent` where several threads may run it at once.

        `inputs` are arrays by name; outputs are a dict by name, or arrays in order. Where `observe` is not None, the
        session calls `observe(tensor, array)` for the tensors of options.observed_tensors.
        """
        raise NotImplementedError

    def convert(self, model: Any, plan: QuantizationPlan) -> Any:
        """The quantized model of a prepared one: pure, deterministic, without data."""
        raise NotImplementedError

    def executed_ops(self, model: Any) -> list[ExecutedOp] | None:
        """What the framework makes of a model, as far as it tells."""
        raise NotImplementedError

    # Optional skills -------------------------------------------------------------------------------------------------

    def prepare_qat(self, model: Any, plan: QuantizationPlan) -> Any:
        """A trainable copy with fake quantization, which is handed to q_func."""
        raise NotImplementedError

    def read_trained(self, trainable: Any, plan: QuantizationPlan) -> tuple[Any, Mapping[str, tuple[float, float]]]:
        """What training made of it: a prepared float model, and the range of each observed tensor."""
        raise NotImplementedError

    def stored_constants(self, model: Any) -> list[StoredConstant]:
        """Where a quantized model keeps its weights and biases; for set_tensor, inspect_tensor and diagnosis_helper."""
        raise NotImplementedError

    def replace_constants(self, model: Any, constants: Mapping[str, Any]) -> Any:
        """A copy with other values in constants, by the names that stored_constants() gives as `stored`."""
        raise NotImplementedError

    def snippet(self, model: Path) -> str:
        """Lines of a program that runs a saved model, for people."""
        raise NotImplementedError

    # A whole, or the core's own --------------------------------------------------------------------------------------

    def query_fw_capability(self, model: Any) -> Any:
        """What could be done with a model: a list of OpCapability, or, where the core knows, its Capability."""
        handle = self._inherited("query_fw_capability")
        return handle.query_fw_capability(_hand_over(handle, model))

    def query_fused_patterns(self, model: Any) -> list[list[str]]:
        """Ops that run as one kernel, by name, in order of data."""
        if "graph" not in self.own_functions():
            return []
        handle = self._inherited("query_fused_patterns")
        return handle.query_fused_patterns(_hand_over(handle, model))

    def quantize(
        self, tune_cfg: TuneConfig, model: Any, dataloader: Any, q_func: Callable[[Any], object] | None = None
    ) -> Any:
        """The quantized model of a prepared one: calibrate, plan, convert; with q_func it is trained in between."""
        handle = self._inherited("quantize")
        return handle.quantize(tune_cfg, _hand_over(handle, model), dataloader, q_func).model.native

    def evaluate(
        self,
        model: Any,
        dataloader: Any,
        postprocess: Callable[[Any], Any] | None = None,
        metrics: Sequence[str] | None = None,
        measurer: Any = None,
        iteration: int = -1,
        tensorboard: Any = None,
        fp32_baseline: Any = None,
    ) -> Any:
        """One pass over labelled data: a number, numbers by metric, or {"metrics": ..., "per_sample": ...}."""
        handle = self._inherited("evaluate")
        baseline = None if fp32_baseline is None else _hand_over(handle, fp32_baseline)
        return handle.evaluate(
            _hand_over(handle, model),
            dataloader,
            postprocess=postprocess,
            metrics=list(metrics or ["top1"]),
            measurer=measurer,
            iteration=iteration,
            tensorboard=tensorboard,
            fp32_baseline=baseline,
        )

    # What the core asks ----------------------------------------------------------------------------------------------

    def own_functions(self) -> list[str]:
        """Functions that the subclass has itself."""
        return [name for name in _FUNCTIONS if getattr(type(self), name) is not getattr(Adaptor, name)]

    def capability_file(self) -> str:
        """Path of the capability file; "" for none."""
        if not self.capabilities:
            return ""
        owner = next(parent for parent in type(self).__mro__ if "capabilities" in vars(parent))
        module = sys.modules[owner.__module__]
        return os.fspath(Path(module.__file__ or ".").parent / self.capabilities)

    def _inherited(self, function: str) -> AdaptorHandle:
        """This adaptor with the core's own function of that name."""
        return AdaptorHandle(self.options, self, as_inherited=[function])


def _hash_of(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _hand_over(handle: AdaptorHandle, model: Any) -> Any:
    """The model as the core has it."""
    with models.held(model) as name:
        return handle.load(name)


def adaptor_registry(key: str) -> Callable[[AdaptorClass], AdaptorClass]:
    """Decorates a subclass of Adaptor, which is then the backend of that key, in verbs and on the command line.

    Raises InvalidArgumentError for a key that is taken and for a class that lacks functions; the same class may be
    defined again.
    """

    def register(adaptor: AdaptorClass) -> AdaptorClass:
        _require_functions(adaptor)
        _native.add_adaptor(
            [key],
            adaptor,
            framework=adaptor.framework,
            extensions=list(adaptor.extensions),
            install_hint=adaptor.install_hint,
            capability_folder=Path(),
            replace=_registered.is_again(key, adaptor),
        )
        _registered.note(key, adaptor)
        return adaptor

    return register


def _require_functions(adaptor: type[Adaptor]) -> None:
    def missing(names: Sequence[str]) -> list[str]:
        return [name for name in names if getattr(adaptor, name) is getattr(Adaptor, name)]

    if not missing(_PARTS):
        if adaptor.capabilities and adaptor.op_types:
            return
        raise InvalidArgumentError(
            f"adaptor {adaptor.__name__} has graph(), open() and convert(), but no "
            f"{'op_types' if adaptor.capabilities else 'capabilities'}",
            hint="capabilities names the capability file, op_types says what each op type in it means",
        )
    if not missing(_WHOLE):
        return
    raise InvalidArgumentError(
        f"adaptor {adaptor.__name__} is not complete",
        hint=f"it lacks {', '.join(missing(_PARTS))} for an adaptor of parts, "
        f"and {', '.join(missing(_WHOLE))} for one that quantizes as a whole",
    )


def adaptor(key: str, *, format: str = "", library: str = "", target: str = "vnni", seed: int = 0) -> AdaptorHandle:  # noqa: A002
    """The adaptor of a backend, with everything that one can do, whichever language it is written in."""
    frontends.hand_over()
    return AdaptorHandle(AdaptorOptions(key, format=format, library=library, target=target, seed=seed))


def load_by(backend: str, path: Path) -> Any:
    """A saved model by a backend that is written in Python: the object itself."""
    return adaptor(backend).load(path).native
