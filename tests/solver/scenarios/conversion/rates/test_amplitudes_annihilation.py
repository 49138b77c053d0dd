"""phi+ phi- annihilation against amplitudes written with explicit momenta, polarisations and spinors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.scenarios.conversion.rates import electroweak as ew
from relicfit.solver.scenarios.conversion.rates.annihilation import cross_section

METRIC = np.diag([1.0, -1.0, -1.0, -1.0])
COS_THETA, WEIGHTS = np.polynomial.legendre.leggauss(48)
# Mass of phi, sqrt(s) over twice that, portal coupling; light enough to include points near thresholds.
POINTS = [(305.0, 1.05, 0.0), (305.0, 1.05, 1.0), (305.0, 2.5, 1.7), (182.0, 1.003, 0.4), (610.0, 1.3, -0.8)]

GAMMA_0 = np.diag([1.0, 1.0, -1.0, -1.0]).astype(complex)
PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
GAMMA = np.array([GAMMA_0, *(np.kron(np.array([[0, 1], [-1, 0]]), sigma) for sigma in PAULI)])
GAMMA_5 = 1j * GAMMA[0] @ GAMMA[1] @ GAMMA[2] @ GAMMA[3]


def dot(a, b):
    return a @ METRIC @ b


def slash(p):
    return np.einsum("m,mn,nab->ab", p, METRIC, GAMMA)


class Pair:
    """phi(p1) phi(p2) -> a(k1) b(k2) in the centre-of-mass frame at one angle."""

    def __init__(self, m_phi, root, a, b, cosine):
        p = math.sqrt(root**2 / 4 - m_phi**2)
        k = math.sqrt((root**2 - (a + b) ** 2) * (root**2 - (a - b) ** 2)) / (2 * root)
        sine = math.sqrt(1 - cosine**2)
        direction = np.array([sine, 0.0, cosine])
        self.a, self.b, self.k, self.direction = a, b, k, direction
        self.p1, self.p2 = np.array([root / 2, 0, 0, p]), np.array([root / 2, 0, 0, -p])
        self.w1, self.w2 = math.hypot(k, a), math.hypot(k, b)
        self.k1, self.k2 = np.array([self.w1, *(k * direction)]), np.array([self.w2, *(-k * direction)])
        self.t = dot(self.p1 - self.k1, self.p1 - self.k1) - m_phi**2
        self.u = dot(self.p1 - self.k2, self.p1 - self.k2) - m_phi**2
        transverse = [np.array([0, 0, 1.0, 0]), np.array([0, cosine, 0, -sine])]
        self.first = transverse + ([np.array([k, *(self.w1 * direction)]) / a] if a else [])
        self.second = transverse + ([np.array([k, *(-self.w2 * direction)]) / b] if b else [])


def vector_pair(at, e1, e2, g1, g2, portal, s):
    """Seagull, exchange in t and u, and the Higgs where both are Z; valid for any vectors e1, e2."""
    t_channel = dot(2 * at.p1 - at.k1, e1) * dot(2 * at.p2 - at.k2, e2) / at.t
    u_channel = dot(2 * at.p2 - at.k1, e1) * dot(2 * at.p1 - at.k2, e2) / at.u
    higgs = 2 * portal * ew.Z_MASS**2 / (s - ew.ROUNDED_HIGGS_MASS**2)
    return (2 * g1 * g2 + higgs) * dot(e1, e2) + g1 * g2 * (t_channel + u_channel)


def vector_higgs(at, e1, g, with_z, portal, s):
    resonance = 2 * ew.Z_MASS**2 / ew.VEV / (s - ew.Z_MASS**2) if with_z else 0.0
    exchange = dot(2 * at.p1 - at.k1, e1) / at.t - dot(2 * at.p2 - at.k1, e1) / at.u
    return -g * (resonance * dot(at.p1 - at.p2, e1) + portal * ew.VEV * exchange)


def w_pair(at, e1, e2, portal, s):
    """The three-boson vertex with all momenta incoming: current of phi, and the two outgoing W."""
    current = at.p1 - at.p2
    total, k1, k2 = at.p1 + at.p2, -at.k1, -at.k2
    vertex = (
        dot(current, e1) * dot(total - k1, e2)
        + dot(e1, e2) * dot(k1 - k2, current)
        + dot(e2, current) * dot(k2 - total, e1)
    )
    neutral = ew.E_SQUARED_MZ * (1 / s - 1 / (s - ew.Z_MASS**2))
    # The Higgs is in the J = 0 and the current in the J = 1 wave: a relative phase drops out of the sum.
    return neutral * vertex + 1j * 2 * portal * ew.W_MASS**2 / (s - ew.ROUNDED_HIGGS_MASS**2) * dot(e1, e2)


def summed_squares(channel, at, portal, s):
    pairs = [(e1, e2) for e1 in at.first for e2 in at.second]
    match channel:
        case "gamma gamma":
            return sum(vector_pair(at, *e, ew.E_CHARGE, ew.E_CHARGE, 0.0, s) ** 2 for e in pairs)
        case "gamma Z":
            return sum(vector_pair(at, *e, ew.E_CHARGE, ew.Z_COUPLING, 0.0, s) ** 2 for e in pairs)
        case "Z Z":
            return sum(vector_pair(at, *e, ew.Z_COUPLING, ew.Z_COUPLING, portal, s) ** 2 for e in pairs)
        case "W W":
            return sum(abs(w_pair(at, *e, portal, s)) ** 2 for e in pairs)
        case "Z h":
            return sum(vector_higgs(at, e, ew.Z_COUPLING, True, portal, s) ** 2 for e in at.first)
        case "gamma h":
            return sum(vector_higgs(at, e, ew.E_CHARGE, False, portal, s) ** 2 for e in at.first)
        case "h h":
            resonance = 3 * ew.ROUNDED_HIGGS_MASS**2 / (s - ew.ROUNDED_HIGGS_MASS**2)
            exchange = portal * ew.VEV**2 * (1 / at.t + 1 / at.u)
            return (portal * (1 + resonance + exchange)) ** 2
        case "t t":
            return top_pair(at, portal, s)


def top_pair(at, portal, s):
    """Trace over top spinors: photon and Z through the current of phi, the Higgs through the mass."""
    top = ew.FERMIONS["t"]
    left_of_z = ew.E_CHARGE / (ew.SIN_W * ew.COS_W) * (top.isospin - top.charge * ew.SIN2_W)
    right_of_z = -ew.E_CHARGE / (ew.SIN_W * ew.COS_W) * top.charge * ew.SIN2_W
    photon, z = ew.E_SQUARED_MZ * top.charge / s, ew.Z_COUPLING / (s - ew.Z_MASS**2)
    left, right = photon + z * left_of_z, photon + z * right_of_z
    one = np.eye(4)
    chiral = left * (one - GAMMA_5) / 2 + right * (one + GAMMA_5) / 2
    # As for W pairs, the two partial waves do not interfere in the total.
    higgs = 1j * portal * top.mass / (s - ew.ROUNDED_HIGGS_MASS**2)
    amplitude = slash(at.p1 - at.p2) @ chiral + higgs * one
    conjugate = GAMMA_0 @ amplitude.conj().T @ GAMMA_0
    trace = np.trace(
        (slash(at.k1) + top.mass * one) @ amplitude @ (slash(at.k2) - top.mass * one) @ conjugate
    )
    return top.colours * trace.real


MASSES = {
    "gamma gamma": (0.0, 0.0),
    "gamma Z": (0.0, ew.Z_MASS),
    "Z Z": (ew.Z_MASS, ew.Z_MASS),
    "W W": (ew.W_MASS, ew.W_MASS),
    "Z h": (ew.Z_MASS, ew.ROUNDED_HIGGS_MASS),
    "gamma h": (0.0, ew.ROUNDED_HIGGS_MASS),
    "h h": (ew.ROUNDED_HIGGS_MASS, ew.ROUNDED_HIGGS_MASS),
    "t t": (ew.TOP_MASS, ew.TOP_MASS),
}


@pytest.mark.parametrize("channel", MASSES)
@pytest.mark.parametrize(("m_phi", "stretch", "portal"), POINTS)
def test_polynomial_in_the_portal_coupling_is_the_sum_over_explicit_polarisations(
    channel, m_phi, stretch, portal
):
    a, b = MASSES[channel]
    root = 2 * m_phi * stretch
    s = root**2
    identical = 0.5 if channel in ("gamma gamma", "Z Z", "h h") else 1.0
    squares = [summed_squares(channel, Pair(m_phi, root, a, b, c), portal, s) for c in COS_THETA]
    at = Pair(m_phi, root, a, b, 0.0)
    expected = identical * at.k / at.p1[3] / (32 * math.pi * s) * (WEIGHTS @ np.array(squares))
    assert cross_section(s, m_phi, portal, channel) == pytest.approx(expected, rel=1e-10, abs=1e-25)


@pytest.mark.parametrize(
    ("g1", "g2", "b"), [(ew.E_CHARGE, ew.E_CHARGE, 0.0), (ew.E_CHARGE, ew.Z_COUPLING, ew.Z_MASS)]
)
def test_photon_amplitudes_obey_the_ward_identity(g1, g2, b):
    at = Pair(305.0, 700.0, 0.0, b, 0.37)
    sizes = [abs(vector_pair(at, e1, e2, g1, g2, 0.0, 490e3)) for e1 in at.first for e2 in at.second]
    for e2 in at.second:
        assert abs(vector_pair(at, at.k1, e2, g1, g2, 0.0, 490e3)) < 1e-12 * at.w1 * max(sizes)


def test_photon_with_higgs_obeys_the_ward_identity():
    at = Pair(305.0, 700.0, 0.0, ew.ROUNDED_HIGGS_MASS, 0.37)
    size = abs(vector_higgs(at, at.first[1], ew.E_CHARGE, False, 1.0, 490e3))
    assert abs(vector_higgs(at, at.k1, ew.E_CHARGE, False, 1.0, 490e3)) < 1e-12 * at.w1 * size


def test_z_amplitude_contracted_with_its_momentum_is_that_of_its_goldstone_boson():
    # M(G h) comes from Z exchange alone, with the vertex (m_Z/v) (k_G - k_h): the portal does not mix in.
    m_phi, s = 305.0, 490e3
    at = Pair(m_phi, math.sqrt(s), ew.Z_MASS, ew.ROUNDED_HIGGS_MASS, 0.37)
    vertex = dot(at.p1 - at.p2, at.k1 - at.k2)
    goldstone = -ew.Z_COUPLING * ew.Z_MASS / ew.VEV * vertex / (s - ew.Z_MASS**2)
    contracted = vector_higgs(at, at.k1, ew.Z_COUPLING, True, 0.9, s)
    assert contracted == pytest.approx(ew.Z_MASS * goldstone, rel=1e-12)
