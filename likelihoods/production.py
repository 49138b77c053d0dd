"""Production cross-sections of pairs of right-handed sleptons, one flavour."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, unknown_name
from .tables import LogCurve, load, power_law_ends

__all__ = [
    "COLLIDERS",
    "THEORY_ERROR",
    "cross_section",
    "ln_cross_section",
    "mass_range",
    "production_curve",
    "production_nodes",
    "tabulated",
]

Array = NDArray[np.float64]

# name -> column of the table, or None where the formula below is used.
COLLIDERS = {
    "lhc-8": "8",
    "lhc-13": "13",
    "lhc-13.6": "13.6",
    "lhc-14": "14",
    "he-lhc-27": "27",
    "fcc-hh-100": "100",
    "muon-collider-3": None,
}

# Log-normal: the electroweak input scheme moves right-handed sleptons by 8 %, beyond scale and PDF errors.
THEORY_ERROR = 0.08

LOWEST_MASS, HIGHEST_MASS = 50.0, 1000.0  # GeV, of the 13 TeV table
LOWEST_MASS_OTHER_ENERGIES = 90.0  # GeV

# Inputs of the tree-level formula, at the Z mass.
ALPHA_AT_Z = 1.0 / 127.95
SIN2_EFFECTIVE = 0.23126
Z_MASS = 91.1876  # GeV
PB_GEV2 = 3.893794e8
MUON_COLLIDER_S = 3000.0**2  # GeV^2


@cache
def production_curve(collider: str = "lhc-13") -> LogCurve:
    """Return ln of the cross-section in pb over ln of the mass in GeV, power laws beyond the table."""
    energy = COLLIDERS[collider]
    if energy is None:
        raise ValueError(f"the cross-section at {collider} is a formula, not a table")
    table = load("slepton_production_13tev" if energy == "13" else "slepton_production")
    return power_law_ends(LogCurve(table.numbers("mass"), table.numbers(energy)))


def production_nodes(collider: str) -> Array:
    """Return the masses in GeV where the cross-section is tabulated."""
    return np.exp(production_curve(collider).x[1:-1])


def ln_cross_section(ln_mass: Array, collider: str = "lhc-13") -> Array:
    """Return the logarithm of the cross-section in pb (n,) at ln(mass/GeV) (n,) at a hadron collider.

    Linear in the logarithms; beyond the table the power law of its last interval, for diagnostics only.
    """
    curve = production_curve(collider)
    return np.interp(ln_mass, curve.x, curve.y)


def cross_section(mass: Array, collider: str = "lhc-13") -> Array:
    """Return the cross-section of ``p p -> phi+ phi-`` or ``mu+ mu- -> phi+ phi-`` in pb.

    13 TeV: LHC SUSY Cross Section Working Group, NLO+NLL, PDF4LHC15. Other energies: an own NLO ratio to
    13 TeV times that. Muon collider: tree level, see `muon_cross_section`. All uncertain by 8 %, the
    electroweak input scheme.

    Parameters
    ----------
    mass : (n,) array
        GeV.
    collider : str
        A key of ``COLLIDERS``.

    Examples
    --------
    >>> float(cross_section(np.array([100.0]))[0])
    0.09779
    """
    if collider not in COLLIDERS:
        raise UserError(unknown_name("collider", collider, COLLIDERS))
    mass = np.asarray(mass, dtype=float)
    if COLLIDERS[collider] is None:
        return muon_cross_section(mass)
    return np.exp(ln_cross_section(np.log(mass), collider))


def muon_cross_section(mass: Array, s: float = MUON_COLLIDER_S) -> Array:
    """Return the tree-level cross-section of ``mu+ mu- -> phi+ phi-`` in pb through a photon and a Z.

    ``pi alpha^2 beta^3/(3 s) * sum_h (1 + g_h g_phi s/(s - MZ^2))^2 / 2`` over muon chiralities h, with the
    couplings to the Z in units of the electric ones; zero below threshold. Running alpha adds 6-8 %.
    """
    sine, cosine = math.sqrt(SIN2_EFFECTIVE), math.sqrt(1.0 - SIN2_EFFECTIVE)
    right = sine / cosine  # of the scalar and of the right-handed muon, relative to their charge
    left = (SIN2_EFFECTIVE - 0.5) / (sine * cosine)
    propagator = s / (s - Z_MASS**2)
    chiralities = 0.5 * sum((1.0 + g * right * propagator) ** 2 for g in (left, right))
    beta2 = np.maximum(1.0 - 4.0 * np.asarray(mass, dtype=float) ** 2 / s, 0.0)
    return math.pi * ALPHA_AT_Z**2 / (3.0 * s) * PB_GEV2 * chiralities * beta2 * np.sqrt(beta2)


def mass_range(collider: str = "lhc-13") -> tuple[float, float]:
    """Return the masses in GeV between which cross-sections are published or computed."""
    if COLLIDERS[collider] is None:
        return 0.0, math.inf
    return (LOWEST_MASS if collider == "lhc-13" else LOWEST_MASS_OTHER_ENERGIES), HIGHEST_MASS


def tabulated(mass: Array, collider: str = "lhc-13") -> NDArray[np.bool_]:
    """Return whether masses in GeV (n,) lie in the range of the cross-sections."""
    low, high = mass_range(collider)
    return (np.asarray(mass) >= low) & (np.asarray(mass) <= high)
