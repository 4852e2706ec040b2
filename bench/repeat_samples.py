"""A longer calibration file from a shorter one, its samples repeated in turn: for what depends on their number only.

python repeat_samples.py calibration.npz longer.npz 512
"""

import argparse
from pathlib import Path

import numpy as np


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Repeat the samples of an .npz.")
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("samples", type=int)
    arguments = parser.parse_args()
    with np.load(arguments.source) as archive:
        arrays = {name: archive[name] for name in archive.files}
    longer = {name: array[np.arange(arguments.samples) % len(array)] for name, array in arrays.items()}
    np.savez(arguments.target, allow_pickle=False, **longer)


if __name__ == "__main__":
    main()
