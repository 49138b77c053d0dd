"""Rows of the likelihoods of charged tracks: those that end inside the detector and those that leave it."""

from __future__ import annotations

import math

import numpy as np

from ...solver.numerics.kernel import kernel
from ..limits import EVENTS_WITHOUT_BACKGROUND
from .interpolation import fade, interpolate, is_physical, locate, safe_log, surface_at
from .statistics import NODES, eased_at, marginalised, nuisance_factors, profiled

__all__ = ["disappearing_rows", "stable_rows"]

PB_TO_FB = 1e3
SHORTEST_LENGTH = 1e-30  # m: stands for zero


@kernel
def disappearing_rows(values, domain, efficiency, production, regions, at_background, error):
    """Return the log-likelihood (n,) of disappearing tracks in the signal regions of one analysis.

    Parameters
    ----------
    values : (2, n) array
        Mass in GeV and decay length in m.
    domain : (2, 2) array
        Between which bounds the values are physical.
    efficiency : Surface
        ln of the efficiency (regions, ...) over ln of mass and decay length.
    production : Curve
        ln of the cross-section in pb over ln of the mass.
    regions : (regions, 4) array
        Observed events, background, its error, luminosity in 1/fb.
    at_background : (regions,) array
        The log-likelihood without signal.
    error : float
        Log-normal, of the signal.
    """
    result = np.empty(values.shape[1])
    factors = nuisance_factors(error)
    terms = np.empty(NODES)
    x, y = efficiency.x, efficiency.y
    for row in range(result.shape[0]):
        if not is_physical(values, row, domain[0], domain[1]):
            result[row] = -np.inf
            continue
        # Lighter ones are made more often: what excludes at the begin of the map holds below it.
        ln_mass = max(safe_log(values[0, row]), x[0])
        ln_length = safe_log(values[1, row])
        weight = fade(ln_mass, x[0], x[-1]) * fade(ln_length, y[0], y[-1])
        if weight == 0.0:
            result[row] = 0.0
            continue
        i, u = locate(ln_mass, x)
        j, v = locate(ln_length, y)
        ln_rate = interpolate(ln_mass, production)
        terms[:] = 0.0
        for region in range(regions.shape[0]):
            observed, background, width, luminosity = regions[region]
            visible = PB_TO_FB * math.exp(surface_at(efficiency, region, i, u, j, v) + ln_rate) * weight
            for k in range(NODES):
                signal = luminosity * visible * factors[k]
                terms[k] += profiled(signal, observed, background, width) - at_background[region]
        result[row] = marginalised(terms)
    return result


@kernel
def stable_rows(values, domain, strength, blocks, detector_length, error):
    """Return the log-likelihood (n,) of heavy stable charged particles.

    Parameters
    ----------
    values : (2, n) array
        Mass in GeV and decay length in m.
    domain : (2, 2) array
        Between which bounds the values are physical.
    strength : Curve
        ln of cross-section over limit over ln of the mass.
    blocks : (b, 2) array
        Ranges of ln of the mass in which there is a limit, ascending.
    detector_length, error : float
        The path in m a particle must survive; the log-normal error of the cross-section.
    """
    result = np.empty(values.shape[1])
    factors = nuisance_factors(error)
    terms = np.empty(NODES)
    for row in range(result.shape[0]):
        if not is_physical(values, row, domain[0], domain[1]):
            result[row] = -np.inf
            continue
        # Lighter ones are made more often: what excludes at the begin of the limits holds below them.
        ln_mass = max(safe_log(values[0, row]), blocks[0, 0])
        weight = 0.0
        for block in range(blocks.shape[0]):
            weight = max(weight, fade(ln_mass, blocks[block, 0], blocks[block, 1]))
        ln_survival = -detector_length / max(values[1, row], SHORTEST_LENGTH)
        ratio = math.exp(interpolate(ln_mass, strength) + 2.0 * ln_survival)
        if weight == 0.0 or ratio == 0.0:
            result[row] = 0.0
            continue
        if error > 0.0:
            for k in range(NODES):
                terms[k] = eased_at(-EVENTS_WITHOUT_BACKGROUND * ratio * factors[k])
            result[row] = marginalised(terms) * weight
        else:
            result[row] = eased_at(-EVENTS_WITHOUT_BACKGROUND * ratio) * weight
    return result
