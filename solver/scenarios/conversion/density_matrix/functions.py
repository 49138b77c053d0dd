"""What coherence needs of the plasma and nothing else: thermal mass, helicity correlations, mean momentum.

All are universal functions of one ratio each, tabulated once. E and p are energy and momentum of χ in the
plasma, Maxwell-Boltzmann.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ....numerics.kernel import kernel
from ....numerics.tables import build_table, lookup1, lookup2

__all__ = ["decay_correlation", "mass_correlation", "thermal_self_energy"]

# Over ln(m_χ/T), ln(m_φ/T) and ln[κ/(m_χ T)], κ = (m_φ² - m_χ²)/2. Hotter, all functions have reached their
# limits; colder, nothing is left of the asymmetry, and the mean momentum goes like a power.
RATIOS = (1e-4, 1e3)
CELLS = 600
# Gauss-Legendre points per piece of an integral over momenta.
POINTS = 96
# Momentum integrals end here, in units of T or of E - m = T.
HIGHEST = 50.0
# Ends of the pieces of the principal value, in units of T.
FERMI_PIECES = (0.25, 1.0, 3.0, 8.0, 20.0, 60.0)


def _legendre(low: NDArray, high: NDArray) -> tuple[NDArray, NDArray]:
    """Return nodes and weights on [low, high], the points on the last axis."""
    nodes, weights = np.polynomial.legendre.leggauss(POINTS)
    half = 0.5 * (high - low)[..., None]
    return 0.5 * (low + high)[..., None] + half * nodes, half * weights


def _of_chi(ln_x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a_H and ⟨p⟩/T, the weight being p² dp e^(-E/T)/E."""
    x = np.exp(ln_x)
    # E/m = cosh η and p/m = sinh η, so that the weight is sinh² η dη e^(-x cosh η).
    top = np.arccosh(1.0 + HIGHEST / x)
    eta, weight = _legendre(np.zeros_like(x), top)
    weight = weight * np.sinh(eta) ** 2 * np.exp(-x[:, None] * (np.cosh(eta) - 1.0))
    speed = np.tanh(eta)
    # (1/v)[1 - (1 - v²) artanh(v)/v] with artanh v = η.
    g = (1.0 - eta / (speed * np.cosh(eta) ** 2)) / speed
    small = eta < 1e-2
    g = np.where(small, 2.0 / 3.0 * speed + 2.0 / 15.0 * speed**3, g)
    norm = np.sum(weight, axis=1)
    momentum = x * np.sum(weight * np.sinh(eta), axis=1) / norm
    # Divided by what it goes like when T is far above or below the mass: flat between.
    return np.array([np.sum(weight * g, axis=1) / norm, momentum / np.sqrt(4.0 + 8.0 * x / math.pi)])


def _tadpole(ln_z: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ∫ k² dk/(4π² E) f_B(E)/T² of a boson of mass z T, which tends to 1/24."""
    z = np.exp(ln_z)[:, None]
    # k = T t/(1 - t) crowds points at soft momenta, where the occupation is large.
    t, weight = _legendre(np.zeros(1), np.ones(1))
    k = (t / (1.0 - t)) ** 2
    weight = weight * 2.0 * np.sqrt(k) / (1.0 - t) ** 2
    energy = np.hypot(k, z)
    with np.errstate(over="ignore", under="ignore"):
        occupied = np.exp(-energy) / -np.expm1(-energy)
    return np.sum(weight * k**2 / energy * occupied, axis=1) / (4.0 * math.pi**2)


def _fermi(t: NDArray) -> NDArray:
    return t**3 * np.exp(-t) / (1.0 + np.exp(-t))


def _resonance(ln_y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return G(y) = (12/π²) PV ∫_0^∞ dt t/(e^t + 1) t²/(t² - y²).

    The pole is taken out: PV ∫_0^A dt/(t² - y²) = ln|(A - y)/(A + y)|/(2y).
    """
    y = np.exp(ln_y)[:, None]
    result = np.zeros(len(y))
    edges = [np.zeros(1), *(np.full(1, edge) for edge in FERMI_PIECES)]
    end = 2.0 * FERMI_PIECES[-1]
    inside = y[:, 0] < FERMI_PIECES[-1]
    pole = np.where(inside, _fermi(y[:, 0]), 0.0)
    for low, high in zip(edges, [*edges[1:], np.full(1, end)], strict=True):
        t, weight = _legendre(low, high)
        gap = (t - y) * (t + y)
        # At a node on the pole the quotient is the slope; none comes closer than rounding does.
        safe = np.where(gap == 0.0, 1.0, gap)
        result += np.sum(weight * (_fermi(t) - pole[:, None]) / safe, axis=1)
    flat = y[:, 0]
    result += pole * np.log(np.abs((end - flat) / (end + flat))) / (2.0 * flat)
    return 12.0 / math.pi**2 * result


_ENDS = math.log(RATIOS[0]), math.log(RATIOS[1])
OF_CHI = build_table(_of_chi, *_ENDS, CELLS)
TADPOLE = build_table(_tadpole, *_ENDS, CELLS)
RESONANCE = build_table(_resonance, *_ENDS, CELLS)


@kernel
def thermal_self_energy(ln_z, ln_y):
    """Return p·Σ/T², half the thermal mass² of χ over λ†λ and T².

    δ(m²)_ij = 2 p·Σ Re h_ij from the tadpoles of massless leptons and of φ on their shells; the vacuum part is in
    the physical masses. For T far above all masses it is h T²/8 of a Weyl state.

    Parameters
    ----------
    ln_z, ln_y : float
        Logarithms of m_φ/T and κ/(m_χ T), κ = (m_φ² - m_χ²)/2.
    """
    return lookup1(RESONANCE, ln_y) / 48.0 + lookup1(TADPOLE, ln_z)


@kernel
def mass_correlation(ln_x):
    """Return a_H, how much of the thermal mass depends on helicity: ⟨(1/v)[1 - (1 - v²) artanh(v)/v]⟩."""
    return lookup1(OF_CHI, ln_x)


@kernel
def mean_momentum(ln_x):
    """Return ⟨p⟩/T of χ with the weight p² dp e^(-E/T)/E."""
    _, scaled = lookup2(OF_CHI, ln_x)
    return scaled * math.sqrt(4.0 + 8.0 / math.pi * math.exp(ln_x))


@kernel
def decay_correlation(ln_x, recoil):
    """Return a_D, the correlation of the helicity of χ with the charge of the φ it came from by decay.

    To first order in what ⟨coth b - 1/b⟩ averages, b = ε p/T with ε = κ/m_χ², the weight being p² dp
    e^(-(1 + ε) E/T)/E: 2 % where ε is 0.02, and it enters with less than that.
    """
    return recoil / (3.0 * (1.0 + recoil)) * mean_momentum(ln_x + math.log1p(recoil))
