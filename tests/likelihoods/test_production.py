"""Production cross-sections of right-handed sleptons."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.likelihoods.production import cross_section, tabulated


# LHC SUSY Cross Section Working Group, NLO+NLL, in fb.
@pytest.mark.parametrize(
    ("mass", "femtobarn"), [(100, 97.8), (140, 30.4), (200, 8.37), (300, 1.75), (500, 0.190), (700, 0.0351)]
)
def test_thirteen_tev_is_the_working_group_value(mass, femtobarn):
    assert 1e3 * cross_section(np.array([mass]))[0] == pytest.approx(femtobarn, rel=3e-3)


@pytest.mark.parametrize(
    ("collider", "at_100", "at_500"),
    [
        ("lhc-8", 0.04928, 4.224e-05),
        ("lhc-13.6", 0.1038, 2.137e-4),
        ("lhc-14", 0.1079, 2.299e-4),
        ("he-lhc-27", 0.2447, 9.344e-4),
        ("fcc-hh-100", 1.042, 7.048e-3),
        ("muon-collider-3", 2.908e-3, 2.453e-3),
    ],
)
def test_other_energies_are_the_tabulated_values(collider, at_100, at_500):
    found = cross_section(np.array([100.0, 500.0]), collider)
    np.testing.assert_allclose(found, [at_100, at_500], rtol=5e-4)


def test_muon_collider_opens_as_the_cube_of_the_velocity():
    mass = np.array([1490.0, 1499.0, 1499.9, 1500.0, 1600.0])
    found = cross_section(mass, "muon-collider-3")
    velocity = np.sqrt(1.0 - (mass[:3] / 1500.0) ** 2)
    np.testing.assert_allclose(found[:3] / velocity**3, found[0] / velocity[0] ** 3, rtol=1e-9)
    assert found[3:].tolist() == [0.0, 0.0]


def test_interpolation_is_a_power_law_between_nodes():
    middle = np.sqrt(100.0 * 120.0)
    assert cross_section(np.array([middle]))[0] == pytest.approx(np.sqrt(0.09779 * 0.05214), rel=1e-9)


def test_range_is_reported_and_continued_smoothly_for_diagnostics():
    assert tabulated([49.0, 50.0, 1000.0, 1001.0]).tolist() == [False, True, True, False]
    assert tabulated([60.0, 95.0], "fcc-hh-100").tolist() == [False, True]
    beyond = cross_section(np.array([999.0, 1001.0, 1500.0]))
    assert beyond[0] > beyond[1] > beyond[2] > 0.0


def test_unknown_collider_is_refused_with_the_nearest_name():
    with pytest.raises(UserError, match="lhc-13"):
        cross_section(np.array([100.0]), "lhc-12")
