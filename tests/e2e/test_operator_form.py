"""Operators on integers: the same answers as pairs, recovered to the byte, and turned into pairs again."""

import collections
import os
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort  # type: ignore[import-untyped]
import pytest
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)

Floats = npt.NDArray[np.float32]
Run = Callable[..., dict[str, Any]]


def answers(model: pathlib.Path, images: Floats) -> Floats:
    session = ort.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return np.concatenate([cast("Floats", session.run(None, {name: image[None]})[0]) for image in images])


def op_types(model: pathlib.Path) -> collections.Counter[str]:
    return collections.Counter(node.op_type for node in onnx.load(str(model)).graph.node)


def decibels(reference: Floats, value: Floats) -> float:
    noise = float(((reference - value) ** 2).sum())
    return float("inf") if noise == 0 else 10 * float(np.log10((reference**2).sum() / noise))


@pytest.fixture(scope="module")
def images(prepared: pathlib.Path) -> Floats:
    arrays = np.load(prepared / "cifar_evaluation.npz")
    name = next(key for key in arrays.files if key != "label")
    return cast("Floats", arrays[name][:64].astype(np.float32))


@pytest.fixture(scope="module")
def resnet(prepared: pathlib.Path) -> pathlib.Path:
    return prepared / "resnet20.onnx"


@pytest.fixture(scope="module")
def made(
    resnet: pathlib.Path, prepared: pathlib.Path, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pathlib.Path]:
    folder = tmp_path_factory.mktemp("forms")
    calibration = f"npz:{prepared / 'cifar_calibration.npz'}"
    outputs = {}
    for form in ("qdq", "qlinear"):
        outputs[form] = folder / f"{form}.onnx"
        result = run("quantize", resnet, "-o", outputs[form], "--format", form, "--calib", calibration, "--samples", 32)
        assert {op["choice"]["format"] for op in run("plan", resnet, "--format", form)["ops"]["planned"]} == {form}
        assert result["ops"]["by_type"]["Conv"]["quantized"] == result["ops"]["by_type"]["Conv"]["total"]
    return outputs


def test_operators_answer_as_pairs_do(made: dict[str, pathlib.Path], images: Floats) -> None:
    types = op_types(made["qlinear"])
    assert types["QLinearConv"] == op_types(made["qdq"])["Conv"] == 19
    assert types["QLinearAdd"] == 9
    assert types["QuantizeLinear"] == 1, "the input alone is converted"
    assert decibels(answers(made["qdq"], images), answers(made["qlinear"], images)) > 60


def test_each_weight_scale_has_one_entry_a_channel(made: dict[str, pathlib.Path]) -> None:
    graph = onnx.load(str(made["qlinear"])).graph
    constants = {constant.name: constant for constant in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "QLinearConv"]
    for node in convolutions:
        assert list(constants[node.input[4]].dims) == [constants[node.input[3]].dims[0]], node.name


def test_a_recovered_model_has_the_same_bytes(made: dict[str, pathlib.Path], run: Run, tmp_path: pathlib.Path) -> None:
    result = run("recover", f"{made['qlinear']}.halftone.json", "-o", tmp_path / "again.onnx")
    assert result["identical"] is True
    assert (tmp_path / "again.onnx").read_bytes() == made["qlinear"].read_bytes()


def test_operators_become_pairs_again(
    made: dict[str, pathlib.Path], images: Floats, run: Run, tmp_path: pathlib.Path
) -> None:
    pairs = tmp_path / "pairs.onnx"
    result = run("convert", made["qlinear"], "-o", pairs)
    types = op_types(pairs)
    assert not [kind for kind in types if kind.startswith("QLinear")]
    assert types["Conv"] == 19
    assert result["rewritten"] >= 19 + 9
    assert decibels(answers(made["qlinear"], images), answers(pairs, images)) > 45


class Images(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, images: Floats) -> None:
        self.items = iter([{name: image[None]} for image in images])

    def get_next(self) -> dict[str, Floats] | None:
        return next(self.items, None)


def test_operators_of_another_tool_become_pairs(
    resnet: pathlib.Path, images: Floats, run: Run, tmp_path: pathlib.Path
) -> None:
    theirs = tmp_path / "theirs.onnx"
    name = onnx.load(str(resnet)).graph.input[0].name
    quantize_static(
        str(resnet),
        str(theirs),
        Images(name, images[:16]),
        quant_format=QuantFormat.QOperator,
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
    assert op_types(theirs)["QLinearConv"] > 0
    pairs = tmp_path / "pairs.onnx"
    run("convert", theirs, "-o", pairs)
    assert not [kind for kind in op_types(pairs) if kind.startswith("QLinear")]
    assert decibels(answers(theirs, images), answers(pairs, images)) > 35


def test_a_float_model_has_nothing_to_rewrite(resnet: pathlib.Path, tmp_path: pathlib.Path) -> None:
    command = [os.environ["HALFTONE_BIN"], "convert", str(resnet), "-o", str(tmp_path / "out.onnx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "no op that could be rewritten" in done.stderr
    assert not (tmp_path / "out.onnx").exists()
