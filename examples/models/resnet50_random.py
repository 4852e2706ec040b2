"""ResNet-50 with seeded random weights, as ONNX: for timing and memory only, its answers mean nothing.

The network of "Deep Residual Learning for Image Recognition" (He et al., 2015), table 1, with the stride of a block in
its 3x3 convolution, as all current implementations have it. 25.6 million parameters and 4.1 billion multiply-adds at
224x224 do not depend on the values of the weights, so no trained file has to be fetched.

    python resnet50_random.py --output resnet50.onnx
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as functional
from onnx_export import export_onnx, parameter_count
from torch import nn

STEM_CHANNELS = 64
STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))  # inner channels and blocks of each stage
EXPANSION = 4
CLASSES = 1000


def randomize_batch_norm(layer: nn.BatchNorm2d) -> None:
    """Values like those after training: with fresh ones the exporter merges equal biases into shared constants."""
    nn.init.uniform_(layer.weight, 0.75, 1.25)
    nn.init.normal_(layer.bias, std=0.1)
    if layer.running_mean is not None and layer.running_var is not None:
        nn.init.normal_(layer.running_mean, std=0.1)
        nn.init.uniform_(layer.running_var, 0.75, 1.25)


class Bottleneck(nn.Module):
    """1x1, 3x3 and 1x1 convolution beside the identity, or beside a 1x1 projection where the shape changes."""

    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        """`channels` are those of the 3x3 convolution; the block's output has EXPANSION times as many."""
        super().__init__()
        out_channels = EXPANSION * channels
        self.reduce = self._conv_bn(in_channels, channels, 1, 1)
        self.conv = self._conv_bn(channels, channels, 3, stride)
        self.expand = self._conv_bn(channels, out_channels, 1, 1)
        same_shape = stride == 1 and in_channels == out_channels
        self.shortcut = nn.Identity() if same_shape else self._conv_bn(in_channels, out_channels, 1, stride)

    @staticmethod
    def _conv_bn(in_channels: int, channels: int, size: int, stride: int) -> nn.Sequential:
        return nn.Sequential(
            nn.Conv2d(in_channels, channels, size, stride=stride, padding=size // 2, bias=False),
            nn.BatchNorm2d(channels),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, in_channels, H, W) to (N, EXPANSION * channels, H / stride, W / stride)."""
        y = functional.relu(self.conv(functional.relu(self.reduce(x))))
        return functional.relu(self.expand(y) + self.shortcut(x))


class ResNet50(nn.Module):
    """(N, 3, 224, 224) to (N, 1000) logits."""

    def __init__(self) -> None:
        """Builds the network with random weights that keep the size of the signal (He et al., 2015)."""
        super().__init__()
        self.conv = nn.Conv2d(3, STEM_CHANNELS, 7, stride=2, padding=3, bias=False)
        self.bn = nn.BatchNorm2d(STEM_CHANNELS)
        blocks: list[nn.Module] = []
        in_channels = STEM_CHANNELS
        for stage, (channels, count) in enumerate(STAGES):
            for block in range(count):
                blocks.append(Bottleneck(in_channels, channels, 2 if stage > 0 and block == 0 else 1))
                in_channels = EXPANSION * channels
        self.blocks = nn.Sequential(*blocks)
        self.linear = nn.Linear(in_channels, CLASSES)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if isinstance(module, nn.BatchNorm2d):
                randomize_batch_norm(module)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of a batch of images."""
        y = functional.max_pool2d(functional.relu(self.bn(self.conv(x))), 3, stride=2, padding=1)
        pooled = torch.flatten(functional.adaptive_avg_pool2d(self.blocks(y), 1), 1)
        logits: torch.Tensor = self.linear(pooled)
        return logits


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export a ResNet-50 with random weights to ONNX.")
    parser.add_argument("--output", type=Path, required=True, help="ONNX file to write, 102 MB")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep-batch-norm", action="store_true", help="leave batch normalisation nodes in the graph")
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    network = ResNet50()
    export_onnx(network, torch.zeros(1, 3, 224, 224), arguments.output, arguments.keep_batch_norm)
    print(f"{arguments.output}: {parameter_count(network):,} parameters")


if __name__ == "__main__":
    main()
