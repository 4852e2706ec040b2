"""Accuracy of a sentence encoder on pairs of sentences whose similarity people have judged (SemEval 2014, task 10).

For each set of pairs, Spearman's correlation of the cosine between the two embeddings with the judged scores, and their
mean over the sets. Sentences are run one at a time, unpadded.

    python sentence_similarity.py minilm.onnx --vocabulary minilm_vocabulary.txt
"""

import argparse
import csv
import json
import os
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from accuracy import open_session
from prepare_data import DEFAULT_ASSETS
from wordpiece import WordPiece

FloatArray = npt.NDArray[np.floating[Any]]

LONGEST = 256  # tokens, as the model was trained


def read_pairs(file: Path) -> list[tuple[float, str, str]]:
    """Score, first and second sentence of each line."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(float(row[0]), row[1], row[2]) for row in rows if row]


def ranks(values: FloatArray) -> FloatArray:
    """Rank of each value from 0; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    means: FloatArray = (last - counts + last - 1)[inverse] / 2
    return means


def spearman(first: FloatArray, second: FloatArray) -> float:
    """Correlation of the ranks."""
    return float(np.corrcoef(ranks(first), ranks(second))[0, 1])


def embed(session: onnxruntime.InferenceSession, tokenizer: WordPiece, text: str) -> FloatArray:
    """The model's first output for one sentence, at length 1."""
    ids = np.array([tokenizer.encode(text, LONGEST)], dtype=np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    vector: FloatArray = session.run(None, feed)[0][0]
    return vector / np.linalg.norm(vector)


def evaluate(session: onnxruntime.InferenceSession, tokenizer: WordPiece, files: list[Path]) -> dict[str, float]:
    """Spearman's correlation for each file, by its name."""
    result = {}
    for file in files:
        pairs = read_pairs(file)
        cosines = [embed(session, tokenizer, a) @ embed(session, tokenizer, b) for _, a, b in pairs]
        result[file.name.removesuffix(".test.tsv")] = spearman(np.array(cosines), np.array([pair[0] for pair in pairs]))
    return result


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Spearman correlation of a sentence encoder with judged similarity.")
    parser.add_argument("model", type=Path)
    parser.add_argument("--vocabulary", type=Path, required=True, help="WordPiece entries, one a line")
    parser.add_argument("--assets", type=Path, default=DEFAULT_ASSETS, help="default: $HALFTONE_ASSETS")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    files = sorted((arguments.assets / "sts").glob("*.test.tsv"))
    if not files:
        parser.error(f"no sentence pairs in {arguments.assets / 'sts'}; set HALFTONE_ASSETS or pass --assets")
    result = evaluate(open_session(arguments.model, arguments.threads), WordPiece(arguments.vocabulary), files)
    result["mean"] = float(np.mean(list(result.values())))
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name}: {value:.4f}")


if __name__ == "__main__":
    main()
