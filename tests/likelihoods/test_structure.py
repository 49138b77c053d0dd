"""Limits on warm dark matter, at the values of their definition."""

import numpy as np
import pytest

from relicfit.likelihoods.likelihood import likelihood


def value(mass_kev, omega=0.12, **options):
    observables = {"wdm_equivalent_mass_keV": np.array([mass_kev]), "omega_h2": np.array([omega])}
    return likelihood("structure-formation", **options).evaluate(observables)[0][0]


def test_values_of_the_lyman_alpha_limit():
    for mass, expected in ((5.7, -1.9207), (4.0, -3.9003), (10.0, -0.6240)):
        assert value(mass) == pytest.approx(expected, rel=1e-4)
    assert value(5.7, limit=5.7) == value(5.7)
    assert value(5.7, steepness=5.0) == pytest.approx(-1.0305, rel=1e-4)


def test_odds_are_likelihood_ratios():
    assert value(5.0, limit="lensing-2025") == pytest.approx(-3.8914, rel=1e-4)
    assert value(5.0, limit=6.5, statistic="odds10") == value(5.0, limit="lensing-2025")


def test_a_part_of_dark_matter_counts_with_its_square():
    assert value(4.0, 0.06) == pytest.approx(0.25 * value(4.0))
    assert value(4.0, 0.3) == value(4.0)
    term = likelihood("structure-formation")
    rows = {"wdm_equivalent_mass_keV": np.array([0.3, 4.0]), "omega_h2": np.array([0.12, 0.05])}
    hot, part = term.evaluate(rows)[1].values()
    assert hot.tolist() == [True, False]
    assert part.tolist() == [False, True]


def test_extra_radiation_is_a_half_gaussian():
    term = likelihood("n-eff")
    assert term.evaluate({"delta_n_eff": np.array([0.107])})[0][0] == pytest.approx(-0.5 * 1.96**2)
    assert term.evaluate({"delta_n_eff": np.array([1.7e-3])})[0][0] > -1e-3
