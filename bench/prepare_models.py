"""Makes the models of the benchmarks and the samples they are calibrated and judged with.

For each NAME the output folder gets NAME.onnx, NAME_calibration.npz (100 samples) and NAME_evaluation.npz (50 or more
others), one array for each model input and "label" where labels are known; silero_vad has folders of .npz files in
their place. What is there is kept; --again makes it anew.

| name | model | samples |
|---|---|---|
| squeezenet | SqueezeNet 1.0, trained | ImageNet images (calibration images are evaluated too: prepare_data.py) |
| resnet20 | CIFAR ResNet-20, trained | CIFAR-10 |
| resnet50 | ResNet-50, random weights: time and memory only | ImageNet images |
| minilm | MiniLM-L6-v2, trained | 128 tokens of WikiText each, no padding |
| ppocr_det, ppocr_rec | PP-OCRv6 small, trained | text drawn onto ImageNet images |
| sst2 | tiny BERT, trained | SST-2 sentences of 40 tokens, padded |
| stories260k | tiny Llama, trained | 100 tokens each of stories |
| silero_vad | voice activity detector, trained | windows of speech |
| mnist | CNN of 26 KB, trained | MNIST |
| large | products of matrices, random weights beside the model, 2.3 GB; only if asked for | noise |

    python prepare_models.py DATA --only minilm,ppocr_det
"""

import argparse
import dataclasses
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import speech_windows
import text_images
from prepare_data import DEFAULT_ASSETS, prepare_squeezenet, read_cifar, resnet50_input, save
from wordpiece import WordPiece

Array = npt.NDArray[Any]

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "models"

CALIBRATION_SAMPLES = 100
EVALUATION_SAMPLES = 50
LABELLED_EVALUATION_SAMPLES = 500

MINILM_TOKENS = 128
STORY_TOKENS = 100
LARGE_MEGABYTES = 2280
LARGE_WIDTH = 4096


@dataclasses.dataclass(frozen=True)
class Place:
    """Where the raw assets are, where the results go, and the seed of every choice."""

    assets: Path
    output: Path
    seed: int

    def model(self, name: str) -> Path:
        """The model file."""
        return self.output / f"{name}.onnx"

    def copy_model(self, name: str, asset: str) -> None:
        """Takes a model from the assets as it is."""
        shutil.copyfile(self.assets / asset, self.model(name))

    def save_split(self, name: str, evaluation: int, **arrays: Array) -> None:
        """The first samples for calibration, the `evaluation` ones after them for evaluation."""
        end = CALIBRATION_SAMPLES + evaluation
        save(self.output / f"{name}_calibration.npz", **{k: v[:CALIBRATION_SAMPLES] for k, v in arrays.items()})
        save(self.output / f"{name}_evaluation.npz", **{k: v[CALIBRATION_SAMPLES:end] for k, v in arrays.items()})


def run_example(script: str, *arguments: str | Path) -> None:
    """One of the scripts that make models, by the Python that runs this one."""
    command = [sys.executable, EXAMPLES / script, *arguments]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(f"{script} failed; it needs torch and onnx, as scripts/setup test installs them")


def squeezenet(place: Place) -> None:
    """Labelled images; the files are those that the tests read."""
    place.copy_model("squeezenet", "squeezenet/squeezenet1.0.onnx")
    prepare_squeezenet(place.assets, place.output, place.seed)


def resnet20(place: Place) -> None:
    """Labelled images, of the training split for calibration."""
    weights = place.assets / "resnet20_cifar10" / "resnet20-12fca82f.th"
    run_example("resnet20_cifar.py", "--weights", weights, "--output", place.model("resnet20"))
    archive = place.assets / "cifar10" / "cifar10_jpg.tar.gz"
    splits = ("calibration", "train", CALIBRATION_SAMPLES), ("evaluation", "test", LABELLED_EVALUATION_SAMPLES)
    for part, split, count in splits:
        image, label = read_cifar(archive, split, count, place.seed)
        save(place.output / f"resnet20_{part}.npz", image=image, label=label)


