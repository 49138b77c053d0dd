import math
from itertools import pairwise

import lepton_pion_dirac as dirac
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import kn

from relicfit.solver.constants import NEUTRAL_PION_MASS, PION_MASS
from relicfit.solver.scenarios.lepton_pion import channels, densities, quark, rates
from relicfit.solver.scenarios.lepton_pion.amplitudes import (
    photon_squared,
    scalar_pion_annihilation_squared,
    scalar_pion_scattering_squared,
    two_pion_annihilation_squared,
    two_pion_scattering_squared,
)
from relicfit.solver.scenarios.lepton_pion.inputs import E_SQUARED, LEPTON_MASSES

MU = LEPTON_MASSES["mu"]


@pytest.mark.parametrize(
    ("channel", "value"),
    [
        ("χ γ ↔ ℓ π±", 5.1884e-16),
        ("χ π± ↔ ℓ γ", 5.7964e-17),
        ("χ ℓ ↔ π± γ", 4.2178e-16),
        ("χ π± ↔ ℓ π⁰", 6.9776e-14),
        ("χ π⁰ ↔ ℓ π±", 7.0613e-14),
        ("χ ℓ ↔ π± π⁰", 1.8383e-14),
    ],
)
def test_right_handed_densities_have_their_reference_values(channel, value):
    found = densities.reaction_density(channel, 0.05, 0.15, pion_form_factor="none")
    assert found == pytest.approx(value, rel=1e-3, abs=0)


@pytest.mark.parametrize(
    ("channel", "value"),
    [("χ γ ↔ ℓ π±", 3.8685e-13), ("χ π± ↔ ν π±", 3.6746e-12), ("χ ν ↔ π⁺ π⁻", 3.2277e-12)],
)
def test_left_handed_densities_have_their_reference_values(channel, value):
    found = densities.reaction_density(channel, 0.05, 0.1, chirality="L")
    assert found == pytest.approx(value, rel=1e-3, abs=0)


def test_neutral_pion_decay_density_has_its_reference_value():
    width = densities.width_neutral_pion_to_chi(0.1, True)
    found = densities.decay_density(2, NEUTRAL_PION_MASS, 0.05, width)
    assert found == pytest.approx(1.0550e-10, rel=1e-3, abs=0)


def angular_integral(channel, s, mass, m, left):
    """Return ∫ dt |A|² by adaptive quadrature over the scattering angle of the explicit kinematics."""
    m_1, m_2, m_3, m_4 = channels.channel_masses(channel, mass, m)
    w = math.sqrt(s)

    def energy(a, b):
        return (s + a * a - b * b) / (2 * w)

    e_1, e_2, e_3, e_4 = energy(m_1, m_2), energy(m_2, m_1), energy(m_3, m_4), energy(m_4, m_3)
    p = math.sqrt(max(e_1**2 - m_1**2, 0.0))
    k = math.sqrt(max(e_3**2 - m_3**2, 0.0))

    def square(cosine):
        t = m_1**2 + m_3**2 - 2 * (e_1 * e_3 - p * k * cosine)
        if channel == channels.PHOTON_ABSORPTION:
            x, y = e_2 * e_3 + p * k * cosine, e_2 * e_4 - p * k * cosine
            return E_SQUARED * photon_squared(x, y, mass, m, left)
        if channel == channels.PION_TO_PHOTON:
            return E_SQUARED * photon_squared(-e_4 * (e_3 + k), e_2 * e_4 - p * k * cosine, mass, m, left)
        if channel == channels.LEPTON_TO_PHOTON:
            return -E_SQUARED * photon_squared(e_2 * e_4 - p * k * cosine, -e_4 * (e_3 + k), mass, m, left)
        if channel == channels.TWO_PIONS:
            return two_pion_annihilation_squared(s, t, mass, m, m_3, m_4)
        if channel in (channels.CHARGED_TO_NEUTRAL, channels.NEUTRAL_TO_CHARGED):
            return two_pion_scattering_squared(s, t, mass, m, m_2, m_4)
        if channel == channels.CHARGED_SCATTERING:
            return 2 * scalar_pion_scattering_squared(t, mass, 0.0)
        if channel == channels.NEUTRAL_SCATTERING:
            return scalar_pion_scattering_squared(t, mass, 0.0)
        share = 0.5 if channel == channels.NEUTRAL_PAIR else 1.0
        return share * scalar_pion_annihilation_squared(s, mass, 0.0)

    return 2 * p * k * quad(square, -1, 1, epsrel=1e-10, epsabs=0, limit=400, points=[-1 + 1e-4, 1 - 1e-4])[0]


