"""Helicity of the χ that scatterings make, from the amplitudes: what the ratios 0.98 and 0.94 to a_H rest on."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.scenarios.conversion.density_matrix.functions import mass_correlation
from relicfit.solver.scenarios.conversion.density_matrix.medium import LEPTON_CORRELATION, PHOTON_CORRELATION
from relicfit.solver.scenarios.conversion.rates.electroweak import E_SQUARED_MZ
from relicfit.solver.scenarios.conversion.rates.scattering import photon_scattering_squared

M_PHI, M_CHI = 305.0, 300.0
DRAWS = 400_000


def dot(a, b):
    return a[0] * b[0] - np.sum(a[1:] * b[1:], axis=0)


def four(mass, momentum):
    return np.vstack([np.sqrt(mass**2 + np.sum(momentum**2, axis=0)), momentum])


def thermal(mass, temperature, rng):
    """Return momenta with the weight of Maxwell and Boltzmann, by rejection from massless ones."""
    found = np.zeros((3, 0))
    while found.shape[1] < DRAWS:
        size = temperature * rng.gamma(3.0, 1.0, DRAWS) if mass == 0.0 else proposed(mass, temperature, rng)
        direction = rng.normal(size=(3, size.size))
        found = np.hstack([found, size * direction / np.linalg.norm(direction, axis=0)])
    return four(mass, found[:, :DRAWS])


def proposed(mass, temperature, rng):
    """Return sizes of momenta of massive particles, p² e^(-E/T) dp, from a table of its integral."""
    p = np.linspace(0.0, 40.0 * temperature + 10.0 * math.sqrt(mass * temperature), 20001)
    weight = p**2 * np.exp(-(np.hypot(mass, p) - mass) / temperature)
    total = np.concatenate([[0.0], np.cumsum(0.5 * (weight[1:] + weight[:-1]))])
    return np.interp(rng.uniform(size=DRAWS) * total[-1], total, p)


def boosted(vector, frame):
    """Return a vector given in the rest frame of another in the plasma's."""
    mass = np.sqrt(dot(frame, frame))
    along = np.sum(vector[1:] * frame[1:], axis=0)
    energy = (frame[0] * vector[0] + along) / mass
    factor = (along / (frame[0] + mass) + vector[0]) / mass
    return np.vstack([energy, vector[1:] + factor * frame[1:]])


def final_momenta(total, m_3, m_4, rng):
    """Return two isotropic momenta in the rest frame of the total, seen from the plasma, and |p| there."""
    s = dot(total, total)
    size = np.sqrt((s - (m_3 + m_4) ** 2) * (s - (m_3 - m_4) ** 2)) / (2.0 * np.sqrt(s))
    direction = rng.normal(size=(3, total.shape[1]))
    direction /= np.linalg.norm(direction, axis=0)
    first = boosted(four(m_3, size * direction), total)
    return first, total - first, size


def squared(p1, k, p4, spin3, lepton):
    """Return Σ|M|²/(e² h) of φ(p1) γ(k) → χ l(p4).

    The trace is linear in the momentum of χ, ``spin3``: with m s^μ in its place it is the difference of helicities.
    """
    dt = dot(p4 - k, p4 - k) - lepton**2
    ds = dot(p1 + k, p1 + k) - M_PHI**2
    l2 = lepton**2
    q = p4 - k
    v = 2.0 * p1 + k
    p34, qp3, vp3 = dot(spin3, p4), dot(q, spin3), dot(v, spin3)
    qp4, vp4, vq, vv = dot(q, p4), dot(v, p4), dot(v, q), dot(v, v)
    return (
        -2.0 * vv * p34 / ds**2
        + (8.0 * qp3 * qp4 - 4.0 * dt * p34 - 16.0 * l2 * qp3) / dt**2
        - 4.0 * (vp4 * qp3 - qp4 * vp3 + p34 * vq + l2 * vp3) / (dt * ds)
    )


def correlation(process, temperature, seed=1):
    """Return ⟨helicity⟩ of χ over the rate of a scattering, for the charge φ⁻."""
    rng = np.random.default_rng(seed)
    phi = thermal(M_PHI, temperature, rng)
    if process == "photon":
        photon_mass = math.sqrt(4.0 / 3.0 * E_SQUARED_MZ) * temperature
        k = thermal(photon_mass, temperature, rng)
        p3, p4, size = final_momenta(phi + k, M_CHI, 0.0, rng)
        lepton, flip = 0.0, 1.0
    else:
        lepton = 0.5 * math.sqrt(E_SQUARED_MZ) * temperature
        antilepton = thermal(lepton, temperature, rng)
        p3, photon, size = final_momenta(phi + antilepton, M_CHI, 0.0, rng)
        # Crossing: the lepton and the photon of the other reaction with reversed momenta, and a sign.
        p4, k, flip = -antilepton, -photon, -1.0
    momentum = np.sqrt(p3[0] ** 2 - M_CHI**2)
    # m s^μ of positive helicity.
    spin = np.vstack([momentum, p3[0] * p3[1:] / momentum])
    incoming = k if process == "photon" else antilepton
    root = np.sqrt(dot(phi + incoming, phi + incoming))
    # Phase space of the final state over the flux that the draws do not have.
    weight = size / root / (phi[0] * incoming[0])
    rate = flip * squared(phi, k, p4, p3, lepton) * weight
    difference = flip * squared(phi, k, p4, spin, lepton) * weight
    return float(np.sum(difference) / np.sum(rate))


def test_sum_over_helicities_is_the_amplitude_of_the_package():
    rng = np.random.default_rng(2)
    phi, k = thermal(M_PHI, 132.0, rng)[:, :50], thermal(20.0, 132.0, rng)[:, :50]
    p3, p4, _ = final_momenta(phi + k, M_CHI, 7.0, rng)
    s, t = dot(phi + k, phi + k), dot(p4 - k, p4 - k)
    expected = photon_scattering_squared(s, t, M_PHI, M_CHI, 7.0, 20.0)
    np.testing.assert_allclose(squared(phi, k, p4, p3, 7.0), expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("process", "expected", "share"),
    [("photon", 0.571, PHOTON_CORRELATION), ("lepton", 0.539, LEPTON_CORRELATION)],
)
def test_helicity_of_scattering_is_that_of_the_amplitudes(process, expected, share):
    temperature = 132.0
    found = abs(correlation(process, temperature))
    assert found == pytest.approx(expected, rel=0.02)
    assert found == pytest.approx(share * mass_correlation(math.log(M_CHI / temperature)), rel=0.02)
