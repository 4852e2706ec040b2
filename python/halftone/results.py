"""What verbs give: the JSON result of the command, as an object."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from halftone import _native
from halftone.errors import InvalidArgumentError, TargetNotMetError, UndecidedError

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

ReportFormat = Literal["html", "md", "junit"]


class Result(Mapping[str, Any]):
    """A result by its keys, which are those of the command's JSON; each is an attribute as well."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def __getitem__(self, key: str) -> Any:
        """The value of a key."""
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        """The keys."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many keys there are."""
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        """The value of a key."""
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(
            f"the result of '{values.get('command', '?')}' has no '{name}'; it has {', '.join(values)}"
        )

    def __dir__(self) -> list[str]:
        """Attributes, for completion."""
        return [*super().__dir__(), *(key for key in self._values if key.isidentifier())]

    def to_dict(self) -> dict[str, Any]:
        """A copy of it all, of plain dicts, lists, numbers and texts."""
        return json.loads(self.to_json())  # type: ignore[no-any-return]

    def to_json(self) -> str:
        """The JSON that the command prints."""
        return json.dumps(self._values, indent=2)

    def save(self, path: str | Path) -> None:
        """Writes it as JSON, as --save-result does; recover() and report() read that."""
        Path(path).write_text(self.to_json() + "\n", encoding="utf-8")

    def report(self, format: ReportFormat = "html") -> str:  # noqa: A002 - as on the command line
        """A report of it: a self-contained page, Markdown, or JUnit's XML."""
        return _native.render_report(json.dumps(self._values), format)

    def __str__(self) -> str:
        """The text that the command prints."""
        return _native.render_text(json.dumps(self._values)).rstrip()

    def __repr__(self) -> str:
        """A line."""
        return f"<halftone {self._values.get('command', 'result')}: {self._summary()}>"

    def _summary(self) -> str:
        return ", ".join(key for key in self._values if not isinstance(self._values[key], dict | list))

    def _repr_html_(self) -> str:
        """For notebooks: the report's page, or the text where there is no report of such a result."""
        import html

        try:
            page = self.report("html")
        except Exception:
            return f"<pre>{html.escape(str(self))}</pre>"
        return (
            '<iframe title="Halftone report" sandbox="allow-scripts" style="width:100%;height:640px;border:0" '
            f'srcdoc="{html.escape(page, quote=True)}"></iframe>'
        )


def _fraction(value: float | None) -> str:
    return "?" if value is None else f"{100 * value:.2f} %"


def _megabytes(size: float | None) -> str:
    return "?" if size is None else f"{size / 1e6:.1f} MB"


def _deltas(accuracy: Mapping[str, Any]) -> list[str]:
    lines = []
    for name, metric in accuracy.items():
        value, before = metric["value"]["value"], metric.get("float") and metric["float"]["value"]
        as_text = _fraction if before is None or abs(before) <= 1 else lambda number: f"{number:.4g}"
        lines.append(f"{name} {as_text(before)} -> {as_text(value)}" if before is not None else f"{name} {value:.4g}")
    return lines


class VerdictResult(Result):
    """A result that may say whether a target was met."""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where none was set."""
        verdict = self._values.get("verdict")
        return None if verdict is None else verdict == "met"

    def require_met(self) -> None:
        """Raises TargetNotMetError or UndecidedError unless the target is met, or none was set."""
        verdict = self._values.get("verdict")
        if verdict == "not_met":
            raise TargetNotMetError(f"the target is not met: {self!r}")
        if verdict == "undecided":
            raise UndecidedError(
                f"the data cannot decide: {self!r}", hint="give more samples (samples_needed says how many)"
            )


class ModelResult(VerdictResult):
    """A result with a model: in a file where one was named, else in a temporary one that lives as long as this."""

    def __init__(
        self,
        values: dict[str, Any],
        read: Callable[[Path], object],
        folder: TemporaryDirectory[str] | None = None,
    ) -> None:
        super().__init__(values)
        self._read = read
        self._folder = folder

    @property
    def model(self) -> Any:
        """The quantized model, in the form in which the float one was given: a path, an onnx.ModelProto ..."""
        return self._read(Path(self._values["output"]))

    def save_model(self, path: str | Path) -> Path:
        """Copies the model, and files that it keeps beside, to another place."""
        import shutil

        source, target = Path(self._values["output"]), Path(path)
        if source.suffix and source.suffix != target.suffix:
            raise InvalidArgumentError(f"'{target}' ends otherwise than '{source.name}', the model it is to be")
        if source.is_dir():
            shutil.copytree(source, target)
            return target
        shutil.copyfile(source, target)
        for beside in source.parent.glob(f"{source.name}.data*"):
            shutil.copyfile(beside, target.parent / beside.name)
        return target


class QuantizeResult(ModelResult):
    """What quantize() gives."""

    def _summary(self) -> str:
        ops, size = self["ops"], self["size_bytes"]
        parts = [f"{ops['quantized']} of {ops['total']} ops quantized", *_deltas(self.get("accuracy") or {})]
        parts.append(f"{_megabytes(size['before'])} -> {_megabytes(size['after'])}")
        return "; ".join(parts)


class TuneResult(ModelResult):
    """What tune() gives."""

    def _summary(self) -> str:
        tried = max(0, len(self["trials"]) - 1)
        met = "target met" if self["target_met"] else "target not met"
        return f"{tried} trials, best is {self['best']}, {met} ({self['stop_reason']})"

    def trials_table(self) -> list[dict[str, Any]]:
        """The trials as rows of plain values, for pandas.DataFrame()."""
        rows = []
        for trial in self["trials"]:
            row = {
                key: trial.get(key)
                for key in ("id", "stage", "changes", "latency_ms", "size_bytes", "verdict", "error")
            }
            row.update({name: metric["value"] for name, metric in (trial.get("metrics") or {}).items()})
            rows.append(row)
        return rows


class EvaluateResult(VerdictResult):
    """What evaluate() gives."""

    def _summary(self) -> str:
        parts = [f"{name} {_interval(metric)}" for name, metric in self["metrics"].items()]
        return "; ".join([*parts, f"{self['samples']} samples"])


def _interval(metric: Mapping[str, float | None]) -> str:
    low, high = metric.get("low"), metric.get("high")
    bounded = low is not None and high is not None and math.isfinite(low) and math.isfinite(high)
    return f"{metric['value']:.4g}" + (f" [{low:.4g}, {high:.4g}]" if bounded else "")


class BenchmarkResult(VerdictResult):
    """What benchmark() gives."""

    def _summary(self) -> str:
        text = f"median {self['latency_ms']['p50']:.3g} ms, {self['throughput_per_s']:.4g} a second"
        against = self.get("against")
        return text + (f", {against['ratio']['p50']:.3g} times the other's latency" if against else "")


class PlanResult(Result):
    """What plan() gives."""

    def _summary(self) -> str:
        return f"{self['ops']['quantized']} of {self['ops']['total']} ops would be quantized"


class QueryResult(Result):
    """What query() gives."""

    def _summary(self) -> str:
        able = sum(1 for op in self["ops"] if op["choices"])
        return f"{able} of {len(self['ops'])} ops could be quantized, by section {self['section']}"


class DiagnoseResult(Result):
    """What diagnose() gives."""

    def _summary(self) -> str:
        worst = self["ops"][0] if self["ops"] else None
        return "no op differs" if worst is None else f"'{worst['name']}' adds the most noise of {len(self['ops'])} ops"
