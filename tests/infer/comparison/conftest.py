"""Runs of one parameter that matters and one that does not, whose evidences are integrals."""

import math

import pytest
from scipy.integrate import quad

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.run.execute import execute

SAMPLER = 'live-points = 120\ndlogz = 0.02\nwalks = 10\nseed = 2\nbound = "none"'
# Of the measured abundance, its own error with the theory error of 5 %.
WIDTH = math.hypot(0.0012, 0.05 * 0.12)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """Run the linear scenario with priors on a and b and return the result."""
    folder = tmp_path_factory.mktemp("runs")

    def start(name, a, b, sampler=SAMPLER):
        path = folder / f"{name}.toml"
        path.write_text(
            f'scenario = "linear-test"\n[parameters]\na = {a}\nb = {b}\n'
            f"[likelihoods]\nrelic-density = {{ theory-error = 0.05 }}\n[sampler]\n{sampler}\n"
        )
        return execute(load_problem(path), path.with_suffix(""), progress=False)

    return start


@pytest.fixture(scope="session")
def one(known_linear, finished):
    return finished("one", "{ uniform = [0.02, 0.22] }", "{ loguniform = [1, 100] }")


@pytest.fixture(scope="session")
def two(known_linear, finished):
    return finished("two", "{ uniform = [0.1, 0.5] }", "{ loguniform = [1, 100] }")


def log_evidence(density, low, high):
    """ln Z of one parameter by quadrature."""
    points = [0.12 + k * WIDTH for k in (-6, -2, 0, 2, 6) if low < 0.12 + k * WIDTH < high]
    value, _ = quad(
        lambda a: density(a) * math.exp(-0.5 * ((a - 0.12) / WIDTH) ** 2), low, high, points=points or None
    )
    return math.log(value)


@pytest.fixture(scope="session")
def flat():
    """Return ln Z of a flat prior between two bounds, by quadrature."""
    return lambda low, high: log_evidence(lambda a: 1.0 / (high - low), low, high)


@pytest.fixture(scope="session")
def logarithmic():
    """Return ln Z of a prior flat in the logarithm between two bounds, by quadrature."""
    return lambda low, high: log_evidence(lambda a: 1.0 / (a * math.log(high / low)), low, high)
