"""Conversion of phi to dark matter by scattering off photons and leptons, relative to the decay.

The processes are A: phi gamma -> chi l and B: phi lbar -> chi gamma of J. Heisig, arXiv:2404.12428.
Both rates are proportional to the decay width, so what is returned is their ratio to the vacuum width
into massless leptons, R = Gamma_scattering/Gamma_decay, which knows no coupling to dark matter.
A diverges for soft photons because the decay is open: the photon gets a thermal mass. B diverges only
logarithmically for collinear photons: the lepton gets a mass. The opposite assignments are wrong: with a
massive photon and a massless lepton B would contain an on-shell lepton and count the decay twice.
Statistics are those of Maxwell and Boltzmann.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import k1e, kve

from .electroweak import E_SQUARED_MZ
from .thermal_average import LOG_STEP, log_nodes

__all__ = [
    "lepton_scattering_rate",
    "lepton_scattering_squared",
    "photon_scattering_rate",
    "photon_scattering_squared",
    "reduced_width",
]

SOFTEST_ENERGY = 1e-8  # above the threshold, in units of T
HIGHEST_ENERGY = 60.0
# Gauss-Legendre points over the logarithm of the momentum transfer.
_nodes, _weights = np.polynomial.legendre.leggauss(28)


def reduced_width(m_phi: ArrayLike, m_chi: ArrayLike) -> NDArray[np.float64]:
    """Return the width of phi -> chi_i and massless leptons over (lambda† lambda)_ii, in GeV."""
    m_phi, m_chi = np.asarray(m_phi, dtype=np.float64), np.asarray(m_chi, dtype=np.float64)
    return ((m_phi - m_chi) * (m_phi + m_chi)) ** 2 / (16.0 * math.pi * m_phi**3)


def _squared(
    ds: NDArray, dt: NDArray, p2: ArrayLike, gap: ArrayLike, l2: ArrayLike, g2: ArrayLike
) -> NDArray:
    """Return F for s = p2 + ds, t = l2 + dt and m_chi² = p2 - gap: differences lose no digits this way."""
    p3p4 = 0.5 * (ds + gap - l2)
    qp3 = 0.5 * (gap - l2 - dt)
    qp4 = l2 - 0.5 * (g2 - dt)
    vp4 = l2 + ds + gap + 0.5 * (dt - g2)
    vp3 = 2.0 * p2 - gap - l2 + 0.5 * (ds - dt)
    vq = vp4 - ds
    vv = 4.0 * p2 + 2.0 * ds - g2
    return (
        -2.0 * vv * p3p4 / ds**2
        + (8.0 * qp3 * qp4 - 4.0 * dt * p3p4 - 16.0 * l2 * qp3) / dt**2
        - 4.0 * (vp4 * qp3 - qp4 * vp3 + p3p4 * vq + l2 * vp3) / (dt * ds)
    )


def photon_scattering_squared(
    s: ArrayLike, t: ArrayLike, m_phi: float, m_chi: float, lepton_mass: float, photon_mass: float
) -> NDArray[np.float64]:
    """Return F of phi gamma -> chi l, with sum |M|² = e² (lambda† lambda)_ii F over all spins.

    Parameters
    ----------
    s, t : float or array
        Squared energy and squared momentum transfer from the photon to the lepton, GeV².
    m_phi, m_chi, lepton_mass, photon_mass : float
        Masses in GeV. The current is conserved for all of them.
    """
    gap = (m_phi - m_chi) * (m_phi + m_chi)
    l2 = lepton_mass**2
    return _squared(np.asarray(s) - m_phi**2, np.asarray(t) - l2, m_phi**2, gap, l2, photon_mass**2)


def lepton_scattering_squared(
    s: ArrayLike, w: ArrayLike, m_phi: float, m_chi: float, lepton_mass: float, photon_mass: float
) -> NDArray[np.float64]:
    """Return F of phi lbar -> chi gamma, as `photon_scattering_squared` by crossing.

    Parameters
    ----------
    s, w : float or array
        Squared energy and squared momentum transfer from the lepton to the photon, GeV².
    m_phi, m_chi, lepton_mass, photon_mass : float
        Masses in GeV.
    """
    crossed = m_phi**2 + m_chi**2 + lepton_mass**2 + photon_mass**2 - np.asarray(s) - np.asarray(w)
    return -photon_scattering_squared(crossed, w, m_phi, m_chi, lepton_mass, photon_mass)


def photon_scattering_rate(
    x_phi: ArrayLike, m_phi: ArrayLike, m_chi: ArrayLike, photon_mass_squared: float = 4.0 / 3.0
) -> NDArray[np.float64]:
    """Return the rate of phi gamma -> chi l over the decay width, by direct integration.

    Parameters
    ----------
    x_phi, m_phi, m_chi : float or array
        m_phi/T and the masses in GeV; they broadcast.
    photon_mass_squared : float
        The regulator m_gamma² in units of e² T²; 4/3 is the asymptotic photon mass of a plasma whose
        charged fermions have sum N_c Q² = 8.
    """
    x_phi, m_phi, m_chi = _columns(x_phi, m_phi, m_chi)
    temperature = m_phi / x_phi
    photon = math.sqrt(photon_mass_squared * E_SQUARED_MZ) * temperature
    gap, kinetic, root = _initial_state(x_phi, m_phi, m_chi, photon)
    s, g2 = root**2, photon**2
    ds = (photon + kinetic) * (m_phi + root)
    middle = 2.0 * (0.5 * (ds + g2) / root) * (0.5 * (ds + gap) / root) - g2
    span = _momentum(kinetic, m_phi, photon, root) * (ds + gap) / root
    product = g2 * (gap - m_chi**2 * (gap - g2) / s)
    largest = (middle + span)[..., None]
    half = 0.5 * np.log(largest**2 / product[..., None])
    transfer = largest * np.exp(half * (_nodes - 1.0))
    measure = _weights * half * transfer
    squared = _squared(ds[..., None], -transfer, m_phi[..., None] ** 2, gap[..., None], 0.0, g2[..., None])
    return _rate(x_phi, m_phi, m_chi, photon, root, np.sum(measure * squared, axis=-1))


def lepton_scattering_rate(
    x_phi: ArrayLike, m_phi: ArrayLike, m_chi: ArrayLike, lepton_mass: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Return the rate of phi lbar -> chi gamma over the decay width, by direct integration.

    Parameters
    ----------
    x_phi, m_phi, m_chi : float or array
        m_phi/T and the masses in GeV; they broadcast.
    lepton_mass : float or array, optional
        The regulator in GeV; the thermal mass e T/2 by default.
    """
    x_phi, m_phi, m_chi = _columns(x_phi, m_phi, m_chi)
    if lepton_mass is None:
        lepton = 0.5 * math.sqrt(E_SQUARED_MZ) * m_phi / x_phi
    else:
        lepton = np.asarray(lepton_mass, dtype=np.float64)[..., None] * np.ones_like(x_phi)
    gap, kinetic, root = _initial_state(x_phi, m_phi, m_chi, lepton)
    p, l2 = _momentum(kinetic, m_phi, lepton, root), lepton**2
    released = (lepton + kinetic) * (m_phi + root) + gap  # s - m_chi²
    energy_phi, energy_lepton = np.hypot(m_phi, p), np.hypot(lepton, p)
    # 2 p_l.k and 2 p_phi.k, which add up to s - m_chi²; either may come close to zero.
    largest = np.log((energy_lepton + p) * (energy_phi + p) / m_phi**2)
    smallest = np.log(l2 / ((energy_lepton + p) * (energy_phi + p)))
    half = 0.5 * (largest - smallest)[..., None]
    odds = np.exp(largest[..., None] + half * (_nodes - 1.0))
    to_lepton = released[..., None] * odds / (1.0 + odds)
    to_phi = released[..., None] / (1.0 + odds)
    squared = -_squared(-to_phi, -to_lepton, m_phi[..., None] ** 2, gap[..., None], l2[..., None], 0.0)
    measure = _weights * half * to_lepton * to_phi / released[..., None]
    return _rate(x_phi, m_phi, m_chi, lepton, root, np.sum(measure * squared, axis=-1))


