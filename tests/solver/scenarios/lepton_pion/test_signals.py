import math

import numpy as np
import pytest
from scipy.special import gamma as complex_gamma

from relicfit.solver.constants import FERMI_CONSTANT
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.lepton_pion import flavour, signals
from relicfit.solver.scenarios.lepton_pion.inputs import CONTACT_UNIT


@pytest.mark.parametrize(
    ("lepton", "chirality", "value"),
    [("mu", "L", 1.3227e-4), ("e", "R", 6.135e-2), ("mu", "R", 2.967e-4), ("tau", "R", 1.764e-5)],
)
def test_couplings_of_the_line_have_their_reference_values(lepton, chirality, value):
    found = signals.line_coupling(lepton=lepton, chirality=chirality) / CONTACT_UNIT
    assert found == pytest.approx(value, rel=1e-3, abs=0)


def test_condensate_mixing_lowers_the_coupling_of_the_line():
    found = signals.line_coupling(chirality="L", mixing=True, fermion="majorana") / CONTACT_UNIT
    assert found == pytest.approx(4.42e-5, rel=2e-3, abs=0)


def test_xenon_absorption_has_its_reference_values():
    coupling = 1 / 3400.0**2
    assert signals.fermi_function(55, 3e-6) == pytest.approx(62.83, rel=1e-3, abs=0)
    assert signals.absorption_strength(358e-6, "all-neutrons") == pytest.approx(6282, rel=1e-3, abs=0)
    assert signals.absorption_events(358e-6, coupling, "all-neutrons") == pytest.approx(
        47.97, rel=1e-3, abs=0
    )
    assert signals.absorption_events(358e-6, coupling, "all-neutrons", True) == pytest.approx(
        24, rel=0.01, abs=0
    )
    assert signals.absorption_events(358e-6, coupling) == pytest.approx(2.8e-3, rel=0.03, abs=0)


def test_fermi_function_matches_the_gamma_function_of_a_complex_argument():
    kinetic, z = 5e-4, 55
    energy = 0.51099895e-3 + kinetic
    p = math.sqrt(energy**2 - 0.51099895e-3**2)
    g, eta = math.sqrt(1 - (z / 137.035999) ** 2), z / 137.035999 * energy / p
    radius = 1.2 * 131 ** (1 / 3) / 0.1973269804
    expected = 2 * (1 + g) * (2 * p * radius) ** (2 * g - 2) * math.exp(math.pi * eta)
    expected *= abs(complex_gamma(g + 1j * eta)) ** 2 / complex_gamma(1 + 2 * g) ** 2
    assert signals.fermi_function(z, kinetic) == pytest.approx(expected, rel=1e-10, abs=0)


def test_absorption_vanishes_below_threshold_and_is_finite_at_it():
    masses = 355e-6 * (1 + np.array([-0.5, -1e-6, 0.0, 1e-6]))
    found = signals.absorption_events(masses, 1e-7)
    assert (found[:3] == 0.0).all()
    assert np.isfinite(found[3])
    assert found[3] > 0.0


@pytest.mark.parametrize(("chirality", "absorbed", "flagged"), [("R", True, False), ("L", False, True)])
def test_only_the_vector_operator_is_absorbed_on_xenon(chirality, absorbed, flagged):
    # Between the ground states ΔJ = 1: a scalar transfers no spin.
    model = scenario("lepton-pion", lepton="e", chirality=chirality)
    theta = model.theta(dict(mass=358e-6, coupling=1e-3, reheating_temperature=0.01))[None, :]
    observables, _ = model.evaluate(theta)
    names = [item.name for item in model.observables]
    assert (observables[0, names.index("absorption_rate")] > 0.0) == absorbed
    assert bool(model.flag(theta, observables).get("scalar-absorption", [False])[0]) == flagged
    column = next(item for item in model.observables if item.name == "absorption_rate")
    assert "zero at leading order" in column.description


def test_recoil_and_cosmic_rays_have_their_reference_values():
    assert signals.recoil_energy(0.02) == pytest.approx(1.635, rel=1e-3, abs=0)
    found = signals.cosmic_ray_cross_section(0.0, 1e-4 * FERMI_CONSTANT, 1.0)
    assert found == pytest.approx(5.297e-10, rel=1e-3, abs=0)


def test_invariant_of_a_target_at_rest_is_smaller_by_twice_the_mass_over_the_energy():
    mass, energy = 1e-4, 1.0
    wrong = signals.cosmic_ray_cross_section(mass, 1e-8, energy)
    right = signals.cosmic_ray_cross_section(mass, 1e-8, energy, target_mass=0.0)
    assert right / wrong == pytest.approx(2 * mass / energy, rel=1e-3, abs=0)


def test_spurions_follow_the_pattern_of_the_yukawa_couplings():
    found = flavour.spurions()
    assert found.quark[0] / found.quark[2] == pytest.approx(0.2**3)
    assert found.lepton * found.electron == pytest.approx(flavour.LEPTON_YUKAWAS)
    # Eq. (4.6): at least 1e-4, a few 1e-3, 1e-2.
    assert found.electron == pytest.approx([2.9e-4, 6e-3, 1e-2], rel=0.05, abs=0)
    assert found.g_chi[0] == pytest.approx(0.2**4 * 1e-5)
    expected = found.g_chi[0] * found.g_right[0, 1] / 1000.0**2
    assert found.contact(1000.0, "R", 1) == pytest.approx(expected)


def test_common_factor_of_doublets_cancels_in_the_contact_coupling():
    # η enters ε_Q and 1/ε_u: C_L is independent of it.
    assert flavour.spurions(eta=2.0).contact(1e3, "L") == pytest.approx(flavour.spurions().contact(1e3, "L"))
