"""The relic abundance against Planck 2018 (arXiv:1807.06209, table 2)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.likelihoods.likelihood import TheoryError, likelihood


def lnl(instance, values):
    return instance.evaluate({"omega_h2": np.asarray(values, dtype=float)})[0]


def test_best_fit_is_the_planck_value_and_one_sigma_costs_a_half():
    exact = likelihood("relic-density", **{"theory-error": 0.0})
    np.testing.assert_allclose(lnl(exact, [0.1200, 0.1212, 0.1188, 0.1224]), [0, -0.5, -0.5, -2], atol=1e-10)


@pytest.mark.parametrize(
    ("theory", "options", "fraction"),
    [
        ({}, {}, 0.05),
        ({"omega_h2": TheoryError(0.10)}, {}, 0.10),
        ({"omega_h2": TheoryError(2.0, is_factor=True)}, {}, math.log(2.0)),
        ({"omega_h2": TheoryError(0.10)}, {"theory-error": 0.3}, 0.3),
    ],
)
def test_theory_error_adds_in_quadrature_and_the_run_file_overrides_the_scenario(theory, options, fraction):
    used = likelihood("relic-density", **options).with_theory(theory)
    width = math.hypot(0.0012, fraction * 0.12)
    np.testing.assert_allclose(lnl(used, [0.12 + width, 0.12]), [-0.5, 0.0], atol=1e-12)


@pytest.mark.parametrize("bound", ["upper", "upper-marginalised"])
def test_upper_bound_allows_less_and_falls_continuously_above(bound):
    upper = likelihood("relic-density", bound=bound)
    below = lnl(upper, [0.0, 0.05, 0.09])
    np.testing.assert_allclose(below, 0.0, atol=1e-6)
    values = lnl(upper, np.linspace(0.0, 0.3, 30001))
    assert np.all(np.diff(values) <= 0.0)
    # A continuous slope: the second difference is at most (step / width)^2, with step 1e-5.
    assert np.abs(np.diff(values, 2)).max() < 1.01 * (1e-5 / upper.width) ** 2
    at_the_bound = {"upper": 0.0, "upper-marginalised": math.log(0.5)}[bound]
    assert lnl(upper, [0.12])[0] == pytest.approx(at_the_bound, abs=1e-12)


def test_unphysical_abundance_is_minus_infinity_and_every_other_is_finite():
    values = lnl(likelihood("relic-density"), [np.nan, -1e-3, 0.0, 1e-30, 1e12])
    assert np.array_equal(np.isneginf(values), [True, True, False, False, False])


def test_array_equals_scalar_bit_for_bit():
    points = np.geomspace(1e-4, 10.0, 57)
    used = likelihood("relic-density")
    assert np.array_equal(lnl(used, points), [lnl(used, [point])[0] for point in points])


def test_description_states_the_numbers_used():
    assert likelihood("relic-density").describe() == (
        "Omega h^2 = 0.1200 +- 0.0012 (Planck 2018) with 5 % theory error, two-sided"
    )
    assert "0.1000 +- 0.0020 (set in the run file)" in (
        likelihood("relic-density", measured=0.1, error=0.002).describe()
    )


@pytest.mark.parametrize("bad", [{"bound": "uper"}, {"theory-error": -0.1}, {"theory_eror": 0.1}])
def test_wrong_options_are_refused_with_the_key_path(bad):
    with pytest.raises(UserError, match=r"likelihoods\.relic-density"):
        likelihood("relic-density", **bad)
