"""onnx-neural-compressor 1.0, the successor of Intel Neural Compressor's ONNX side. It always writes external data."""

from collections.abc import Iterator

from onnx_neural_compressor import data_reader  # type: ignore[import-not-found]
from onnx_neural_compressor.quantization import (  # type: ignore[import-not-found]
    CalibrationMethod,
    QuantFormat,
    QuantType,
    config,
    quantize,
)
from sample_feeds import Feed, Feeds, Request, parse_request

METHODS = {
    "minmax": CalibrationMethod.MinMax,
    "percentile": CalibrationMethod.Percentile,
    "entropy": CalibrationMethod.Entropy,
}


class Reader(data_reader.CalibrationDataReader):  # type: ignore[misc]
    """The samples as the library asks for them."""

    def __init__(self, feeds: Feeds) -> None:
        """From the first one on."""
        self._feeds = feeds
        self._next: Iterator[Feed] = iter(feeds)

    def get_next(self) -> Feed | None:
        """The next sample, or None at the end."""
        return next(self._next, None)

    def rewind(self) -> None:
        """Back to the first one."""
        self._next = iter(self._feeds)


def settings(request: Request) -> object:
    """The configuration: int8 weights per channel, and for static quantization uint8 activations in QDQ format."""
    if request.mode == "dynamic":
        return config.DynamicQuantConfig(weight_type=QuantType.QInt8, per_channel=True)
    return config.StaticQuantConfig(
        Reader(request.feeds),
        calibrate_method=METHODS[request.method],
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        calibration_sampling_size=request.samples,
    )


def main() -> None:
    """Writes the quantized model."""
    request = parse_request("Quantize a model with onnx-neural-compressor.")
    quantize(str(request.model), str(request.output), settings(request))


if __name__ == "__main__":
    main()
