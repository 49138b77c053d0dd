"""Charged scalars at colliders, against the source tables and the published statements about them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from relicfit.likelihoods import limits
from relicfit.likelihoods.likelihood import likelihood
from relicfit.likelihoods.production import cross_section

LN_20 = np.log(20.0)


def point(m_phi, delta_m=5.0, ctau_m=0.0, mu=1.0, e=0.0):
    given = dict(m_phi=m_phi, delta_m=delta_m, ctau_m=ctau_m, branching_mu=mu, branching_e=e)
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in given.values()))
    return dict(zip(given, arrays, strict=True))


def excluded_up_to(name, difference, kind=0, flavour="mu"):
    """Return the largest mass on a 0.5 GeV grid whose cross-section exceeds the limit, or None."""
    search = likelihood("compressed-sleptons", flavours=[flavour])
    mass = np.arange(90.0, 300.0, 0.5)
    limit = search.limits(mass, np.full_like(mass, difference))[kind][0]
    excluded = mass[search.signal(point(mass), "mu") > limit]
    return excluded[-1] if len(excluded) else None


@pytest.mark.parametrize(
    ("flavour", "mass", "difference", "observed", "expected"),
    [
        ("mu", 100, 5, 0.05096, 0.06417),
        ("mu", 160, 2, 0.0586, 0.06381),
        ("mu", 250, 10, 0.01202, 0.01528),
        ("e", 125, 5, 0.07946, 0.07237),
    ],
)
def test_compressed_limits_are_the_table(flavour, mass, difference, observed, expected):
    found = likelihood("compressed-sleptons", flavours=[flavour]).limits([mass], [difference])
    np.testing.assert_allclose(np.ravel(found), [observed, expected], rtol=1e-9)


@pytest.mark.parametrize(
    ("mass", "difference", "observed", "expected"), [(100, 5, 0.05096, 0.06417), (120, 5, 0.04498, 0.05035)]
)
def test_compressed_likelihood_at_the_limit_follows_the_recipe(mass, difference, observed, expected):
    best, width = limits.signal_and_width(np.array([observed]), np.array([expected]))
    recipe = -((observed - best[0]) ** 2 - best[0] ** 2) / (2 * (1.2 * width[0]) ** 2)
    branching = np.sqrt(observed / cross_section(np.array([mass]))[0])
    at_limit = point(mass, difference, mu=branching)
    exact = likelihood("compressed-sleptons", **{"cross-section-error": 0.0})
    assert exact.evaluate(at_limit)[0][0] == pytest.approx(recipe, rel=1e-4)
    assert likelihood("compressed-sleptons").evaluate(at_limit)[0][0] == pytest.approx(recipe, abs=0.03)


def test_smuons_are_excluded_as_published():
    assert excluded_up_to("mu", 5.0) == pytest.approx(127.0, abs=1.0)
    assert excluded_up_to("mu", 5.0, kind=1) == pytest.approx(122.0, abs=1.0)
    assert excluded_up_to("mu", 10.0) == pytest.approx(148.0, abs=1.0)
    assert excluded_up_to("mu", 2.5) is None
    search = likelihood("compressed-sleptons")
    ratio = search.signal(point(100.0))[0] / search.limits([100.0], [2.5])[0][0, 0]
    assert ratio == pytest.approx(0.90, abs=0.01)


def test_selectrons_are_not_excluded_at_five_gev():
    search = likelihood("compressed-sleptons", flavours=["e"])
    mass = np.array([100.0, 110.0, 125.0, 150.0, 200.0])
    ratio = search.signal(point(mass, mu=0.0, e=1.0), "e") / search.limits(mass, np.full(5, 5.0))[0][0]
    assert ratio[0] == pytest.approx(0.95, abs=0.01)
    assert np.all(ratio < 1.0)


def test_decay_length_takes_prompt_leptons_away():
    search = likelihood("compressed-sleptons")
    lengths = np.array([0.0, 0.769e-3, 3e-3, 0.1, np.inf])
    signal = search.signal(point(100.0, ctau_m=lengths))
    expected = cross_section(np.array([100.0])) * np.array([1.0, 1 - np.exp(-1), 0.2261, 0.00766, 0.0]) ** 2
    np.testing.assert_allclose(signal, expected, rtol=3e-3)
    assert np.all(np.diff(search.evaluate(point(100.0, ctau_m=lengths))[0]) > 0.0)
    assert search.evaluate(point(100.0, ctau_m=3e-3))[0][0] > -0.2


def test_flavours_add_and_electrons_are_off_by_default():
    both = likelihood("compressed-sleptons", **{"flavours": ["mu", "e"], "cross-section-error": 0.0})
    single = [
        likelihood("compressed-sleptons", **{"flavours": [lepton], "cross-section-error": 0.0})
        for lepton in ("mu", "e")
    ]
    mixed = point(100.0, 5.0, mu=0.7, e=0.3)
    total = sum(item.evaluate(mixed)[0][0] for item in single)
    assert both.evaluate(mixed)[0][0] == pytest.approx(total, rel=1e-12)
    assert likelihood("compressed-sleptons").evaluate(point(100.0, mu=0.0, e=1.0))[0][0] == 0.0


@pytest.mark.parametrize(("mass", "difference"), [(320, 5), (120, 0.5), (120, 25)])
def test_compressed_outside_the_table_is_zero_and_flagged(mass, difference):
    value, flags = likelihood("compressed-sleptons").evaluate(point(mass, difference))
    assert value[0] == 0.0
    flag = "m_phi above 300 GeV" if difference == 5 else "delta_m outside 1-20 GeV"
    assert flags[f"{flag}: no constraint"].all()


@pytest.mark.parametrize("difference", [1.5, 3.0, 10.0])
def test_the_compressed_limit_goes_on_to_lighter_scalars(difference):
    mass = np.geomspace(20.0, 100.0, 300)
    value, flags = likelihood("compressed-sleptons").evaluate(point(mass, difference))
    below = mass < 90.0
    assert np.array_equal(flags["m_phi below 90 GeV: limit held constant"], below)
    # What is lighter is produced more often: no step towards the allowed side where the table begins.
    assert np.all(np.diff(value[below]) >= 0.0)
    assert value[below].max() < -0.5
    assert np.abs(np.diff(value[np.abs(mass - 90.0) < 2.0])).max() < 0.3


@pytest.mark.parametrize(("mass", "difference"), [(90, 10), (275, 1), (300, 20), (280, 15)])
def test_absent_nodes_take_the_nearest_mass_and_are_flagged(mass, difference):
    _, flags = likelihood("compressed-sleptons").evaluate(point([mass, 150.0], difference))
    assert flags["absent nodes of the table filled"].tolist() == [True, False]
    filled = likelihood("compressed-sleptons").limits([90.0], [10.0])[0]
    np.testing.assert_allclose(filled, 0.05076, rtol=1e-9)


@pytest.mark.parametrize(
    ("lepton", "difference", "mass"),
    [("mu", 2.5, 87.5), ("mu", 5, 92.5), ("mu", 10, 96.5), ("e", 2.5, 76.0), ("e", 5, 87.5), ("e", 10, 95.0)],
)
def test_lep_mass_limits_are_the_95_percent_points(lepton, difference, mass):
    lep = likelihood("lep-sleptons")
    fractions = dict(mu=float(lepton == "mu"), e=float(lepton == "e"))
    found = lep.mass_limit([difference], [fractions["mu"]], [fractions["e"]])
    assert found[0] == pytest.approx(mass, rel=1e-9)
    values = lep.evaluate(point([mass, mass + 2.0, mass - 2.0], difference, **fractions))[0]
    expected = norm.logcdf([-norm.ppf(0.95), -norm.ppf(0.95) + 1, -norm.ppf(0.95) - 1])
    np.testing.assert_allclose(values, expected, rtol=1e-9)


def test_lep_quotes_87_92_96_gev_for_smuons_within_its_accuracy():
    found = likelihood("lep-sleptons").mass_limit([2.5, 5.0, 10.0], np.ones(3), np.zeros(3))
    np.testing.assert_allclose(found, [87.0, 92.0, 96.0], atol=0.6)


def test_lep_holds_at_every_lifetime():
    lep = likelihood("lep-sleptons")
    values = lep.evaluate(point(80.0, 5.0, ctau_m=[0.0, 0.01, 1.0, np.inf]))[0]
    assert np.all(values == values[0])
    assert "ctau_m" not in lep.needs


def test_shared_branching_weakens_the_lep_limit():
    limit = likelihood("lep-sleptons").mass_limit(
        np.full(4, 5.0), np.array([1.0, 0.9, 0.5, 1e-8]), np.zeros(4)
    )
    assert np.all(np.diff(limit) < 0.0)
    assert limit[-1] == 0.0


def test_lep_outside_its_mass_differences():
    value, flags = likelihood("lep-sleptons").evaluate(point(60.0, [1.0, 10.0, 30.0]))
    assert value[0] == 0.0
    assert value[2] < -100.0
    assert flags["delta_m below 2 GeV: no constraint"].tolist() == [True, False, False]
    assert flags["delta_m above 15 GeV: limit held constant"].tolist() == [False, False, True]


def test_aleph_and_l3_can_be_switched():
    l3 = likelihood("lep-sleptons", analyses=["l3-0310007"]).mass_limit([5.0], [1.0], [0.0])
    aleph = likelihood("lep-sleptons", experiments=["aleph"]).mass_limit([5.0], [1.0], [0.0])
    assert (l3[0], aleph[0]) == (pytest.approx(81.0), pytest.approx(92.5))
