"""The total yield with conversions in equilibrium: the floor that no conversion rate can undercut.

If φ and the N states χ stay in chemical equilibrium, Σ_φ is the part q/(q + N) of the total Y and

    dY/dln x = -A (q/(q + N))² (Y² - Y_eq²),   Y_eq = (q + N) Y_χ^eq,

the coannihilation limit. It reads the same plasma as the conversion equations and is carried along with
them: its stage is one quadratic.
"""

from __future__ import annotations

import math

from ....numerics.kernel import kernel

__all__ = ["equilibrium_stage", "equilibrium_terms"]


@kernel
def equilibrium_terms(coefficients, states):
    """Return the annihilation rate of the total yield, its equilibrium value and the trend of that.

    Parameters
    ----------
    coefficients : Coefficients
        From `relicfit.solver.scenarios.conversion.evolution.plasma.plasma_at`.
    states : int
        N.
    """
    ratio = coefficients.ratio
    part = ratio / (ratio + states)
    trend = part * coefficients.trend_phi + (1.0 - part) * coefficients.trend_chi
    return coefficients.annihilation * part * part, coefficients.yield_eq * (ratio + states), trend


@kernel
def equilibrium_stage(known, g, coefficients, states, is_plain):
    """Return the total yield that solves Y = known + g f(Y), in units of Y_eq unless ``is_plain``."""
    rate, total_eq, trend = equilibrium_terms(coefficients, states)
    if is_plain:
        unit, linear, constant = 1.0, 1.0, known + g * rate * total_eq * total_eq
    else:
        unit, linear, constant = total_eq, 1.0 + g * trend, known + g * rate * total_eq
    return 2.0 * constant / (linear + math.sqrt(linear * linear + 4.0 * g * rate * unit * constant))
