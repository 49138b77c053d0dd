import math

import lepton_pion_dirac as dirac
import numpy as np
import pytest
from lepton_pion_dirac import GAMMA, METRIC, RIGHT, dot, slash
from scipy.integrate import quad

from relicfit.solver.constants import (
    ELECTRON_MASS,
    FERMI_CONSTANT,
    HBAR_GEV_S,
    MUON_MASS,
    NEUTRAL_PION_MASS,
    PION_MASS,
    YEAR_S,
)
from relicfit.solver.scenarios.lepton_pion import virtual, widths
from relicfit.solver.scenarios.lepton_pion.densities import (
    width_chi_to_lepton_pion,
    width_chi_to_neutrino_pion,
)
from relicfit.solver.scenarios.lepton_pion.inputs import (
    CONTACT_UNIT,
    DECAY_CHANNELS,
    LEPTON_MASSES,
    NEUTRAL_PION_WIDTH,
    PION_DECAY_CONSTANT,
    PION_WIDTH,
    V_UD,
    WIDTH_PI0_TWO_PHOTONS,
)


def test_loop_lifetime_at_the_pion_mass_is_four_years():
    width = widths.loop_width(PION_MASS, FERMI_CONSTANT, MUON_MASS, True, 0.237)
    assert HBAR_GEV_S / width / YEAR_S == pytest.approx(3.9965, rel=1e-3, abs=0)


@pytest.mark.parametrize(
    ("lepton", "chirality", "mass", "contact", "lifetime"),
    [
        ("mu", "R", 0.2, True, 1.5495e7),
        ("mu", "R", 0.2, False, 2.696e7),
        ("mu", "R", 0.3, True, 1.736e-9),
        ("e", "R", 0.2, True, 6.678e-9),
        ("mu", "L", 0.1, True, 8.263e-2),
        ("mu", "L", 0.2, True, 2.832e-11),
        ("tau", "R", 2.5, True, 7.720e-12),
        ("mu", "L", 7e-6, True, 1.2496e20),
        ("e", "R", 7e-6, True, 2.6880e25),
        ("mu", "R", 7e-6, True, 6.2873e20),
        ("tau", "R", 7e-6, True, 2.2231e18),
        ("e", "R", 0.12, True, 5.995e7),
        ("e", "R", 0.12, False, 2.391e11),
        ("e", "R", 0.01, True, 1.5531e13),
    ],
)
def test_lifetimes_have_their_reference_values(lepton, chirality, mass, contact, lifetime):
    found = widths.lifetime_s(mass, CONTACT_UNIT, lepton=lepton, chirality=chirality, contact=contact)
    assert found == pytest.approx(lifetime, rel=1e-3, abs=0)


@pytest.mark.parametrize(
    ("lepton", "mass", "ratio"),
    [
        ("e", 1.3e-3, 0.33),
        ("e", 2e-3, 8.1),
        ("e", 1e-2, 593),
        ("e", 0.1, 6.2e4),
        ("mu", 0.12, 5.4e-4),
        ("mu", 0.15, 0.057),
        ("mu", 0.20, 0.74),
        ("mu", 0.24, 2.05),
    ],
)
def test_contact_term_overtakes_the_loop_where_the_reference_says(lepton, mass, ratio):
    found = widths.partial_widths(mass, CONTACT_UNIT, lepton=lepton)
    assert found[widths.LEPTON_E_NU] / found[widths.NEUTRINO_PHOTON] == pytest.approx(ratio, rel=0.02, abs=0)


