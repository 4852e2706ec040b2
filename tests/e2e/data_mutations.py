"""Data and configuration files that are broken: arrays, images with labels, sentences with a vocabulary, YAML."""

import io
import json
import pathlib
import random
import zipfile
from collections.abc import Callable

import numpy as np
from byte_mutations import FILE_MUTATIONS
from PIL import Image

Arrays = dict[str, np.ndarray]

CONFIGURATION = """\
target: {isa: vnni}
quantization:
  calibration: {samples: 2, range_method: minmax}
  recipes: {first_conv_or_matmul: fp32}
  op_types:
    Conv: {weight: {granularity: per_tensor}}
  ops:
    "node_.*": {precision: fp32}
evaluation: {metrics: [top1]}
tuning: {accuracy: {max_drop: 0.5pt}}
"""
HOSTILE_YAML = [
    "a: &a [*a]",
    "&a [" * 5000,
    "{" * 100_000,
    "x: " + "[" * 3000,
    "? : ?",
    "a: &a [x,x,x,x,x,x,x,x,x]\n"
    + "".join(
        f"{c}: &{c} [{','.join('*' + p for _ in range(9))}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "quantization: {ops: {'(a*)*b': {precision: fp32}}}",
    "threads: 99999999999999999999",
    "seed: -1",
    "model: {path: [1, 2]}",
    "\ufeffthreads: 1",
    "quantization: null",
]
HOSTILE_HEADERS = [
    "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999, 9999999999), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1, 4), }",
    "{'descr': '<f4', 'fortran_order': True, 'shape': (2, 2), }",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f16', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)",
    "{'descr': '<U9999999999', 'fortran_order': False, 'shape': (2,), }",
    "{'descr': '>f4', 'fortran_order': False, 'shape': (2, 1, 28, 28), }",
    "{'descr': '<c8', 'fortran_order': False, 'shape': (), }",
    "{'shape': (2,)}",
    "__import__('os').system('true')",
    "(" * 10_000,
    "",
]


def npy_with_header(header: str, data: bytes) -> bytes:
    """A .npy file, version 1.0, whatever the header says."""
    text = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + min(len(text), 0xFFFF).to_bytes(2, "little") + text + data


def hostile_arrays(arrays: Arrays, rng: random.Random) -> Arrays:
    """Arrays that do not fit the model, or hold nothing that can be used."""
    name, value = rng.choice([item for item in arrays.items() if item[1].ndim > 0])
    changed = {
        "none": value[:0],
        "nan": np.full_like(value, np.nan if value.dtype.kind == "f" else -1),
        "infinite": np.full_like(value, np.inf if value.dtype.kind == "f" else np.iinfo(np.int32).max),
        "flat": value.reshape(-1),
        "wide": np.repeat(value, 2, axis=-1),
        "scalar": np.array(1.0),
        "complex": value.astype(np.complex64),
        "text": np.array(["a", "b"]),
        "double": value.astype(np.float64),
        "bytes": value.astype(np.uint8),
        "deep": value.reshape((1,) * 30 + value.shape),
    }
    way = rng.choice([*changed, "renamed", "absent", "shorter"])
    others = {key: array for key, array in arrays.items() if key != name}
    if way == "renamed":
        return {**others, "another": value}
    if way == "absent":
        return others
    if way == "shorter":
        return {**arrays, "label": np.zeros(1, np.int64)}
    return {**others, name: changed[way]}


def broken_npz(arrays: Arrays, rng: random.Random, file: pathlib.Path) -> None:
    """Writes an archive that is broken outside, inside, or in what it says."""
    way = rng.random()
    if way < 0.3:
        np.savez(file, allow_pickle=True, **hostile_arrays(arrays, rng))
        return
    save: Callable[..., None] = rng.choice([np.savez, np.savez_compressed])
    if way < 0.7:
        save(file, **arrays)
        file.write_bytes(rng.choice(FILE_MUTATIONS)(file.read_bytes(), rng))
        return
    with zipfile.ZipFile(file, "w", rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, value in arrays.items():
            member = io.BytesIO()
            np.save(member, value)
            text = member.getvalue()
            if rng.random() < 0.5:
                text = npy_with_header(rng.choice(HOSTILE_HEADERS), value.tobytes()[: rng.choice([0, 8, 100_000])])
            else:
                text = rng.choice(FILE_MUTATIONS)(text[:4000], rng) + text[4000:]
            archive.writestr(rng.choice([name + ".npy", name, "../" + name + ".npy"]), text)


def broken_images(rng: random.Random, folder: pathlib.Path) -> str:
    """Writes images and labels, one of them broken; gives the spec."""
    for i in range(2):
        pixels = np.frombuffer(rng.randbytes(40 * 40 * 3), np.uint8).reshape(40, 40, 3)
        Image.fromarray(pixels).save(folder / f"{i}.{rng.choice(['png', 'jpg'])}")
    images = sorted(folder.iterdir())
    labels = "file,label\n" + "".join(f"{image.name},{i}\n" for i, image in enumerate(images))
    if rng.random() < 0.6:
        broken = rng.choice(images)
        broken.write_bytes(rng.choice(FILE_MUTATIONS)(broken.read_bytes(), rng))
    else:
        wrong = [
            "",
            ",,,\n",
            labels.replace(",1", ",-1"),
            labels.replace(",1", ",x"),
            labels + "none.png,3\n",
            '"',
            labels * 2,
        ]
        labels = rng.choice(wrong)
    table = folder.parent / "labels.csv"
    table.write_text(labels)
    if rng.random() < 0.3:
        table.write_bytes(rng.choice(FILE_MUTATIONS)(labels.encode(), rng))
    return f"images:{folder.name},labels=labels.csv,preset=caffe"


def broken_text(rng: random.Random, folder: pathlib.Path) -> str:
    """Writes sentences and a vocabulary, one of them broken; gives the spec."""
    words = [f"word{i}" for i in range(50)]
    text = "sentence\tlabel\n" + "".join(f"{' '.join(rng.choices(words, k=6))}\t{i % 2}\n" for i in range(4))
    as_json = rng.random() < 0.5
    vocabulary = json.dumps({w: i for i, w in enumerate(["[PAD]", "[UNK]", *words])}) if as_json else "\n".join(words)
    files = {"text.tsv": text.encode(), "vocab.json" if as_json else "vocab.txt": vocabulary.encode()}
    victim = rng.choice(list(files))
    files[victim] = rng.choice([*FILE_MUTATIONS, lambda *_: b"", lambda *_: b"[" * 100_000])(files[victim], rng)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    tokenizer = rng.choice(["whitespace", "wordpiece"])
    return f"text:text.tsv,columns=sentence,label=label,tokenizer={tokenizer},vocab={list(files)[1]}"


def broken_configuration(rng: random.Random) -> bytes:
    """A configuration file that is none, or nearly one."""
    if rng.random() < 0.4:
        return rng.choice(HOSTILE_YAML).encode()
    return rng.choice(FILE_MUTATIONS)(CONFIGURATION.encode(), rng)
