"""Models of sentences, fed from text files by the command."""

import csv
import json
import os
import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone")).resolve()
Run = Callable[..., dict[str, Any]]

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "very", "##ly", "film", "."]
REVIEWS = [
    ("A good film.", 1),
    ("Bad, bad film", 0),
    ("very very GOOD", 1),
    ("badly, bàd", 0),
    ("Good", 1),
    ("film bad", 0),
]
HIDDEN = 8


def sentence_model(file: pathlib.Path) -> pathlib.Path:
    """Counts bad and good tokens under the mask, through products that can be quantized. Any number of tokens.

    Padding would be bad, were it not masked."""
    table = np.zeros((len(VOCABULARY), HIDDEN), np.float32)
    table[VOCABULARY.index("good"), 0] = table[VOCABULARY.index("bad"), 1] = table[VOCABULARY.index("[PAD]"), 1] = 1
    weight = np.eye(HIDDEN, dtype=np.float32)
    constants = {
        "table": table,
        "weight": weight,
        "head": weight[:, [1, 0]].copy(),
        "axes": np.array([2]),
        "sequence": np.array([1]),
    }
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["embedded"]),
        helper.make_node("MatMul", ["embedded", "weight"], ["hidden"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "axes"], ["weights"]),
        helper.make_node("Mul", ["hidden", "weights"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "sequence"], ["pooled"], keepdims=0),
        helper.make_node("MatMul", ["pooled", "head"], ["logits"]),
    ]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "t"]) for n in ("input_ids", "attention_mask")]
    graph = helper.make_graph(
        nodes,
        "sentences",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", 2])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), file)
    return file


@pytest.fixture(name="folder")
def fixture_folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A model, its vocabulary, and labelled reviews as .csv with a header."""
    sentence_model(tmp_path / "model.onnx")
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY) + "\n")
    with (tmp_path / "reviews.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("text", "label"), *REVIEWS])
    return tmp_path


@pytest.fixture(name="reviews")
def fixture_reviews(folder: pathlib.Path) -> str:
    """The data spec of the reviews."""
    return f"text:{folder / 'reviews.csv'},columns=text,label=label,vocab={folder / 'vocab.txt'}"


def test_sentences_of_different_lengths_are_evaluated(folder: pathlib.Path, reviews: str, run: Run) -> None:
    result = run("evaluate", folder / "model.onnx", "--eval", reviews)
    assert result["samples"] == len(REVIEWS)
    assert result["metrics"]["top1"]["value"] == 1.0
    padded = run("evaluate", folder / "model.onnx", "--eval", reviews + ",pad=max,max_length=16")
    assert padded["metrics"] == result["metrics"], "padding is masked"


def test_sentences_of_different_lengths_calibrate(folder: pathlib.Path, reviews: str, run: Run) -> None:
    result = run("quantize", folder / "model.onnx", "-o", folder / "int8.onnx", "--calib", reviews, "--eval", reviews)
    assert result["output"] == str(folder / "int8.onnx")
    after = run("evaluate", folder / "int8.onnx", "--against", folder / "model.onnx", "--eval", reviews)
    assert after["against"]["metrics"]["top1"]["delta"]["value"] == 0.0


def test_data_shows_what_the_model_is_fed(folder: pathlib.Path, reviews: str, run: Run) -> None:
    result = run("data", reviews, "--model", folder / "model.onnx")
    assert result["fits"] and result["size"] == len(REVIEWS)
    assert [entry["name"] for entry in result["inputs"]] == ["input_ids", "attention_mask"]
    assert result["inputs"][0]["shape"] == [1, None]
    assert result["inputs"][0]["max"] == VOCABULARY.index(".")
    assert result["labels"] == {"0": 3, "1": 3}
    assert result["warnings"] == []


def fails(*words: object) -> dict[str, Any]:
    """The error of a run that ends with a status other than 0."""
    command = [str(BINARY), *map(str, words), "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode in (2, 3), done.stderr
    error: dict[str, Any] = json.loads(done.stdout)["error"]
    return error


def test_mistakes_are_named(folder: pathlib.Path, reviews: str) -> None:
    assert "did you mean 'text'?" in fails("data", reviews.replace("columns=text", "columns=txt"))["message"]
    assert "vocab" in fails("data", f"text:{folder / 'reviews.csv'}")["message"]
    (folder / "latin.txt").write_bytes("gut\nsch\u00f6n\n".encode("latin-1"))
    latin = fails("data", f"text:{folder / 'latin.txt'},vocab={folder / 'vocab.txt'}")
    assert "latin.txt:2: byte 0xF6 is not UTF-8" in latin["message"]


@pytest.fixture(name="sst2")
def fixture_sst2(assets: pathlib.Path) -> str:
    """The data spec of SST-2's test sentences, tokenized as the encoder's training did."""
    folder = assets / "sst2"
    words = "tokenizer=whitespace,blanks=0123456789`,apart=!?"
    return f"text:{folder / 'test.tsv'},label=1,vocab={folder / 'vocab.json'},{words}"


def test_sst2_sentences_reach_the_accuracy_of_their_ids(
    assets: pathlib.Path, sst2: str, run: Run, tmp_path: pathlib.Path
) -> None:
    model = assets / "sst2" / "sst2_tiny_bert.onnx"
    arrays = np.load(assets / "sst2" / "sst2_ids.npz")
    np.savez(tmp_path / "ids.npz", ids=arrays["test_x"], label=arrays["test_y"])
    from_text = run("evaluate", model, "--eval", sst2)
    from_ids = run("evaluate", model, "--eval", f"npz:{tmp_path / 'ids.npz'}")
    assert from_text["samples"] == 1821
    assert from_text["metrics"]["top1"]["value"] == pytest.approx(1485 / 1821)
    assert from_text["metrics"] == from_ids["metrics"]


def test_sst2_encoder_is_quantized_from_sentences(
    assets: pathlib.Path, sst2: str, run: Run, tmp_path: pathlib.Path
) -> None:
    model = assets / "sst2" / "sst2_tiny_bert.onnx"
    calibration = sst2.replace("test.tsv", "train.tsv")
    result = run("quantize", model, "-o", tmp_path / "int8.onnx", "--calib", calibration, "--eval", sst2)
    assert pathlib.Path(result["output"]).stat().st_size < model.stat().st_size
    after = run("evaluate", tmp_path / "int8.onnx", "--against", model, "--eval", sst2)
    assert abs(after["against"]["metrics"]["top1"]["delta"]["value"]) < 0.02