def contact_square(mass, m_lepton, m_product, chi, lepton, product, neutrino):
    """Return Σ|A|² of χ → ℓ ℓ' ν by traces, with the correlator g_μν - k_μ k_ν/(k² - m_π²) explicit."""
    k = product + neutrino
    correlator = METRIC - np.outer(METRIC @ k, METRIC @ k) / (dot(k, k) - PION_MASS**2)
    strength = (2 * math.sqrt(2) * FERMI_CONSTANT * V_UD * PION_DECAY_CONSTANT**2 / 2) ** 2

    def tensor(p_out, m_out, p_in, m_in, projector):
        left = [(slash(p_out) + m_out * dirac.IDENTITY) @ GAMMA[m] @ projector for m in range(4)]
        right = [(slash(p_in) + m_in * dirac.IDENTITY) @ dirac.bar(GAMMA[n] @ projector) for n in range(4)]
        return np.array([[np.trace(a @ b) for b in right] for a in left])

    hadronic = tensor(lepton, m_lepton, chi, mass, RIGHT)
    leptonic = -tensor(product, m_product, -neutrino, 0.0, dirac.LEFT)
    return strength * np.einsum("ac,mn,am,cn->", hadronic, leptonic, correlator, correlator).real


@pytest.mark.parametrize(
    ("lepton", "product", "mass"), [("e", "e", 0.01), ("mu", "e", 0.2), ("mu", "mu", 0.235)]
)
def test_contact_width_matches_traces_integrated_by_monte_carlo(lepton, product, mass):
    # 1500 points of three-body phase space; the agreement is asserted within four standard errors, a
    # false alarm of 6e-5, and the standard error is required to be below 4 %.
    rng = np.random.default_rng(7)
    m, mp = LEPTON_MASSES[lepton], LEPTON_MASSES[product]
    count = 1500
    low, high = mp**2, (mass - m) ** 2
    values = np.empty(count)
    for i in range(count):
        k2 = low + (high - low) * rng.uniform()
        w = math.sqrt(k2)
        p = math.sqrt((mass**2 - (m + w) ** 2) * (mass**2 - (m - w) ** 2)) / (2 * mass)
        q = (k2 - mp**2) / (2 * w)

        def direction():
            cosine, phi = rng.uniform(-1, 1), rng.uniform(0, 2 * math.pi)
            sine = math.sqrt(1 - cosine**2)
            return np.array([sine * math.cos(phi), sine * math.sin(phi), cosine])

        axis, inner = p * direction(), q * direction()
        energy = math.sqrt(k2 + p * p)
        boost, gamma = -axis / energy, energy / w

        def boosted(rest_mass, vector, boost=boost, gamma=gamma):
            e = math.sqrt(rest_mass**2 + vector @ vector)
            along = boost @ vector
            factor = gamma**2 / (gamma + 1) * along + gamma * e
            return np.array([gamma * (e + along), *(vector + factor * boost)])

        chi = np.array([mass, 0.0, 0.0, 0.0])
        outgoing = dirac.at_rest_boosted(m, axis)
        square = contact_square(mass, m, mp, chi, outgoing, boosted(mp, inner), boosted(0.0, -inner))
        # dΦ₃ = dk²/2π · p/(4π M) · q/(4π w) over uniform angles; the width averages over two spins.
        values[i] = 0.5 * square / (2 * mass) * (high - low) / (2 * math.pi)
        values[i] *= p / (4 * math.pi * mass) * q / (4 * math.pi * w)
    error = values.std() / math.sqrt(count)
    assert error < 0.04 * values.mean()
    assert abs(values.mean() - virtual.contact_width(mass, m, mp)) < 4 * error


def test_contact_width_has_its_massless_limit_and_dwarfs_the_pole():
    mass = 0.02
    square = 2 * PION_DECAY_CONSTANT**4 * FERMI_CONSTANT**2 * V_UD**2
    limit = square * mass**5 / (1536 * math.pi**3)
    assert virtual.contact_width(mass, ELECTRON_MASS, ELECTRON_MASS) == pytest.approx(limit, rel=0.03, abs=0)
    assert virtual.virtual_pion_width(mass, ELECTRON_MASS, ELECTRON_MASS, False) < 1e-5 * limit


