"""The runner of conformance, on the adaptor in Python: its file is right, and one that lies is found out."""

import halftone
import numpy as np
import numpy_net
import pytest
from conftest import ROOT
from halftone.conformance import OpModel, check_conformance


class Maker:
    """Networks of 8 values; an op that is no product stands between two."""

    def op_types(self):
        return ["Dense", "Relu", "Tanh", "Scale"]

    def models_of(self, op_type, folder):
        layers = [self._layer(op_type, "op")] if op_type != "Dense" else []
        first = "before" if layers else "op"
        return [self._model(folder, op_type, [self._dense(first, 1), *layers, self._dense("behind", 2)])]

    def models_of_pattern(self, op_types, folder):
        layers = [self._layer(kind, "op" if i == 0 else f"op{i}") for i, kind in enumerate(op_types)]
        return [self._model(folder, "-".join(op_types), [self._dense("before", 3), *layers])]

    def is_conversion(self, executed_type):
        return False

    def is_kernel_of(self, executed_type, op_type):
        return op_type in executed_type.split("+")

    def _model(self, folder, name, layers):
        path = folder / f"{name}.npnet"
        numpy_net.NumpyNetAdaptor(halftone.AdaptorOptions("numpy_net")).save(numpy_net.Network(8, layers), path)
        return OpModel("op", path)

    def _dense(self, name, seed):
        random = np.random.default_rng(seed)
        return numpy_net.Layer(
            name, "Dense", random.normal(0, 0.3, (8, 8)).astype(np.float32), random.normal(0, 0.1, 8).astype(np.float32)
        )

    def _layer(self, kind, name):
        if kind == "Dense":
            return self._dense(name, 4)
        return numpy_net.Layer(name, kind, np.full(8, 0.5, np.float32) if kind == "Scale" else None)


def test_every_claim_of_the_examples_file_is_proved():
    report = check_conformance("numpy_net", Maker())
    assert report.complaints == [], str(report)
    proved = {trial.op_type for trial in report.trials if trial.ran_in_low_precision}
    assert proved == {"Dense", "Relu"}
    assert {tuple(trial.pattern) for trial in report.trials} >= {("Dense", "Relu")}
    assert "Dense" in str(report)


def test_a_file_that_claims_too_much_is_found_out(tmp_path):
    text = (ROOT / "examples/python/numpy_net.yaml").read_text()
    tanh = text[text.index("      Dense:") : text.index("  patterns:")]
    tanh = tanh.replace("Dense:", "Tanh:").replace("          when: {constant: [weight, bias]}\n", "")
    tanh = "\n".join(line for line in tanh.splitlines() if "weight:" not in line) + "\n"
    lie = text.replace("int8: [Dense]", "int8: [Dense, Tanh]").replace("  patterns:", tanh + "  patterns:")
    (tmp_path / "lie.yaml").write_text(lie)

    class Lying(numpy_net.NumpyNetAdaptor):
        capabilities = str(tmp_path / "lie.yaml")

    halftone.adaptor_registry("numpy_net_lying")(Lying)
    report = check_conformance("numpy_net_lying", Maker())
    assert any("Tanh" in complaint for complaint in report.complaints), report.complaints
    assert not any("Relu" in complaint for complaint in report.complaints)


def test_what_the_maker_raises_comes_through():
    class Broken(Maker):
        def models_of(self, op_type, folder):
            raise LookupError(f"no models of {op_type}")

    with pytest.raises(LookupError, match="no models"):
        check_conformance("numpy_net", Broken())
