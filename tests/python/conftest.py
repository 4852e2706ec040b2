"""Fixtures: small models of ONNX and of the NumPy example, with data that they are good at."""

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples" / "python"))

INPUTS, HIDDEN, CLASSES = 16, 32, 4


def weights(seed=0):
    """Of a small classifier of two layers."""
    random = np.random.default_rng(seed)
    return {
        "w1": random.normal(0, 0.4, (HIDDEN, INPUTS)).astype(np.float32),
        "b1": random.normal(0, 0.1, HIDDEN).astype(np.float32),
        "w2": random.normal(0, 0.4, (CLASSES, HIDDEN)).astype(np.float32),
        "b2": random.normal(0, 0.1, CLASSES).astype(np.float32),
    }


def classifier(seed=0):
    """The classifier as an onnx.ModelProto."""
    values = weights(seed)
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], name="first", transB=1),
        helper.make_node("Relu", ["h"], ["r"], name="relu"),
        helper.make_node("Gemm", ["r", "w2", "b2"], ["y"], name="last", transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "classifier",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", INPUTS])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", CLASSES])],
        [numpy_helper.from_array(value, name) for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model


def predictions(x, seed=0):
    """What the classifier gives in float."""
    values = weights(seed)
    hidden = np.maximum(x @ values["w1"].T + values["b1"], 0)
    return hidden @ values["w2"].T + values["b2"]


def samples(count=200, seed=1):
    """Inputs, and classes that the float model mostly gets right."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, (count, INPUTS)).astype(np.float32)
    y = predictions(x).argmax(1).astype(np.int64)
    wrong = random.random(count) < 0.1
    y[wrong] = (y[wrong] + 1) % CLASSES
    return x, y


@pytest.fixture
def model():
    """An onnx.ModelProto."""
    return classifier()


@pytest.fixture
def model_file(tmp_path):
    """The same model as a file."""
    path = tmp_path / "classifier.onnx"
    onnx.save(classifier(), path)
    return path


@pytest.fixture
def labelled():
    """(inputs, classes) of 200 samples."""
    return samples()


@pytest.fixture
def network():
    """The classifier as a network of the example in examples/python."""
    import numpy_net

    values = weights()
    layers = [
        numpy_net.Layer("first", "Dense", values["w1"], values["b1"]),
        numpy_net.Layer("relu", "Relu"),
        numpy_net.Layer("last", "Dense", values["w2"], values["b2"]),
    ]
    return numpy_net.Network(INPUTS, layers)


@pytest.fixture
def network_file(tmp_path, network):
    """The same network as a file."""
    import halftone
    import numpy_net

    path = tmp_path / "classifier.npnet"
    numpy_net.NumpyNetAdaptor(halftone.AdaptorOptions("numpy_net")).save(network, path)
    return path


@pytest.fixture(scope="session")
def command():
    """The native command that belongs to the package."""
    from halftone import _native

    path = _native.command_path()
    assert path.exists()
    return path