def test_contact_width_without_its_transverse_part_is_the_pole():
    # L_L H_L k⁴ in place of m_π⁴, by adaptive quadrature of the reference formula.
    mass, m, mp = 0.23, MUON_MASS, MUON_MASS

    def integrand(k2):
        root = math.sqrt((mass**2 - (m + math.sqrt(k2)) ** 2) * (mass**2 - (m - math.sqrt(k2)) ** 2))
        along = mp**2 * (k2 - mp**2) / k2 * ((mass**2 - m**2) ** 2 - k2 * (mass**2 + m**2)) / (2 * k2)
        return root * (1 - mp**2 / k2) * along * k2**2 / (k2 - PION_MASS**2) ** 2

    strength = 2 * PION_DECAY_CONSTANT**4 * FERMI_CONSTANT**2 * V_UD**2 / (256 * math.pi**3 * mass**3)
    expected = strength * quad(integrand, mp**2, (mass - m) ** 2, epsrel=1e-9, epsabs=0)[0]
    assert virtual.virtual_pion_width(mass, m, mp, False) == pytest.approx(expected, rel=1e-6, abs=0)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize(("lepton", "mass"), [("mu", 0.15), ("mu", 0.24), ("tau", 1.0), ("tau", 1.9)])
def test_virtual_lepton_width_matches_adaptive_quadrature(left, lepton, mass):
    from relicfit.solver.scenarios.lepton_pion.inputs import lepton_width

    m, total = LEPTON_MASSES[lepton], lepton_width(lepton)

    def integrand(k2):
        decay = m * total * (k2 / m**2) ** (3 if left else 2)
        on_shell = virtual.off_shell_decay(mass, k2, PION_MASS**2, left)
        return on_shell * decay / ((k2 - m**2) ** 2 + (m * total) ** 2) / math.pi

    end = (mass - PION_MASS) ** 2
    expected = quad(integrand, 0, end, epsrel=1e-10, epsabs=0, limit=200, points=[end * (1 - 1e-3)])[0]
    assert virtual.virtual_lepton_width(mass, m, total, left) == pytest.approx(expected, rel=1e-6, abs=0)


@pytest.mark.parametrize("offset", [-0.6, -0.12, -0.09, -1e-2, -1e-4])
def test_two_photon_width_below_the_pion_matches_adaptive_quadrature(offset):
    mass, pole = NEUTRAL_PION_MASS * (1 + offset), NEUTRAL_PION_MASS

    def integrand(k2):
        first = virtual.off_shell_decay(mass, 0.0, k2, True) / 2  # ν π⁰ has half the coupling squared of ℓ π
        second = WIDTH_PI0_TWO_PHOTONS * pole * (k2 / pole**2) ** 2
        return first * second / ((k2 - pole**2) ** 2 + (pole * NEUTRAL_PION_WIDTH) ** 2) / math.pi

    expected = quad(integrand, 0, mass**2, epsrel=1e-11, epsabs=0, limit=200, points=[mass**2 * 0.99])[0]
    assert virtual.neutrino_two_photons_width(mass) == pytest.approx(expected, rel=1e-6, abs=0)


def test_two_photon_width_has_its_light_limit():
    mass, pole = 1e-4, NEUTRAL_PION_MASS
    strength = (PION_DECAY_CONSTANT * 22 * PION_DECAY_CONSTANT) ** 2
    limit = strength * mass**7 * WIDTH_PI0_TWO_PHOTONS / (960 * math.pi**2 * pole**7)
    assert virtual.neutrino_two_photons_width(mass) == pytest.approx(limit, rel=1e-4, abs=0)


def test_off_shell_pion_width_contains_the_narrow_width_limit():
    # The same integrand across the pole of a pion made narrow gives Γ(χ → ℓπ) BR(π → ℓ'ν).
    mass, m, mp = 0.5, MUON_MASS, ELECTRON_MASS
    decay = (FERMI_CONSTANT * V_UD * PION_DECAY_CONSTANT * mp) ** 2 / (4 * math.pi)
    width = 1e-6

    def integrand(angle):
        k2 = PION_MASS**2 + PION_MASS * width * math.tan(angle)
        first = virtual.off_shell_decay(mass, m * m, k2, False)
        return first * decay * (k2 - mp * mp) ** 2 / k2 / (PION_MASS * width) / math.pi

    found = quad(integrand, -1.5, 1.5, epsrel=1e-9, epsabs=0)[0] * math.pi / 3.0
    partial = decay * (PION_MASS**2 - mp**2) ** 2 / PION_MASS**3
    expected = width_chi_to_lepton_pion(mass, m, False) * partial / width
    assert found == pytest.approx(expected, rel=1e-3, abs=0)