def resnet50(place: Place) -> None:
    """Images without labels: random weights know no classes."""
    run_example("resnet50_random.py", "--output", place.model("resnet50"))
    files = sorted((place.assets / "imagenet" / "images").glob("*.JPEG"))
    order = np.random.default_rng(place.seed).permutation(len(files))[: CALIBRATION_SAMPLES + EVALUATION_SAMPLES]
    image = np.stack([resnet50_input(files[index]) for index in order])
    place.save_split("resnet50", EVALUATION_SAMPLES, image=image)


def passages(file: Path, tokenizer: WordPiece, count: int, seed: int) -> Array:
    """`count` different paragraphs of a text, each cut to MINILM_TOKENS ids; shorter ones are left out."""
    lines = [line.replace("<unk>", "") for line in file.read_text(encoding="utf-8").splitlines()]
    for mark, meant in ((" @-@ ", "-"), (" @,@ ", ","), (" @.@ ", ".")):
        lines = [line.replace(mark, meant) for line in lines]
    rows: list[list[int]] = []
    for index in np.random.default_rng(seed).permutation(len(lines)):
        ids = tokenizer.encode(lines[index], MINILM_TOKENS)
        if len(ids) == MINILM_TOKENS:
            rows.append(ids)
        if len(rows) == count:
            return np.array(rows, dtype=np.int64)
    raise SystemExit(f"{file} has only {len(rows)} paragraphs of {MINILM_TOKENS} tokens, {count} are needed")


def minilm(place: Place) -> None:
    """Full-length texts: no tool is helped or hurt by what it makes of padding, which has no meaning."""
    vocabulary = place.output / "minilm_vocabulary.txt"
    run_example("minilm.py", "--output", place.model("minilm"), "--vocabulary", vocabulary)
    text = place.assets / "wikitext2" / "valid.txt"
    ids = passages(text, WordPiece(vocabulary), CALIBRATION_SAMPLES + EVALUATION_SAMPLES, place.seed)
    arrays = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    place.save_split("minilm", EVALUATION_SAMPLES, **arrays)


def ppocr_det(place: Place) -> None:
    """Photographs with several lines of text."""
    run_example("ppocr.py", "--output", place.output, "--only", "ppocr_det")
    painter = text_images.painter_of_assets(place.assets, place.seed)
    count = CALIBRATION_SAMPLES + EVALUATION_SAMPLES
    place.save_split("ppocr_det", EVALUATION_SAMPLES, **text_images.detector_samples(painter, count))


def ppocr_rec(place: Place) -> None:
    """Single lines of text."""
    run_example("ppocr.py", "--output", place.output, "--only", "ppocr_rec")
    painter = text_images.painter_of_assets(place.assets, place.seed)
    count = CALIBRATION_SAMPLES + EVALUATION_SAMPLES
    place.save_split("ppocr_rec", EVALUATION_SAMPLES, **text_images.recogniser_samples(painter, count))


def save_labelled(place: Place, name: str, train: dict[str, Array], test: dict[str, Array]) -> None:
    """Training samples for calibration and test samples for evaluation, each in the order of a seeded permutation."""
    for part, arrays, count in (
        ("calibration", train, CALIBRATION_SAMPLES),
        ("evaluation", test, LABELLED_EVALUATION_SAMPLES),
    ):
        order = np.random.default_rng(place.seed).permutation(len(arrays["label"]))[:count]
        save(place.output / f"{name}_{part}.npz", **{key: array[order] for key, array in arrays.items()})


def sst2(place: Place) -> None:
    """Sentences whose mood is known."""
    place.copy_model("sst2", "sst2/sst2_tiny_bert.onnx")
    with np.load(place.assets / "sst2" / "sst2_ids.npz") as archive:
        train, test = ({"ids": archive[f"{split}_x"], "label": archive[f"{split}_y"]} for split in ("train", "test"))
    save_labelled(place, "sst2", train, test)