@pytest.mark.parametrize("lepton", ["e", "mu", "tau"])
@pytest.mark.parametrize("chirality", ["R", "L"])
def test_angular_integrals_match_adaptive_quadrature_over_the_angle(lepton, chirality):
    m, left = LEPTON_MASSES[lepton], chirality == "L"
    low, high = densities.closed_window(m)
    for channel in channels.LEFT_CHANNELS if left else channels.RIGHT_CHANNELS:
        mass = 0.4 * low + 0.6 * high if channel in channels.PHOTON_CHANNELS else 0.2
        threshold = channels.smallest_energy(channel, mass, m)
        for w in (1.001 * threshold, 1.2 * threshold, threshold + 0.5):
            expected = 2.0 * angular_integral(channel, w * w, mass, m, left) / (8 * math.pi * w * w)
            found = channels.reduced_cross_section(channel, w, mass, m, left, False)
            assert found == pytest.approx(expected, rel=1e-6, abs=0)


@pytest.mark.parametrize(
    ("lepton", "chirality", "mass"), [("mu", "R", 0.15), ("e", "R", 0.1395), ("tau", "L", 1.7)]
)
@pytest.mark.parametrize("temperature", [0.004, 0.03, 0.15])
def test_densities_match_adaptive_quadrature_over_the_energy(lepton, chirality, mass, temperature):
    m, left = LEPTON_MASSES[lepton], chirality == "L"
    for channel in channels.LEFT_CHANNELS if left else channels.RIGHT_CHANNELS:
        threshold = channels.smallest_energy(channel, mass, m)

        def integrand(w, channel=channel):
            section = channels.reduced_cross_section(channel, w, mass, m, left, True)
            return w * w * kn(1, w / temperature) * section

        edges = threshold + temperature * np.array([0.0, 0.01, 0.3, 3.0, 12.0, 40.0])
        pieces = [quad(integrand, a, b, epsrel=1e-9, epsabs=0)[0] for a, b in pairwise(edges)]
        expected = temperature / (32 * math.pi**4) * sum(pieces)
        found = densities.reaction_density(channel, temperature, mass, lepton, chirality)
        assert found == pytest.approx(expected, rel=1e-5, abs=0)


def test_photon_density_tends_to_the_threshold_cross_section_when_cold():
    # n_ℓ n_π σ₀ with (A.14) and (A.12a) for χ and its antiparticle; corrections are of order T.
    mass, heavy = 0.15, MU + PION_MASS
    square = 2 * E_SQUARED * 0.093**2 * (MU**2 + mass**2) * heavy / MU
    sigma = square / (32 * math.pi * MU * PION_MASS * 4 * 2) * (1 - (mass / heavy) ** 2)

    def ratio(t):
        def cold(d, m):
            return d * (m * t / (2 * math.pi)) ** 1.5

        found = densities.flattened_density(channels.PHOTON_ABSORPTION, t, mass, MU, False, False)
        return found / (cold(4, MU) * cold(2, PION_MASS) * sigma)

    first, second = ratio(2e-4), ratio(1e-4)
    assert 2 * second - first == pytest.approx(1.0, rel=1e-3, abs=0)


