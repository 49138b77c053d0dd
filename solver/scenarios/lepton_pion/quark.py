"""Production of χ from free quarks, between the QCD transition and the mass of the mediator.

Sum of ℓu → χd, ℓd̄ → χū and ud̄ → χℓ̄ with their conjugates, Maxwell-Boltzmann statistics, massless
quarks. For massless ℓ and χ the density is (20 N_c/π⁵) C² T⁸ for C_χR and twice that for C_χL (two
members of the doublet). Here the masses of ℓ and χ are kept: next to the transition they matter by orders
of magnitude for τ leptons and for χ heavier than the temperature.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...numerics.bessel import k1_scaled
from ...numerics.kernel import kernel
from .amplitudes import kallen_root
from .densities import ENERGY_NODES, ENERGY_WEIGHTS
from .inputs import LEPTON_MASSES

__all__ = ["MASSLESS_COEFFICIENT", "flattened_quark_density", "massless_density", "quark_density"]

COLOURS = 3
# γ = coefficient C² T⁸ of a right-handed, massless lepton.
MASSLESS_COEFFICIENT = 20.0 * COLOURS / math.pi**5


@kernel
def crossed_integral(low, high, shift):
    """Return ∫ a (a + shift) da between two invariants."""
    return (high**3 - low**3) / 3.0 + 0.5 * shift * (high * high - low * low)


@kernel
def vector_integral(s, mass, m_lepton, pair):
    """Return ∫ dt 4 (p_ℓ·q)(p_χ·q') summed over the two scatterings or, for ``pair``, of ud̄ → χℓ̄."""
    m2, l2 = mass * mass, m_lepton * m_lepton
    if pair:
        root = kallen_root(math.sqrt(s), mass, m_lepton)
        centre = s + l2 - m2
        return crossed_integral(0.5 * (centre - root), 0.5 * (centre + root), m2 - l2)
    x_lepton, x_chi = s - l2, s - m2
    return (x_lepton * x_chi) ** 2 / s + crossed_integral(x_chi * l2 / s, x_chi, m2 - l2)


@kernel
def scalar_integral(s, mass, m_lepton, pair):
    """Return ∫ dt 4 (p_χ·p_ℓ)(q·q') summed over the two scatterings or, for ``pair``, of ud̄ → χℓ̄.

    With χ or ℓ massless the density it leads to is that of the vector operator.
    """
    m2, l2 = mass * mass, m_lepton * m_lepton
    if pair:
        return s * (s - m2 - l2) * kallen_root(math.sqrt(s), mass, m_lepton)
    return 2.0 * crossed_integral(0.0, (s - l2) * (s - m2) / s, m2 + l2)


@kernel
def one_member(temperature, mass, m_lepton, left):
    """Return γ e^{M/T}/C² of one member of the lepton multiplet."""
    total = 0.0
    for pair in range(2):
        w_min = mass + m_lepton if pair else max(mass, m_lepton)
        part = 0.0
        for i in range(ENERGY_NODES.shape[0]):
            v = ENERGY_NODES[i]
            w = w_min + temperature * v * v
            weight = ENERGY_WEIGHTS[i] * 2.0 * v * math.exp(-v * v) * k1_scaled(w / temperature)
            if left:
                part += weight * scalar_integral(w * w, mass, m_lepton, pair == 1)
            else:
                part += weight * vector_integral(w * w, mass, m_lepton, pair == 1)
        total += part * math.exp((mass - w_min) / temperature)
    # ŝ = 2 · 4 N_c/(8πs) times the integral; w² cancels 1/s.
    return temperature * temperature * total * COLOURS / (32.0 * math.pi**5)


@kernel
def flattened_quark_density(temperature, mass, m_lepton, left):
    """Return γ e^{M/T}/C² of the quark regime, of the charged lepton and, for a doublet, of the neutrino."""
    charged = one_member(temperature, mass, m_lepton, left)
    return charged + one_member(temperature, mass, 0.0, left) if left else charged


def quark_density(
    temperature: ArrayLike, mass: ArrayLike, lepton: str = "mu", chirality: str = "R"
) -> NDArray[np.float64]:
    """Return γ/C² (GeV⁸) of the quark regime by direct quadrature.

    Parameters
    ----------
    temperature, mass : array-like
        In GeV; they broadcast.
    lepton, chirality : str
        "e", "mu" or "tau"; "R" or "L".
    """
    m_lepton, left = LEPTON_MASSES[lepton], chirality == "L"

    def one(t: float, m: float) -> float:
        return flattened_quark_density(t, m, m_lepton, left) * math.exp(-m / t)

    return np.vectorize(one, otypes=[float])(temperature, mass)


def massless_density(temperature: ArrayLike, chirality: str = "R") -> NDArray[np.float64]:
    """Return (20 N_c/π⁵) T⁸, twice that for left-handed leptons: γ/C² of massless particles (GeV⁸)."""
    members = 2.0 if chirality == "L" else 1.0
    return members * MASSLESS_COEFFICIENT * np.asarray(temperature, dtype=np.float64) ** 8
