"""The verbs of the command, as functions: the same options, the same results."""

from __future__ import annotations

import functools
import json
import math
import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from halftone import _native, data, frontends, metric, models
from halftone.errors import InvalidArgumentError, warn
from halftone.progress import ProgressFunction, listener
from halftone.results import (
    BenchmarkResult,
    DiagnoseResult,
    EvaluateResult,
    ModelResult,
    PlanResult,
    QuantizeResult,
    QueryResult,
    ReportFormat,
    Result,
    TuneResult,
)

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory
    from typing import Unpack

    from halftone.options import (
        BenchmarkOptions,
        CompareOptions,
        DiagnoseOptions,
        EvaluateOptions,
        PlanOptions,
        QuantizeOptions,
        QueryOptions,
        RecoverOptions,
        TuneOptions,
    )

AnyResult = TypeVar("AnyResult", bound=Result)
Path_ = str | os.PathLike[str]
StopFunction = Callable[[], bool]
EvalFunction = Callable[[Any], Any]

# Arguments that hold data, each with the options that stand for it: the first that the verb has.
_DATA_FLAGS = {"calib": ("--calib",), "eval": ("--eval", "--data"), "data": ("--data", "--eval")}


@functools.cache
def _options_of(verb: str) -> dict[str, tuple[str, bool]]:
    """Name of the argument → (flag, is a switch) of each option that can be typed after the verb."""
    options = {}
    for flags, placeholder, _ in _native.options_of_verb(verb):
        for flag in flags:
            if flag.startswith("--"):
                options[flag[2:].replace("-", "_")] = (flag, not placeholder)
    return options


class _Call:
    """One call of a verb: the words of its command line, and what stands behind names in them."""

    def __init__(self, verb: str) -> None:
        self.verb = verb
        self.words = ["halftone", verb]
        self._held = ExitStack()
        self._held_data: list[Any] = []
        self.parts: dict[str, Any] = {}

    def __enter__(self) -> _Call:
        return self

    def __exit__(self, *thrown: object) -> None:
        self._held.close()

    def model(self, model: object, backend: str | None) -> models.NamedModel:
        """The name of a model."""
        return self._held.enter_context(models.named(model, backend))

    def add_options(self, options: Mapping[str, Any]) -> None:
        known = _options_of(self.verb)
        for name, value in options.items():
            if value is None:
                self._require_known(name, known)
            elif name in _DATA_FLAGS:
                self._add_data(name, value, known)
            elif name == "set":
                for key, setting in value.items():
                    self.words += ["--set", f"{key}={_text_of(setting)}"]
            elif name == "metrics":
                self.words += ["--metrics", ",".join(metric.names_of(value))]
            else:
                self._require_known(name, known)
                self._add(known[name], value, name)

    def _require_known(self, name: str, known: Mapping[str, Any]) -> None:
        if name in known or name in _DATA_FLAGS or name in ("set", "metrics"):
            return
        import difflib

        nearest = difflib.get_close_matches(name, [*known, *_DATA_FLAGS, "set", "metrics"], n=1)
        raise InvalidArgumentError(
            f"{self.verb}() has no argument '{name}'",
            hint=f"did you mean '{nearest[0]}'?" if nearest else f"help(halftone.{self.verb}) lists them",
        )

    def _add(self, option: tuple[str, bool], value: Any, name: str) -> None:
        flag, is_switch = option
        if is_switch:
            if not isinstance(value, bool):
                raise InvalidArgumentError(f"{name} is True or False, not {value!r}")
            self.words += [flag] if value else []
        elif isinstance(value, Mapping):
            for key, setting in value.items():
                self.words.append(f"{flag}={key}={_text_of(setting)}")
        else:
            self.words.append(f"{flag}={_text_of(value)}")

    def _add_data(self, name: str, value: Any, known: Mapping[str, Any]) -> None:
        flag = next((flag for flag in _DATA_FLAGS[name] if flag[2:] in known), None)
        if flag is None:
            raise InvalidArgumentError(f"{self.verb}() takes no data '{name}'")
        if isinstance(value, os.PathLike):
            value = data.spec_of_path(value)
        if not isinstance(value, str):
            self._held_data.append(data.hold(value))
            value = self._held_data[-1].spec
        self.words.append(f"{flag}={value}")

    def judge_by(self, eval_func: EvalFunction, model: models.NamedModel) -> None:
        """Lets a function judge: it gets each model in the form in which the user gave one."""

        def judge(path: Path) -> list[tuple[str, float, list[float], bool]]:
            return judged(eval_func(model.read(path)))

        self.parts |= {"judge": judge, "judge_text": _name_of(eval_func)}

    def run(self, progress: ProgressFunction | bool | None, stop: StopFunction | None) -> dict[str, Any]:
        told, shows = listener(progress, warn)
        frontends.hand_over()
        text = _native.run_verb(self.words, told=told, stop=stop, shows=shows, **self.parts)
        return json.loads(text)  # type: ignore[no-any-return]