@pytest.mark.parametrize("lepton", ["e", "mu", "tau"])
@pytest.mark.parametrize("chirality", ["R", "L"])
def test_tables_match_direct_densities(lepton, chirality):
    m, left = LEPTON_MASSES[lepton], chirality == "L"
    table = rates.rate_table(lepton, chirality)
    rng = np.random.default_rng(5)
    low, high = densities.closed_window(m)
    masses = np.concatenate([rng.uniform(0, 0.5, 8), rng.uniform(low, high, 4), rng.uniform(0.5, 3.0, 3)])
    for mass in masses:
        found = np.exp(rates.pion_widths(table, mass, m, left))
        closed = low < mass < high
        decays = np.zeros(rates.PION_LN_T.size)
        rates.add_decays(decays, 0, mass, m, left)
        for i in range(0, rates.PION_LN_T.size, 9):
            t = math.exp(rates.PION_LN_T[i])
            n_eq = math.exp(rates.ln_density_eq(4.0, mass, math.log(t)))
            direct = decays[i]
            for channel in channels.LEFT_CHANNELS if left else channels.RIGHT_CHANNELS:
                distance = min(abs(mass - low) / low, abs(mass - high) / high)
                if channel in channels.PHOTON_CHANNELS and not closed:
                    if distance < rates.FADE_WIDTH:
                        break
                    continue
                gap = mass - channels.smallest_energy(channel, mass, m)
                flat = densities.flattened_density(channel, t, mass, m, left, not left)
                direct += flat * math.exp(gap / t) / n_eq
            else:
                # Colder, nothing but a decay is left of a rate; the tables claim less there.
                if t < 2.5e-3 or direct < 1e-250:
                    continue
                assert found[i] == pytest.approx(direct, rel=5e-4, abs=0)


@pytest.mark.parametrize("lepton", ["e", "mu"])
@pytest.mark.parametrize("lacking", [5e-4, 3e-3, 2e-2])
def test_tables_hold_below_one_mev_where_little_energy_is_lacking(lepton, lacking):
    m = LEPTON_MASSES[lepton]
    mass = m + PION_MASS - lacking
    found = rates.pion_widths(rates.rate_table(lepton, "R"), mass, m, False)
    decays = np.zeros(rates.PION_LN_T.size)
    rates.add_decays(decays, 0, mass, m, False)
    cold = np.exp(rates.PION_LN_T)
    # Colder, 1e-13 of the rate is left.
    for i in np.flatnonzero((cold > lacking / 30) & (cold < 2e-3))[::4]:
        expected = decays[i]
        for channel in channels.RIGHT_CHANNELS:
            if channel in channels.PHOTON_CHANNELS and decays[i] > 0.0:
                continue
            gap = mass - channels.smallest_energy(channel, mass, m)
            flat = densities.flattened_density(channel, cold[i], mass, m, False, True)
            expected += flat * math.exp(gap / cold[i] - rates.ln_density_eq(4.0, mass, math.log(cold[i])))
        assert math.exp(found[i]) == pytest.approx(expected, rel=3e-3, abs=0)


def test_photon_processes_are_dropped_where_a_charged_decay_is_open():
    # Away from a threshold only decays and two-pion scatterings are left.
    table = rates.rate_table("mu", "R")
    for mass in (0.02, 0.30):
        found = np.exp(rates.pion_widths(table, mass, MU, False))
        others = np.zeros(rates.PION_LN_T.size)
        rates.add_decays(others, 0, mass, MU, False)
        for i in range(rates.FIRST_WARM, rates.PION_LN_T.size, 20):
            t = math.exp(rates.PION_LN_T[i])
            n_eq = math.exp(rates.ln_density_eq(4.0, mass, math.log(t)))
            for channel in channels.RIGHT_CHANNELS[3:]:
                gap = mass - channels.smallest_energy(channel, mass, MU)
                flat = densities.flattened_density(channel, t, mass, MU, False, True)
                others[i] += flat * math.exp(gap / t) / n_eq
            assert found[i] == pytest.approx(others[i], rel=5e-4, abs=0)


@pytest.mark.parametrize(("temperature", "suppression"), [(0.15, 440.0), (0.358, 4.6), (1.0, 1.26)])
def test_tau_mass_suppresses_the_quark_rate_as_in_the_reference(temperature, suppression):
    ratio = quark.massless_density(temperature) / quark.quark_density(temperature, 0.0, "tau")
    assert ratio == pytest.approx(suppression, rel=0.02, abs=0)