def _columns(*items: ArrayLike) -> tuple[NDArray, ...]:
    return tuple(np.asarray(item, dtype=np.float64)[..., None] for item in np.broadcast_arrays(*items))


def _energies() -> NDArray:
    return log_nodes(SOFTEST_ENERGY, HIGHEST_ENERGY)


def _initial_state(
    x_phi: NDArray, m_phi: NDArray, m_chi: NDArray, partner: NDArray
) -> tuple[NDArray, NDArray, NDArray]:
    """Return m_phi² - m_chi², the kinetic energies above threshold at the nodes, and sqrt(s)."""
    kinetic = _energies() * m_phi / x_phi
    return (m_phi - m_chi) * (m_phi + m_chi), kinetic, m_phi + partner + kinetic


def _momentum(kinetic: NDArray, m_phi: NDArray, partner: NDArray, root: NDArray) -> NDArray:
    upper = kinetic * (2.0 * (m_phi + partner) + kinetic)
    return np.sqrt(upper * (upper + 4.0 * m_phi * partner)) / (2.0 * root)


def _rate(
    x_phi: NDArray, m_phi: NDArray, m_chi: NDArray, partner: NDArray, root: NDArray, integral: NDArray
) -> NDArray:
    """Return e²/(128 pi³ m_phi² G) ∫ d(sqrt s) K₁(sqrt(s)/T)/K₂(m_phi/T) ∫ dt F, with G the reduced width."""
    temperature = m_phi / x_phi
    energies = _energies()
    with np.errstate(under="ignore"):
        bessel = k1e(root / temperature) / kve(2, x_phi) * np.exp(-partner / temperature - energies)
    total = LOG_STEP * temperature * np.sum(energies * bessel * integral, axis=-1, keepdims=True)
    return (E_SQUARED_MZ / (128.0 * math.pi**3 * m_phi**2 * reduced_width(m_phi, m_chi)) * total)[..., 0]
