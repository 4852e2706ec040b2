"""ResNet-20 for CIFAR-10, from a published state dict to ONNX.

The network of "Deep Residual Learning for Image Recognition" (He et al., 2015), section 4.2, with n = 3: a 3x3
convolution, three stages of three basic blocks with 16, 32 and 64 channels, global average pooling and a linear layer.
Shortcuts between stages are of its option A: no parameters, every second pixel, new channels filled with zeros. In a
quantizer's eyes that makes Slice and Pad nodes on a branch which meets the other one in an addition.

    python resnet20_cifar.py --weights resnet20-12fca82f.th --output resnet20.onnx
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as functional
from onnx_export import export_onnx, parameter_count
from torch import nn

STAGE_CHANNELS = (16, 32, 64)
BLOCKS_PER_STAGE = 3
CLASSES = 10


class BasicBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut without parameters."""

    def __init__(self, in_channels: int, channels: int) -> None:
        """Halves the resolution where the number of channels grows."""
        super().__init__()
        self.new_channels = channels - in_channels
        stride = 1 if self.new_channels == 0 else 2
        self.conv1 = nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def shortcut(self, x: torch.Tensor) -> torch.Tensor:
        """Option A: half the resolution by leaving out pixels, the new channels zero on both sides of the old ones."""
        if self.new_channels == 0:
            return x
        before = self.new_channels // 2
        return functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, before, self.new_channels - before))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, channels, H, W), or half of H and W."""
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        return functional.relu(y + self.shortcut(x))


class ResNet20(nn.Module):
    """(N, 3, 32, 32) normalised RGB to (N, 10) logits; attribute names follow the published state dict."""

    def __init__(self) -> None:
        """Builds the network with fresh weights; `load_weights` fills in the published ones."""
        super().__init__()
        self.conv1 = nn.Conv2d(3, STAGE_CHANNELS[0], 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(STAGE_CHANNELS[0])
        self.layer1 = self._stage(STAGE_CHANNELS[0], STAGE_CHANNELS[0])
        self.layer2 = self._stage(STAGE_CHANNELS[0], STAGE_CHANNELS[1])
        self.layer3 = self._stage(STAGE_CHANNELS[1], STAGE_CHANNELS[2])
        self.linear = nn.Linear(STAGE_CHANNELS[2], CLASSES)

    @staticmethod
    def _stage(in_channels: int, channels: int) -> nn.Sequential:
        first = BasicBlock(in_channels, channels)
        return nn.Sequential(first, *(BasicBlock(channels, channels) for _ in range(BLOCKS_PER_STAGE - 1)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of a batch of images."""
        y = functional.relu(self.bn1(self.conv1(x)))
        y = self.layer3(self.layer2(self.layer1(y)))
        pooled = torch.flatten(functional.adaptive_avg_pool2d(y, 1), 1)
        logits: torch.Tensor = self.linear(pooled)
        return logits


def load_weights(network: ResNet20, file: Path) -> None:
    """Reads a checkpoint {"state_dict": …} whose keys carry the prefix that data-parallel training leaves."""
    checkpoint = torch.load(file, map_location="cpu", weights_only=True)
    state: Mapping[str, torch.Tensor] = checkpoint["state_dict"]
    # Only the counters of batch normalisation may be missing: files of that age do not have them.
    missing, unexpected = network.load_state_dict(
        {key.removeprefix("module."): value for key, value in state.items()}, strict=False
    )
    missing = [key for key in missing if not key.endswith("num_batches_tracked")]
    if missing or unexpected:
        raise SystemExit(f"{file} is not a ResNet-20 checkpoint: missing {missing}, unexpected {unexpected}")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export the CIFAR-10 ResNet-20 to ONNX.")
    parser.add_argument("--weights", type=Path, required=True, help="checkpoint, for example resnet20-12fca82f.th")
    parser.add_argument("--output", type=Path, required=True, help="ONNX file to write")
    parser.add_argument("--keep-batch-norm", action="store_true", help="leave batch normalisation nodes in the graph")
    arguments = parser.parse_args()
    network = ResNet20()
    load_weights(network, arguments.weights)
    export_onnx(network, torch.zeros(1, 3, 32, 32), arguments.output, arguments.keep_batch_norm)
    print(f"{arguments.output}: {parameter_count(network):,} parameters")


if __name__ == "__main__":
    main()
