"""The embedder: it loads no more than it uses, and leaves nothing odd behind."""

from __future__ import annotations

import subprocess
import sys

USE = """
import sys
from retrieval.embedding import MiniLM

assert MiniLM().embed(["What is attention?"]).shape == (1, 384)
print("sklearn" in sys.modules, "scipy.optimize" in sys.modules)
from sklearn.metrics import pairwise_distances
from scipy.optimize import linear_sum_assignment
print(pairwise_distances([[0.0], [3.0]])[0, 1], linear_sum_assignment([[1, 0], [0, 1]])[1])
"""


def test_libraries_it_has_no_use_for_are_left_to_others() -> None:
    done = subprocess.run([sys.executable, "-c", USE], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["False False", "3.0 [1 0]"]
