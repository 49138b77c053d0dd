"""Tree-level annihilation of phi+ phi- into standard-model pairs, as polynomials in the portal coupling.

The model is a charged SU(2) singlet scalar with the portal -lambda_H H†H phi†phi (J. Heisig,
arXiv:2404.12428, eq. (1)). Every amplitude is a polynomial in lambda_H, so every cross-section is one
of degree four: what is returned are the coefficients of 1, lambda_H, ..., lambda_H⁴. Cross-sections
are for one phi+ with one phi-, summed over final and without any average. Widths of Higgs and Z are
neglected, which is right when phi is heavier than half their masses by more than a few widths. The
exchange of the dark-matter fermion is of fourth order in its tiny coupling and dropped. GeV throughout.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.polynomial.polynomial import polyval
from numpy.typing import ArrayLike, NDArray

from ....constants import Z_MASS
from .electroweak import (
    ALPHA_MZ,
    E_CHARGE,
    E_SQUARED_MZ,
    FERMIONS,
    ROUNDED_HIGGS_MASS,
    SIN2_W,
    TAN_W,
    TOP_MASS,
    VEV,
    W_MASS,
    Z_COUPLING,
    Fermion,
)
from .two_body import SMALLEST_POLE, TwoBody, velocity

__all__ = ["CHANNELS", "Channel", "cross_section", "s_wave", "sigma_v_coefficients"]

POWERS = 5  # of lambda_H, from 0 to 4


@dataclass(frozen=True)
class Channel:
    """Name a final state by its two masses and the function that gives 2 beta sigma per power of lambda_H."""

    name: str
    masses: tuple[float, float]
    coefficients: Callable[[NDArray, NDArray], NDArray]

    @property
    def threshold(self) -> float:
        """Return the smallest sqrt(s) in GeV."""
        return self.masses[0] + self.masses[1]


def _stack(shape: tuple[int, ...], parts: dict[int, NDArray]) -> NDArray:
    result = np.zeros((*shape, POWERS))
    for power, value in parts.items():
        result[..., power] = value
    return result


def _gauge_pair(g1: float, g2: float, a: float, b: float) -> Callable[[NDArray, NDArray], NDArray]:
    """Return the coefficients for two neutral gauge bosons with couplings g1, g2 and masses a, b."""
    identical = 0.5 if (g1, a) == (g2, b) else 1.0
    higgs = identical == 0.5 and a > 0.0

    def coefficients(s: NDArray, m_phi: NDArray) -> NDArray:
        at = TwoBody(s, m_phi, a, b)
        pole_t, pole_u = 4.0 * g1 * g2 / at.t_m2, 4.0 * g1 * g2 / at.u_m2
        contact = 2.0 * g1 * g2
        ek, p2s2 = at.energy * at.k, at.p**2 * at.sine2
        to_1, to_2 = at.w1 * at.p * at.c, at.w2 * at.p * at.c
        squares = contact**2 + (contact + p2s2 * (pole_t + pole_u)) ** 2
        if b > 0.0:
            squares = squares + p2s2 * (pole_u * (ek + to_2) - pole_t * (ek - to_2)) ** 2 / b**2
        if a > 0.0:
            squares = squares + p2s2 * (pole_t * (ek - to_1) - pole_u * (ek + to_1)) ** 2 / a**2
        parts = {}
        if higgs:
            portal = 2.0 * Z_MASS**2 / (s - ROUNDED_HIGGS_MASS**2)[..., None]
            longitudinal = (at.k**2 + at.w1 * at.w2) / (a * b)
            exchange = (pole_t * (ek - to_1) * (ek - to_2) + pole_u * (ek + to_1) * (ek + to_2)) / (a * b)
            both = contact * longitudinal + exchange
            squares = squares + both**2
            transverse = 2.0 * contact + p2s2 * (pole_t + pole_u)
            parts[1] = 2.0 * portal * (transverse + longitudinal * both)
            parts[2] = portal**2 * (2.0 + longitudinal**2)
        parts[0] = squares
        return _stack(s.shape, {n: identical * at.integrate(part) for n, part in parts.items()})

    return coefficients


def _higgs_vector(g: float, a: float) -> Callable[[NDArray, NDArray], NDArray]:
    """Return the coefficients for a Higgs and a neutral gauge boson of coupling g and mass a."""

    def coefficients(s: NDArray, m_phi: NDArray) -> NDArray:
        at = TwoBody(s, m_phi, a, ROUNDED_HIGGS_MASS)
        transverse = 1.0 / at.t_m2 + 1.0 / at.u_m2
        weight = 4.0 * g * g * at.p**2 * at.sine2
        parts = {2: weight * (VEV * transverse) ** 2}
        if a > 0.0:
            pole = (2.0 * Z_MASS**2 / VEV / (s - Z_MASS**2))[..., None]
            ek, to_1 = at.energy * at.k, at.w1 * at.p * at.c
            longitudinal = VEV * ((ek - to_1) / at.t_m2 - (ek + to_1) / at.u_m2)
            parts[2] = parts[2] + (2.0 * g / a * longitudinal) ** 2
            parts[1] = 2.0 * pole * (weight * VEV * transverse - (2.0 * g / a) ** 2 * to_1 * longitudinal)
            parts[0] = pole**2 * (weight + (2.0 * g / a * to_1) ** 2)
        return _stack(s.shape, {n: at.integrate(part) for n, part in parts.items()})

    return coefficients


def _photons(s: NDArray, m_phi: NDArray) -> NDArray:
    """Return the coefficients for two photons, in closed form (scalar electrodynamics)."""
    beta = velocity(s, m_phi)
    small = np.maximum(beta, SMALLEST_POLE)
    logarithm = 2.0 * np.arctanh(small) / small
    return _stack(
        s.shape, {0: 8.0 * math.pi * ALPHA_MZ**2 / s * (2.0 - beta**2 - 0.5 * (1.0 - beta**4) * logarithm)}
    )


def _w_pair(s: NDArray, m_phi: NDArray) -> NDArray:
    """Return the coefficients for W+ W-: photon and Z in the p-wave, Higgs in the s-wave."""
    beta, beta_w = velocity(s, m_phi), velocity(s, W_MASS)
    r = W_MASS**2 / s
    vector = -(Z_MASS**2) / (s * (s - Z_MASS**2))
    bosons = 0.25 * s * beta_w**2 * (1.0 + 20.0 * r + 12.0 * r * r) / r**2
    portal = 2.0 * W_MASS**2 / (s - ROUNDED_HIGGS_MASS**2)
    return _stack(
        s.shape,
        {
            0: E_SQUARED_MZ**2 * vector**2 * beta**2 * beta_w * bosons / (24.0 * math.pi),
            2: beta_w / (8.0 * math.pi * s) * portal**2 * (2.0 + (0.5 / r - 1.0) ** 2),
        },
    )


def _higgs_pair(s: NDArray, m_phi: NDArray) -> NDArray:
    """Return the coefficients for two Higgs bosons, in closed form."""
    beta, beta_h = velocity(s, m_phi), velocity(s, ROUNDED_HIGGS_MASS)
    d = 0.5 * s - ROUNDED_HIGGS_MASS**2
    y = np.maximum(0.5 * s * beta * beta_h / d, SMALLEST_POLE)
    rapidity = np.arctanh(y) / y
    contact = 1.0 + 3.0 * ROUNDED_HIGGS_MASS**2 / (s - ROUNDED_HIGGS_MASS**2)
    exchange = 2.0 * VEV**2 / d
    flux = 0.5 * beta_h / (16.0 * math.pi * s)
    return _stack(
        s.shape,
        {
            2: flux * 2.0 * contact**2,
            3: -flux * 4.0 * contact * exchange * rapidity,
            4: flux * exchange**2 * (1.0 / (1.0 - y * y) + rapidity),
        },
    )


def _fermion_pair(s: NDArray, m_phi: NDArray, fermion: Fermion) -> NDArray:
    beta, beta_f = velocity(s, m_phi), velocity(s, fermion.mass)
    photon = E_SQUARED_MZ * fermion.charge / s
    # g_Z e/(s_W c_W) = -e²/c_W², written with the tangent.
    z = -E_SQUARED_MZ * (1.0 + TAN_W**2) / (s - Z_MASS**2)
    left = photon + z * (fermion.isospin - fermion.charge * SIN2_W)
    right = photon - z * fermion.charge * SIN2_W
    vector, axial = 0.5 * (left + right), 0.5 * (right - left)
    currents = vector**2 * (1.0 + 2.0 * fermion.mass**2 / s) + axial**2 * beta_f**2
    return _stack(
        s.shape,
        {
            0: fermion.colours * beta**2 * s / (6.0 * math.pi) * beta_f * currents,
            2: fermion.colours
            * fermion.mass**2
            * beta_f**3
            / (4.0 * math.pi * (s - ROUNDED_HIGGS_MASS**2) ** 2),
        },
    )


def _light_fermions(s: NDArray, m_phi: NDArray) -> NDArray:
    alike = Counter(fermion for name, fermion in FERMIONS.items() if name != "t")
    return sum(count * _fermion_pair(s, m_phi, fermion) for fermion, count in alike.items())


def _top_pair(s: NDArray, m_phi: NDArray) -> NDArray:
    return _fermion_pair(s, m_phi, FERMIONS["t"])


CHANNELS = {
    channel.name: channel
    for channel in (
        Channel("gamma gamma", (0.0, 0.0), _photons),
        Channel("gamma Z", (0.0, Z_MASS), _gauge_pair(E_CHARGE, Z_COUPLING, 0.0, Z_MASS)),
        Channel("Z Z", (Z_MASS, Z_MASS), _gauge_pair(Z_COUPLING, Z_COUPLING, Z_MASS, Z_MASS)),
        Channel("W W", (W_MASS, W_MASS), _w_pair),
        Channel("Z h", (Z_MASS, ROUNDED_HIGGS_MASS), _higgs_vector(Z_COUPLING, Z_MASS)),
        Channel("gamma h", (0.0, ROUNDED_HIGGS_MASS), _higgs_vector(E_CHARGE, 0.0)),
        Channel("h h", (ROUNDED_HIGGS_MASS, ROUNDED_HIGGS_MASS), _higgs_pair),
        # The bottom and tau thresholds lie far below any phi this model admits.
        Channel("light fermions", (0.0, 0.0), _light_fermions),
        Channel("t t", (TOP_MASS, TOP_MASS), _top_pair),
    )
}


def sigma_v_coefficients(channel: str, s: ArrayLike, m_phi: ArrayLike) -> NDArray[np.float64]:
    """Return 2 beta sigma of a channel per power of the portal coupling, in GeV⁻².

    2 beta is the relative velocity in the centre-of-mass frame; the product stays finite where the
    pair is at rest.

    Parameters
    ----------
    channel : str
        A key of `CHANNELS`.
    s, m_phi : float or array
        The squared energy (GeV²) and the mass of phi (GeV); they broadcast to a shape (...).

    Returns
    -------
    (..., 5) array
        The coefficients of 1, lambda_H, ..., lambda_H⁴; zero below the threshold of the final state.
    """
    s, m_phi = np.broadcast_arrays(np.asarray(s, dtype=np.float64), np.asarray(m_phi, dtype=np.float64))
    final = CHANNELS[channel]
    is_open = s > max(final.threshold, 0.0) ** 2
    result = np.zeros((*s.shape, POWERS))
    if is_open.any():
        result[is_open] = final.coefficients(s[is_open], m_phi[is_open])
    return result


def cross_section(
    s: ArrayLike, m_phi: ArrayLike, lambda_H: ArrayLike, channel: str | None = None
) -> NDArray[np.float64]:
    """Return the cross-section of phi+ phi- into one channel, or into all, in GeV⁻².

    Parameters
    ----------
    s, m_phi : float or array
        The squared energy (GeV², above 4 m_phi²) and the mass of phi (GeV).
    lambda_H : float or array
        The portal coupling.
    channel : str, optional
        A key of `CHANNELS`; the sum over all by default.
    """
    names = CHANNELS if channel is None else [channel]
    total = sum(sigma_v_coefficients(name, s, m_phi) for name in names)
    return polyval(lambda_H, np.moveaxis(total, -1, 0), tensor=False) / (2.0 * velocity(s, m_phi))


def s_wave(m_phi: ArrayLike) -> NDArray[np.float64]:
    """Return the limit of 2 beta sigma for a pair at rest, per power of the portal coupling (GeV⁻²).

    Parameters
    ----------
    m_phi : float or array (...)
        The mass of phi in GeV.

    Returns
    -------
    (..., 5) array
        The coefficients of 1, lambda_H, ..., lambda_H⁴ of the total.
    """
    m_phi = np.asarray(m_phi, dtype=np.float64)
    return sum(sigma_v_coefficients(name, 4.0 * m_phi**2, m_phi) for name in CHANNELS)
