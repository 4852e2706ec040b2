"""Proof that a capability file is right: every claim is tried on the framework itself."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from halftone import _native
from halftone._native import AdaptorHandle, ConformanceReport, ConformanceTrial, OpModel
from halftone.adaptor import adaptor as find_adaptor

__all__ = ["ConformanceReport", "ConformanceTrial", "OpModel", "OpModelMaker", "check_conformance"]


class OpModelMaker(Protocol):
    """Makes small float models of single ops for one framework.

    An op stands between two products where it is none itself, so that its data arrive and leave in low precision.
    Inputs have known shapes and take random data.
    """

    def op_types(self) -> Sequence[str]:
        """Every op type there are models for, those that the capability file leaves out among them."""

    def models_of(self, op_type: str, folder: Path) -> Sequence[OpModel]:
        """Models of an op type in all the forms that kernels may tell apart, as files in the folder."""

    def models_of_pattern(self, op_types: Sequence[str], folder: Path) -> Sequence[OpModel]:
        """Models of ops that follow one another and are fused; OpModel.op is the first of them."""

    def is_conversion(self, executed_type: str) -> bool:
        """Whether an executed op of that type converts between float and integers."""

    def is_kernel_of(self, executed_type: str, op_type: str) -> bool:
        """Whether an executed op of that type is the kernel of an op type of the model."""


def check_conformance(
    adaptor: AdaptorHandle | str, maker: OpModelMaker, folder: str | os.PathLike[str] | None = None
) -> ConformanceReport:
    """Holds an adaptor's capability file against what its framework does.

    Each op type and pattern of the file is quantized in every way it offers, run, and compared with float; what it does
    not offer is quantized all the same, to see whether it hides a kernel. Print the report for a table.

    Args:
        adaptor: a backend's key, or what adaptor() gives.
        maker: makes the models.
        folder: takes the models; unless given, one that is gone afterwards.

    Returns:
        The trials, and what is not as the file says.
    """
    handle = find_adaptor(adaptor) if isinstance(adaptor, str) else adaptor
    if folder is not None:
        return _native.check_conformance(handle, maker, Path(folder))
    with tempfile.TemporaryDirectory(prefix="halftone-") as temporary:
        return _native.check_conformance(handle, maker, Path(temporary))
