"""The embedder: it loads no more than it uses, and leaves nothing odd behind."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval

import pytest

USE = """
import os, sys
from retrieval.embedding import MiniLM

before = dict(os.environ)

assert MiniLM().embed(["What is attention?"]).shape == (1, 384)
print(sorted(os.environ.keys() - before.keys()))
print("sklearn" in sys.modules, "scipy.optimize" in sys.modules)
from sklearn.metrics import pairwise_distances
from scipy.optimize import linear_sum_assignment
print(pairwise_distances([[0.0], [3.0]])[0, 1], linear_sum_assignment([[1, 0], [0, 1]])[1])
"""


@pytest.fixture(scope="module")
def printed() -> list[str]:
    done = subprocess.run([sys.executable, "-c", USE], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_libraries_it_has_no_use_for_are_left_to_others(printed: list[str]) -> None:
    assert printed[1:] == ["False False", "3.0 [1 0]"]


def test_other_processes_do_not_inherit_how_its_threads_wait(printed: list[str]) -> None:
    assert "GOMP_SPINCOUNT" not in literal_eval(printed[0])
