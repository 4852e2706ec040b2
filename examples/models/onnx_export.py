"""The one way in which the example networks leave PyTorch.

All of them take one tensor "image" and return one tensor "logits", with a free batch axis, so that the same model
serves calibration in batches and latency at batch 1.
"""

from pathlib import Path

import torch
from torch import nn

OPSET = 17


def export_onnx(module: nn.Module, example: torch.Tensor, output: Path, keep_batch_norm: bool = False) -> None:
    """Writes `module`, in inference mode, as ONNX.

    `example` is one input, (N, C, H, W); only its shape beyond the batch axis is fixed in the model. By default the
    exporter folds batch normalisation into the convolution before it, as most users' models arrive. With
    `keep_batch_norm` the nodes stay in the graph, which shows a quantizer's own folding at work.
    """
    module.eval()
    # The fold is bound to the exporter's "evaluation" mode. PRESERVE leaves the module's mode, evaluation, as it is.
    mode = torch.onnx.TrainingMode.PRESERVE if keep_batch_norm else torch.onnx.TrainingMode.EVAL
    output.parent.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        module,
        (example,),
        str(output),
        dynamo=False,
        opset_version=OPSET,
        training=mode,
        do_constant_folding=not keep_batch_norm,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
    )


def parameter_count(module: nn.Module) -> int:
    """Number of trained values, running statistics of batch normalisation not counted."""
    return sum(parameter.numel() for parameter in module.parameters())
