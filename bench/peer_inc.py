"""Intel Neural Compressor 2.6 with its ONNX Runtime backend, as its examples use it: post-training, no tuning loop.

QDQ rather than its default format, since the models it makes run a little faster so.
"""

from collections.abc import Iterator

from neural_compressor import PostTrainingQuantConfig, quantization  # type: ignore[import-not-found]
from sample_feeds import Array, Feed, Feeds, Request, parse_request

ALGORITHMS = {"minmax": "minmax", "percentile": "percentile", "entropy": "kl"}


class Loader:
    """The samples as the library asks for them: pairs of input and label, an array where there is one input."""

    batch_size = 1

    def __init__(self, feeds: Feeds) -> None:
        """May be gone through several times."""
        self._feeds = feeds

    def __len__(self) -> int:
        """Number of samples."""
        return len(self._feeds)

    def __iter__(self) -> Iterator[tuple[Feed | Array, int]]:
        """Each sample, with a label that nobody looks at."""
        for feed in self._feeds:
            yield (feed if len(feed) > 1 else next(iter(feed.values()))), 0


def quantize(request: Request) -> None:
    """Writes the quantized model."""
    algorithm = {"activation": {"algorithm": [ALGORITHMS[request.method]]}}
    config = PostTrainingQuantConfig(
        approach=request.mode,
        quant_format="QDQ" if request.mode == "static" else "default",
        calibration_sampling_size=[request.samples],
        op_type_dict={".*": algorithm} if request.method != "minmax" else None,
    )
    loader = Loader(request.feeds) if request.mode == "static" else None
    model = quantization.fit(str(request.model), config, calib_dataloader=loader)
    if model is None:
        raise SystemExit("neural_compressor returned no model; the reason is above")
    model.save(str(request.output))


if __name__ == "__main__":
    quantize(parse_request("Quantize a model with Intel Neural Compressor 2.6."))