def test_quark_rate_of_light_leptons_is_nearly_massless():
    assert quark.massless_density(1.0) == pytest.approx(0.19607, rel=1e-4, abs=0)
    for chirality in "RL":
        ratio = quark.quark_density(0.15, 0.0, "e", chirality) / quark.massless_density(0.15, chirality)
        assert ratio == pytest.approx(1.0, rel=1e-4, abs=0)
    muon = quark.quark_density([0.15, 0.3], 0.0, "mu") / quark.massless_density(np.array([0.15, 0.3]))
    assert 1 - muon[0] == pytest.approx(0.036, rel=0.05, abs=0)
    assert 1 - muon[1] < 0.01


def test_scalar_and_vector_operators_of_quarks_agree_for_massless_dark_matter():
    # The scalar operator squares to (p_χ·p_ℓ)(q·q'), the vector one to (p_ℓ·q)(p_χ·q'); the doublet adds
    # a neutrino.
    t = np.array([0.15, 0.3, 1.0])
    vector = quark.quark_density(t, 0.0, "tau", "R") + quark.massless_density(t, "R")
    assert quark.quark_density(t, 0.0, "tau", "L") == pytest.approx(vector, rel=1e-6, abs=0)


@pytest.mark.parametrize(("chirality", "mass"), [("R", 0.0), ("R", 0.7), ("L", 0.7)])
def test_quark_rates_match_dirac_traces_integrated_over_angle_and_energy(chirality, mass):
    # Σ|A|² of ℓu → χd, ℓd̄ → χū and ud̄ → χℓ̄ as products of momenta, by adaptive quadrature.
    temperature, m = 0.4, LEPTON_MASSES["tau"]

    def integral(w, incoming, outgoing):
        s = w * w
        (m_1, m_2), (m_3, m_4) = incoming, outgoing
        e_1, e_3 = (s + m_1**2 - m_2**2) / (2 * w), (s + m_3**2 - m_4**2) / (2 * w)
        p, k = math.sqrt(max(e_1**2 - m_1**2, 0)), math.sqrt(max(e_3**2 - m_3**2, 0))

        def square(cosine):
            one, two = np.array([e_1, 0, 0, p]), np.array([w - e_1, 0, 0, -p])
            three = np.array([e_3, k * math.sqrt(1 - cosine**2), 0, k * cosine])
            four = np.array([w - e_3, *-three[1:]])
            if incoming[0] == 0.0:  # u d̄ → χ ℓ̄
                pairs = {"R": ((four, one), (three, two)), "L": ((three, four), (one, two))}
                values = pairs[chirality]
                return 4 * dirac.dot(*values[0]) * dirac.dot(*values[1])
            # ℓ u → χ d and ℓ d̄ → χ ū
            if chirality == "L":
                return 8 * dirac.dot(one, three) * dirac.dot(two, four)
            direct = dirac.dot(one, two) * dirac.dot(three, four)
            crossed = dirac.dot(one, four) * dirac.dot(three, two)
            return 4 * (direct + crossed)

        return 2 * p * k * quad(square, -1, 1, epsrel=1e-8, epsabs=0)[0]

    total = 0.0
    for incoming, outgoing in (((m, 0.0), (mass, 0.0)), ((0.0, 0.0), (mass, m))):
        threshold = max(sum(incoming), sum(outgoing))
        total += quad(
            lambda w, i=incoming, o=outgoing: kn(1, w / temperature) * integral(w, i, o),
            threshold,
            threshold + 40 * temperature,
            epsrel=1e-6,
            epsabs=0,
        )[0]
    # Three colours, C² 4, charge conjugates; w² cancels the 1/s of ŝ.
    expected = temperature / (32 * math.pi**4) * 2 * 4 * 3 / (8 * math.pi) * total
    found = quark.one_member(temperature, mass, m, chirality == "L") * math.exp(-mass / temperature)
    assert found == pytest.approx(expected, rel=1e-4, abs=0)