def test_pion_decay_constant_and_lifetime_belong_together():
    # Γ(π → μν) of the Standard Model from f_π = 93 MeV; radiative corrections are two per cent.
    strength = (FERMI_CONSTANT * V_UD * PION_DECAY_CONSTANT * MUON_MASS) ** 2 / (4 * math.pi)
    width = strength * (PION_MASS**2 - MUON_MASS**2) ** 2 / PION_MASS**3
    assert width == pytest.approx(PION_WIDTH, rel=0.04, abs=0)


@pytest.mark.parametrize("chirality", ["R", "L"])
@pytest.mark.parametrize("lepton", ["e", "mu", "tau"])
def test_charged_threshold_is_approached_with_its_own_power_from_either_side(lepton, chirality):
    # Phase space opens as √δ above; the pole comes within δ below, so that the width goes as 1/√δ.
    threshold = LEPTON_MASSES[lepton] + PION_MASS
    options = dict(lepton=lepton, chirality=chirality, contact=False)

    def channels(offset):
        return widths.partial_widths(threshold * (1 + offset), CONTACT_UNIT, **options)

    above = channels(np.array([1e-6, 4e-6]))[:, widths.LEPTON_PION]
    assert above[1] / above[0] == pytest.approx(2.0, rel=5e-3, abs=0)
    below = channels(np.array([-1e-10, -4e-10]))[:, widths.LEPTON_E_NU]
    assert below[0] / below[1] == pytest.approx(2.0, rel=4e-2, abs=0)
    assert np.isfinite(channels(np.array([-1e-15, 0.0, 1e-15]))).all()


def test_neutral_pion_threshold_is_continuous():
    offsets = np.array([-1e-6, -1e-9, 0.0, 1e-9, 1e-6])
    found = widths.lifetime_s(NEUTRAL_PION_MASS * (1 + offsets), CONTACT_UNIT, chirality="L")
    assert found == pytest.approx(np.full(5, found[2]), rel=1e-2, abs=0)


def test_neutrino_photon_width_of_mixing_has_its_reference_value():
    angle = 1e-10 * 174.104 / 1e-6
    rate = widths.mixing_neutrino_photon_width(1e-6, angle, True) / HBAR_GEV_S
    assert rate == pytest.approx(1.650e-25, rel=1e-3, abs=0)


@pytest.mark.parametrize("mass", [1e-6, 7e-6, 1e-3])
def test_condensate_mixing_is_eight_times_the_loop_at_every_mass(mass):
    coupling = 1e-4 * CONTACT_UNIT
    mixing = widths.mixing_neutrino_photon_width(mass, widths.mixing_angle(mass, coupling), True)
    assert mixing / widths.loop_width(mass, coupling, MUON_MASS, True, 0.237) == pytest.approx(
        7.95, rel=2e-3, abs=0
    )


def test_majorana_tree_widths_double_and_the_loop_does_not():
    for chirality in "RL":
        dirac_widths = widths.partial_widths(0.3, CONTACT_UNIT, chirality=chirality)
        majorana = widths.partial_widths(0.3, CONTACT_UNIT, chirality=chirality, fermion="majorana")
        assert majorana[0] == dirac_widths[0]
        assert majorana[1:] == pytest.approx(2 * dirac_widths[1:], rel=1e-14, abs=0)


