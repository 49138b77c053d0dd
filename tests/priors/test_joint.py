"""The joint prior: conditional densities, constraints, volumes, batches."""

from __future__ import annotations

import pickle
import subprocess
import sys

import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from relicfit.errors import UserError
from relicfit.priors import JointPrior

CONVERSION = {
    "m_chi": {"loguniform": [150, 700]},
    "delta_m": {"uniform": [0, "0.1*m_chi"]},
    "lambda_H": 1.0,
    "B_1": {"beta": [2, 3, 0.5, 0.99]},
}

# Every kind of distribution, constant and dependent, in an order that is not the order of dependence.
EVERYTHING = {
    "k": {"truncnormal": {"mean": "d", "sd": 0.5, "low": "min(d, e) - 1", "high": "max(d, e) + c"}},
    "a": {"uniform": [0.5, 2]},
    "b": {"loguniform": ["0.1*a**e", "a**f*3"]},
    "c": {"lognormal": [2, 0.3]},
    "d": {"normal": {"mean": 0, "sd": 1}},
    "e": {"halfnormal": 1.5},
    "f": 2,
    "g": {"beta": [2, 3]},
    "h": {"truncnormal": [0, 1, 3, 9]},
    "i": {"uniform": ["g", "b"]},
    "j": {"fixed": -1.5},
    "l": {"loguniform": [1e-14, 1e-10]},
    "o": {"normal": ["a*d", "c"]},
}
EVERYTHING_CONSTRAINTS = ["a**f + e**b < 20", "d > j*c", "0 < l <= 1e-10*g + 1e-11"]


def test_columns_follow_the_names_and_fixed_values_are_filled_in():
    names = ("B_1", "lambda_H", "m_chi", "delta_m")
    prior = JointPrior.from_spec(CONVERSION, names=names)
    assert prior.names == names
    assert prior.sampled == ("B_1", "m_chi", "delta_m")
    assert prior.dim == 3
    assert prior.fixed == {"lambda_H": 1.0}
    theta = prior.from_unit(np.array([[0.2, 0.5, 0.25]]))
    assert theta[0, 1] == 1.0
    assert theta[0, 2] == pytest.approx(np.sqrt(150 * 700))
    assert theta[0, 3] == pytest.approx(0.025 * theta[0, 2])


def test_sampled_values_are_completed_by_the_fixed_ones():
    prior = JointPrior.from_spec(CONVERSION, names=("B_1", "lambda_H", "m_chi", "delta_m"))
    assert prior.complete(np.array([[0.6, 200.0, 5.0]])).tolist() == [[0.6, 1.0, 200.0, 5.0]]


def test_unit_cube_round_trip_through_dependent_bounds():
    prior = JointPrior.from_spec(EVERYTHING)
    u = np.random.default_rng(7).random((2000, prior.dim))
    theta = prior.from_unit(u)
    good = prior.allowed(theta)
    assert good.mean() > 0.3
    np.testing.assert_allclose(prior.to_unit(theta)[good], u[good], atol=1e-10)


def test_ends_of_the_unit_cube_are_allowed_points():
    prior = JointPrior.from_spec(CONVERSION)
    corners = np.stack(np.meshgrid(*[[0.0, 1e-300, 1 - 2**-53, 1.0]] * 3), axis=-1).reshape(-1, 3)
    theta = prior.from_unit(corners)
    assert prior.allowed(theta).all()
    assert np.isfinite(prior.log_density(theta)).all()


def test_the_lower_end_of_a_bound_through_a_fixed_power_is_allowed():
    # The bound must come out with the same bits on the way from the unit cube and in the support's check.
    spec = {"m": {"uniform": [0.5, 50]}, "p": 0.5, "d": {"uniform": ["m**p", 100]}}
    prior = JointPrior.from_spec(spec)
    u = np.column_stack([np.random.default_rng(41).random(5000), np.zeros(5000)])
    assert prior.allowed(prior.from_unit(u)).all()


def test_density_is_the_product_of_the_conditionals():
    prior = JointPrior.from_spec({"m": {"uniform": [1, 2]}, "d": {"loguniform": ["0.1*m", "m**2"]}})
    theta = np.array([[1.5, 0.4], [1.1, 1.2], [2.0, 3.9]])
    m, d = theta.T
    np.testing.assert_allclose(prior.log_density(theta), -np.log(d * np.log(m**2 / (0.1 * m))), rtol=1e-13)
    outside = np.array([[1.5, 0.14], [1.5, 2.26], [0.9, 0.5], [np.nan, 0.5], [1.5, np.nan]])
    assert np.all(prior.log_density(outside) == -np.inf)


