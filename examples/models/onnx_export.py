"""The one way in which the example networks leave PyTorch.

Image networks take one tensor "image" and return one tensor "logits", with a free batch axis, so that the same model
serves calibration in batches and latency at batch 1. Others name their inputs, outputs and free axes themselves.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn

OPSET = 17


@dataclasses.dataclass(frozen=True)
class Interface:
    """What the model file calls its inputs and outputs, and which of their axes it leaves open."""

    inputs: Sequence[str]
    outputs: Sequence[str]
    free_axes: Mapping[str, Mapping[int, str]]  # input or output: axis: name


IMAGE_TO_LOGITS = Interface(["image"], ["logits"], {"image": {0: "batch"}, "logits": {0: "batch"}})


def export_onnx(
    module: nn.Module,
    example: torch.Tensor | tuple[torch.Tensor, ...],
    output: Path,
    keep_batch_norm: bool = False,
    interface: Interface = IMAGE_TO_LOGITS,
) -> None:
    """Writes `module`, in inference mode, as ONNX.

    `example` is one input, (N, C, H, W), or one tensor for each of the interface's; all of its extents but those of the
    free axes are fixed in the model. By default the exporter folds batch normalisation into the convolution before it,
    as most users' models arrive. With `keep_batch_norm` the nodes stay in the graph, which shows a quantizer's own
    folding at work.
    """
    module.eval()
    # The fold is bound to the exporter's "evaluation" mode. PRESERVE leaves the module's mode, evaluation, as it is.
    mode = torch.onnx.TrainingMode.PRESERVE if keep_batch_norm else torch.onnx.TrainingMode.EVAL
    output.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        module,
        example if isinstance(example, tuple) else (example,),
        str(output),
        dynamo=False,
        opset_version=OPSET,
        training=mode,
        do_constant_folding=not keep_batch_norm,
        input_names=list(interface.inputs),
        output_names=list(interface.outputs),
        dynamic_axes={name: dict(axes) for name, axes in interface.free_axes.items()},
    )


def parameter_count(module: nn.Module) -> int:
    """Number of trained values, running statistics of batch normalisation not counted."""
    return sum(parameter.numel() for parameter in module.parameters())
