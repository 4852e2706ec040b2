"""The benchmark's own logic: nothing here measures time, or needs a model or a peer."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))
