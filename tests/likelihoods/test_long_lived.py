"""Long-lived charged scalars, against the source tables and the published exclusions."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize, stats

from relicfit.errors import UserError
from relicfit.likelihoods.likelihood import likelihood
from relicfit.likelihoods.production import cross_section

LN_20 = np.log(20.0)
EXACT = {"cross-section-error": 0.0}


def point(m_phi, ctau_m, delta_m=5.0, mu=1.0, e=0.0):
    given = dict(m_phi=m_phi, delta_m=delta_m, ctau_m=ctau_m, branching_mu=mu, branching_e=e)
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in given.values()))
    return dict(zip(given, arrays, strict=True))


@pytest.mark.parametrize(
    ("analysis", "collider", "mass", "limit"),
    [
        ("cms-1305.0491", "lhc-8", 126.25, 0.004275),
        ("cms-1305.0491", "lhc-8", 247.13, 0.0009997),
        ("cms-exo-16-036", "lhc-13", 197.28, 0.001677),
        ("atlas-1902.01636", "lhc-13", 349.0, 0.000409),
        ("atlas-1902.01636", "lhc-13", 598.0, 0.000273),
    ],
)
def test_stable_limits_are_the_table_at_the_energy_of_the_analysis(analysis, collider, mass, limit):
    search = likelihood("hscp", analyses=[analysis], **EXACT)
    ratio = cross_section(np.array([mass]), collider)[0] / limit
    assert search.rate_over_limit([mass])[0] == pytest.approx(ratio, rel=1e-9)
    assert search.evaluate(point(mass, np.inf))[0][0] == pytest.approx(-LN_20 * ratio, rel=1e-9)


def test_stable_95_percent_point_is_minus_three():
    search = likelihood("hscp", **EXACT)
    ratio = search.rate_over_limit([200.0])[0]
    length = 14.0 / np.log(ratio)  # F^2 = exp(-14 m/ctau) = 1/ratio
    assert search.evaluate(point(200.0, length))[0][0] == pytest.approx(-LN_20, rel=1e-9)
    assert likelihood("hscp").evaluate(point(200.0, length))[0][0] == pytest.approx(-LN_20, rel=0.02)


def test_stable_scalars_are_excluded_from_100_to_430_gev():
    mass = np.arange(100.0, 900.0, 1.0)
    excluded = mass[likelihood("hscp").rate_over_limit(mass) > 1.0]
    assert excluded[0] == 100.0
    assert excluded[-1] == pytest.approx(430.0, abs=5.0)
    assert len(excluded) == excluded[-1] - excluded[0] + 1


@pytest.mark.parametrize(
    ("mass", "length"),
    [(100, 6.4), (120, 8.14), (150, 10.7), (160, 7.51), (200, 8.51), (250, 10.3), (300, 10.2), (400, 45.9)],
)
def test_smallest_excluded_decay_length_of_stable_searches(mass, length):
    ratio = likelihood("hscp").rate_over_limit([mass])[0]
    assert 14.0 / np.log(ratio) == pytest.approx(length, rel=5e-3)


def test_best_expected_analysis_is_chosen_and_observed_stand_ins_are_flagged():
    every = likelihood("hscp")
    for mass, name in [(120.0, "cms-1305.0491"), (200.0, "cms-exo-16-036"), (400.0, "atlas-1902.01636")]:
        alone = likelihood("hscp", analyses=[name])
        assert every.rate_over_limit([mass])[0] == pytest.approx(alone.rate_over_limit([mass])[0], rel=1e-9)
    flags = every.evaluate(point([120.0, 200.0, 400.0], np.inf))[1]
    assert flags["observed limit stands in for the expected one"].tolist() == [True, True, False]


def test_stable_searches_above_their_masses():
    value, flags = likelihood("hscp").evaluate(point(960.0, np.inf))
    assert value[0] == 0.0
    assert flags["m_phi outside the searches: no constraint"].all()


@pytest.mark.parametrize(("name", "length"), [("hscp", np.inf), ("hscp", 3.0), ("disappearing-tracks", 0.1)])
def test_a_limit_does_not_step_down_where_its_table_begins(name, length):
    masses = np.linspace(40.0, 110.0, 281)
    value, flags = likelihood(name).evaluate(point(masses, np.full_like(masses, length)))
    # A lighter scalar is made more often: what excludes it at the begin of a table excludes it below.
    assert np.all(np.diff(value[masses < 99.4]) == 0.0)
    assert value[0] == pytest.approx(value[masses > 99.0][0], abs=1e-9)
    assert value[0] < 0.0
    (held,) = (flag for text, flag in flags.items() if "is held" in text)
    assert held[masses < 99.0].all()
    assert not held[masses > 100.0].any()


def test_energies_and_years_select_analyses():
    assert likelihood("hscp", energies=[8]).datasets == ("cms-8-tev-18.8-fb-hscp",)
    assert likelihood("hscp", years=[2019]).datasets == ("atlas-13-tev-36.1-fb-hscp",)
    with pytest.raises(UserError, match="leave no analysis"):
        likelihood("hscp", energies=[8], experiments=["atlas"])


def test_atlas_tracks_exclude_4p5_to_30_cm_at_100_gev_and_nothing_from_120():
    search = likelihood("disappearing-tracks")
    nodes = np.array([0.02998, 0.04497, 0.1199, 0.2998, 0.4497])
    assert (search.rate_over_limit(np.full(5, 100.0), nodes) > 1).tolist() == [False, True, True, True, False]
    lengths = np.geomspace(0.003, 3.0, 300)
    for mass in (120.0, 140.0, 200.0, 300.0):
        assert np.all(search.rate_over_limit(np.full_like(lengths, mass), lengths) < 1.0)


def test_cms_tracks_exclude_as_published():
    search = likelihood("disappearing-tracks", analyses=["cms-2004.05153"])

    def excluded(mass, nodes):
        return (search.rate_over_limit(np.full(len(nodes), mass), np.array(nodes)) > 1).tolist()

    assert excluded(100.0, [0.04, 0.07, 1.0, 7.0, 10.0]) == [False, True, True, True, False]
    for mass in (140.0, 160.0, 180.0):
        assert excluded(mass, [0.1, 0.4, 1.0, 4.0]) == [False, True, True, False]
    assert not any(excluded(200.0, np.geomspace(0.007, 100.0, 200)))


@pytest.mark.parametrize(
    ("mass", "length", "efficiency"),
    [(100, 0.1199, 3.294e-3), (200, 0.04497, 3.908e-3), (300, 0.2998, 9.316e-3)],
)
def test_atlas_tracks_give_the_marginal_poisson_likelihood(mass, length, efficiency):
    # Nine events over 11.8 +- 3.1 in 36.1/fb; the signal is uncertain by 30 % and the 8 % of production.
    signal = 36.1e3 * cross_section(np.array([mass]))[0] * efficiency

    def profile(s):
        def minus(theta):
            return -(stats.poisson.logpmf(9, s + theta) - (theta - 11.8) ** 2 / (2 * 3.1**2))

        return -optimize.minimize_scalar(minus, bounds=(1e-6, 60.0), method="bounded").fun

    z = np.linspace(-6.0, 6.0, 241)
    weight = stats.norm.pdf(z) * (z[1] - z[0])
    scaled = signal * np.exp(np.hypot(0.30, 0.08) * z)
    expected = np.log(np.sum(weight * np.exp([profile(s) - profile(0.0) for s in scaled])))
    found = likelihood("disappearing-tracks").evaluate(point(mass, length))[0][0]
    assert found == pytest.approx(expected, rel=5e-3)


def test_tracks_outside_the_maps_do_not_constrain_and_are_flagged():
    value, flags = likelihood("disappearing-tracks").evaluate(
        point([90.0, 100.0, 100.0, 100.0], [0.1, 1e-3, 10.0, np.inf])
    )
    np.testing.assert_allclose(value[1:], 0.0, atol=1e-12)
    held = "m_phi below the efficiency maps: the signal at their begin is held"
    assert flags[held].tolist() == [True, False, False, False]
    assert flags["ctau outside the efficiency maps: no constraint"].tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    ("mass", "length", "mu", "e"),
    [
        (300, 0.02998, 1.1059e-01, 1.5056e-01),
        (500, 0.2998, 7.6343e-02, 8.7376e-02),
        (200, 0.002998, 3.2601e-3, 5.3367e-3),
    ],
)
def test_displaced_leptons_read_the_efficiencies_for_massless_dark_matter(mass, length, mu, e):
    search = likelihood("displaced-leptons", **EXACT)
    for fractions, efficiency in [((1.0, 0.0), mu), ((0.0, 1.0), e), ((0.5, 0.5), 0.25 * (mu + e))]:
        rate = cross_section(np.array([mass]))[0] * efficiency / 2.22e-5
        value = search.evaluate(point(mass, length, delta_m=mass, mu=fractions[0], e=fractions[1]))[0][0]
        assert value == pytest.approx(-LN_20 * rate, rel=1e-6)


@pytest.mark.parametrize("difference", [2.5, 5.0, 10.0, 19.9])
def test_displaced_leptons_say_nothing_about_compressed_spectra(difference):
    masses = np.linspace(100.0, 900.0, 33)
    value, flags = likelihood("displaced-leptons").evaluate(point(masses, 0.03, delta_m=difference))
    assert np.all(value == 0.0)
    assert not any(flag.any() for flag in flags.values())


def test_displaced_leptons_flag_what_they_borrow_or_lack():
    _, flags = likelihood("displaced-leptons").evaluate(
        point(300.0, [0.03, 30.0, 0.03], delta_m=[100, 300, 300])
    )
    borrowed = flags["efficiency of massless dark matter at equal lepton momentum"]
    assert borrowed.tolist() == [True, False, False]
    assert flags["ctau outside 3 mm-3 m: no constraint"].tolist() == [False, True, False]


def test_displaced_leptons_do_not_step_where_the_efficiencies_begin():
    mass = np.geomspace(50.0, 110.0, 800)
    value, flags = likelihood("displaced-leptons").evaluate(point(mass, 0.03, delta_m=np.full(800, 30.0)))
    equivalent = 60.0 * (1.0 - 15.0 / mass)
    soft = flags["lepton momentum below the efficiencies: continued by their slope"]
    assert np.array_equal(soft, equivalent < 50.0)
    assert np.all(value[soft] < -1.0)
    assert np.abs(np.diff(np.log(-value))).max() < 0.02


def test_future_colliders_exclude_the_cross_section_of_the_high_luminosity_lhc():
    lengths = np.geomspace(1e-3, 0.03, 7)
    reach = [
        likelihood("soft-displaced-leptons", collider=name).cross_section_limit(lengths)
        for name in ("lhc-14", "he-lhc-27", "fcc-hh-100", "muon-collider-3")
    ]
    for other in reach[1:]:
        np.testing.assert_allclose(other, reach[0], rtol=1e-12)
    now = likelihood("soft-displaced-leptons", collider="lhc-13").cross_section_limit(lengths)
    np.testing.assert_allclose(now / reach[0], np.sqrt(3000.0 / 139.0), rtol=1e-12)


def test_projection_inherits_the_published_best_exclusion():
    # Without loss from the compressed spectrum: both smuons of 520 GeV at 10 ps, 3.7 right-handed pairs.
    search = likelihood("soft-displaced-leptons", **{"collider": "lhc-13", "acceptance-ratio": 1.0})
    limit = search.cross_section_limit(np.geomspace(1e-4, 0.1, 2001))
    assert limit.min() == pytest.approx(3.7 * cross_section(np.array([520.0]))[0], rel=1e-3)
    assert np.geomspace(1e-4, 0.1, 2001)[limit.argmin()] == pytest.approx(3e-3, rel=0.05)


def test_projections_are_flagged_and_limited_to_their_assumption():
    search = likelihood("soft-displaced-leptons", collider="fcc-hh-100")
    value, flags = search.evaluate(point([200.0, 200.0, 200.0, 80.0], 3e-3, delta_m=[5.0, 2.5, 15.0, 5.0]))
    assert flags["a projection, not data"].all()
    assert flags["delta_m outside 4-6 GeV"].tolist() == [False, True, True, False]
    assert flags["m_phi outside the cross-sections: no constraint"].tolist() == [False, False, False, True]
    assert value[0] < -2.0
    assert value[1] == value[3] == 0.0
