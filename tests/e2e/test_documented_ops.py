"""The table of other tools' op lists says of every op what the capability files say."""

import pathlib
import re

import pytest

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "adaptors/onnxruntime.md"
REFERENCE = DOCS / "reference/capabilities.md"
BACKENDS = ("onnxrt_qdq", "onnxrt_qlinear", "onnxrt_integer", "onnxrt_weight_only")

# What the original system's file listed for its newest version of the runtime.
STATIC = [
    "Conv",
    "MatMul",
    "FusedConv",
    "Gemm",
    "Gather",
    "GatherElements",
    "GatherND",
    "EmbedLayerNormalization",
    "Attention",
    "Relu",
    "Clip",
    "LeakyRelu",
    "Sigmoid",
    "MaxPool",
    "GlobalAveragePool",
    "Pad",
    "Split",
    "Squeeze",
    "Reshape",
    "Concat",
    "AveragePool",
    "Unsqueeze",
    "Transpose",
    "Resize",
    "Abs",
    "Shrink",
    "Sign",
    "Flatten",
    "Expand",
    "Slice",
    "Mod",
    "ReduceMax",
    "ReduceMin",
    "Tile",
    "CenterCropPad",
    "Mul",
    "Add",
    "ArgMax",
]
DYNAMIC = ["Conv", "FusedConv", "EmbedLayerNormalization", "MatMul", "Gather", "Attention", "LSTM"]
# What the runtime's own tools list beside these.
FURTHER = [
    "ConvTranspose",
    "Softmax",
    "Where",
    "InstanceNormalization",
    "LayerNormalization",
    "BatchNormalization",
    "TopK",
    "CumSum",
]


def documented() -> dict[str, list[str]]:
    text = PAGE.read_text()
    table = text.split("<!-- ops of other lists -->")[1].split("<!-- end of the ops -->")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().splitlines()[2:]]
    return {row[0]: row[1:] for row in rows}


def newest_section(file: str) -> str:
    sections = re.split(r"^### ", file, flags=re.MULTILINE)[1:]

    def lowest_version(section: str) -> tuple[int, ...]:
        found = re.match(r"Versions >=([0-9.]+)", section)
        return tuple(map(int, found[1].split("."))) if found else ()

    return max(sections, key=lowest_version)


@pytest.fixture(scope="module")
def stated() -> dict[str, dict[str, set[str]]]:
    """Backend → op type → what runs, of the newest section of each file, as the reference has it."""
    result: dict[str, dict[str, set[str]]] = {}
    for file in re.split(r"^## ", REFERENCE.read_text(), flags=re.MULTILINE)[1:]:
        kinds: dict[str, set[str]] = result.setdefault(file.split(".yaml")[0], {})
        row_of: list[str] = []
        for line in newest_section(file).splitlines():
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not line.startswith("| ") or len(cells) < 8 or cells[0] == "op types":
                continue
            row_of = cells[0].split(", ") if cells[0] else row_of
            for kind in row_of:
                kinds.setdefault(kind, set()).add(cells[6].split(",")[0])
    return result


def test_every_op_of_the_lists_stands_in_the_table() -> None:
    assert len(STATIC) == 38
    assert len(DYNAMIC) == 7
    rows = {name.split(" ")[0] for name in documented()}
    assert not set(STATIC + DYNAMIC + FURTHER) - rows


def test_every_cell_is_what_the_file_says(stated: dict[str, dict[str, set[str]]]) -> None:
    for name, cells in documented().items():
        kind = "com.microsoft." + name.split(" ")[0] if "com.microsoft" in name else name
        for backend, cell in zip(BACKENDS, cells[:4], strict=True):
            runs = stated[backend].get(kind, set()) - {"float_between"}
            assert cell in runs or (cell == "float" and not runs), f"{name}, {backend}: '{cell}', the file says {runs}"


def test_where_nothing_runs_a_reason_is_given() -> None:
    for name, cells in documented().items():
        if set(cells[:4]) == {"float"}:
            assert cells[4], name


def test_every_op_of_the_files_stands_in_the_table(stated: dict[str, dict[str, set[str]]]) -> None:
    rows = {"com.microsoft." + name.split(" ")[0] if "com.microsoft" in name else name for name in documented()}
    assert not {kind for kinds in stated.values() for kind in kinds} - rows


def test_the_reference_was_read(stated: dict[str, dict[str, set[str]]]) -> None:
    assert set(BACKENDS) <= set(stated)
    assert stated["onnxrt_qlinear"]["Conv"] == {"int8"}
    assert stated["onnxrt_weight_only"]["MatMul"] == {"int8"}
