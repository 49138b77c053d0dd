"""A run file of one parameter that is measured."""

import pytest

from relicfit.infer.problem.problem import load_problem


@pytest.fixture
def problem(known_linear, tmp_path):
    path = tmp_path / "linear.toml"
    path.write_text(
        'scenario = "linear-test"\n[parameters]\na = { uniform = [0.02, 0.22] }\nb = 1.0\n'
        '[likelihoods]\nrelic-density = { theory-error = 0.05 }\n[sampler]\nwalks = 10\nbound = "none"\n'
    )
    return load_problem(path)
