"""From a complex coupling matrix λ_ki to widths, CP phases, flavour fractions and rare decays.

Arrays carry the lepton flavour k (e, μ, …) on the last axis but one and the state i on the last, with
any number of points in front. Source: arXiv:2404.12428 for the model.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...constants import ALPHA, FERMI_CONSTANT
from .rates.scattering import reduced_width

__all__ = [
    "branching_mu_e_gamma",
    "chi_2_width",
    "coupling_matrix",
    "cp_invariant",
    "loop_function",
    "mu_e_mixing",
    "partial_widths",
    "photon_line_energy",
    "splitting_ratio",
]

Complex = NDArray[np.complex128]
Float = NDArray[np.float64]

# Closer to equal masses than this, the loop function is summed as a series: five digits cancel.
SERIES_BELOW = 0.05


def coupling_matrix(moduli: ArrayLike, phases: ArrayLike) -> Complex:
    """Return λ_ki = |λ_ki| exp(i θ_ki)."""
    return np.asarray(moduli, dtype=np.float64) * np.exp(1j * np.asarray(phases, dtype=np.float64))


def partial_widths(couplings: Complex, m_phi: ArrayLike, m_chi: ArrayLike) -> Float:
    """Return Γ(φ → χ_i l_k) = |λ_ki|² (m_φ² - m_χ²)²/(16 π m_φ³) in GeV, shape (..., K, N)."""
    unit = np.asarray(reduced_width(m_phi, m_chi))[..., None, None]
    return np.abs(couplings) ** 2 * unit


def cp_invariant(couplings: Complex) -> Float:
    """Return I_1 = Im[(λ†λ)_12²]/[(λ†λ)_11 (λ†λ)_22]; |I_1| ≤ 1, zero without phases."""
    first, second = couplings[..., :, 0], couplings[..., :, 1]
    overlap = np.sum(np.conj(first) * second, axis=-1)
    norms = np.sum(np.abs(first) ** 2, axis=-1) * np.sum(np.abs(second) ** 2, axis=-1)
    return np.imag(overlap**2) / norms


def chi_2_width(couplings: Complex, m_chi: ArrayLike) -> Float:
    """Return the would-be width of χ_2 into massless φ l, (λ†λ)_22 m_χ/(16 π), in GeV."""
    return np.sum(np.abs(couplings[..., :, 1]) ** 2, axis=-1) * np.asarray(m_chi) / (16.0 * math.pi)


def splitting_ratio(couplings: Complex, delta_m12: ArrayLike, m_chi: ArrayLike) -> Float:
    """Return ξ = 2 Δm_12/Γ_χ2 of a mass splitting in GeV."""
    return 2.0 * np.asarray(delta_m12) / chi_2_width(couplings, m_chi)


def mu_e_mixing(couplings: Complex) -> Float:
    """Return |Σ_i λ_μi λ*_ei|, what mixes the flavours e (k = 0) and μ (k = 1)."""
    return np.abs(np.sum(couplings[..., 1, :] * np.conj(couplings[..., 0, :]), axis=-1))


def loop_function(ratio: ArrayLike) -> Float:
    """Return F₂(r) = [1 - 6r + 3r² + 2r³ - 6r² ln r]/[6 (1-r)⁴] with r = m_χ²/m_φ²; F₂(1) = 1/12."""
    ratio = np.asarray(ratio, dtype=np.float64)
    gap = 1.0 - ratio
    near = np.abs(gap) < SERIES_BELOW
    safe = np.where(near, 0.5, ratio)
    closed = (1.0 - 6.0 * safe + 3.0 * safe**2 + 2.0 * safe**3 - 6.0 * safe**2 * np.log(safe)) / (
        6.0 * (1.0 - safe) ** 4
    )
    # -6 r² ln r = 6 (1-d)² Σ d^n/n with d = 1 - r, and all powers below d⁴ cancel.
    series = sum(gap ** (n - 4) * (1.0 / n - 2.0 / (n - 1) + 1.0 / (n - 2)) for n in range(4, 16))
    return np.where(near, series, closed)


def branching_mu_e_gamma(mixing: ArrayLike, m_phi: ArrayLike, m_chi: ArrayLike) -> Float:
    """Return BR(μ → eγ) = 3α/(64π G_F² m_φ⁴) |Σ λ_μi λ*_ei F₂|² for degenerate χ_i.

    E. Ma, J. Kubo, D. Suematsu, hep-ph/0604114.

    Parameters
    ----------
    mixing : float or array
        |Σ_i λ_μi λ*_ei|, from `mu_e_mixing`.
    m_phi, m_chi : float or array
        Masses in GeV.
    """
    m_phi = np.asarray(m_phi, dtype=np.float64)
    strength = 3.0 * ALPHA / (64.0 * math.pi * FERMI_CONSTANT**2 * m_phi**4)
    ratio = strength * (np.asarray(mixing) * loop_function((np.asarray(m_chi) / m_phi) ** 2)) ** 2
    # The formula gives the width over that of μ → eνν; beside it, large couplings leave no more than everything.
    return ratio / (1.0 + ratio)


def photon_line_energy(delta_m12: ArrayLike, m_chi: ArrayLike) -> Float:
    """Return the photon energy of χ_2 → γ χ_1 at rest, (m_2² - m_1²)/(2 m_2), in GeV; m_χ is m_1."""
    delta_m12 = np.asarray(delta_m12, dtype=np.float64)
    heavier = np.asarray(m_chi) + delta_m12
    return delta_m12 * (1.0 - 0.5 * delta_m12 / heavier)
