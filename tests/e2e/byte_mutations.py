"""Mutations of a file's bytes: cuts, flips, blocks moved about, and numbers of a protobuf message made to lie."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Mutation = Callable[[bytes, random.Random], bytes]

# Fields of an ONNX model that are messages of their own, by message (onnx.proto3).
MESSAGES = {
    "model": {7: "graph", 8: "opset", 14: "entry"},
    "graph": {1: "node", 5: "tensor", 11: "value", 12: "value", 13: "value"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 11: "graph"},
    "value": {2: "type"},
    "type": {1: "tensor_type"},
    "tensor_type": {2: "shape"},
    "shape": {1: "dimension"},
    "tensor": {13: "entry"},
}
VARINT, BYTES = 0, 2


@dataclass(frozen=True)
class Field:
    """A varint of a message: a field's value, or the length of what follows."""

    tag_at: int
    value_at: int
    value_end: int


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Value and the place behind it."""
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def varint(value: int) -> bytes:
    """The bytes of a number below 2**64."""
    text = bytearray()
    while value >= 0x80:
        text.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(text) + bytes([value])


def fields_of(data: bytes, begin: int, end: int, message: str = "model") -> Iterator[Field]:
    """All varints of a whole message and of those inside it."""
    at = begin
    while at < end:
        tag_at = at
        tag, value_at = read_varint(data, at)
        kind = tag & 7
        if kind in (1, 5):
            at = value_at + (8 if kind == 1 else 4)
            continue
        value, value_end = read_varint(data, value_at)
        yield Field(tag_at, value_at, value_end)
        inner = MESSAGES.get(message, {}).get(tag >> 3)
        if kind == BYTES and inner:
            yield from fields_of(data, value_end, value_end + value, inner)
        at = value_end + (value if kind == BYTES else 0)


def place(data: bytes, rng: random.Random) -> int:
    """Somewhere in the file, beginning and end more often than the middle, where big values are."""
    span = max(1, len(data))
    near = min(span, 2000)
    return rng.choice([rng.randrange(span), rng.randrange(near), span - 1 - rng.randrange(near)])


def cut(data: bytes, rng: random.Random) -> bytes:
    """Only the first bytes."""
    return data[: place(data, rng)]


def flip_bits(data: bytes, rng: random.Random) -> bytes:
    """One to 64 bits."""
    flipped = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8, 64])):
        if flipped:
            flipped[place(data, rng)] ^= 1 << rng.randrange(8)
    return bytes(flipped)


def drop_block(data: bytes, rng: random.Random) -> bytes:
    """Without some bytes in the middle."""
    at = place(data, rng)
    return data[:at] + data[at + rng.choice([1, 2, 7, 64, 4096]) :]


def repeat_block(data: bytes, rng: random.Random) -> bytes:
    """Some bytes twice, or many times."""
    at, size = place(data, rng), rng.choice([1, 8, 200, 4096])
    return data[:at] + data[at : at + size] * rng.choice([2, 3, 100]) + data[at + size :]


def overwrite_block(data: bytes, rng: random.Random) -> bytes:
    """Zeros, ones or noise over some bytes."""
    at, size = place(data, rng), rng.choice([1, 4, 8, 100, 1000])
    noise = rng.choice([b"\0" * size, b"\xff" * size, rng.randbytes(size)])
    return data[:at] + noise + data[at + size :]


FILE_MUTATIONS: list[Mutation] = [cut, flip_bits, drop_block, repeat_block, overwrite_block]


class MessageMutations:
    """Mutations that know where the numbers of one model are."""

    def __init__(self, data: bytes) -> None:
        self.fields = list(fields_of(data, 0, len(data)))

    def lie_about_number(self, data: bytes, rng: random.Random) -> bytes:
        """A length or value that is huge, negative, endless or off by one; the messages around it are as they were."""
        field = rng.choice(self.fields)
        value, _ = read_varint(data, field.value_at)
        liar = rng.choice(
            [varint(v) for v in (0, 1, value + 1, value * 2, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1)]
            + [b"\x80" * 10, b"\xff" * 11]
        )
        return data[: field.value_at] + liar + data[field.value_end :]

    def flip_in_number(self, data: bytes, rng: random.Random) -> bytes:
        """Bits of tags, lengths and short values, which leave the file's length as it is."""
        flipped = bytearray(data)
        for _ in range(rng.choice([1, 1, 1, 2, 5])):
            field = rng.choice(self.fields)
            flipped[rng.randrange(field.tag_at, min(field.value_end + 4, len(data)))] ^= 1 << rng.randrange(8)
        return bytes(flipped)

    def swap_fields(self, data: bytes, rng: random.Random) -> bytes:
        """A field cut out and put where another one begins."""
        one, other = rng.choice(self.fields), rng.choice(self.fields)
        part = data[one.tag_at : one.value_end + rng.choice([0, 8, 40])]
        return data[: other.tag_at] + part + data[other.tag_at :]

    def all(self) -> list[Mutation]:
        """Those that know of fields, which are the more telling ones, several times."""
        return [*[self.lie_about_number, self.flip_in_number] * 3, self.swap_fields, *FILE_MUTATIONS]
