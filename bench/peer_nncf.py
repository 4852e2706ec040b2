"""NNCF's post-training quantization of ONNX models.

It corrects biases and, with the transformer preset, also moves outliers from activations into weights: more work than
the other peers do, for more fidelity.
"""

import nncf  # type: ignore[import-not-found]
import onnx
from nncf.quantization.range_estimator import RangeEstimatorParametersSet  # type: ignore[import-not-found]
from sample_feeds import Request, parse_request, refuse

ESTIMATORS = {
    "minmax": RangeEstimatorParametersSet.MINMAX,
    "percentile": RangeEstimatorParametersSet.MEAN_QUANTILE,
}


def has_attention(model: onnx.ModelProto) -> bool:
    """A product of two activations is what its preset for transformers is about."""
    constants = {tensor.name for tensor in model.graph.initializer}
    constants |= {name for node in model.graph.node if node.op_type == "Constant" for name in node.output}
    products = [node for node in model.graph.node if node.op_type == "MatMul"]
    return any(not constants.intersection(node.input) for node in products)


def quantize(request: Request) -> None:
    """Writes the quantized model."""
    if request.mode != "static":
        raise refuse("dynamic quantization of ONNX models")
    if request.method not in ESTIMATORS:
        raise refuse(f"range method {request.method}")
    model = onnx.load(request.model)
    estimator = ESTIMATORS[request.method]
    quantized = nncf.quantize(
        model,
        nncf.Dataset(request.feeds),
        subset_size=request.samples,
        model_type=nncf.ModelType.TRANSFORMER if has_attention(model) else None,
        advanced_parameters=nncf.AdvancedQuantizationParameters(activations_range_estimator_params=estimator),
    )
    onnx.save(quantized, request.output)


if __name__ == "__main__":
    quantize(parse_request("Quantize a model with NNCF."))