def test_effective_widths_follow_the_rescaling_of_the_limits():
    names = DECAY_CHANNELS
    for lepton, share in (("e", 2 / 5), ("mu", 2 / 7), ("tau", 2 / 9)):
        only = np.eye(len(names))[names.index("ℓ π")]
        assert widths.effective_widths(only, lepton) == pytest.approx([0, share, 0])
    contact = np.eye(len(names))[names.index("ℓ e ν")]
    assert widths.effective_widths(contact, "e") == pytest.approx([0, 2 / 3, 0])
    assert widths.effective_widths(np.eye(len(names))[0], "mu") == pytest.approx([0.5, 0, 1])
    photons = np.eye(len(names))[names.index("ν π⁰")]
    assert widths.effective_widths(photons, "mu") == pytest.approx([2 / 3, 0, 0])


def test_open_neutrino_channel_is_the_two_body_width():
    found = widths.partial_widths(0.2, 1.0, chirality="L")
    assert found[widths.NEUTRINO_PION] == pytest.approx(width_chi_to_neutrino_pion(0.2, True))


def test_pion_branching_ratio_grows_with_the_coupling_and_stays_below_one():
    couplings = np.geomspace(1e-8, 1e6, 15) * FERMI_CONSTANT
    found = widths.pion_branching_ratio(0.02, couplings)
    assert (np.diff(found) > 0).all()
    assert found[-1] <= 1.0
    assert found[0] / couplings[0] ** 2 == pytest.approx(found[1] / couplings[1] ** 2, rel=1e-6, abs=0)
    assert widths.pion_branching_ratio(0.04, couplings).max() == 0.0


@pytest.mark.parametrize("lepton", ["e", "mu"])
def test_massless_dark_matter_with_the_fermi_coupling_is_the_neutrino_of_pion_decay(lepton):
    # C = 4 G_F V_ud/√2 and M = 0 is the Standard Model; f_π = 93 MeV is 1 % above the measured value.
    found = widths.pion_branching_ratio(1e-9, CONTACT_UNIT * V_UD, lepton)
    known = {"mu": 0.99988, "e": 1.2344e-4}[lepton]
    odds = found / (1.0 - found)
    # Radiative corrections lower π → eν by 4 %.
    assert odds == pytest.approx(known, rel=0.06, abs=0)


def test_tau_decays_to_pions_as_in_the_standard_model_with_the_fermi_coupling():
    found = widths.lepton_branching_ratio(1e-9, CONTACT_UNIT * V_UD, "tau")
    # PDG 2022: BR(τ → πν) = 10.82(5) %, added to a width that already has it.
    assert found / (1.0 - found) == pytest.approx(0.1082, rel=0.03, abs=0)
    assert widths.lepton_branching_ratio(1.7, 1e-5, "tau") == 0.0
    assert widths.lepton_branching_ratio(0.1, 1e-5, "e") == 0.0


def test_coupling_of_the_line_more_than_doubles_the_electronic_decay_of_the_pion():
    from relicfit.solver.scenarios.lepton_pion.signals import line_coupling

    found = widths.pion_branching_ratio(7e-6, line_coupling(lepton="e", chirality="L"), "e", "L")
    assert found == pytest.approx(1.51e-4, rel=0.01, abs=0)
    assert found > 1.2344e-4


def test_neutral_pions_decay_by_the_square_of_the_scalar_coupling():
    # Σ|A|² = g² (m² - M²) with g = C f_π B₀, times the momentum over 8π m², of two charge conjugates.
    mass, coupling = 0.05, 1e-9
    g = coupling * 0.093 * 22 * 0.093
    momentum = (0.1349768**2 - mass**2) / (2 * 0.1349768)
    width = 2 * g**2 * (0.1349768**2 - mass**2) * momentum / (8 * math.pi * 0.1349768**2)
    expected = width * 8.43e-17 / HBAR_GEV_S
    assert widths.neutral_pion_branching_ratio(mass, coupling) == pytest.approx(expected, rel=1e-6, abs=0)
    assert widths.neutral_pion_branching_ratio(0.14, coupling) == 0.0
    assert widths.neutral_pion_branching_ratio(mass, coupling, "R") == 0.0
