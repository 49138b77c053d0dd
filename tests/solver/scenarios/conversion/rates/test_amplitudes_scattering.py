"""The conversion amplitudes against traces over explicit Dirac matrices."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.scenarios.conversion.rates.scattering import (
    lepton_scattering_squared,
    photon_scattering_squared,
)

METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
GAMMA_0 = np.diag([1.0, 1.0, -1.0, -1.0]).astype(complex)
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.array([GAMMA_0, *(np.kron(np.array([[0, 1], [-1, 0]]), sigma) for sigma in PAULI)])
LEFT = (np.eye(4) - 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]) / 2


def dot(a, b):
    return a @ METRIC @ b


def slash(p):
    return np.einsum("m,mn,nab->ab", p, METRIC, GAMMA)


def two_to_two(root, masses, cosine):
    """Momenta of m1 m2 -> m3 m4 in the centre-of-mass frame."""
    m1, m2, m3, m4 = masses
    s = root**2
    p = math.sqrt((s - (m1 + m2) ** 2) * (s - (m1 - m2) ** 2)) / (2 * root)
    q = math.sqrt((s - (m3 + m4) ** 2) * (s - (m3 - m4) ** 2)) / (2 * root)
    out = q * np.array([math.sqrt(1 - cosine**2), 0.0, cosine])
    return (
        np.array([math.hypot(m1, p), 0, 0, p]),
        np.array([math.hypot(m2, p), 0, 0, -p]),
        np.array([math.hypot(m3, q), *out]),
        np.array([math.hypot(m4, q), *(-out)]),
    )


def polarisations(k, mass):
    """An orthonormal set of physical polarisation vectors."""
    size = np.linalg.norm(k[1:])
    n = k[1:] / size
    first = np.cross(n, [0.3, 0.5, -0.8])
    first /= np.linalg.norm(first)
    vectors = [np.array([0, *first]), np.array([0, *np.cross(n, first)])]
    return vectors + ([np.array([size, *(k[0] * n)]) / mass] if mass else [])


def amplitude(epsilon, p1, k, lepton, lepton_mass, m_phi):
    """The vertex between spinors for an incoming photon k and an outgoing lepton, couplings divided out.

    Crossing is a matter of the signs of k and lepton.
    """
    s_channel = dot(2 * p1 + k, epsilon) / (dot(p1 + k, p1 + k) - m_phi**2)
    momentum = lepton - k
    propagator = (slash(momentum) + lepton_mass * np.eye(4)) / (dot(momentum, momentum) - lepton_mass**2)
    return s_channel * LEFT + slash(epsilon) @ propagator @ LEFT


def spin_sum(vertex, lepton, lepton_mass, chi, m_chi, lepton_sign):
    conjugate = GAMMA_0 @ vertex.conj().T @ GAMMA_0
    outer = slash(lepton) + lepton_sign * lepton_mass * np.eye(4)
    return np.trace(outer @ vertex @ (slash(chi) - m_chi * np.eye(4)) @ conjugate).real


@pytest.mark.parametrize("cosine", [-0.9, 0.1, 0.99])
@pytest.mark.parametrize(
    ("m_phi", "m_chi", "m_l", "m_gamma", "root"),
    [(305.0, 300.0, 0.0, 20.0, 360.0), (305.0, 300.0, 0.0, 0.0, 330.0), (120.0, 90.0, 12.0, 5.0, 170.0)],
)
def test_photon_scattering_is_the_sum_over_explicit_spins(m_phi, m_chi, m_l, m_gamma, root, cosine):
    p1, k, p3, p4 = two_to_two(root, (m_phi, m_gamma, m_chi, m_l), cosine)
    expected = sum(
        spin_sum(amplitude(e, p1, k, p4, m_l, m_phi), p4, m_l, p3, m_chi, 1.0)
        for e in polarisations(k, m_gamma)
    )
    t = dot(p4 - k, p4 - k)
    found = photon_scattering_squared(root**2, t, m_phi, m_chi, m_l, m_gamma)
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("cosine", [-0.9, 0.1, 0.99])
@pytest.mark.parametrize(
    ("m_phi", "m_chi", "m_l", "root"), [(305.0, 300.0, 12.0, 380.0), (120.0, 90.0, 1.0, 170.0)]
)
def test_lepton_scattering_is_the_sum_over_explicit_spins(m_phi, m_chi, m_l, root, cosine):
    p1, lepton, p3, photon = two_to_two(root, (m_phi, m_l, m_chi, 0.0), cosine)
    expected = sum(
        spin_sum(amplitude(e, p1, -photon, -lepton, m_l, m_phi), lepton, m_l, p3, m_chi, -1.0)
        for e in polarisations(photon, 0.0)
    )
    w = dot(lepton - photon, lepton - photon)
    assert lepton_scattering_squared(root**2, w, m_phi, m_chi, m_l, 0.0) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("m_l", "m_gamma"), [(0.0, 0.0), (12.0, 0.0), (0.0, 20.0), (12.0, 20.0)])
def test_conversion_amplitude_obeys_the_ward_identity_for_any_masses(m_l, m_gamma):
    p1, k, _, p4 = two_to_two(360.0, (305.0, m_gamma, 300.0, m_l), 0.2)
    # The outgoing spinor turns slash(p4) into m_l; multiplying by its projector does the same.
    outer = slash(p4) + m_l * np.eye(4)
    contracted = outer @ amplitude(k, p1, k, p4, m_l, 305.0)
    size = np.abs(outer @ amplitude(polarisations(k, m_gamma)[0], p1, k, p4, m_l, 305.0)).max()
    assert np.abs(contracted).max() < 1e-12 * k[0] * size


def test_soft_photons_factorise_into_the_decay_and_an_eikonal_current():
    m_phi, m_chi = 305.0, 280.0
    soft = 1e-4
    root = math.sqrt(m_phi**2 + 2 * m_phi * soft)
    p1, k, _, p4 = two_to_two(root, (m_phi, 0.0, m_chi, 0.0), 0.3)
    current = p1 / dot(p1, k) - p4 / dot(p4, k)
    decay = m_phi**2 - m_chi**2  # sum |M|² of phi -> chi l
    found = photon_scattering_squared(root**2, -2 * dot(p4, k), m_phi, m_chi, 0.0, 0.0)
    assert found == pytest.approx(-dot(current, current) * decay, rel=1e-4)
