"""What no quantizer that calibrates can do without: float inference of all samples, reading and writing.

It reads the samples and the model, runs the model on every sample, and writes a model. A full-size copy is written,
though a quantized model is smaller. Samples are run one after the other on all threads, as most tools do and as a user
would; floor_streams.py does it the faster way. Prints the seconds that this took without starting Python and loading
the library, as {"net_s": …}: the process as a whole takes longer.
"""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import onnxruntime  # type: ignore[import-untyped]
from sample_feeds import Request, parse_request


def external_data(model: Path) -> list[Path]:
    """The files beside the model that hold its weights, by the name that writers of such files give them."""
    return [path for path in (model.with_name(f"{model.name}.data"), model.with_suffix(".data")) if path.exists()]


Run = Callable[[Request], None]


def open_session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    """A CPU session, all of the runtime's optimisations on."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def run_in_turn(request: Request) -> None:
    """One sample after the other, each on all threads."""
    session = open_session(request.model, request.threads)
    for feed in request.feeds:
        session.run(None, feed)


def write_copy(request: Request) -> None:
    """The model as it is, with what lies beside it."""
    for file in external_data(request.model):
        shutil.copyfile(file, request.output.parent / file.name)
    request.output.write_bytes(request.model.read_bytes())


def report_floor(request: Request, run: Run) -> None:
    """Does the work, with `run` for inference, and prints what it took."""
    start = time.perf_counter()
    if request.mode == "static":
        run(request)
    write_copy(request)
    print(json.dumps({"net_s": time.perf_counter() - start}))


if __name__ == "__main__":
    report_floor(parse_request("Do what every quantizer has to do at least."), run_in_turn)
