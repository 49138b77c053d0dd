import math

import lepton_pion_dirac as dirac
import numpy as np
import pytest
from lepton_pion_dirac import GAMMA, METRIC, RIGHT, dot, fermion_sum, scattering, slash

from relicfit.solver.constants import NEUTRAL_PION_MASS, PION_MASS
from relicfit.solver.scenarios.lepton_pion import amplitudes as model
from relicfit.solver.scenarios.lepton_pion.inputs import CONDENSATE, LEPTON_MASSES, PION_DECAY_CONSTANT

F = PION_DECAY_CONSTANT
# Rounding of products of 4 x 4 matrices, next to cancelling propagators.
ROUNDING = 1e-10
CASES = [(lepton, left) for lepton in ("e", "mu", "tau") for left in (False, True)]


def photon_current(left, m_lepton, p_lepton, q, k):
    """Return A^μ of χ γ(q) → ℓ(p') π(k), charges -1 and +1, without e and C; crossed momenta are negative."""
    if left:
        vertex = math.sqrt(2.0) * F * CONDENSATE * RIGHT
        on_lepton, on_pion, contact = vertex, vertex, np.zeros((4, 4, 4))
    else:
        on_lepton = F / math.sqrt(2.0) * slash(k) @ RIGHT
        on_pion = F / math.sqrt(2.0) * slash(k - q) @ RIGHT
        contact = F / math.sqrt(2.0) * GAMMA @ RIGHT
    propagator = slash(p_lepton - q) + m_lepton * dirac.IDENTITY
    propagator = propagator / (dot(p_lepton - q, p_lepton - q) - m_lepton**2)
    pion = (2.0 * k - q) / (dot(k - q, k - q) - PION_MASS**2)
    return np.array(
        [-GAMMA[mu] @ propagator @ on_lepton + pion[mu] * on_pion - contact[mu] for mu in range(4)]
    )


def photon_sum(current, p_out, m_out, p_in, m_in):
    """Return Σ |A|² over spins and polarisations, by -g_μν; a massless photon needs the Ward identity."""
    return -sum(METRIC[mu, mu] * fermion_sum(current[mu], p_out, m_out, p_in, m_in) for mu in range(4))


@pytest.mark.parametrize(("lepton", "left"), CASES)
@pytest.mark.parametrize("process", ["absorption", "to-photon", "annihilation"])
def test_photon_processes_match_dirac_matrices_and_obey_the_ward_identity(lepton, left, process):
    rng = np.random.default_rng(1)
    m = LEPTON_MASSES[lepton]
    for mass in (0.02, 0.15, 0.6):
        energy = 1.5 * (mass + m + PION_MASS)
        if process == "absorption":
            chi, q, out, k = scattering(rng, (mass, 0.0, m, PION_MASS), energy)
            sign, m_out = 1.0, m
        elif process == "to-photon":
            # The pion comes in and the photon goes out.
            chi, k, out, q = scattering(rng, (mass, PION_MASS, m, 0.0), energy)
            k, q, sign, m_out = -k, -q, 1.0, m
        else:
            # The antilepton comes in: p' = -p̄, and the closed fermion line gives a sign.
            chi, out, k, q = scattering(rng, (mass, m, PION_MASS, 0.0), energy)
            out, q, sign, m_out = -out, -q, -1.0, m
        current = photon_current(left, m, out, q, k)
        explicit = sign * photon_sum(current, out, m_out, chi, mass)
        x, y = dot(out, q), dot(k, q)
        assert sign * model.photon_squared(x, y, mass, m, left) == pytest.approx(
            explicit, rel=ROUNDING, abs=0
        )
        assert explicit > 0.0
        longitudinal = np.einsum("m,mab->ab", METRIC @ q, current)
        size = max(abs(fermion_sum(current[0], out, m_out, chi, mass)), explicit) * energy**2
        assert abs(fermion_sum(longitudinal, out, m_out, chi, mass)) < ROUNDING * size


@pytest.mark.parametrize("lepton", ["e", "mu", "tau"])
def test_threshold_limits_are_those_of_equation_a12(lepton):
    m, mass, pi = LEPTON_MASSES[lepton], 0.13, PION_MASS
    common = F**2 * (m**2 + mass**2)
    s = (m + pi) ** 2
    x = m * 0.5 * (s - mass**2) / math.sqrt(s)
    y = pi * 0.5 * (s - mass**2) / math.sqrt(s)
    absorption = model.photon_squared(x, y, mass, m, False)
    assert absorption == pytest.approx(common * (m + pi) / m, rel=1e-9, abs=0)
    s = (mass + pi) ** 2
    y = pi * 0.5 * (s - m**2) / math.sqrt(s)
    to_photon = model.photon_squared(-0.5 * (s - m**2), y, mass, m, False)
    assert to_photon == pytest.approx(common * mass / (pi + mass), rel=1e-9, abs=0)
    s = (mass + m) ** 2
    x = m * 0.5 * (s - pi**2) / math.sqrt(s)
    annihilation = -model.photon_squared(x, -0.5 * (s - pi**2), mass, m, False)
    assert annihilation == pytest.approx(common * mass / m, rel=1e-9, abs=0)