def test_density_with_dependent_bounds_integrates_to_one():
    prior = JointPrior.from_spec({"x": {"normal": ["m", "0.2*m"]}, "m": {"uniform": [1, 2]}})

    def density(x, m):
        return float(np.exp(prior.log_density(np.array([[x, m]])))[0])

    total, _ = scipy.integrate.dblquad(density, 1, 2, lambda m: -m, lambda m: 3 * m, epsabs=1e-9)
    assert total == pytest.approx(1.0, abs=1e-7)


def test_density_is_the_jacobian_of_the_map_from_the_unit_cube():
    # d theta/d u is triangular in the order of dependence, so its determinant is 1/density.
    prior = JointPrior.from_spec(EVERYTHING)
    u = np.random.default_rng(11).uniform(0.1, 0.9, (200, prior.dim))
    u = u[prior.allowed(prior.from_unit(u))][:20]
    assert len(u) == 20
    columns = [prior.names.index(name) for name in prior.sampled]
    step = 1e-5
    jacobian = np.empty((20, prior.dim, prior.dim))
    for j in range(prior.dim):
        shift = step * np.eye(prior.dim)[j]
        jacobian[:, :, j] = (prior.from_unit(u + shift) - prior.from_unit(u - shift))[:, columns] / (2 * step)
    _, log_determinant = np.linalg.slogdet(jacobian)
    np.testing.assert_allclose(prior.log_density(prior.from_unit(u)), -log_determinant, atol=1e-5)


def test_integral_under_a_constraint_is_the_allowed_fraction():
    prior = JointPrior.from_spec({"a": {"uniform": [1, 3]}, "b": {"loguniform": [1, 9]}}, ["b < a**2"])

    def inside(b, a):
        return float(np.exp(prior.log_density(np.array([[a, b]])))[0])

    volume, _ = scipy.integrate.dblquad(inside, 1, 3, 1, lambda a: a * a * (1 - 1e-12), epsabs=1e-8)
    fraction, error = prior.allowed_fraction(np.random.default_rng(1), n=200_000)
    assert volume == pytest.approx((3 * np.log(3) - 2) / np.log(9), abs=1e-6)  # integral of ln a^2 over a
    assert abs(fraction - volume) < 4 * error


# Each comparison allows 4 standard errors: a false alarm once in 16,000 seeds.
AREAS = [
    (["m_1 + m_2 < 0.5"], 0.125),
    (["m_1**2 + m_2**2 < 1"], np.pi / 4),
    (["m_1 < m_2", "m_2 < 0.5"], 0.125),
    (["0.2 < m_1 < m_2 <= 0.7"], 0.125),
    (["abs(m_1 - m_2) > 0.9"], 0.01),
]


@pytest.mark.parametrize(("constraints", "area"), AREAS)
def test_allowed_fraction_is_the_area(constraints, area):
    prior = JointPrior.from_spec({"m_1": {"uniform": [0, 1]}, "m_2": {"uniform": [0, 1]}}, constraints)
    fraction, error = prior.allowed_fraction(np.random.default_rng(31), n=100_000)
    assert error == pytest.approx(np.sqrt(area * (1 - area) / 100_000), rel=0.05)
    assert abs(fraction - area) < 4 * error
    assert abs(fraction - 1.07 * area) > 4 * error or area < 0.1


def test_allowed_fraction_is_exactly_one_where_nothing_can_be_excluded():
    rng = np.random.default_rng(0)
    assert JointPrior.from_spec(CONVERSION).allowed_fraction(rng) == (1.0, 0.0)
    certain = JointPrior.from_spec(CONVERSION, ["delta_m < m_chi", "lambda_H > 0"])
    assert certain.allowed_fraction(rng) == (1.0, 0.0)
    unsure = JointPrior.from_spec({"x": {"normal": [0, 1]}}, ["x < 30"])
    fraction, error = unsure.allowed_fraction(rng, n=1000)
    assert fraction == 1.0
    assert 0 < error < 1e-2


