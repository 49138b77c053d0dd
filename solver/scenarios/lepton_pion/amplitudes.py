"""Squared amplitudes of the scatterings that change the number of χ by one, per C².

Spin-summed over both sides, one charge state, from arXiv:2111.14808, eq. (3.12). On shell the operator
of a right-handed lepton is equivalent to a non-derivative coupling π⁺ χ̄ (a P_L + b P_R) ℓ with minimal
photon couplings, so that one formula serves both chiralities. The tests compare with explicit Dirac
matrices, the derivative coupling and its contact term. Momenta and masses in GeV.

The paper's displayed squares after (A.13) carry a spurious f_π², and the second has the wrong overall
sign; the formulae here follow from (A.13) itself, with a minus sign for a lepton that is crossed to the
other side.
"""

from __future__ import annotations

import math

from ...constants import PION_MASS
from ...numerics.kernel import kernel
from .inputs import CONDENSATE, PION_DECAY_CONSTANT

__all__ = [
    "coupling_invariants",
    "kallen_root",
    "photon_squared",
    "scalar_pion_annihilation_squared",
    "scalar_pion_scattering_squared",
    "two_pion_annihilation_squared",
    "two_pion_scattering_squared",
]


@kernel
def coupling_invariants(mass, m_lepton, left):
    """Return S = a² + b² and D = 4 a b m_ℓ M of the equivalent non-derivative coupling.

    Right-handed: a = -m_ℓ f_π/√2 and b = M f_π/√2; left-handed: a = √2 f_π B₀ and b = 0.
    """
    f_squared = PION_DECAY_CONSTANT * PION_DECAY_CONSTANT
    if left:
        return 2.0 * f_squared * CONDENSATE * CONDENSATE, 0.0
    masses = m_lepton * mass
    return 0.5 * f_squared * (m_lepton * m_lepton + mass * mass), -2.0 * f_squared * masses * masses


@kernel
def photon_squared(x, y, mass, m_lepton, left):
    """Return |A|²/(e² C²) of χ(p) γ(q) → ℓ(p') π(k), with x = p'·q and y = k·q.

    For χ π → ℓ γ set x = -(s - m_ℓ²)/2, y = k·q. For χ ℓ̄ → π γ set y = -(s - m_π²)/2, x = p̄·q and
    change the overall sign. At threshold it reproduces eq. (A.12).
    """
    s_coupling, d_coupling = coupling_invariants(mass, m_lepton, left)
    m2, l2, pi2 = mass * mass, m_lepton * m_lepton, PION_MASS * PION_MASS
    total = x + y
    kappa = 0.5 * (m2 + 2.0 * total - l2 - pi2)
    c = 0.5 * (m2 + l2 - pi2)
    c_pion = 0.5 * (m2 + pi2 - l2)
    convection = 2.0 * kappa / (x * y) - pi2 / (y * y) - l2 / (x * x)
    spin = total * (kappa / y - l2 / x) - x * ((c_pion + x) / y - (c + y) / x)
    return (
        convection * (2.0 * s_coupling * (c + y) + d_coupling)
        - 2.0 * s_coupling / x * spin
        + 2.0 * s_coupling * total / x
    )


@kernel
def _current_squared(lepton_q, chi_q, q_squared, lepton_chi):
    return 2.0 * lepton_q * chi_q - q_squared * lepton_chi


@kernel
def two_pion_scattering_squared(s, t, mass, m_lepton, m_in, m_out):
    """Return |A|²/C² of χ(p) π_in → ℓ(p') π_out for a right-handed lepton, t = (p - p')².

    2 (p'·Q)(p·Q) - Q² p·p' with Q the sum of the pion momenta: eq. (A.13).
    """
    m2, l2, in2, out2 = mass * mass, m_lepton * m_lepton, m_in * m_in, m_out * m_out
    u = m2 + l2 + in2 + out2 - s - t
    chi_q = 0.5 * (s - m2 - in2) + 0.5 * (m2 + out2 - u)
    lepton_q = 0.5 * (s - l2 - out2) + 0.5 * (l2 + in2 - u)
    return _current_squared(lepton_q, chi_q, 2.0 * (in2 + out2) - t, 0.5 * (m2 + l2 - t))


@kernel
def two_pion_annihilation_squared(s, t, mass, m_lepton, m_1, m_2):
    """Return |A|²/C² of χ(p) ℓ̄ → π₁(k) π₂ for a right-handed lepton, t = (p - k)².

    The form of the scattering with Q the difference of the pion momenta: eq. (A.13).
    """
    m2, l2, a2, b2 = mass * mass, m_lepton * m_lepton, m_1 * m_1, m_2 * m_2
    u = m2 + l2 + a2 + b2 - s - t
    chi_q = 0.5 * (m2 + a2 - t) - 0.5 * (m2 + b2 - u)
    lepton_q = 0.5 * (l2 + a2 - u) - 0.5 * (l2 + b2 - t)
    return _current_squared(lepton_q, chi_q, 2.0 * (a2 + b2) - s, 0.5 * (s - m2 - l2))


@kernel
def scalar_pion_scattering_squared(t, mass, m_other):
    """Return |A|²/C² of χ π → χ' π through -(C B₀/2)(χ̄ P χ')(π⁰² + 2π⁺π⁻), t = (p - p')².

    With a massless χ' the process χ π → ν π of a left-handed doublet. This quartic vertex is hidden in the
    dots of eq. (3.12).
    """
    return CONDENSATE * CONDENSATE * (mass * mass + m_other * m_other - t)


@kernel
def scalar_pion_annihilation_squared(s, mass, m_other):
    """Return |A|²/C² of χ χ̄' → π⁺π⁻ through the same vertex; π⁰π⁰ has half of it in the rate."""
    return CONDENSATE * CONDENSATE * (s - mass * mass - m_other * m_other)


@kernel
def kallen_root(a, b, c):
    """Return λ^{1/2}(a², b², c²) of three masses; zero between the thresholds |b - c| and b + c.

    The product of the four sums does not cancel next to a threshold.
    """
    product = (a - b - c) * (a + b + c) * (a - b + c) * (a + b - c)
    return math.sqrt(max(product, 0.0))
