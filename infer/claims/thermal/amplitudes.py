"""The displayed amplitudes and widths of arXiv:2111.14808, appendix A, against those of the solver."""

from __future__ import annotations

import math

import numpy as np

from ....solver.constants import ELECTRON_MASS, MUON_MASS, PION_MASS
from ..formulas import FERMI_CONSTANT, amplitudes, channels, densities, inputs, virtual

__all__ = [
    "boltzmann_exponent",
    "low_temperature_ratio",
    "off_shell_ratio",
    "photon_ratio",
    "two_pion_ratio",
]

F2 = inputs.PION_DECAY_CONSTANT**2
# A place in phase space where the printed polynomials are compared (GeV).
PLACE_MASS, PLACE_S, PLACE_T = 0.2, 0.4**2, -0.05


def photon_ratio(process: int, mass: float = PLACE_MASS) -> float:
    """Return |A|² at threshold over the printed (A.12a), (A.12b) or (A.12c) for process 0, 1, 2."""
    lepton, pion = MUON_MASS, PION_MASS
    common = F2 * (lepton**2 + mass**2)
    # Invariants where the heavier side is at rest; the photon then takes what is left.
    if process == 0:
        s = (lepton + pion) ** 2
        total = 0.5 * (s - mass**2)
        x = total * lepton / (lepton + pion)
        found = amplitudes.photon_squared(x, total - x, mass, lepton, False)
        return found / (common * (lepton + pion) / lepton)
    if process == 1:
        s = (mass + pion) ** 2
        x = -0.5 * (s - lepton**2)
        y = pion * 0.5 * (s - lepton**2) / (mass + pion)
        return amplitudes.photon_squared(x, y, mass, lepton, False) / (common * mass / (mass + pion))
    s = (mass + lepton) ** 2
    y = -0.5 * (s - pion**2)
    x = lepton * 0.5 * (s - pion**2) / (mass + lepton)
    return -amplitudes.photon_squared(x, y, mass, lepton, False) / (common * mass / lepton)


def two_pion_ratio(scattering: bool, with_f_squared: bool) -> float:
    """Return the printed square after (A.13) over ours, for equal pion masses; f_π² as printed or left out."""
    m2, l2, p2 = PLACE_MASS**2, MUON_MASS**2, PION_MASS**2
    if scattering:
        # χ π → ℓ π⁰ in t = (p_χ - p_ℓ)².
        s, t = PLACE_S, PLACE_T
        printed = 4 * p2**2 + l2**2 + m2**2 + l2 * (2 * m2 - 4 * s - t) + 4 * s * (s + t - 2 * p2)
        printed -= m2 * (4 * s + t)
        ours = amplitudes.two_pion_scattering_squared(s, t, PLACE_MASS, MUON_MASS, PION_MASS, PION_MASS)
    else:
        s, t = PLACE_S, PLACE_T
        printed = 4 * p2**2 + 4 * t**2 + (l2 + m2) * (l2 + m2 - s) + 4 * t * (s - l2 - m2 - 2 * p2)
        ours = amplitudes.two_pion_annihilation_squared(s, t, PLACE_MASS, MUON_MASS, PION_MASS, PION_MASS)
    return -0.5 * printed * (F2 if with_f_squared else 1.0) / ours


def low_temperature_ratio(temperature: float) -> float:
    """Return γ of χγ ↔ ℓπ over its non-relativistic limit with (A.12a) and (A.14)."""
    lepton, pion = MUON_MASS, PION_MASS
    square = 2.0 * inputs.E_SQUARED * F2 * (lepton + pion) * (lepton**2 + PLACE_MASS**2) / lepton
    sigma = square / (32.0 * math.pi * lepton * pion * 8.0) * (1.0 - (PLACE_MASS / (lepton + pion)) ** 2)

    def density(states: float, mass: float) -> float:
        return states * (mass * temperature / (2.0 * math.pi)) ** 1.5 * math.exp(-mass / temperature)

    exact = float(densities.reaction_density(0, temperature, PLACE_MASS))
    return exact / (density(4.0, lepton) * density(2.0, pion) * sigma)


def off_shell_ratio(mass: float) -> float:
    """Return the printed (A.9) to (A.11) of χ → μ e ν, times V_ud², over the pion pole of the solver."""
    m2, l2, e2, p2 = mass**2, MUON_MASS**2, ELECTRON_MASS**2, PION_MASS**2
    nodes, weights = np.polynomial.legendre.leggauss(200)
    # In ln k²: the electron's mass leaves its mark at small k².
    low, high = math.log(e2), 2.0 * math.log(mass - MUON_MASS)
    k2 = np.exp(0.5 * (low + high) + 0.5 * (high - low) * nodes)
    square = 2.0 * F2**2 * FERMI_CONSTANT**2 * e2 * (k2 - e2) / (p2 - k2) ** 2
    square *= (m2 - l2) ** 2 - k2 * (m2 + l2)
    root = np.sqrt(np.maximum(l2**2 - 2.0 * l2 * (m2 + k2) + (m2 - k2) ** 2, 0.0))
    integrand = square * (1.0 - e2 / k2) * root * k2 / (128.0 * math.pi**3 * m2)
    printed = 0.5 / mass * 0.5 * (high - low) * float(weights @ integrand)
    return printed * inputs.V_UD**2 / virtual.virtual_pion_width(mass, MUON_MASS, ELECTRON_MASS, False)


def boltzmann_exponent(channel: str, mass: float, lepton: str = "mu") -> float:
    """Return Δ in GeV of a process: the least energy of its heavier side beyond the mass of χ."""
    index = channels.CHANNEL_NAMES.index(channel)
    return channels.smallest_energy(index, mass, inputs.LEPTON_MASSES[lepton]) - mass
