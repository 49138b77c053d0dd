"""The run files that come with the project are right, and every one can be evaluated."""

from pathlib import Path

import numpy as np
import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.target.posterior import Posterior

FILES = sorted(
    path
    for path in (Path(__file__).resolve().parents[3] / "runs").glob("*.toml")
    if "scenario" in path.read_text().split("[")[0]
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_run_file_has_points_of_finite_likelihood(path):
    posterior = Posterior(load_problem(path))
    cube = np.random.default_rng(1).random((200, posterior.dim))
    logl, blobs = posterior.on_cube(cube)
    assert np.isfinite(logl).sum() > 10
    assert not np.isnan(logl).any()
    solved = blobs[:, -1] == 0
    assert np.isfinite(blobs[solved]).all()