def mnist(place: Place) -> None:
    """Digits, 0 to 255 as this model wants them."""
    place.copy_model("mnist", "mnist/mnist.onnx")
    with np.load(place.assets / "mnist" / "mnist.npz") as archive:
        train, test = (
            {
                "Input3": archive[f"{split}_x"].astype(np.float32).reshape(-1, 1, 28, 28),
                "label": archive[f"{split}_y"].astype(np.int64),
            }
            for split in ("train", "test")
        )
    save_labelled(place, "mnist", train, test)


def stories260k(place: Place) -> None:
    """Both halves of each text; no text is in calibration and in evaluation."""
    place.copy_model("stories260k", "stories260k/stories260k.onnx")
    ids = np.load(place.assets / "stories260k" / "stories260k_samples_ids.npy").astype(np.int64)
    halves = ids[:, : 2 * STORY_TOKENS].reshape(-1, STORY_TOKENS)
    place.save_split("stories260k", len(halves), ids=halves)


def silero_vad(place: Place) -> None:
    """Windows of the recording's first half for calibration, of its second half for evaluation."""
    place.copy_model("silero_vad", "silero_vad/silero_vad.onnx")
    recording = speech_windows.read_wave(place.assets / "silero_vad" / "test.wav")
    feeds = speech_windows.run_along(place.model("silero_vad"), recording)
    half = len(feeds) // 2
    for part, chosen in (("calibration", feeds[:half]), ("evaluation", feeds[half:])):
        folder = place.output / f"silero_vad_{part}"
        speech_windows.write_feeds(folder, speech_windows.spread(chosen, CALIBRATION_SAMPLES))


def large(place: Place) -> None:
    """More than fits into one model file: its weights are external data."""
    script = place.assets / "make_large_onnx.py"
    command: list[str | Path] = [sys.executable, script, place.model("large"), str(LARGE_MEGABYTES)]
    if subprocess.run(command, check=False).returncode != 0:
        raise SystemExit(f"{script} failed; it needs onnx and {2 * LARGE_MEGABYTES} MB of disk")
    noise = np.random.default_rng(place.seed).standard_normal((2 * CALIBRATION_SAMPLES, LARGE_WIDTH), dtype=np.float32)
    place.save_split("large", EVALUATION_SAMPLES, x=noise)


MAKERS: dict[str, Callable[[Place], None]] = {
    maker.__name__: maker
    for maker in (
        squeezenet,
        resnet20,
        resnet50,
        minilm,
        ppocr_det,
        ppocr_rec,
        sst2,
        stories260k,
        silero_vad,
        mnist,
        large,
    )
}


USUAL = [name for name in MAKERS if name != "large"]


def is_complete(output: Path, name: str) -> bool:
    """The model and both sets of samples are there."""
    samples = (output / f"{name}_{part}" for part in ("calibration", "evaluation"))
    return (output / f"{name}.onnx").exists() and all(
        path.is_dir() or path.with_name(f"{path.name}.npz").exists() for path in samples
    )


def parse_names(text: str) -> list[str]:
    """Names of models, parted by commas."""
    names = text.split(",")
    unknown = [name for name in names if name not in MAKERS]
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown {', '.join(unknown)}; known are {', '.join(MAKERS)}")
    return names


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Make the models and samples of the benchmarks.")
    parser.add_argument("output", type=Path, help="folder to write into; made if missing")
    parser.add_argument("--only", type=parse_names, default=USUAL, metavar="NAME,…", help="default: all but large")
    parser.add_argument("--again", action="store_true", help="make anew what is there already")
    parser.add_argument("--assets", type=Path, default=DEFAULT_ASSETS, help="default: $HALFTONE_ASSETS")
    parser.add_argument("--seed", type=int, default=0, help="of every choice of samples")
    arguments = parser.parse_args()
    if not arguments.assets.is_dir():
        parser.error(f"assets not found at {arguments.assets}; set HALFTONE_ASSETS or pass --assets")
    arguments.output.mkdir(parents=True, exist_ok=True)
    place = Place(arguments.assets, arguments.output, arguments.seed)
    for name in arguments.only:
        if is_complete(arguments.output, name) and not arguments.again:
            print(f"{name}: kept as it is")
            continue
        MAKERS[name](place)


if __name__ == "__main__":
    main()
