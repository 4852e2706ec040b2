"""Two trained networks of a product that reads text in photographs, as they are published, at operator set 17.

PP-OCRv6 small (Apache 2.0), from the package rapidocr: ppocr_det.onnx finds where text is, "x" (N, 3, H, W) with H and
W multiples of 32 to a map of probabilities (N, 1, H, W); ppocr_rec.onnx reads one line of text, "x" (N, 3, 48, W) to
the probabilities of 18,710 characters at every 8th column. Both are dense convolutional networks with GELU, attention
to channels, and weights behind Identity nodes: real models as they come.

They are published at operator set 11, where a scale belongs to a whole tensor. Every quantizer that knows scales per
channel refuses that or does worse with it, so the official converter is run first, for all of them alike.

    python ppocr.py --output FOLDER
"""

import argparse
import tempfile
from pathlib import Path

import onnx
import onnx.checker
import onnx.version_converter
from onnx_export import OPSET
from wheel_files import extract_member, fetch_wheel

PACKAGE = ("rapidocr", "3.10.0")
MODELS = {"ppocr_det": "PP-OCRv6_det_small.onnx", "ppocr_rec": "PP-OCRv6_rec_small.onnx"}


def convert_operator_set(published: Path, output: Path) -> None:
    """Writes the model at the operator set of the other examples, its metadata (the characters) kept."""
    model = onnx.load(published)
    converted = onnx.version_converter.convert_version(model, OPSET)
    if not converted.metadata_props:
        converted.metadata_props.extend(model.metadata_props)
    onnx.checker.check_model(converted, full_check=True)
    onnx.save(converted, output)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Fetch PP-OCRv6's small detector and recogniser.")
    parser.add_argument("--output", type=Path, required=True, help="folder to write ppocr_det.onnx and _rec.onnx into")
    parser.add_argument("--only", choices=sorted(MODELS))
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    wheel = fetch_wheel(*PACKAGE)
    for name, member in MODELS.items():
        if arguments.only not in (None, name):
            continue
        output = arguments.output / f"{name}.onnx"
        with tempfile.TemporaryDirectory() as folder:
            convert_operator_set(extract_member(wheel, f"rapidocr/models/{member}", Path(folder) / member), output)
        print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
