"""A nested run whose prior density and likelihood are formulas."""

import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run.execute import execute


@pytest.fixture(scope="session")
def finished(known_linear, tmp_path_factory):
    """Return a small run of the linear scenario: a is measured as 0.12, b is idle."""
    path = tmp_path_factory.mktemp("results") / "linear.toml"
    path.write_text(
        'scenario = "linear-test"\n[parameters]\na = { uniform = [0.02, 0.22] }\nb = { loguniform = [1, 100] }\n'
        "[likelihoods]\nrelic-density = { theory-error = 0.1 }\n"
        '[sampler]\nlive-points = 60\ndlogz = 0.5\nwalks = 10\nbound = "none"\nseed = 1\n'
    )
    return execute(load_problem(path), path.with_suffix(""), progress=False)
