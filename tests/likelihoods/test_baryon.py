"""The baryon asymmetry against Planck 2018: n_B/s = (8.70 ± 0.06)e-11, theory good to a factor."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.likelihoods.likelihood import TheoryError, likelihood


def lnl(instance, values):
    return instance.evaluate({"baryon_yield": np.asarray(values, dtype=float)})[0]


def test_planck_value_is_the_best_fit_and_a_factor_of_the_theory_error_costs_a_half():
    used = likelihood("baryon-asymmetry", **{"theory-factor": 2.0, "error": 1e-17, "convention-error": 0.0})
    np.testing.assert_allclose(
        lnl(used, [8.70e-11, 17.4e-11, 4.35e-11, 34.8e-11]), [0.0, -0.5, -0.5, -2.0], atol=1e-9
    )


def test_planck_yield_follows_from_the_baryon_density():
    # n_B/s = Ω_b h² (ρ_c/h²)/(m_B s_0), with 0.93715 GeV per baryon of a quarter helium.
    baryons = 0.02237 * 1.053672e-5 / 0.93715 / 2891.2
    assert likelihood("baryon-asymmetry").measured == pytest.approx(baryons, rel=2e-3)
    assert likelihood("baryon-asymmetry").error == pytest.approx(baryons * 0.00015 / 0.02237, rel=0.03)


def test_measurement_and_convention_add_in_quadrature_to_the_theory_factor():
    used = likelihood("baryon-asymmetry", **{"theory-factor": 1.0})
    assert used.width == pytest.approx(math.hypot(0.06 / 8.70, 0.005), rel=1e-12)


@pytest.mark.parametrize(
    ("theory", "options", "factor"),
    [
        ({}, {}, 2.0),
        ({"baryon_yield": TheoryError(3.0, is_factor=True)}, {}, 3.0),
        ({"baryon_yield": TheoryError(0.3)}, {}, 1.3),
        ({"baryon_yield": TheoryError(3.0, is_factor=True)}, {"theory-factor": 1.5}, 1.5),
    ],
)
def test_run_file_overrides_the_theory_error_of_the_scenario(theory, options, factor):
    assert likelihood("baryon-asymmetry", **options).with_theory(theory).factor == factor


def test_the_sign_counts_only_if_asked_for():
    either, positive = likelihood("baryon-asymmetry"), likelihood("baryon-asymmetry", sign="positive")
    np.testing.assert_array_equal(lnl(either, [-5e-11]), lnl(either, [5e-11]))
    np.testing.assert_array_equal(lnl(positive, [5e-11]), lnl(either, [5e-11]))
    assert lnl(positive, [-5e-11])[0] == -np.inf


def test_vanishing_and_enormous_asymmetries_are_excluded_by_finite_numbers_and_nan_is_unphysical():
    values = lnl(likelihood("baryon-asymmetry"), [0.0, 1e-300, 1e-40, 1.0, np.nan, np.inf])
    assert np.all(np.isfinite(values[:4]))
    assert np.all(values[:4] < -100.0)
    assert np.all(np.isneginf(values[4:]))


def test_it_falls_away_from_the_measurement_on_both_sides():
    values = lnl(likelihood("baryon-asymmetry"), np.geomspace(1e-14, 1e-7, 2001))
    peak = int(np.argmax(values))
    assert np.all(np.diff(values[: peak + 1]) > 0.0)
    assert np.all(np.diff(values[peak:]) < 0.0)


def test_array_equals_scalar_bit_for_bit():
    points = np.geomspace(1e-13, 1e-8, 57)
    used = likelihood("baryon-asymmetry")
    assert np.array_equal(lnl(used, points), [lnl(used, [point])[0] for point in points])


def test_description_states_the_numbers_used():
    assert likelihood("baryon-asymmetry").describe() == (
        "|n_B/s| = (8.7 +- 0.06)e-11 (Planck 2018) within a factor 2 of theory error, log-normal"
    )


@pytest.mark.parametrize("bad", [{"sign": "plus"}, {"theory-factor": 0.5}, {"theory-error": 0.1}])
def test_wrong_options_are_refused_with_the_key_path(bad):
    with pytest.raises(UserError, match=r"likelihoods\.baryon-asymmetry"):
        likelihood("baryon-asymmetry", **bad)
