"""Parameters that take some values alone, and parameters that are angles."""

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.priors import JointPrior


def test_values_are_equally_probable_and_nothing_lies_between_them():
    prior = JointPrior.from_spec({"n": {"choice": [4, 1, 2]}, "x": {"uniform": [0, 1]}})
    draws = prior.sample(np.random.default_rng(1), 30_000)[:, 0]
    values, counts = np.unique(draws, return_counts=True)
    assert values.tolist() == [1.0, 2.0, 4.0]
    np.testing.assert_allclose(counts / 30_000, 1 / 3, atol=0.01)
    ln = prior.log_density(np.array([[2.0, 0.5], [3.0, 0.5]]))
    assert ln[0] == pytest.approx(-np.log(3.0))
    assert ln[1] == -np.inf
    assert prior.describe("n") == "one of 1, 2, 4"
    assert prior.bounds("n") == (1.0, 4.0)


def test_the_cube_and_back():
    prior = JointPrior.from_spec({"n": {"choice": [1, 2, 4]}})
    theta = prior.from_unit(np.array([[0.0], [0.3], [0.34], [0.99], [1.0]]))
    assert theta[:, 0].tolist() == [1.0, 1.0, 2.0, 4.0, 4.0]
    np.testing.assert_array_equal(prior.from_unit(prior.to_unit(theta)), theta)


def test_an_angle_is_named_and_otherwise_flat():
    prior = JointPrior.from_spec(
        {"phase": {"uniform": [-3.0, 3.0], "periodic": True}, "x": {"uniform": [0, 1], "periodic": False}}
    )
    assert prior.periodic == ("phase",)
    assert prior.from_unit(np.array([[0.5, 0.5]])).tolist() == [[0.0, 0.5]]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"choice": [1]}, "two numbers or more"),
        ({"choice": [1, 1]}, "each once"),
        ({"choice": "12"}, "choice must be a list of finite numbers"),
        ({"normal": [0, 1], "periodic": True}, "periodic needs a uniform prior between two numbers"),
        ({"uniform": [0, "2*x"], "periodic": True}, "periodic needs a uniform prior between two numbers"),
        ({"uniform": [0, 1], "periodic": 1}, "periodic is true or false, found 1"),
    ],
)
def test_what_is_wrong_is_said(value, words):
    with pytest.raises(UserError, match=words):
        JointPrior.from_spec({"m": value, "x": {"uniform": [1, 2]}})
