"""Trains the CNN of the demo on MNIST and writes everything the demo needs.

The network is small enough to train on two CPU cores in minutes, and has what a quantizer has to deal with in large
ones: convolution + batch normalisation + ReLU, residual additions, a concatenation whose two inputs must agree on one
scale, max pooling, global average pooling and a linear layer at the end.

Written into the output folder:

* mnist_cnn.onnx     float model, "image" (N, 1, 28, 28) in 0..1 to "logits" (N, 10), batch normalisation not folded
* calibration.npz    training images, "image"; no labels, as calibration needs none
* test.npz           test images, "image", and "label"

    python train_mnist_cnn.py --output ../demo
"""

import argparse
import dataclasses
import os
import time
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import numpy.typing as npt
import onnxruntime  # type: ignore[import-untyped]
import torch
import torch.nn.functional as functional
from onnx_export import export_onnx, parameter_count
from torch import nn

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_ASSETS = Path(os.environ.get("HALFTONE_ASSETS", REPOSITORY.parent / "shared" / "assets"))

CLASSES = 10
MAX_SHIFT = 2  # pixels; MNIST digits keep a margin of four

FloatArray = npt.NDArray[np.float32]
Arrays = dict[str, npt.NDArray[Any]]


def conv_bn(in_channels: int, channels: int, size: int) -> nn.Sequential:
    """Convolution that keeps the resolution, and batch normalisation, whose offset makes a bias superfluous."""
    return nn.Sequential(
        nn.Conv2d(in_channels, channels, size, padding=size // 2, bias=False), nn.BatchNorm2d(channels)
    )


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside the identity."""

    def __init__(self, channels: int) -> None:
        """Input and output have `channels` channels."""
        super().__init__()
        self.first = conv_bn(channels, channels, 3)
        self.second = conv_bn(channels, channels, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Same shape in and out."""
        return functional.relu(x + self.second(functional.relu(self.first(x))))


class TwoScaleBlock(nn.Module):
    """A 3x3 and a 1x1 convolution of the same input, concatenated: neighbourhood and point, side by side."""

    def __init__(self, in_channels: int, wide_channels: int, point_channels: int) -> None:
        """The output has `wide_channels` + `point_channels` channels."""
        super().__init__()
        self.wide = conv_bn(in_channels, wide_channels, 3)
        self.point = conv_bn(in_channels, point_channels, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, wide_channels + point_channels, H, W)."""
        return torch.cat([functional.relu(self.wide(x)), functional.relu(self.point(x))], dim=1)


class MnistCnn(nn.Module):
    """(N, 1, 28, 28) in 0..1 to (N, 10) logits; 1.2 million parameters, 124 million multiply-adds."""

    def __init__(self) -> None:
        """Builds the network with fresh weights."""
        super().__init__()
        self.stem = conv_bn(1, 32, 3)
        self.stage1 = ResidualBlock(32)
        self.split = TwoScaleBlock(32, 64, 32)
        self.stage2 = nn.Sequential(ResidualBlock(96), ResidualBlock(96))
        self.widen = conv_bn(96, 192, 3)
        self.stage3 = ResidualBlock(192)
        self.linear = nn.Linear(192, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of a batch of images."""
        y = self.stage1(functional.relu(self.stem(x)))
        y = self.stage2(self.split(functional.max_pool2d(y, 2)))
        y = self.stage3(functional.relu(self.widen(functional.max_pool2d(y, 2))))
        logits: torch.Tensor = self.linear(torch.flatten(functional.adaptive_avg_pool2d(y, 1), 1))
        return logits


def load_mnist(file: Path) -> tuple[FloatArray, npt.NDArray[np.int64], FloatArray, npt.NDArray[np.int64]]:
    """Training images and labels, test images and labels; images (N, 1, 28, 28) scaled to 0..1."""
    with np.load(file) as archive:
        train, test = (archive[name][:, None].astype(np.float32) / np.float32(255) for name in ("train_x", "test_x"))
        return train, archive["train_y"].astype(np.int64), test, archive["test_y"].astype(np.int64)


def shifted(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """The batch moved by up to MAX_SHIFT pixels, all images alike: costs nothing and is worth an epoch or two."""
    down, right = (int(v) for v in torch.randint(0, 2 * MAX_SHIFT + 1, (2,), generator=generator))
    height, width = images.shape[2:]
    return functional.pad(images, (MAX_SHIFT,) * 4)[:, :, down : down + height, right : right + width]


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How to train: everything that the weights depend on besides data, network and machine."""

    epochs: int
    batch: int
    seed: int
    bfloat16: bool


def set_memory_format(network: nn.Module, memory_format: torch.memory_format) -> None:
    """Lays out the weights: channels last is the faster one for training on CPUs, contiguous the one to export."""
    network.to(memory_format=memory_format)  # type: ignore[call-overload]


def train(network: nn.Module, images: torch.Tensor, labels: torch.Tensor, recipe: Recipe) -> None:
    """One-cycle training (Smith and Topin, 2017): a short warm-up to a high rate, then down to nothing."""
    generator = torch.Generator().manual_seed(recipe.seed)
    batch = recipe.batch
    steps_per_epoch = len(images) // batch
    steps = recipe.epochs * steps_per_epoch
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=3e-3, total_steps=steps)
    network.train()
    start = time.perf_counter()
    for epoch in range(recipe.epochs):
        loss_sum = 0.0
        order = torch.randperm(len(images), generator=generator)
        # The last, partial batch is left out: batch normalisation would see too few images in it.
        for step in range(steps_per_epoch):
            chosen = order[step * batch : (step + 1) * batch]
            inputs = shifted(images[chosen], generator).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                logits = network(inputs)
            loss = functional.cross_entropy(logits.float(), labels[chosen])
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            loss_sum += loss.item()
        seconds = time.perf_counter() - start
        print(f"epoch {epoch + 1}: loss {loss_sum / steps_per_epoch:.4f}, {seconds:.0f} s", flush=True)


def onnx_accuracy(model: Path, images: FloatArray, labels: npt.NDArray[np.int64]) -> float:
    """Top-1 of the exported file in ONNX Runtime: the number to print is that of what the demo loads."""
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])
    right = 0
    for begin in range(0, len(images), 500):
        logits = session.run(["logits"], {"image": images[begin : begin + 500]})[0]
        right += int((logits.argmax(axis=1) == labels[begin : begin + 500]).sum())
    return right / len(images)


def choose(available: int, count: int, seed: int) -> npt.NDArray[np.int64]:
    """The first `count` of a seeded permutation: the data is sorted by class, its own first would be all zeros."""
    return np.random.default_rng(seed).permutation(available)[:count]


def write_npz(file: Path, arrays: Arrays) -> None:
    """Compressed: most pixels are zero, and the repository carries these files."""
    np.savez_compressed(file, allow_pickle=False, **arrays)
    print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train the demo's MNIST CNN, export it and write its data.")
    parser.add_argument("--data", type=Path, default=DEFAULT_ASSETS / "mnist" / "mnist.npz", help="MNIST as .npz")
    parser.add_argument("--output", type=Path, default=REPOSITORY / "examples" / "demo", help="folder to write into")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--bfloat16", action="store_true", help="train in bfloat16; half the time where the CPU has it")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--calibration-samples", type=int, default=500)
    parser.add_argument("--test-samples", type=int, default=2000)
    arguments = parser.parse_args()
    if not arguments.data.is_file():
        parser.error(f"MNIST not found at {arguments.data}; set HALFTONE_ASSETS or pass --data")
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    train_x, train_y, test_x, test_y = load_mnist(arguments.data)
    network = MnistCnn()
    set_memory_format(network, torch.channels_last)
    print(f"{parameter_count(network):,} parameters")
    recipe = Recipe(arguments.epochs, arguments.batch, arguments.seed, arguments.bfloat16)
    train(network, torch.from_numpy(train_x), torch.from_numpy(train_y), recipe)
    model = arguments.output / "mnist_cnn.onnx"
    set_memory_format(network, torch.contiguous_format)
    export_onnx(network, torch.zeros(1, 1, 28, 28), model, keep_batch_norm=True)
    chosen = choose(len(train_x), arguments.calibration_samples, arguments.seed)
    write_npz(arguments.output / "calibration.npz", {"image": train_x[chosen]})
    kept = choose(len(test_x), arguments.test_samples, arguments.seed)
    write_npz(arguments.output / "test.npz", {"image": test_x[kept], "label": test_y[kept]})
    print(f"{model}: {model.stat().st_size / 1e6:.2f} MB")
    print(f"top-1 in ONNX Runtime: {onnx_accuracy(model, test_x, test_y):.2%} of all {len(test_x):,} test images")
    print(f"top-1 in ONNX Runtime: {onnx_accuracy(model, test_x[kept], test_y[kept]):.2%} of the {len(kept):,} kept")


if __name__ == "__main__":
    main()
