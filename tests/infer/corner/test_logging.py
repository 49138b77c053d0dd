"""A picture leaves the root logger as it was: a run's log belongs into its file, not on everybody's screen."""

import subprocess
import sys

CODE = """
import logging
import numpy as np
from relicfit.infer.corner.density import Densities
found = Densities(np.random.default_rng(0).normal(size=(200, 2)), np.ones(200), [(-9.0, 9.0)] * 2, "nested")
found.curve(0)
found.surface(0, 1, (0.68, 0.95))
assert "getdist" in __import__("sys").modules
print(logging.getLogger().handlers, logging.getLogger().level == logging.WARNING)
"""


def test_a_picture_leaves_the_root_logger_alone():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[] True", done.stderr
