"""Momenta of dark matter from decays X → χ Y of a particle in equilibrium, with quantum statistics.

The source of χ of momentum p per unit of its phase space is

    g_χ Γ^<(p) = S₂/(16π p E) ∫_{E₋}^{E₊} dE_X f_X(E_X) [1 ∓ f_Y(E_X - E)],

with E_∓ = m_X cosh(θ ∓ θ*) in rapidities: p = M sinh θ, and θ* that of χ where X is at rest. Everything is a function
of z = m_X/T and of the ratios of the masses. Statistics: "boson", "fermion", and "mb" for Maxwell-Boltzmann (of X)
or no factor (of Y).
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..numerics.quadrature import gauss_legendre
from ..numerics.tables import Table, build_table

__all__ = ["SIGNS", "decay_moments", "decay_spectrum", "decay_table", "whole_history"]

SIGNS = {"boson": 1.0, "fermion": -1.0, "mb": 0.0}

# Energies beyond this many temperatures above the smallest do not matter.
LARGEST_EXCESS = 45.0
# In the rapidity of the boost, and in the root of the excess: together 1e-9.
BOOST_NODES, BOOST_WEIGHTS = gauss_legendre(96)
ENERGY_NODES, ENERGY_WEIGHTS = gauss_legendre(48)

Array = NDArray[np.float64]


def _rest_frame(chi: float, daughter: float) -> tuple[float, float, float]:
    """Return momentum, energy of χ and energy of Y in units of m_X where X is at rest."""
    momentum = 0.5 * math.sqrt(
        (1.0 - chi - daughter) * (1.0 + chi + daughter) * (1.0 - chi + daughter) * (1.0 + chi - daughter)
    )
    energy = 0.5 * (1.0 + (chi - daughter) * (chi + daughter))
    return momentum, energy, 1.0 - energy


def _inner(z: Array, boost: Array, longest: Array, own: float, daughter: Array, x: str, y: str) -> Array:
    """Return ∫ dE_X f_X [1 ∓ f_Y] e^{z}/T from E₋ = m_X cosh(boost) on; ``longest`` is (E₊ - E₋)/T.

    ``daughter`` is the energy of Y at E₋ in units of T.
    """
    largest = np.sqrt(np.minimum(longest, LARGEST_EXCESS))
    root = largest[..., None] * ENERGY_NODES
    excess = root**2
    # cosh η - 1 = 2 sinh²(η/2): no cancellation at rest.
    start = z * 2.0 * np.sinh(0.5 * boost) ** 2
    energy = (z * np.cosh(boost))[..., None] + excess
    weight = 2.0 * root * np.exp(-start[..., None] - excess)
    weight /= 1.0 - SIGNS[x] * np.exp(-energy)
    weight /= 1.0 - SIGNS[y] * np.exp(-(daughter[..., None] + excess))
    return largest * (weight @ ENERGY_WEIGHTS) * own


def _spectra(z: Array, x: str, y: str, chi: float, daughter: float) -> tuple[Array, Array, Array]:
    """Return momenta p/T (n, k), weights dη e^{z} p (n, k) of the boost η, and the inner integral (n, k)."""
    momentum, _, energy_y = _rest_frame(chi, daughter)
    farthest = np.arccosh(1.0 + LARGEST_EXCESS / z)
    low = -farthest
    if chi > 0.0:
        rapidity = math.asinh(momentum / chi)
        low = np.maximum(low, -rapidity)
    boost = low[:, None] + (farthest - low)[:, None] * BOOST_NODES
    weights = (farthest - low)[:, None] * BOOST_WEIGHTS
    wide = np.broadcast_to(z[:, None], boost.shape)
    if chi > 0.0:
        p = wide * chi * np.sinh(rapidity + boost)
        span = wide * 2.0 * np.sinh(rapidity + boost) * math.sinh(rapidity)
    else:
        p = wide * momentum * np.exp(boost)
        span = np.full(boost.shape, np.inf)
    slow = daughter**2 / (energy_y + momentum)
    of_y = 0.5 * wide * (slow * np.exp(boost) + (energy_y + momentum) * np.exp(-boost))
    inner = _inner(wide, boost, span, 1.0, of_y, x, y)
    return p, weights, inner


def _moments(z: Array, x: str, y: str, chi: float, daughter: float) -> Array:
    """Return ∫ p^{n+1} dη ∫ dE f_X [1 ∓ f_Y] for n = 0, 1, 2 times e^{z}, (3, k)."""
    p, weights, inner = _spectra(z, x, y, chi, daughter)
    return np.array([((weights * inner) * p ** (n + 1)).sum(axis=1) for n in range(3)])


def decay_moments(
    z: ArrayLike, x: str = "boson", y: str = "fermion", chi: float = 0.0, daughter: float = 0.0
) -> tuple[Array, Array, Array]:
    """Return K = γ/γ_MB, ⟨p/T⟩ and ⟨p²/T²⟩ of χ from X → χ Y at z = m_X/T (n,).

    Parameters
    ----------
    z : (n,) array-like
        m_X/T.
    x, y : str
        Statistics of X and Y: "boson", "fermion" or "mb".
    chi, daughter : float
        M/m_X and m_Y/m_X.
    """
    z = np.atleast_1d(np.asarray(z, dtype=np.float64))
    found = _moments(z, x, y, chi, daughter)
    classical = _moments(z, "mb", "mb", chi, daughter)[0]
    return found[0] / classical, found[1] / found[0], found[2] / found[0]


def decay_spectrum(
    q: ArrayLike, z: float, x: str = "boson", y: str = "fermion", chi: float = 0.0, daughter: float = 0.0
) -> Array:
    """Return the source per phase space at p/T = q (k,), e^{z} ∫ dE_X f_X [1 ∓ f_Y]/(p E) with any norm."""
    q = np.asarray(q, dtype=np.float64)
    momentum, _, energy_y = _rest_frame(chi, daughter)
    wide = np.full(q.shape, float(z))
    if chi > 0.0:
        rapidity = math.asinh(momentum / chi)
        boost = np.arcsinh(q / (z * chi)) - rapidity
        span = wide * 2.0 * np.sinh(rapidity + boost) * math.sinh(rapidity)
    else:
        boost = np.log(q / (z * momentum))
        span = np.full(q.shape, np.inf)
    slow = daughter**2 / (energy_y + momentum)
    of_y = 0.5 * wide * (slow * np.exp(boost) + (energy_y + momentum) * np.exp(-boost))
    return _inner(wide, boost, span, 1.0, of_y, x, y) / (q * np.hypot(q, z * chi))


def whole_history(
    x: str = "boson", y: str = "fermion", chi: float = 0.0, daughter: float = 0.0
) -> tuple[float, float, float]:
    """Return K, ⟨p/T⟩, ⟨p²/T²⟩ of χ from all decays of X at constant g*.

    The yield is ∫ dln z z⁵ γ/m_X⁴ up to constants.

    >>> [round(value, 4) for value in whole_history()]
    [0.8945, 2.4598, 8.5441]
    """
    nodes, weights = gauss_legendre(160)
    low, high = math.log(1e-5), math.log(80.0)
    z = np.exp(low + (high - low) * nodes)
    # γ ∝ T² times the moments, and dY ∝ γ/(s H) dln z ∝ γ T^{-5} dln z.
    measure = weights * z**3 * np.exp(-z)
    found = _moments(z, x, y, chi, daughter)
    classical = _moments(z, "mb", "mb", chi, daughter)[0]
    total = found @ measure
    return (
        float(total[0] / (classical @ measure)),
        float(total[1] / total[0]),
        float(total[2] / total[0]),
    )


@lru_cache(maxsize=16)
def decay_table(mediator: str, daughter: str, daughter_mass: float) -> Table:
    """Return ln K, ⟨q⟩ and ⟨q²⟩ of light χ from decays of a mediator, over ln(m/T).

    Parameters
    ----------
    mediator, daughter : str
        Statistics: "boson", "fermion", "mb".
    daughter_mass : float
        Over that of the mediator.
    """

    def columns(ln_z: Array) -> Array:
        share, mean, square = decay_moments(np.exp(ln_z), mediator, daughter, 0.0, daughter_mass)
        return np.array([np.log(share), mean, square])

    return build_table(columns, np.log(5e-3), np.log(300.0), 90)
