"""Priors from tables: quantiles, densities and messages."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from relicfit.errors import UserError
from relicfit.priors import JointPrior

X = [1.0, 2.0, 4.0, 5.0, 9.0]
DENSITY = [0.0, 3.0, 1.0, 0.0, 0.5]


def prior(**table):
    return JointPrior.from_spec(
        {"m": {"table": {"x": X, "density": DENSITY} | table}, "n": {"uniform": [0, 1]}}
    )


def test_density_is_normalised_and_linear_between_the_points():
    found = prior()
    density = lambda m: float(np.exp(found.log_density(np.array([[m, 0.5]]))[0]))  # noqa: E731
    total = sum(quad(density, a, b)[0] for a, b in pairwise(X))
    assert total == pytest.approx(1.0, rel=1e-6)
    assert density(1.5) == pytest.approx(0.5 * density(2.0))
    assert density(3.0) == pytest.approx(0.5 * (density(2.0) + density(4.0)))
    assert found.log_density(np.array([[0.5, 0.5]]))[0] == -np.inf


def test_quantiles_and_distribution_are_inverse():
    found = prior()
    u = np.linspace(0.0, 1.0, 1001)
    cube = np.column_stack([u, np.full(1001, 0.25)])
    theta = found.from_unit(cube)
    assert (np.diff(theta[:, 0]) >= 0.0).all()
    assert theta[0, 0] == 1.0
    assert theta[-1, 0] == pytest.approx(9.0)
    np.testing.assert_allclose(found.to_unit(theta), cube, atol=1e-9)


def test_draws_have_the_density():
    draws = prior().sample(np.random.default_rng(1), 200_000)[:, 0]
    weights = 0.5 * (np.array(DENSITY[1:]) + np.array(DENSITY[:-1])) * np.diff(X)
    counts, _ = np.histogram(draws, X)
    np.testing.assert_allclose(counts / 200_000, weights / weights.sum(), atol=0.005)


def test_single_points_are_rows_of_a_batch():
    found = prior()
    cube = np.random.default_rng(2).random((50, 2))
    np.testing.assert_array_equal(
        found.from_unit(cube), np.vstack([found.from_unit(row[None]) for row in cube])
    )


def test_a_bound_may_depend_on_it():
    found = JointPrior.from_spec({"m": {"table": {"x": X, "density": DENSITY}}, "n": {"uniform": [0, "2*m"]}})
    theta = found.from_unit(np.array([[0.5, 1.0]]))
    assert theta[0, 1] == pytest.approx(2.0 * theta[0, 0])
    assert found.bounds("n") == (0.0, 18.0)


def test_it_says_what_it_is():
    assert prior().describe("m") == "table from 1 to 9"
    assert prior(origin="table m.csv").describe("m") == "table m.csv from 1 to 9"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"x": [1.0, 1.0], "density": [1.0, 1.0]}, "increasing x, found 1 before 1"),
        ({"x": [1.0, 2.0], "density": [1.0]}, "as many x as densities; found 2 and 1"),
        ({"x": [1.0, 2.0], "density": [-1.0, 2.0]}, "not negative"),
        ({"x": [1.0, 2.0], "density": [0.0, 0.0]}, "not all of them zero"),
        ({"x": [1.0, float("nan")], "density": [1.0, 1.0]}, "x must be a list of finite numbers"),
        ({"x": "12", "density": [1.0, 1.0]}, "x must be a list of finite numbers"),
        ({"x": [1.0, 2.0], "density": [1.0, 1.0], "y": 1}, "found y"),
        (3.0, "where a table of x and density is wanted"),
    ],
)
def test_what_is_wrong_is_said(table, words):
    with pytest.raises(UserError, match=words):
        JointPrior.from_spec({"m": {"table": table}})
