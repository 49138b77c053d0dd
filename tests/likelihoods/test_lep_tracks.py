"""Charged scalars at LEP that prompt searches miss: tracks, kinks, and the width of the Z."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.likelihoods.likelihood import likelihood
from relicfit.likelihoods.limits import EVENTS_WITHOUT_BACKGROUND
from relicfit.likelihoods.z_width import z_width_to_scalars

# ln L at the 95 % CL limit of a search without background.
EXCLUDED = -EVENTS_WITHOUT_BACKGROUND


def lnl(name, mass, length=1e-9):
    given = {
        "m_phi": np.atleast_1d(np.asarray(mass, float)),
        "ctau_m": np.atleast_1d(np.asarray(length, float)),
    }
    shape = np.broadcast_shapes(*(v.shape for v in given.values()))
    term = likelihood(name)
    return term.evaluate({k: np.broadcast_to(given[k], shape).copy() for k in term.needs})[0]


@pytest.mark.parametrize(("mass", "length"), [(75.5, 0.1), (93.9, 10.0), (50.0, 0.1), (45.0, 1e8)])
def test_light_scalars_that_fly_are_excluded(mass, length):
    assert lnl("lep-tracks", mass, length)[0] < EXCLUDED


def test_stable_scalars_are_excluded_up_to_the_published_mass():
    # OPAL hep-ex/0305031: 98.0 GeV.
    assert lnl("lep-tracks", 98.0, 1e6)[0] == pytest.approx(EXCLUDED, rel=1e-6)
    assert lnl("lep-tracks", 100.0, 1e6)[0] > EXCLUDED
    assert lnl("lep-tracks", 110.0, 1e6)[0] == 0.0


def test_the_limit_on_the_cross_section_lies_in_the_published_range():
    from relicfit.likelihoods.production import muon_cross_section

    assert 0.005 < muon_cross_section(np.array([98.0]), 206.5**2)[0] < 0.028


def test_sleptons_of_all_lifetimes_with_hard_leptons_set_the_scale_of_the_estimate():
    # OPAL hep-ex/0507048: 87.4 GeV (staus) at the worst lifetime; kinks alone must not do better than 98 GeV
    # nor, where decays are inside the trackers, much worse than that.
    masses = np.linspace(50.0, 100.0, 2001)
    limit = masses[lnl("lep-tracks", masses, 0.5) < EXCLUDED].max()
    assert 85.0 < limit < 98.0


def test_it_is_smooth_and_falls_with_mass_and_rises_with_decay_length():
    masses, lengths = np.linspace(20.0, 120.0, 4001), np.geomspace(1e-6, 1e6, 4001)
    by_mass, by_length = lnl("lep-tracks", masses, 1.0), lnl("lep-tracks", 80.0, lengths)
    assert np.all(np.diff(by_mass) >= 0.0)
    assert np.all(np.diff(by_length) <= 0.0)
    assert np.abs(np.diff(by_length)).max() < 0.2
    assert by_length[0] == 0.0


def test_prompt_decays_are_flagged_and_not_constrained():
    term = likelihood("lep-tracks")
    found, flags = term.evaluate({"m_phi": np.array([60.0]), "ctau_m": np.array([1e-4])})
    assert found[0] == 0.0
    assert flags["decays before the trackers: no constraint"][0]


def test_z_width_is_a_sixth_of_the_singlet_share_and_closes_at_half_the_z():
    # Γ(Z → νν̄) = G_F m_Z³/(12√2 π) = 165.9 MeV; a scalar of charge sin²θ gets 2 sin⁴θ β³ of it.
    ratio = z_width_to_scalars(np.array([1e-3]))[0] / 0.1659
    assert ratio == pytest.approx(2.0 * 0.23126**2, rel=2e-3)
    assert z_width_to_scalars(np.array([45.6]))[0] == 0.0


def test_z_width_excludes_light_scalars_whatever_they_do():
    assert lnl("z-width", 20.0)[0] < -10.0
    assert lnl("z-width", 30.0)[0] < -1.92
    values = lnl("z-width", np.linspace(1.0, 60.0, 5001))
    assert np.all(np.diff(values) >= 0.0)
    assert values[-1] == 0.0


@pytest.mark.parametrize("name", ["lep-tracks", "z-width"])
def test_unphysical_input_is_minus_infinity_and_arrays_equal_single_points(name):
    assert np.isneginf(lnl(name, [np.nan, -1.0], [1.0, 1.0])).all()
    masses = np.linspace(1.0, 120.0, 37)
    assert np.array_equal(lnl(name, masses, 0.3), [lnl(name, mass, 0.3)[0] for mass in masses])
