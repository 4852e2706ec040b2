"""A complete adaptor in Python, for small networks that run on NumPy: what a new framework costs.

It is an adaptor of parts: the core calibrates once, plans, and searches. numpy_net.yaml says what can be quantized, the
op table below what the ops mean. Whoever imports this module has the backend "numpy_net".
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import halftone
import numpy as np

FORMAT = "numpy_net 1"
Array = Any  # numpy.ndarray of any type


@dataclass(frozen=True)
class Layer:
    """One op. Of a Dense layer: y = x W' + b; rows of W are output channels.

    Attributes:
        name: unique in the network; the layer's result is the tensor NAME.y.
        type: Dense, Relu, Tanh or Scale.
        weight: float32, or int8 once quantized.
        bias: float32, or int32 once quantized.
        input_params: how a quantized Dense layer turns what it reads into integers.
        weight_params: the scales of its weight.
    """

    name: str
    type: str
    weight: Array = None
    bias: Array = None
    input_params: halftone.QuantParams | None = None
    weight_params: halftone.QuantParams | None = None


@dataclass(frozen=True)
class Network:
    """A chain of layers.

    Attributes:
        inputs: values of a sample.
        layers: in order of data.
    """

    inputs: int
    layers: list[Layer] = field(default_factory=list)

    @property
    def outputs(self) -> int:
        """Values of a result."""
        rows = [len(layer.bias) for layer in self.layers if layer.type == "Dense"]
        return int(rows[-1]) if rows else self.inputs


@dataclass(frozen=True)
class Kernel:
    """What runs at once: a layer, or a quantized product with the ReLU behind it.

    Attributes:
        layer: the first layer.
        relu: that ReLU, or None.
    """

    layer: Layer
    relu: Layer | None = None

    @property
    def result(self) -> str:
        """Name of the tensor it gives."""
        return f"{(self.relu or self.layer).name}.y"

    def run(self, x: Array) -> Array:
        """The result. A quantized product calculates in integers and converts once, at its end."""
        layer = self.layer
        if layer.type == "Relu":
            return np.maximum(x, 0)
        if layer.type == "Tanh":
            return np.tanh(x)
        if layer.type == "Scale":
            return x * layer.weight
        if layer.input_params is None or layer.weight_params is None:
            return x @ layer.weight.T + layer.bias
        zero_point = layer.input_params.zero_point[0]
        integers = halftone.quantize_array(x, layer.input_params).astype(np.int32) - zero_point
        sums = integers @ layer.weight.T.astype(np.int32) + layer.bias
        if self.relu is not None:
            sums = np.maximum(sums, 0)
        scale = np.float32(layer.input_params.scale[0]) * np.asarray(layer.weight_params.scale, np.float32)
        return sums.astype(np.float32) * scale


def kernels_of(network: Network) -> list[Kernel]:
    """What runs, in order."""
    kernels: list[Kernel] = []
    for layer in network.layers:
        before = kernels[-1] if kernels else None
        if layer.type == "Relu" and before is not None and before.layer.input_params is not None and not before.relu:
            kernels[-1] = Kernel(before.layer, layer)
        else:
            kernels.append(Kernel(layer))
    return kernels


class NumpySession:
    """A network opened for running; it keeps nothing between runs."""

    concurrent = True

    def __init__(self, network: Network, observed: list[str]) -> None:
        self._kernels = kernels_of(network)
        self._observed = set(observed)

    def run(self, inputs: Mapping[str, Array], observe: Callable[[str, Array], None] | None) -> dict[str, Array]:
        """The result of a batch; shows the tensors that are observed."""
        tensor, x = "x", inputs["x"]
        self._show(tensor, x, observe)
        for kernel in self._kernels:
            tensor, x = kernel.result, kernel.run(x).astype(np.float32, copy=False)
            self._show(tensor, x, observe)
        return {tensor: x}

    def _show(self, tensor: str, x: Array, observe: Callable[[str, Array], None] | None) -> None:
        if observe is not None and tensor in self._observed:
            observe(tensor, x)


def _params_json(params: halftone.QuantParams | None) -> Any:
    if params is None:
        return None
    return [params.dtype, [float(scale).hex() for scale in params.scale], list(params.zero_point), params.axis]


def _params(entry: Any) -> halftone.QuantParams | None:
    if entry is None:
        return None
    dtype, scale, zero_point, axis = entry
    return halftone.QuantParams(dtype, [float.fromhex(text) for text in scale], zero_point, axis)


@halftone.adaptor_registry("numpy_net")
class NumpyNetAdaptor(halftone.Adaptor):
    """Reads, runs and rewrites networks of the format above."""

    framework = "NumPy networks (an example)"
    version = "1.0"
    extensions = (".npnet",)
    capabilities = "numpy_net.yaml"
    op_types: ClassVar[Mapping[str, halftone.OpMeaning]] = {
        "Dense": halftone.OpMeaning(
            roles=["activation", "weight", "bias"],
            channel_axis=0,
            weight_input_axis=1,
            activation_channel_axis=-1,
            is_product=True,
        ),
        "Relu": halftone.OpMeaning(),
        "Tanh": halftone.OpMeaning(fixed_output_range=halftone.Range(-1, 1)),
        "Scale": halftone.OpMeaning(roles=["activation", "parameter"]),
    }

    def load(self, source: halftone.ModelSource) -> Network:
        """Reads a network: a line of JSON, then the arrays it names, as np.save() writes them."""
        with Path(source.path).open("rb") as file:
            try:
                head = json.loads(file.readline())
                if head["format"] != FORMAT:
                    raise ValueError(head["format"])
                layers = [self._read_layer(entry, file) for entry in head["layers"]]
            except (ValueError, KeyError, TypeError, EOFError) as error:
                raise halftone.InvalidModelError(
                    f"'{source.path}' is no NumPy network: {error}", hint=f"its first line names the format {FORMAT!r}"
                ) from error
        return Network(int(head["inputs"]), layers)

    @staticmethod
    def _read_layer(entry: Mapping[str, Any], file: Any) -> Layer:
        layer = Layer(entry["name"], entry["type"], None, None, _params(entry["input"]), _params(entry["scales"]))
        arrays = {name: np.load(file, allow_pickle=False) for name in entry["arrays"]}
        return replace(layer, **arrays)

    def save(self, model: Network, path: os.PathLike[str]) -> None:
        """Writes the same bytes for the same network."""
        entries: list[dict[str, Any]] = []
        arrays: list[Array] = []
        for layer in model.layers:
            own = {name: getattr(layer, name) for name in ("weight", "bias") if getattr(layer, name) is not None}
            entries.append(
                {
                    "name": layer.name,
                    "type": layer.type,
                    "input": _params_json(layer.input_params),
                    "scales": _params_json(layer.weight_params),
                    "arrays": list(own),
                }
            )
            arrays.extend(own.values())
        with Path(path).open("wb") as file:
            head = {"format": FORMAT, "inputs": model.inputs, "layers": entries}
            file.write(json.dumps(head).encode() + b"\n")
            for array in arrays:
                np.save(file, array)

    def inputs(self, model: Network) -> list[halftone.TensorSignature]:
        """One batch of samples."""
        return [halftone.TensorSignature("x", "fp32", [-1, model.inputs])]

    def outputs(self, model: Network) -> list[halftone.TensorSignature]:
        """One batch of results."""
        return [halftone.TensorSignature(f"{model.layers[-1].name}.y", "fp32", [-1, model.outputs])]

    def graph(self, model: Network) -> halftone.Graph:
        """The chain of layers with their constants."""
        graph = self.new_graph()
        graph.add_input("x", "fp32", [-1, model.inputs])
        before = "x"
        for layer in model.layers:
            constants = {f"{layer.name}.w": layer.weight, f"{layer.name}.b": layer.bias}
            own = {name: value for name, value in constants.items() if value is not None}
            for name, value in own.items():
                graph.add_constant(name, value)
            graph.add_op(layer.name, layer.type, [before, *own], [f"{layer.name}.y"])
            before = f"{layer.name}.y"
        graph.add_output(before)
        return graph.build()

    def open(self, model: Network, options: halftone.RunOptions) -> NumpySession:
        """A session; NumPy uses as many threads as it likes."""
        return NumpySession(model, options.observed_tensors)

    def convert(self, model: Network, plan: halftone.QuantizationPlan) -> Network:
        """Weights and biases as integers, beside their scales and those of what they meet."""
        layers = []
        before = "x"
        for layer in model.layers:
            layers.append(self._converted(layer, plan, before))
            before = f"{layer.name}.y"
        return replace(model, layers=layers)

    @staticmethod
    def _converted(layer: Layer, plan: halftone.QuantizationPlan, before: str) -> Layer:
        op = plan.op(layer.name)
        if layer.type != "Dense" or op is None or not op.quantized or op.weight is None:
            return layer
        tensor, weight = plan.tensor(before), op.weight.params
        if tensor is None or tensor.params is None or weight is None:
            raise halftone.InternalError(f"layer '{layer.name}' is to be quantized without parameters")
        bias = layer.bias
        if op.bias is not None and op.bias.correction:
            bias = bias + np.asarray(op.bias.correction, np.float32)
        return replace(
            layer,
            weight=halftone.quantize_array(layer.weight, weight),
            bias=halftone.quantize_bias(bias, tensor.params.scale[0], weight),
            input_params=tensor.params,
            weight_params=weight,
        )

    def executed_ops(self, model: Network) -> list[halftone.ExecutedOp]:
        """What kernels_of() makes of a network."""
        executed = []
        for kernel in kernels_of(model):
            kind = kernel.layer.type if kernel.relu is None else f"{kernel.layer.type}+Relu"
            executed.append(halftone.ExecutedOp(kernel.layer.name, kind, kernel.layer.input_params is not None))
        return executed

    def stored_constants(self, model: Network) -> list[halftone.StoredConstant]:
        """Weights, by the scales they have."""
        return [
            halftone.StoredConstant(
                f"{layer.name}.w", layer.weight, list(layer.weight.shape), [layer.name], layer.weight_params
            )
            for layer in model.layers
            if layer.type == "Dense"
        ]

    def replace_constants(self, model: Network, constants: Mapping[str, Array]) -> Network:
        """Other weights in place of these."""
        layers = [
            replace(layer, weight=constants[f"{layer.name}.w"]) if f"{layer.name}.w" in constants else layer
            for layer in model.layers
        ]
        return replace(model, layers=layers)

    def snippet(self, model: Path) -> str:
        """Lines that run a saved network."""
        return (
            "import halftone, numpy_net\n"
            f'adaptor = halftone.adaptor("numpy_net")\nsession = adaptor.open(adaptor.load("{model}"))\n'
            'session.run({"x": samples})'
        )