def test_empty_ranges_of_dependent_bounds_are_excluded_and_counted():
    prior = JointPrior.from_spec({"m": {"uniform": [0, 10]}, "d": {"uniform": ["m", 5]}})
    rng = np.random.default_rng(2)
    theta = prior.from_unit(rng.random((1000, 2)))
    assert np.isfinite(theta).all()
    assert np.array_equal(prior.allowed(theta), theta[:, 0] < 5)
    assert np.array_equal(prior.log_density(theta) == -np.inf, theta[:, 0] >= 5)
    assert np.isfinite(prior.to_unit(theta)).all()
    fraction, error = prior.allowed_fraction(rng, n=20_000)
    assert abs(fraction - 0.5) < 4 * error


@pytest.mark.parametrize(
    ("bound", "undefined_at"),
    [("log(m)", -0.5), ("1/m", 0.0), ("sqrt(m)", -0.5), ("exp(1000*m)", 2.0), ("m**m", -0.5), ("m**-1", 0.0)],
)
def test_undefined_bounds_are_excluded_without_nan(bound, undefined_at):
    prior = JointPrior.from_spec({"m": {"uniform": [-1, 3]}, "d": {"uniform": [0, bound]}})
    u = np.vstack([[(1 + undefined_at) / 4, 0.5], np.random.default_rng(6).random((500, 2))])
    theta = prior.from_unit(u)
    assert theta[0, 0] == undefined_at
    assert np.isfinite(theta).all()
    assert not prior.allowed(theta)[0]
    assert prior.allowed(theta).any()
    assert not np.isnan(prior.log_density(theta)).any()


# False-alarm rate of each Kolmogorov-Smirnov comparison: 1e-4.
def test_samples_under_a_constraint_follow_the_cut_prior():
    prior = JointPrior.from_spec({"a": {"uniform": [0, 1]}, "b": {"uniform": [0, 1]}}, ["a + b < 1"])
    theta = prior.sample(np.random.default_rng(17), 20_000)
    assert theta.shape == (20_000, 2)
    assert prior.allowed(theta).all()
    for column in theta.T:
        assert scipy.stats.kstest(column, lambda x: 1 - (1 - x) ** 2).pvalue > 1e-4
        assert scipy.stats.kstest(column, lambda x: x).pvalue < 1e-4


def test_samples_of_a_dependent_parameter_follow_its_marginal():
    prior = JointPrior.from_spec({"m": {"uniform": [0, 1]}, "d": {"uniform": [0, "m"]}})
    d = prior.sample(np.random.default_rng(23), 20_000)[:, 1]
    assert scipy.stats.kstest(d, lambda x: x - x * np.log(x)).pvalue > 1e-4
    assert scipy.stats.kstest(d, lambda x: x).pvalue < 1e-4


