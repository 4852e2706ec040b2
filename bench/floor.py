"""What no quantizer that calibrates can do without: float inference of all samples, reading and writing.

It reads the samples and the model, runs the model on every sample, and writes a model. A full-size copy is written,
though a quantized model is smaller. Prints the seconds that this took without starting Python and loading the library,
as {"net_s": …}: the process as a whole takes longer.
"""

import json
import shutil
import time
from pathlib import Path

import onnxruntime  # type: ignore[import-untyped]
from sample_feeds import Request, parse_request


def external_data(model: Path) -> list[Path]:
    """The files beside the model that hold its weights, by the name that writers of such files give them."""
    return [path for path in (model.with_name(f"{model.name}.data"), model.with_suffix(".data")) if path.exists()]


def run_floor(request: Request) -> None:
    """Reads, runs and writes."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = request.threads
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(request.model), options, providers=["CPUExecutionProvider"])
    if request.mode == "static":
        for feed in request.feeds:
            session.run(None, feed)
    for file in external_data(request.model):
        shutil.copyfile(file, request.output.parent / file.name)
    request.output.write_bytes(request.model.read_bytes())


def main() -> None:
    """Command line."""
    request = parse_request("Do what every quantizer has to do at least.")
    start = time.perf_counter()
    run_floor(request)
    print(json.dumps({"net_s": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
