"""Turns the raw test assets into the .npz files that tests and benchmarks read.

Every model of the benchmarks wants its own preprocessing. Doing it once, here, keeps image decoding out of the
measurements and gives all tools under comparison exactly the same numbers.

Written into the output folder (float32, one array per model input, plus an int64 array "label"):

* squeezenet_evaluation.npz    500 ImageNet images, "data" (500, 3, 227, 227)
* squeezenet_calibration.npz   100 of these 500, chosen by a seeded permutation
* cifar_evaluation.npz         the 5,000 test images, "image" (5000, 3, 32, 32)
* cifar_calibration.npz        500 training images, chosen by a seeded permutation

The assets are sorted by class. All files are in the order of a seeded permutation, so that the first N samples of a
file, which is what most tools take, are a fair choice too.

With 500 labelled ImageNet images there is nothing to hold back: the calibration images are also evaluated. Calibration
never sees a label, and the float model is compared on the same images.
"""

import argparse
import csv
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

FloatArray = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]

DEFAULT_ASSETS = Path(os.environ.get("HALFTONE_ASSETS", Path(__file__).resolve().parents[2] / "shared" / "assets"))

SQUEEZENET_RESIZE = 256
SQUEEZENET_CROP = 227
# Mean of each channel over the training set, in the BGR order that the network was trained with (Caffe).
SQUEEZENET_MEAN_BGR = np.array([104.0, 117.0, 123.0], dtype=np.float32)

RESNET50_RESIZE = 256
RESNET50_CROP = 224

IMAGENET_MEAN_RGB = np.array([0.485, 0.456, 0.406], dtype=np.float32)
IMAGENET_STD_RGB = np.array([0.229, 0.224, 0.225], dtype=np.float32)
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def squeezenet_input(file: Path) -> FloatArray:
    """One image as SqueezeNet 1.0 wants it: (3, 227, 227), BGR, values about -123 to 151."""
    with Image.open(file) as image:
        # The whole image is squeezed into the square, aspect ratio ignored: that is what the published accuracy used.
        square = image.convert("RGB").resize((SQUEEZENET_RESIZE, SQUEEZENET_RESIZE), Image.Resampling.BILINEAR)
    margin = (SQUEEZENET_RESIZE - SQUEEZENET_CROP) // 2
    rgb = np.asarray(square, dtype=np.float32)[margin : margin + SQUEEZENET_CROP, margin : margin + SQUEEZENET_CROP]
    bgr = rgb[:, :, ::-1] - SQUEEZENET_MEAN_BGR
    return np.ascontiguousarray(bgr.transpose(2, 0, 1))


def cifar_input(jpeg: bytes) -> FloatArray:
    """One image as the CIFAR ResNets want it: (3, 32, 32), RGB, normalised with the ImageNet mean and deviation."""
    with Image.open(io.BytesIO(jpeg)) as image:
        rgb = np.asarray(image.convert("RGB"), dtype=np.float32) / np.float32(255)
    return np.ascontiguousarray(((rgb - IMAGENET_MEAN_RGB) / IMAGENET_STD_RGB).transpose(2, 0, 1))


def resnet50_input(file: Path) -> FloatArray:
    """One image as ResNet-50 wants it: (3, 224, 224), RGB, the centre of the image with its shorter side at 256."""
    with Image.open(file) as image:
        scale = RESNET50_RESIZE / min(image.size)
        width, height = (round(side * scale) for side in image.size)
        resized = image.convert("RGB").resize((width, height), Image.Resampling.BILINEAR)
    left, top = (width - RESNET50_CROP) // 2, (height - RESNET50_CROP) // 2
    crop = resized.crop((left, top, left + RESNET50_CROP, top + RESNET50_CROP))
    rgb = np.asarray(crop, dtype=np.float32) / np.float32(255)
    return np.ascontiguousarray(((rgb - IMAGENET_MEAN_RGB) / IMAGENET_STD_RGB).transpose(2, 0, 1))