def test_samples_are_reproducible():
    prior = JointPrior.from_spec(EVERYTHING, EVERYTHING_CONSTRAINTS)
    first, second, other = (prior.sample(np.random.default_rng(seed), 50) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_a_batch_equals_its_single_rows_bit_for_bit():
    prior = JointPrior.from_spec(EVERYTHING, EVERYTHING_CONSTRAINTS)
    u = np.random.default_rng(13).random((129, prior.dim))
    theta = prior.from_unit(u)
    back, density, allowed = prior.to_unit(theta), prior.log_density(theta), prior.allowed(theta)
    assert 10 < allowed.sum() < 120
    for i in range(129):
        row = slice(i, i + 1)
        assert np.array_equal(prior.from_unit(u[row]), theta[row])
        assert np.array_equal(prior.to_unit(theta[row]), back[row])
        assert np.array_equal(prior.log_density(theta[row]), density[row])
        assert np.array_equal(prior.allowed(theta[row]), allowed[row])


def test_density_is_finite_exactly_where_points_are_allowed():
    prior = JointPrior.from_spec(EVERYTHING, EVERYTHING_CONSTRAINTS)
    theta = prior.from_unit(np.random.default_rng(19).random((5000, prior.dim)))
    assert np.array_equal(np.isfinite(prior.log_density(theta)), prior.allowed(theta))
    assert not np.isnan(prior.log_density(theta)).any()


def test_another_value_of_a_fixed_parameter_is_outside_the_prior():
    prior = JointPrior.from_spec(CONVERSION)
    theta = prior.from_unit(np.full((1, 3), 0.5))
    theta[0, 2] = 1.1
    assert prior.log_density(theta)[0] == -np.inf
    assert not prior.allowed(theta)[0]


def test_bounds_enclose_every_sample():
    prior = JointPrior.from_spec(EVERYTHING, EVERYTHING_CONSTRAINTS)
    theta = prior.sample(np.random.default_rng(29), 500)
    for name, column in zip(prior.names, theta.T, strict=True):
        low, high = prior.bounds(name)
        assert low <= column.min() <= column.max() <= high


def test_bounds_are_numbers_where_they_can_be():
    prior = JointPrior.from_spec({**CONVERSION, "x": {"normal": [0, 1]}, "y": {"uniform": ["lambda_H", 3]}})
    assert prior.bounds("m_chi") == (150.0, 700.0)
    assert prior.bounds("delta_m") == (0.0, 70.0)
    assert prior.bounds("lambda_H") == (1.0, 1.0)
    assert prior.bounds("x") == (-np.inf, np.inf)
    assert prior.bounds("y") == (1.0, 3.0)


@pytest.mark.parametrize(
    ("value", "line"),
    [
        (2, "fixed at 2"),
        ({"fixed": 1e-10}, "fixed at 1e-10"),
        ({"uniform": [0, "0.1*m"]}, "uniform from 0 to 0.1*m"),
        ({"loguniform": [150, 700]}, "log-uniform from 150 to 700"),
        ({"normal": {"sd": 0.05, "mean": 0.237}}, "normal with mean 0.237 and standard deviation 0.05"),
        (
            {"truncnormal": {"mean": 1, "sd": 2, "low": 0, "high": 3}},
            "normal with mean 1 and standard deviation 2, truncated to 0 to 3",
        ),
        ({"lognormal": [1e-10, 0.5]}, "log-normal with median 1e-10 and width 0.5 in ln"),
        ({"halfnormal": 3}, "half-normal with standard deviation 3"),
        ({"beta": [2, 3]}, "beta with shapes 2 and 3 from 0 to 1"),
    ],
)
def test_each_prior_describes_itself_in_a_line(value, line):
    prior = JointPrior.from_spec({"m": {"uniform": [1, 2]}, "x": value})
    assert prior.describe("x") == line


def test_list_and_table_forms_agree():
    listed = JointPrior.from_spec({"x": {"beta": [2, 3, 10, 20]}})
    tabled = JointPrior.from_spec({"x": {"beta": {"b": 3, "a": 2, "high": 20, "low": 10}}})
    u = np.linspace(0, 1, 11)[:, None]
    assert np.array_equal(listed.from_unit(u), tabled.from_unit(u))


def test_a_prior_without_free_parameters_is_a_point():
    prior = JointPrior.from_spec({"a": 1, "b": 2.5}, ["a < b"])
    assert prior.dim == 0
    assert prior.from_unit(np.empty((2, 0))).tolist() == [[1.0, 2.5]] * 2
    assert prior.log_density(np.array([[1.0, 2.5]])).tolist() == [0.0]
    with pytest.raises(UserError, match="excludes the whole prior"):
        JointPrior.from_spec({"a": 1, "b": 2.5}, ["a > b"])


def test_no_rows_in_no_rows_out():
    prior = JointPrior.from_spec(EVERYTHING, EVERYTHING_CONSTRAINTS)
    theta = prior.from_unit(np.empty((0, prior.dim)))
    assert theta.shape == (0, len(prior.names))
    assert prior.log_density(theta).shape == prior.allowed(theta).shape == (0,)
    assert prior.sample(np.random.default_rng(0), 0).shape == theta.shape


def test_a_wrong_shape_is_refused():
    prior = JointPrior.from_spec(CONVERSION)
    with pytest.raises(ValueError, match=r"u needs the shape \(n, 3\), found \(3,\)"):
        prior.from_unit(np.zeros(3))
    with pytest.raises(ValueError, match=r"theta needs the shape \(n, 4\), found \(2, 3\)"):
        prior.log_density(np.zeros((2, 3)))


def test_a_pickled_prior_is_the_same_prior():
    prior = JointPrior.from_spec(EVERYTHING, EVERYTHING_CONSTRAINTS)
    u = np.random.default_rng(1).random((20, prior.dim))
    theta = prior.from_unit(u)
    for protocol in (2, pickle.HIGHEST_PROTOCOL):
        copy = pickle.loads(pickle.dumps(prior, protocol))
        assert np.array_equal(copy.from_unit(u), theta)
        assert np.array_equal(copy.log_density(theta), prior.log_density(theta))


def test_reading_a_prior_loads_neither_scipy_nor_numba():
    code = (
        "import sys; from relicfit.priors import JointPrior; "
        "JointPrior.from_spec({'m': {'loguniform': [1, 2]}, 'x': {'normal': [0, 1]}}); "
        "sys.exit(any(name in sys.modules for name in ('scipy', 'numba')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
