"""Production with quantum statistics: check values, classical rates, the tables, and a Monte Carlo from the bath."""

import math

import numpy as np
import pytest

from relicfit.solver.momentum.decays import decay_moments
from relicfit.solver.scenarios.lepton_pion import channels, densities, rebuild, sources
from relicfit.solver.scenarios.lepton_pion.inputs import LEPTON_MASSES
from relicfit.solver.scenarios.lepton_pion.statistics import read_table

MU = LEPTON_MASSES["mu"]


def moments(channel, temperature, mass, m_lepton=MU, left=False):
    out = np.empty(sources.MOMENTS)
    sources.fill_moments(out, channel, temperature, mass, m_lepton, left, False)
    return out


@pytest.mark.parametrize(
    ("channel", "temperature", "mass", "left", "values", "tolerance"),
    [
        (0, 0.03, 0.1, False, (1.0128, 5.330, 32.76), 0.003),
        (1, 0.03, 0.1, False, (1.0226, 3.383, 14.40), 0.003),
        (2, 0.03, 0.1, False, (1.0550, 3.682, 16.90), 0.003),
        (3, 0.03, 0.1, False, (0.9989, 4.8162, 28.028), 3e-4),
        (4, 0.03, 0.1, False, (0.9986, 4.9272, 29.109), 3e-4),
        (5, 0.03, 0.1, False, (1.0015, 6.0976, 42.324), 3e-4),
        (0, 0.1, 0.1, False, (1.1499, 3.060, 12.05), 0.003),
        (3, 0.1, 0.1, False, (1.0383, 4.1686, 21.463), 3e-4),
        (5, 0.1, 0.1, False, (1.0399, 4.2678, 22.284), 3e-4),
        (6, 0.09, 0.08, True, (1.0174, 3.2399, 13.619), 3e-4),
        (8, 0.09, 0.08, True, (1.0499, 3.5441, 15.648), 3e-4),
    ],
)
def test_rates_and_momenta_of_single_reactions(channel, temperature, mass, left, values, tolerance):
    out = moments(channel, temperature, mass, left=left)
    assert (out[0] / out[3], out[1] / out[0], out[2] / out[0]) == pytest.approx(values, rel=tolerance)


def test_a_decay_that_is_blocked():
    # π → e χ at T = 0.1 GeV, M = 1 MeV.
    pion = 0.13957039
    z = pion / 0.1
    share, mean, square = (
        float(item[0])
        for item in decay_moments([z], "boson", "fermion", 1e-3 / pion, LEPTON_MASSES["e"] / pion)
    )
    assert (share, mean, square) == pytest.approx((0.84648, 1.43641, 3.17840), rel=0.01)


@pytest.mark.parametrize("channel", range(10))
def test_without_statistics_the_rate_is_the_thermal_density(channel):
    left = channel >= channels.CHARGED_SCATTERING
    mass, temperature = (0.08, 0.09) if left else (0.1, 0.05)
    found = moments(channel, temperature, mass, left=left)[3]
    expected = densities.reaction_density(channel, temperature, mass, "mu", "L" if left else "R", "none")
    assert found == pytest.approx(float(expected), rel=3e-3 if channel <= 2 else 1e-4)


@pytest.mark.parametrize("left", [False, True])
def test_massless_quarks(left):
    out = sum(moments(channel, 1.0, 1e-6, 0.0, left) for channel in sources.QUARK_CHANNELS)
    assert (out[0] / out[3], out[1] / out[0], out[2] / out[0]) == pytest.approx(
        (0.8529, 4.1029, 20.870), rel=2e-4
    )
    assert (out[4] / out[3], out[5] / out[3]) == pytest.approx((4.0, 20.0), rel=1e-6)


@pytest.mark.parametrize(
    ("lepton", "chirality", "mass", "temperature", "values"),
    [
        ("mu", "R", 1e-6, 0.15, (1.0623, 4.0860, 20.682)),
        ("e", "R", 1e-6, 0.05, (0.9787, 4.3072, 22.703)),
        ("mu", "R", 0.02, 0.06, (1.0040, 3.9225, 20.469)),
        ("mu", "R", 0.3, 0.1, (1.0274, 4.1339, 21.407)),
        ("mu", "L", 1e-3, 0.05, (0.9021, 1.7861, 4.6764)),
        ("tau", "R", 1e-6, 0.15, (1.0252, 6.9109, 52.616)),
    ],
)
def test_all_reactions_together(lepton, chirality, mass, temperature, values):
    assert rebuild.pion_node(lepton, chirality, mass, temperature)[:3] == pytest.approx(values, rel=3e-3)


def differences(rows):
    for row in rows:
        found = rebuild.pion_node(row["lepton"], row["chirality"], float(row["M_GeV"]), float(row["T_GeV"]))
        given = [float(row[key]) for key in ("K", "q1", "q2", "mb1", "mb2")]
        yield max(abs(ours / theirs - 1.0) for ours, theirs in zip(found, given, strict=True))