def _temporary_folder() -> TemporaryDirectory[str]:
    import tempfile

    return tempfile.TemporaryDirectory(prefix="halftone-")


def _text_of(value: Any) -> str:
    """A value as one would type it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, os.PathLike):
        return str(os.fspath(value))
    if isinstance(value, Mapping):
        return json.dumps(value, default=_text_of)
    if getattr(value, "ndim", None) == 0:
        return _text_of(value.item())  # a number as NumPy and torch have it
    if isinstance(value, Iterable):
        return ",".join(_text_of(entry) for entry in value)
    return repr(value)


def judged(returned: Any) -> list[tuple[str, float, list[float], bool]]:
    """What an evaluation function gave, as (name, value, scores, higher is better) of each metric.

    It gives a number, numbers by name, or {"metrics", "per_sample", "higher_is_better"}.
    """
    if not isinstance(returned, Mapping):
        return [("score", _number_of("score", returned), [], True)]
    has_parts = isinstance(returned.get("metrics"), Mapping)
    values = returned["metrics"] if has_parts else returned
    scores = returned.get("per_sample") or {} if has_parts else {}
    senses = returned.get("higher_is_better") if has_parts else None
    entries = []
    for name, value in values.items():
        sense = senses.get(name, True) if isinstance(senses, Mapping) else senses is not False
        own = [_number_of(name, score) for score in scores.get(name, [])]
        entries.append((str(name), _number_of(name, value), own, bool(sense)))
    if entries:
        return entries
    raise InvalidArgumentError("the evaluation function gave no metric")


def _number_of(name: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if math.isfinite(number):
        return number
    raise InvalidArgumentError(
        f"the evaluation function gave {value!r} for '{name}', which is no finite number",
        hint='it gives a number, numbers by name, or {"metrics": {...}, "per_sample": {...}}',
    )


def _name_of(function: Any) -> str:
    return f"python:{getattr(function, '__module__', '?')}.{getattr(function, '__qualname__', type(function).__name__)}"


def _with_model(
    kind: type[ModelResult],
    verb: str,
    model: object,
    output: Path_ | None,
    options: dict[str, Any],
    hooks: dict[str, Any],
    progress: ProgressFunction | bool | None,
    stop: StopFunction | None,
) -> Any:
    """A verb that writes a model."""
    with _Call(verb) as call:
        named = call.model(model, options.get("backend"))
        folder = None
        if output is None:
            folder = _temporary_folder()
            output = Path(folder.name) / f"model{named.suffix}"
        call.words += [named.name, f"--output={os.fspath(output)}"]
        call.add_options(options)
        eval_func = hooks.pop("eval_func")
        if eval_func is not None:
            call.judge_by(eval_func, named)
        call.parts.update({name: hook for name, hook in hooks.items() if hook is not None})
        try:
            return kind(call.run(progress, stop), named.read, folder)
        except KeyboardInterrupt as interrupt:
            result = getattr(interrupt, "halftone_result", None)
            if result is not None:
                interrupt.result = kind(json.loads(result), named.read, folder)  # type: ignore[attr-defined]
            raise


def quantize(
    model: object,
    output: Path_ | None = None,
    *,
    calib: object = None,
    eval: object = None,  # noqa: A002 - as on the command line
    data: object = None,
    eval_func: EvalFunction | None = None,
    q_func: Callable[[Any], object] | None = None,
    postprocess: Callable[[Any], Any] | None = None,
    metrics: object = None,
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    **options: Unpack[QuantizeOptions],
) -> QuantizeResult:
    """One configuration: calibrates, quantizes, saves, opens again; with evaluation data also judges it against float.

    Args:
        model: a path, an onnx.ModelProto, or, with `backend`, a model of an adaptor of yours.
        output: where the quantized model goes; unless given, a temporary file that lives as long as the result.
        calib: calibration data: a spec of the command ("npz:calib.npz"), a path, arrays, or any iterable of dicts, of
            pairs (input, label) or of arrays.
        eval: evaluation data, likewise.
        data: both.
        eval_func: judges in place of data and metrics: gets a model in the form in which `model` was given, and returns
            a number, numbers by name, or {"metrics": {...}, "per_sample": {...}, "higher_is_better": {...}}.
        q_func: trains the model it gets, in place (approach="qat").
        postprocess: what metrics see of a model's outputs, which it gets as a dict of arrays.
        metrics: names, classes or objects (see Metric).
        progress: a function of Progress; True shows it on standard error, as on terminals anyway; False shows nothing.
        stop: is asked now and then; when it answers True, the work ends with StoppedError.
        **options: the command's options, with underscores; `set` is a dict for any key of the configuration.

    Raises:
        Error: by kind of fault; what a function of yours raises comes through as it is.
    """
    given = {"calib": calib, "eval": eval, "data": data, "metrics": metrics, **options}
    hooks = {"eval_func": eval_func, "postprocess": postprocess, "q_func": q_func}
    result: QuantizeResult = _with_model(QuantizeResult, "quantize", model, output, given, hooks, progress, stop)
    return result


def tune(
    model: object,
    output: Path_ | None = None,
    *,
    calib: object = None,
    eval: object = None,  # noqa: A002
    data: object = None,
    eval_func: EvalFunction | None = None,
    q_func: Callable[[Any], object] | None = None,
    postprocess: Callable[[Any], Any] | None = None,
    metrics: object = None,
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    **options: Unpack[TuneOptions],
) -> TuneResult:
    """The accuracy-driven search: the fastest model that keeps the accuracy.

    The arguments are those of quantize(). The best model so far is in `output` from the first trial on, and every trial
    is in OUTPUT.halftone.jsonl: `resume=True` goes on from there. After Ctrl-C, KeyboardInterrupt has the result of
    what was found as its attribute `result`; a `stop` that answers True ends the search, whose result is returned.
    """
    given = {"calib": calib, "eval": eval, "data": data, "metrics": metrics, **options}
    hooks = {"eval_func": eval_func, "postprocess": postprocess, "q_func": q_func}
    result: TuneResult = _with_model(TuneResult, "tune", model, output, given, hooks, progress, stop)
    return result


def _about_model(
    kind: type[AnyResult],
    verb: str,
    listed: Iterable[object],
    options: dict[str, Any],
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    parts: Mapping[str, Any] | None = None,
    eval_func: EvalFunction | None = None,
) -> AnyResult:
    """A verb that says something of one or several models."""
    with _Call(verb) as call:
        backend = options.get("backend")
        named = [call.model(model, backend) for model in listed]
        call.words += [model.name for model in named]
        if eval_func is not None:
            call.judge_by(eval_func, named[0])
        against = options.pop("against", None)
        if against is not None:
            call.words.append(f"--against={call.model(against, backend).name}")
        call.add_options(options)
        call.parts.update({name: part for name, part in (parts or {}).items() if part is not None})
        return kind(call.run(progress, stop))


def evaluate(
    model: object,
    *,
    eval: object = None,  # noqa: A002
    against: object = None,
    eval_func: EvalFunction | None = None,
    postprocess: Callable[[Any], Any] | None = None,
    metrics: object = None,
    measurer: object = None,
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    **options: Unpack[EvaluateOptions],
) -> EvaluateResult:
    """Metrics of a model, with intervals; with `against` (the float model) paired, and a gate with `max_drop`.

    `measurer` is told of every inference by its functions start() and end(). The other arguments are those of
    quantize().
    """
    parts = {"postprocess": postprocess, "measurer": measurer}
    given = {"eval": eval, "against": against, "metrics": metrics, **options}
    return _about_model(EvaluateResult, "evaluate", [model], given, progress, stop, parts, eval_func)


def benchmark(
    model: object,
    *,
    against: object = None,
    data: object = None,
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    **options: Unpack[BenchmarkOptions],
) -> BenchmarkResult:
    """Latency and throughput; with `against` in turns with another model, so that whatever else happens meets both."""
    given = {"against": against, "data": data, **options}
    return _about_model(BenchmarkResult, "benchmark", [model], given, progress, stop)


def plan(model: object, **options: Unpack[PlanOptions]) -> PlanResult:
    """What would be quantized, and how; every op that would not, and why. Needs no data."""
    return _about_model(PlanResult, "plan", [model], dict(options))


def query(model: object, **options: Unpack[QueryOptions]) -> QueryResult:
    """What could be quantized, and how."""
    return _about_model(QueryResult, "query", [model], dict(options))


def compare(
    *compared: object,
    eval: object = None,  # noqa: A002
    metrics: object = None,
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    **options: Unpack[CompareOptions],
) -> Result:
    """Accuracy, disagreeing samples, latency, size and ops of two models or more, the first beside each other."""
    return _about_model(Result, "compare", compared, {"eval": eval, "metrics": metrics, **options}, progress, stop)


def diagnose(
    fp32_model: object,
    int8_model: object,
    *,
    data: object,
    progress: ProgressFunction | bool | None = None,
    stop: StopFunction | None = None,
    **options: Unpack[DiagnoseOptions],
) -> DiagnoseResult:
    """Which op of the quantized model adds how much error, and what would mend it."""
    return _about_model(DiagnoseResult, "diagnose", [fp32_model, int8_model], {"data": data, **options}, progress, stop)


def recover(
    result: Result | Path_,
    output: Path_ | None = None,
    *,
    model: object = None,
    progress: ProgressFunction | bool | None = None,
    **options: Unpack[RecoverOptions],
) -> ModelResult:
    """The quantized model of a result again: the same bytes, no data. `model`: the float one, where it is elsewhere."""
    with ExitStack() as stack:
        call = stack.enter_context(_Call("recover"))
        if isinstance(result, Result):
            recorded = Path(stack.enter_context(_temporary_folder())) / "result.json"
            result.save(recorded)
            result = recorded
        words = [os.fspath(result)]
        read: Callable[[Path], object] = _as_path
        suffix = _suffix_of_output(Path(result))
        if model is not None:
            named = call.model(model, None)
            words.append(f"--model={named.name}")
            read = named.read
        folder = None
        if output is None:
            folder = _temporary_folder()
            output = Path(folder.name) / f"model{suffix}"
        call.words += [*words, f"--output={os.fspath(output)}"]
        call.add_options(dict(options))
        return ModelResult(call.run(progress, None), read, folder)


def _as_path(path: Path) -> object:
    return path


def _suffix_of_output(result: Path) -> str:
    """The ending of the model that a result is about; what is no result is for the verb to say."""
    try:
        return Path(json.loads(result.read_text(encoding="utf-8"))["output"]).suffix
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def backends() -> Result:
    """Adaptors found, framework versions, skills, what is missing and how to get it."""
    return _about_model(Result, "backends", [], {}, progress=False)


def report(
    results: Iterable[Result | Path_] | Result | Path_,
    output: Path_,
    *,
    format: ReportFormat | None = None,  # noqa: A002 - as on the command line
) -> Result:
    """Writes the report of results: a page, Markdown, or JUnit's XML, by the ending of `output` unless said."""
    several = [results] if isinstance(results, Result | str | os.PathLike) else list(results)
    with _temporary_folder() as folder, _Call("report") as call:
        for number, each in enumerate(several):
            if isinstance(each, Result):
                recorded = Path(folder) / f"result{number}.json"
                each.save(recorded)
                each = recorded
            call.words.append(os.fspath(each))
        call.add_options({"output": output, "format": format})
        return Result(call.run(False, None))
