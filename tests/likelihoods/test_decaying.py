"""Decaying dark matter: energy injection, cosmic electrons and lines against their source tables."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from relicfit.likelihoods.likelihood import likelihood

GAUSSIAN_95 = -0.5 * norm.ppf(0.975) ** 2


def smeared_at_95(uncertainty, width=0.25):
    return norm.logcdf(-norm.ppf(0.95) * width / math.hypot(width, uncertainty))


def point(mass, photons=0.0, electrons=0.0, line=0.0):
    mass = np.atleast_1d(np.asarray(mass, dtype=float))
    given = dict(width_gamma_gamma=photons, width_electron_positron=electrons, width_neutrino_gamma=line)
    return {"mass": mass, **{name: np.full_like(mass, value) for name, value in given.items()}}


# (mass in GeV, lifetime limit in s): arXiv:2303.07370 as digitised, then own calculation.
@pytest.mark.parametrize(
    ("mass", "lifetime"),
    [(2.9757e-08, 4.9624e25), (1.60979e-4, 5.5543e24), (3.61227e-3, 7.9330e23), (7.63906e-1, 1.7567e24)],
)
def test_cmb_photon_limit_is_the_95_percent_point(mass, lifetime):
    cmb = likelihood("cmb-decay")
    assert cmb.lifetime_limits([mass])[0][0] == pytest.approx(lifetime, rel=1e-9)
    # The lightest node lies 0.8 % below the stated range, inside the fade.
    tolerance = 0.1 if mass < 30e-9 else 1e-9
    assert cmb.evaluate(point(mass, photons=1 / lifetime))[0][0] == pytest.approx(GAUSSIAN_95, rel=tolerance)


@pytest.mark.parametrize(
    ("mass", "lifetime"), [(3.14896e-3, 1.2071e24), (4.78981e-2, 1.9394e25), (5.00764e2, 8.3878e23)]
)
def test_cmb_electron_limit_is_the_95_percent_point(mass, lifetime):
    value = likelihood("cmb-decay").evaluate(point(mass, electrons=1 / lifetime))[0][0]
    assert value == pytest.approx(GAUSSIAN_95, rel=1e-9)


@pytest.mark.parametrize(
    ("mass", "lifetime"),
    [(160e-6, 5.5e24), (0.94e-3, 2.6e24), (3.6e-3, 8e23), (31e-3, 4.5e24), (0.76, 1.8e24)],
)
def test_cmb_photon_limits_quoted_in_text_are_reproduced(mass, lifetime):
    assert likelihood("cmb-decay").lifetime_limits([mass])[0][0] == pytest.approx(lifetime, rel=0.03)


@pytest.mark.parametrize(
    ("mass", "lifetime"), [(0.055, 1.9e25), (3e-3, 1.2e24), (1.0, 6e24), (800.0, 8.5e23)]
)
def test_cmb_electron_limits_quoted_in_text_are_reproduced(mass, lifetime):
    assert likelihood("cmb-decay").lifetime_limits([mass])[1][0] == pytest.approx(lifetime, rel=0.05)


def test_cmb_channels_add_linearly():
    cmb = likelihood("cmb-decay")
    photons, electrons = (limit[0] for limit in cmb.lifetime_limits([0.1]))
    half = cmb.evaluate(point(0.1, photons=0.5 / photons, electrons=0.5 / electrons))[0][0]
    assert half == pytest.approx(GAUSSIAN_95, rel=1e-9)


def test_cmb_electrons_below_threshold_do_not_constrain_and_are_not_flagged():
    value, flags = likelihood("cmb-decay").evaluate(point(1e-3, electrons=1e-20))
    assert value[0] == 0.0
    assert not any(flag.any() for flag in flags.values())


def test_cmb_outside_its_range():
    cmb = likelihood("cmb-decay")
    value, flags = cmb.evaluate(point([20e-9, 20e4], photons=1e-24))
    assert value[0] == 0.0
    assert value[1] == pytest.approx(-0.5 * (norm.ppf(0.975) * 8.5013e23 * 1e-24) ** 2, rel=1e-4)
    assert flags["mass below 30 eV: no constraint"].tolist() == [True, False]
    assert flags["mass above 10 TeV: limit held constant"].tolist() == [False, True]


def test_normalisation_error_of_the_cmb_limits_weakens_exclusion():
    sharp, wide = likelihood("cmb-decay"), likelihood("cmb-decay", **{"normalisation-error": 0.13})
    strong = point(0.05, electrons=3 / 1.9394e25)
    assert sharp.evaluate(strong)[0][0] < wide.evaluate(strong)[0][0] < 0.0


@pytest.mark.parametrize(
    ("mass", "lifetime"), [(1.0617e-2, 1.361e26), (8.6042e-2, 3.425e26), (3.9410e-1, 1.329e26)]
)
def test_voyager_estimate_is_smeared_by_half_a_decade(mass, lifetime):
    value, flags = likelihood("voyager-decay").evaluate(point(mass, electrons=1 / lifetime))
    assert value[0] == pytest.approx(smeared_at_95(1.15), rel=1e-9)
    assert flags["estimate (grade D)"].all()


def test_voyager_is_off_above_half_a_gev_unless_asked_and_outside_its_table():
    off, on = likelihood("voyager-decay"), likelihood("voyager-decay", **{"above-half-gev": True})
    values, flags = off.evaluate(point([5e-3, 0.55, 0.7], electrons=1e-24))
    assert values.tolist() == [0.0, 0.0, 0.0]
    assert flags["mass outside the estimate: no constraint"].all()
    assert not flags["estimate (grade D)"].any()
    assert on.evaluate(point(0.55, electrons=1e-24))[0][0] < -5.0
    assert on.evaluate(point(0.7, electrons=1e-24))[0][0] == 0.0


# The neutrino-photon column: half the two-photon lifetime limit.
@pytest.mark.parametrize(
    ("options", "mass", "lifetime"),
    [
        ({}, 7.01390e-06, 9.5766e28),
        ({"analyses": ["nustar"]}, 6.69960e-06, 8.9143e27),
        ({}, 2.09490e-05, 2.5875e28),
        ({}, 5.48897e-04, 4.7660e29),
        ({}, 1.04113e-01, 8.0675e26),
        ({"analyses": ["integral-spi-above-2-mev"]}, 4.70819e-03, 8.3972e29),
        ({"analyses": ["gamma-2312.11608-below-17-mev"]}, 1.42504e-02, 1.2665e30),
    ],
)
def test_line_limit_is_smeared_by_a_fifth_of_a_decade(options, mass, lifetime):
    lines = likelihood("x-ray-lines", **options)
    assert lines.lifetime_limit(mass)[0] == pytest.approx(lifetime, rel=1e-9)
    value = lines.evaluate(point(mass, line=1 / lifetime))[0][0]
    assert value == pytest.approx(smeared_at_95(0.46), rel=1e-9)


def test_two_photons_are_limited_twice_as_strongly_as_one():
    one, two = likelihood("x-ray-lines"), likelihood("x-ray-lines", channel="gamma-gamma")
    np.testing.assert_allclose(
        two.evaluate(point(7e-6, photons=0.5e-29))[0], one.evaluate(point(7e-6, line=1e-29))[0], rtol=1e-12
    )


def test_three_and_a_half_kev_line_is_excluded_by_xmm_by_about_ten_in_rate():
    xmm = likelihood("x-ray-lines", analyses=["xmm-2102.02207"])
    excess = 1.4e-28 * xmm.lifetime_limit(7e-6)[0]
    assert 8.0 < excess < 16.0
    assert xmm.evaluate(point(7e-6, line=1.4e-28))[0][0] < -10.0
    nustar = likelihood("x-ray-lines", analyses=["nustar"])
    assert nustar.evaluate(point(7e-6, line=1.4e-28))[0][0] > xmm.evaluate(point(7e-6, line=1.4e-28))[0][0]


@pytest.mark.parametrize("mass", [4e-6, 5.2e-5, 2.5e-3, 1e-2, 0.016, 0.424, 20.0])
def test_lines_do_not_constrain_without_data_nor_across_jumps(mass):
    value, flags = likelihood("x-ray-lines").evaluate(point(mass, line=1e-22))
    assert flags["mass without line data: no constraint"].all()
    # Inside the narrow gap between gamma-ray instruments the fades of both sides overlap.
    assert value[0] == 0.0 or mass == 0.424


def test_strongest_line_search_counts_and_experiments_are_not_multiplied():
    mass = np.geomspace(6.1e-6, 1.3e-5, 301)
    width = np.full_like(mass, 3e-29)
    given = {"mass": mass, "width_neutrino_gamma": width}
    alone = [
        likelihood("x-ray-lines", analyses=[name]).evaluate(given)[0] for name in ("xmm-2102.02207", "nustar")
    ]
    both = likelihood("x-ray-lines", analyses=["xmm-2102.02207", "nustar"]).evaluate(given)[0]
    np.testing.assert_allclose(both, np.minimum(*alone), rtol=1e-9)