@pytest.mark.parametrize("lepton", ["e", "mu", "tau"])
def test_two_pion_processes_match_dirac_matrices(lepton):
    rng = np.random.default_rng(2)
    m, charged, neutral = LEPTON_MASSES[lepton], PION_MASS, NEUTRAL_PION_MASS
    for mass in (0.01, 0.2, 0.9):
        energy = 1.3 * (mass + m + 2.0 * charged)
        for m_in, m_out in ((charged, neutral), (neutral, charged)):
            chi, k_in, lepton_out, k_out = scattering(rng, (mass, m_in, m, m_out), energy)
            vertex = slash(k_in + k_out) @ RIGHT / math.sqrt(2.0)
            explicit = fermion_sum(vertex, lepton_out, m, chi, mass)
            t = dot(chi - lepton_out, chi - lepton_out)
            ours = model.two_pion_scattering_squared(energy**2, t, mass, m, m_in, m_out)
            assert ours == pytest.approx(explicit, rel=ROUNDING, abs=0)
        chi, antilepton, k_1, k_2 = scattering(rng, (mass, m, charged, neutral), energy)
        vertex = slash(k_1 - k_2) @ RIGHT / math.sqrt(2.0)
        explicit = -fermion_sum(vertex, -antilepton, m, chi, mass)
        t = dot(chi - k_1, chi - k_1)
        ours = model.two_pion_annihilation_squared(energy**2, t, mass, m, charged, neutral)
        assert ours == pytest.approx(explicit, rel=ROUNDING, abs=0)
        assert ours > 0.0


def test_two_pion_squares_have_the_signs_of_a13_for_equal_pion_masses():
    # The displayed squares of the paper carry f_π² and, for the second, the wrong sign.
    m, mass, mu = LEPTON_MASSES["mu"], 0.2, PION_MASS
    sigma = m**2 + mass**2

    def display(s, t):
        return 4 * mu**4 + 4 * t**2 + sigma * (sigma - s) + 4 * t * (s - sigma - 2 * mu**2)

    s, t = 0.5, -0.1
    ours = model.two_pion_annihilation_squared(s, t, mass, m, mu, mu)
    assert ours == pytest.approx(-0.5 * display(s, t), rel=1e-12, abs=0)
    ours = model.two_pion_scattering_squared(s, t, mass, m, mu, mu)
    assert ours == pytest.approx(0.5 * display(t, s), rel=1e-12, abs=0)


def test_scalar_vertex_matches_dirac_matrices():
    rng = np.random.default_rng(3)
    for mass, other in ((0.3, 0.0), (0.4, 0.2)):
        chi, _, out, _ = scattering(rng, (mass, PION_MASS, other, PION_MASS), 1.0)
        explicit = fermion_sum(CONDENSATE * RIGHT, out, other, chi, mass)
        t = dot(chi - out, chi - out)
        assert model.scalar_pion_scattering_squared(t, mass, other) == pytest.approx(
            explicit, rel=ROUNDING, abs=0
        )
        chi, anti, _, _ = scattering(rng, (mass, other, PION_MASS, PION_MASS), 1.0)
        explicit = -fermion_sum(CONDENSATE * RIGHT, -anti, other, chi, mass)
        assert model.scalar_pion_annihilation_squared(1.0, mass, other) == pytest.approx(
            explicit, rel=ROUNDING, abs=0
        )


@pytest.mark.parametrize(("lepton", "left"), CASES)
def test_decay_widths_match_dirac_matrices(lepton, left):
    from relicfit.solver.scenarios.lepton_pion import densities

    m, pi = LEPTON_MASSES[lepton], PION_MASS

    def two_body(parent, first, second):
        momentum = math.sqrt((parent**2 - (first + second) ** 2) * (parent**2 - (first - second) ** 2))
        p = momentum / (2 * parent) * np.array([0.0, 0.6, 0.8])
        return (
            np.array([parent, 0.0, 0.0, 0.0]),
            dirac.at_rest_boosted(first, p),
            dirac.at_rest_boosted(second, -p),
            momentum / (16 * math.pi * parent**3),
        )

    def vertex(k):
        return math.sqrt(2.0) * F * CONDENSATE * RIGHT if left else F / math.sqrt(2.0) * slash(k) @ RIGHT

    mass = 1.4 * (m + pi)
    chi, out, k, space = two_body(mass, m, pi)
    expected = 0.5 * fermion_sum(vertex(k), out, m, chi, mass) * space
    assert densities.width_chi_to_lepton_pion(mass, m, left) == pytest.approx(expected, rel=ROUNDING, abs=0)
    if m < pi:
        mass = 0.6 * (pi - m)
        pion, out, chi, space = two_body(pi, m, mass)
        # π⁻ → ℓ⁻ χ̄: the incoming χ has momentum -p.
        expected = -fermion_sum(vertex(-pion), out, m, -chi, mass) * space
        assert densities.width_pion_to_chi(mass, m, left) == pytest.approx(expected, rel=ROUNDING, abs=0)
    if m > pi:
        mass = 0.6 * (m - pi)
        parent, chi, k, space = two_body(m, mass, pi)
        expected = 0.5 * fermion_sum(vertex(-k), parent, m, chi, mass) * space
        assert densities.width_lepton_to_chi(mass, m, left) == pytest.approx(expected, rel=ROUNDING, abs=0)