def read_imagenet(folder: Path) -> tuple[FloatArray, IntArray]:
    """All images named in labels.csv, in its order (by class)."""
    with (folder / "labels.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    data = np.stack([squeezenet_input(folder / "images" / row["file"]) for row in rows])
    return data, np.array([int(row["label"]) for row in rows], dtype=np.int64)


def _jpeg_members(archive: tarfile.TarFile, split: str) -> list[str]:
    # Sorted, because the order inside the archive is an accident of how it was packed.
    return sorted(name for name in archive.getnames() if name.startswith(f"{split}/") and name.endswith(".jpg"))


def _read_members(archive: tarfile.TarFile, names: list[str]) -> Iterator[tuple[str, bytes]]:
    # In archive order: seeking backwards in a .tar.gz would decompress it again from the start for each image.
    wanted = set(names)
    for member in archive.getmembers():
        if member.name not in wanted:
            continue
        stream = archive.extractfile(member)
        if stream is None:
            raise SystemExit(f"{member.name} in the CIFAR archive is not a file; unpack the assets again")
        yield member.name, stream.read()


def read_cifar(archive_path: Path, split: str, count: int | None, seed: int) -> tuple[FloatArray, IntArray]:
    """The first `count` images of a seeded permutation of one split ("train" or "test"), or all of them."""
    with tarfile.open(archive_path) as archive:
        names = _jpeg_members(archive, split)
        names = [names[index] for index in np.random.default_rng(seed).permutation(len(names))[:count]]
        jpegs = dict(_read_members(archive, names))
    data = np.stack([cifar_input(jpegs[name]) for name in names])
    return data, np.array([CIFAR_CLASSES.index(name.split("/")[1]) for name in names], dtype=np.int64)


def save(file: Path, **arrays: npt.NDArray[Any]) -> None:
    """Writes one .npz, uncompressed so that readers can map it, and says what is in it."""
    # Renamed into place: a benchmark that is reading the old file keeps it whole.
    partial = file.with_suffix(".partial.npz")
    np.savez(partial, allow_pickle=False, **arrays)
    partial.replace(file)
    shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
    print(f"{file}: {shapes}, {file.stat().st_size / 1e6:.1f} MB")


def prepare_squeezenet(assets: Path, output: Path, seed: int) -> None:
    """Writes the evaluation and the calibration file of SqueezeNet."""
    data, label = read_imagenet(assets / "imagenet")
    generator = np.random.default_rng(seed)
    chosen = generator.permutation(len(data))[:100]
    save(output / "squeezenet_calibration.npz", data=data[chosen], label=label[chosen])
    # A second permutation: with the first one, the first 100 evaluated would be just those calibrated on.
    order = generator.permutation(len(data))
    save(output / "squeezenet_evaluation.npz", data=data[order], label=label[order])


def prepare_cifar(assets: Path, output: Path, seed: int) -> None:
    """Writes the evaluation and the calibration file of the CIFAR networks."""
    archive = assets / "cifar10" / "cifar10_jpg.tar.gz"
    image, label = read_cifar(archive, "test", None, seed)
    save(output / "cifar_evaluation.npz", image=image, label=label)
    image, label = read_cifar(archive, "train", 500, seed)
    save(output / "cifar_calibration.npz", image=image, label=label)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Make the .npz files of the benchmarks from the raw assets.")
    parser.add_argument("output", type=Path, help="folder to write into; made if missing")
    parser.add_argument("--assets", type=Path, default=DEFAULT_ASSETS, help="default: $HALFTONE_ASSETS")
    parser.add_argument("--only", choices=("squeezenet", "cifar"), help="make the files of one model family")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of calibration images")
    arguments = parser.parse_args()
    if not arguments.assets.is_dir():
        parser.error(f"assets not found at {arguments.assets}; set HALFTONE_ASSETS or pass --assets")
    arguments.output.mkdir(parents=True, exist_ok=True)
    if arguments.only in (None, "squeezenet"):
        prepare_squeezenet(arguments.assets, arguments.output, arguments.seed)
    if arguments.only in (None, "cifar"):
        prepare_cifar(arguments.assets, arguments.output, arguments.seed)


if __name__ == "__main__":
    main()
