"""The tuning loop of Intel Neural Compressor 2.6 on its ONNX Runtime backend, as its examples use it.

    python peer_inc_tune.py MODEL CALIBRATION EVALUATION OUTPUT RESULT --trials 6 --threads 2 [--out-of-reach]

RESULT gets what it cost as JSON: the whole of fit(), how much of that was the user's evaluation, and the trials. With
--out-of-reach every quantized model is told to be bad, so that exactly as many trials are run.
"""

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime  # type: ignore[import-untyped]
from neural_compressor import PostTrainingQuantConfig, quantization  # type: ignore[import-not-found]
from neural_compressor.config import AccuracyCriterion, TuningCriterion  # type: ignore[import-not-found]

BATCH = 50


class Calibration:
    """Samples one at a time, as the library asks for them."""

    batch_size = 1

    def __init__(self, images: np.ndarray[Any, Any]) -> None:
        """Takes an array whose first axis counts samples."""
        self._images = images

    def __len__(self) -> int:
        """Number of samples."""
        return len(self._images)

    def __iter__(self) -> Any:
        """Each sample, with a label that nobody looks at."""
        for image in self._images:
            yield image[None], 0


class Evaluation:
    """Top-1 accuracy of a model, with the time it took."""

    def __init__(self, file: Path, threads: int, out_of_reach: bool) -> None:
        """Reads images and labels."""
        data = np.load(file)
        key = next(name for name in data.files if name != "label")
        self._images, self._labels = data[key], data["label"]
        self._threads = threads
        self._out_of_reach = out_of_reach
        self.seconds = 0.0
        self.calls = 0

    def __call__(self, model: Any) -> float:
        """The library calls this with a model in its memory."""
        start = time.perf_counter()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        name = session.get_inputs()[0].name
        right = 0
        for begin in range(0, len(self._images), BATCH):
            scores = session.run(None, {name: self._images[begin : begin + BATCH]})[0]
            right += int((scores.argmax(1) == self._labels[begin : begin + BATCH]).sum())
        self.seconds += time.perf_counter() - start
        self.calls += 1
        accuracy = right / len(self._images)
        return accuracy - 0.5 if self._out_of_reach and self.calls > 1 else accuracy


def main() -> None:
    """Runs one search."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("model", "calibration", "evaluation", "output", "result"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out-of-reach", action="store_true")
    asked = parser.parse_args()
    images = np.load(asked.calibration)
    calibration = images[next(name for name in images.files if name != "label")][: asked.samples]
    evaluation = Evaluation(asked.evaluation, asked.threads, asked.out_of_reach)
    config = PostTrainingQuantConfig(
        approach="static",
        quant_format="QDQ",
        quant_level=1,
        calibration_sampling_size=[asked.samples],
        accuracy_criterion=AccuracyCriterion(criterion="relative", tolerable_loss=0.01),
        tuning_criterion=TuningCriterion(strategy="basic", timeout=0, max_trials=asked.trials),
    )
    start = time.perf_counter()
    model = quantization.fit(str(asked.model), config, calib_dataloader=Calibration(calibration), eval_func=evaluation)
    seconds = time.perf_counter() - start
    if model is not None:
        model.save(str(asked.output))
    asked.result.write_text(
        json.dumps(
            {
                "seconds": seconds,
                "evaluate": evaluation.seconds,
                "trials": evaluation.calls - 1,
                "kept": model is not None,
            }
        )
    )


if __name__ == "__main__":
    main()
