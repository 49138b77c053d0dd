"""Explicit Dirac matrices: amplitudes as traces and spinors, with no physics in common with the package."""

from __future__ import annotations

import numpy as np

_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
IDENTITY = np.eye(4, dtype=complex)
GAMMA = np.zeros((4, 4, 4), dtype=complex)
GAMMA[0] = np.diag([1, 1, -1, -1])
for _i in range(3):
    GAMMA[_i + 1, :2, 2:] = _PAULI[_i]
    GAMMA[_i + 1, 2:, :2] = -_PAULI[_i]
GAMMA5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]
RIGHT = 0.5 * (IDENTITY + GAMMA5)
LEFT = 0.5 * (IDENTITY - GAMMA5)
METRIC = np.diag([1.0, -1.0, -1.0, -1.0])


def dot(p, k):
    """Return the Minkowski product."""
    return p @ METRIC @ k


def slash(p):
    """Return p_μ γ^μ."""
    return np.einsum("m,mab->ab", METRIC @ p, GAMMA)


def bar(vertex):
    """Return γ⁰ Γ† γ⁰."""
    return GAMMA[0] @ vertex.conj().T @ GAMMA[0]


def fermion_sum(vertex, p_out, m_out, p_in, m_in):
    """Return Σ |ū(p_out) Γ u(p_in)|² over spins; a negative mass stands for an antiparticle."""
    product = (slash(p_out) + m_out * IDENTITY) @ vertex @ (slash(p_in) + m_in * IDENTITY) @ bar(vertex)
    return np.trace(product).real


def at_rest_boosted(mass, momentum):
    """Return the four-momentum of a mass with a three-momentum."""
    return np.array([np.sqrt(mass**2 + momentum @ momentum), *momentum])


def scattering(rng, masses, energy):
    """Return momenta of m_1 m_2 → m_3 m_4 at an energy in the centre of mass, in a random frame direction."""
    m_1, m_2, m_3, m_4 = masses

    def momentum(a, b):
        return np.sqrt((energy**2 - (a + b) ** 2) * (energy**2 - (a - b) ** 2)) / (2 * energy)

    def direction():
        v = rng.normal(size=3)
        return v / np.linalg.norm(v)

    first, last = momentum(m_1, m_2) * direction(), momentum(m_3, m_4) * direction()
    return (
        at_rest_boosted(m_1, first),
        at_rest_boosted(m_2, -first),
        at_rest_boosted(m_3, last),
        at_rest_boosted(m_4, -last),
    )