def test_the_tables_are_what_the_amplitudes_give():
    assert max(differences(read_table("momentum_pion")[::79])) < 5e-4
    for row in read_table("momentum_quark")[::6]:
        found = rebuild.quark_node(row["chirality"], float(row["x"]))
        given = [float(row[key]) for key in ("K", "q1", "q2", "mb1", "mb2")]
        assert found == pytest.approx(given, rel=5e-4)


@pytest.mark.slow
def test_every_node_of_the_tables():
    found = sorted(differences(read_table("momentum_pion")))
    # One node of photon processes at 5 MeV, where χ of 0.15 GeV must be fast.
    assert found[-1] < 5e-3
    assert found[-2] < 5e-4


@pytest.mark.slow
@pytest.mark.parametrize("channel", [0, 1, 2, 3, 4, 5, 6, 8])
def test_a_monte_carlo_from_the_side_of_the_bath(channel):
    """Four-vectors: two particles of the bath make χ and another, isotropic in their centre of mass."""
    left = channel >= channels.CHARGED_SCATTERING
    temperature, mass = 0.1, 0.1
    rng = np.random.default_rng(channel)
    n = 1_000_000
    m_c, m_a, m_b = sources.masses_of(channel, mass, MU)
    of_c, of_a, of_b = sources.statistics_of(channel)
    # Momenta from p² e^{-p/1.6T}; weights put the distributions right.
    wide = 1.6 * temperature
    p_a, p_b = rng.gamma(3.0, wide, (2, n))
    e_a, e_b = np.hypot(p_a, m_a), np.hypot(p_b, m_b)
    density = p_a**2 * np.exp(-p_a / wide) / (2.0 * wide**3) * p_b**2 * np.exp(-p_b / wide) / (2.0 * wide**3)
    cosine = rng.uniform(-1.0, 1.0, n)
    s = m_a**2 + m_b**2 + 2.0 * (e_a * e_b - p_a * p_b * cosine)
    open_ = s > (mass + m_c) ** 2
    w = np.sqrt(s)
    kallen = (s - (mass + m_c) ** 2) * (s - (mass - m_c) ** 2)
    p_out = 0.5 * np.sqrt(np.where(open_, kallen, 0.0)) / w
    total, energy = np.sqrt(p_a**2 + p_b**2 + 2.0 * p_a * p_b * cosine), e_a + e_b
    # In the centre of mass, z along the boost: a at (angle_a, 0), χ anywhere.
    p_in = 0.5 * np.sqrt((s - (m_a + m_b) ** 2) * (s - (m_a - m_b) ** 2)) / w
    e_star = 0.5 * (s + m_a**2 - m_b**2) / w
    z_a = np.clip((e_a * w / energy - e_star) / np.maximum(total / energy * p_in, 1e-300), -1.0, 1.0)
    z, azimuth = rng.uniform(-1.0, 1.0, n), rng.uniform(0.0, 2.0 * math.pi, n)
    opening = z_a * z + np.sqrt((1.0 - z_a**2) * (1.0 - z**2)) * np.cos(azimuth)
    e_c_star = 0.5 * (s + m_c**2 - mass**2) / w
    product = p_in * p_out * opening
    ac, bc = e_star * e_c_star + product, (w - e_star) * e_c_star - product
    e_chi = energy / w * (w - e_c_star) + total / w * p_out * z
    p_chi = np.sqrt(np.maximum(e_chi**2 - mass**2, 0.0))
    e_c = energy - e_chi
    square = np.array(
        [
            sources.squared(channel, *row, mass, MU, left, False) if good else 0.0
            for *row, good in zip(s, ac, bc, open_, strict=True)
        ]
    )
    bath = 1.0 / (np.exp(e_a / temperature) + of_a) / (np.exp(e_b / temperature) + of_b)
    after = 1.0 - of_c / (np.exp(e_c / temperature) + of_c)
    weight = p_a**2 / (4.0 * math.pi**2 * e_a) * p_b**2 / (4.0 * math.pi**2 * e_b) * bath * after / density
    weight *= np.where(open_, p_out / (4.0 * math.pi * w) * square, 0.0)
    out = moments(channel, temperature, mass, left=left)
    rate = 2.0 * weight.mean()
    error = 2.0 * weight.std() / math.sqrt(n)
    assert abs(rate - out[0]) < 4.0 * error + 3e-3 * out[0]
    q = p_chi / temperature
    for order in (1, 2):
        found = (weight * q**order).sum() / weight.sum()
        spread = np.sqrt((weight**2 * (q**order - found) ** 2).sum()) / weight.sum()
        assert abs(found - out[order] / out[0]) < 4.0 * spread + 3e-3 * found
