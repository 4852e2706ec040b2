import math

import comparison_report as report  # type: ignore[import-not-found]
import judge_models  # type: ignore[import-not-found]
import numpy as np
import pytest
from sentence_similarity import ranks, spearman  # type: ignore[import-not-found]
from wordpiece import WordPiece  # type: ignore[import-not-found]


def contender(*walls: float, peak: float = 100.0, error: str | None = None) -> dict:
    runs = [{"wall_s": wall, "cpu_s": wall, "peak_mb": peak, "net_s": wall / 2} for wall in walls]
    return {"runs": runs, "error": error, "size_mb": 1.0}


@pytest.fixture
def result() -> dict:
    sqnr = {"halftone": 20.0, "onnxruntime": 20.5, "inc": 23.0}
    fidelity = {
        name: {"sqnr_db": {"y": value, "z": value + 5}, "cosine": {"y": 0.99, "z": 0.999}}
        for name, value in sqnr.items()
    }
    return {
        "kind": "static",
        "model": "resnet50",
        "title": "static resnet50",
        "work": {"samples": "100", "method": "minmax", "mode": "static", "threads": "2"},
        "rounds": 3,
        "contenders": {
            "halftone": contender(2.0, 4.0, 2.0, peak=120),
            "floor": contender(2.0, 2.0, 1.0),
            "onnxruntime": contender(4.0, 8.0, 3.0),
            "inc": contender(1.0, error="status 1: TypeError: no"),
        },
        "judgement": {"fidelity": fidelity, "latency": {}},
    }


def test_ratios_are_taken_within_a_round(result):
    # 2/2, 4/2 and 2/1: the median of the ratios is 2, the ratio of the medians 1.
    assert report.paired_ratio(result, "halftone", "floor") == 2.0
    assert report.paired_ratio(result, "onnxruntime", "halftone") == 2.0
    assert report.paired_ratio(result, "inc", "halftone") is None


def test_bounds_are_judged_one_by_one(result):
    met = {verdict.what: (verdict.measured, verdict.met) for verdict in report.verdicts([result])}
    assert met["wall, ours / floor"] == (2.0, False)
    assert met["wall, ours / floor without its start-up"] == (2.0, False)
    assert met["peak, ours / floor"] == (1.2, True)
    assert met["wall, onnxruntime / ours"] == (2.0, True)
    assert met["SQNR, ours - onnxruntime, dB"] == (-0.5, True)
    assert met["SQNR, ours - inc, dB"] == (-3.0, False)
    assert "wall, inc / ours" not in met


def test_a_failed_tool_is_in_the_table_with_its_reason(result):
    line = next(line for line in report.table(result).splitlines() if line.startswith("| inc "))
    assert "failed: status 1: TypeError: no" in line


def test_latency_ratios_are_to_the_first_model():
    times = np.array([[1.0, 2.0], [2.0, 3.0], [4.0, 8.0]])
    figures = judge_models.latency_figures(["ours", "theirs"], times)
    assert figures["ours"]["ratio_median"] == 1.0
    assert figures["theirs"]["ratio_median"] == 2.0
    assert figures["theirs"]["ratio_of_min"] == 2.0
    assert figures["theirs"]["ratio_high"] is None  # three values tell no interval


def test_fidelity_of_known_numbers():
    reference = {"y": [np.array([[3.0, 4.0]]), np.array([[0.0, 5.0]])]}
    measured = {"y": [np.array([[3.0, 3.0]]), np.array([[5.0, 0.0]])]}
    figures = judge_models.fidelity(reference, measured, "y", np.array([0, 0]))
    # Signal 9 + 16 + 25, noise 1 + 25 + 25.
    assert figures["sqnr_db"]["y"] == pytest.approx(10 * math.log10(50 / 51))
    assert figures["cosine"]["y"] == pytest.approx((21 / (5 * math.sqrt(18)) + 0) / 2)
    assert figures["agreement"] == 0.0
    assert figures["top1"] == 1.0


def test_equal_outputs_have_a_ratio_that_json_can_hold():
    same = {"y": [np.ones((1, 2))]}
    assert judge_models.fidelity(same, same, None, None)["sqnr_db"]["y"] == 999.0


def test_equal_values_share_their_rank():
    assert ranks(np.array([10.0, 30.0, 10.0, 20.0])).tolist() == [0.5, 3.0, 0.5, 2.0]


def test_rank_correlation_of_known_numbers():
    # Differences of rank 0, 1, 1, 0: 1 - 6 * 2 / (4 * 15).
    assert spearman(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 9.0, 4.0, 16.0])) == pytest.approx(0.8)


def test_words_are_split_into_the_longest_known_pieces(tmp_path):
    vocabulary = tmp_path / "vocabulary.txt"
    vocabulary.write_text("[UNK]\n[CLS]\n[SEP]\nun\nunaff\n##aff\n##able\n,\ncafe\n", encoding="utf-8")
    tokenizer = WordPiece(vocabulary)
    assert tokenizer.encode("Unaffable, CAFÉ nowhere", 20) == [1, 4, 6, 7, 8, 0, 2]
    assert tokenizer.encode("Unaffable, CAFÉ nowhere", 4) == [1, 4, 6, 2]
    assert tokenizer.encode("", 4) == [1, 2]
