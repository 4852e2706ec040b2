"""What the statistics of accuracy keep of their promises, on outcomes of real models.

Quantizes ResNet-20 (5,000 CIFAR-10 images) and SqueezeNet (500 ImageNet images) in several ways with the command, lets
the plain runtime answer every image with each model, writes which answers are right (a CSV for each network), and has
`certainty_resampling` draw data sets from them: how often intervals cover, how often verdicts at the limit are wrong,
how many samples clear cases take. Prints tables in Markdown; docs/accuracy.md quotes them.

    python bench/certainty.py build/test-data build/bench/certainty
"""

import argparse
import csv
import os
import subprocess
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
from prepare_data import DEFAULT_ASSETS

REPOSITORY = Path(__file__).resolve().parents[1]
BINARY = Path(os.environ.get("HALFTONE_BIN", REPOSITORY / "build/release/bin/halftone"))
RESAMPLING = REPOSITORY / "build/release/bin/certainty_resampling"

PER_TENSOR = "quantization.op_types.Conv={weight: {granularity: per_tensor}}"


def configurations(clipped: str) -> dict[str, list[str]]:
    """From what one would ship to what one would not, so that there are small and large losses."""
    minmax = ["--range-method", "minmax"]
    return {
        "default": [],
        "minmax": minmax,
        "per_tensor": [*minmax, "--set", PER_TENSOR],
        "7_bits": [*minmax, "--reduce-range", "true", "--set", PER_TENSOR],
        "one_sample": [*minmax, "--samples", "1"],
        "clipped_input": [*minmax, "--set", f"quantization.tensors.{clipped}"],
    }


def quantize(model: Path, calibration: Path, folder: Path, clipped: str) -> dict[str, Path]:
    """One model for each configuration."""
    models = {"float": model}
    for name, words in configurations(clipped).items():
        models[name] = folder / f"{model.stem}.{name}.onnx"
        command = [BINARY, "quantize", model, "-o", models[name], "--calib", f"npz:{calibration}", "--quiet", *words]
        subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    return models


def right_answers(model: Path, images: npt.NDArray[Any], labels: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which images the model gives their label, by the plain runtime."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    parts = [session.run(None, {name: images[i : i + 50]})[0] for i in range(0, len(images), 50)]
    right: npt.NDArray[np.bool_] = np.concatenate(parts).argmax(1) == labels
    return right


def write_outcomes(file: Path, models: dict[str, Path], evaluation: Path) -> None:
    """A column a model, a row an image."""
    with np.load(evaluation) as data:
        labels = data["label"]
        images = data[next(name for name in data.files if name != "label")]
    columns = [right_answers(model, images, labels) for model in models.values()]
    with file.open("w", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(models)
        rows.writerows(np.stack(columns, 1).astype(int).tolist())


def main() -> None:
    """Makes the outcomes where they are missing, and resamples them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prepared", type=Path, help="folder that bench/prepare_data.py and scripts/test fill")
    parser.add_argument("output", type=Path)
    parser.add_argument("--repetitions", type=int, default=1000)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    squeezenet = DEFAULT_ASSETS / "squeezenet" / "squeezenet1.0.onnx"
    networks = {
        "resnet20": (arguments.prepared / "resnet20.onnx", "cifar", "image={min: -1, max: 1}"),
        "squeezenet": (squeezenet, "squeezenet", "data={min: -80, max: 80}"),
    }
    for name, (model, data, clipped) in networks.items():
        outcomes = arguments.output / f"{name}.csv"
        if not outcomes.exists():
            calibration = arguments.prepared / f"{data}_calibration.npz"
            models = quantize(model, calibration, arguments.output, clipped)
            write_outcomes(outcomes, models, arguments.prepared / f"{data}_evaluation.npz")
        print(f"\n## {name}", flush=True)
        subprocess.run([RESAMPLING, outcomes, str(arguments.repetitions)], check=True)


if __name__ == "__main__":
    main()
