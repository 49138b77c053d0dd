"""Rows of the likelihoods of sleptons that decay at once: soft leptons at the LHC, pairs at LEP."""

from __future__ import annotations

import math

import numpy as np

from ...solver.numerics.kernel import kernel
from ..limits import Z_TWO_SIDED
from .interpolation import fade, interpolate, is_physical, locate, safe_log, surface_at
from .statistics import NODES, marginalised, nuisance_factors, smeared_step_at

__all__ = ["compressed_rows", "lep_rows"]

SHORTEST_LENGTH = 1e-30  # m: stands for zero


@kernel
def compressed_rows(
    values, domain, limits, production, best_fit, edges, prompt_length, inflation, error, reward
):
    """Return the log-likelihood (n,) of soft leptons from compressed sleptons.

    Parameters
    ----------
    values : (3 + flavours, n) array
        Mass and mass difference in GeV, decay length in m, branching fractions.
    domain : (2, 3 + flavours) array
        Between which bounds the values are physical.
    limits : Surface
        ln of the observed and then the expected limits (2 flavours, ...) in pb.
    production, best_fit : Curve
        ln of the cross-section in pb over ln of the mass; best-fit signal over its width over ln of
        observed over expected limit.
    edges : (2, 2) array
        The range of the tables in ln of mass, below which the limit is held, and mass difference.
    prompt_length, inflation, error : float
        In m; the factor on the width; the log-normal error of the cross-section.
    reward : bool
        Whether an excess favours a signal.
    """
    flavours = values.shape[0] - 3
    result = np.empty(values.shape[1])
    factors = nuisance_factors(error)
    terms = np.empty(NODES)
    nodes = NODES if error > 0.0 else 1
    for row in range(result.shape[0]):
        if not is_physical(values, row, domain[0], domain[1]):
            result[row] = -np.inf
            continue
        ln_mass, ln_difference = safe_log(values[0, row]), safe_log(values[1, row])
        # Lighter sleptons are produced more often and seen as well: what ends with the table is not the limit.
        weight = fade(ln_mass, -np.inf, edges[0, 1]) * fade(ln_difference, edges[1, 0], edges[1, 1])
        prompt = -math.expm1(-prompt_length / max(values[2, row], SHORTEST_LENGTH))
        if weight == 0.0 or prompt == 0.0:
            result[row] = 0.0
            continue
        produced = math.exp(interpolate(ln_mass, production)) * prompt * prompt
        i, u = locate(ln_mass, limits.x)
        j, v = locate(ln_difference, limits.y)
        terms[:nodes] = 0.0
        for flavour in range(flavours):
            observed = surface_at(limits, flavour, i, u, j, v)
            expected = surface_at(limits, flavours + flavour, i, u, j, v)
            width = math.exp(expected) / Z_TWO_SIDED
            best = width * interpolate(observed - expected, best_fit)
            signal = produced * values[3 + flavour, row] ** 2
            scale = 1.0 / (2.0 * (inflation * width) ** 2)
            for k in range(nodes):
                moved = signal * factors[k] if error > 0.0 else signal
                term = -moved * (moved - 2.0 * best) * scale
                terms[k] += term if reward else min(term, 0.0)
        result[row] = (marginalised(terms) if error > 0.0 else terms[0]) * weight
    return result


@kernel
def lep_rows(values, domain, muons, electrons, beam, smallest_fraction, width, lowest):
    """Return the log-likelihood (n,) of slepton pairs at LEP.

    Parameters
    ----------
    values : (4, n) array
        Mass and mass difference in GeV, branching fractions to muons and electrons.
    domain : (2, 4) array
        Between which bounds the values are physical.
    muons, electrons : Curve
        The mass limit in units of the beam energy over ln of the mass difference.
    beam, width : float
        GeV.
    lowest : float
        ln of the mass difference below which nothing is constrained.
    """
    result = np.empty(values.shape[1])
    for row in range(result.shape[0]):
        if not is_physical(values, row, domain[0], domain[1]):
            result[row] = -np.inf
            continue
        ln_difference = safe_log(values[1, row])
        weight = fade(ln_difference, lowest, np.inf)
        highest = 0.0
        for flavour in range(2):
            curve = muons if flavour == 0 else electrons
            full = interpolate(ln_difference, curve)
            fraction = max(values[2 + flavour, row], smallest_fraction)
            # Squared velocities at the limit; those beyond one exclude nothing.
            velocity2 = (1.0 - full * full) * fraction ** (-4.0 / 3.0)
            highest = max(highest, 1.0 - velocity2)
        limit = beam * math.sqrt(highest)
        result[row] = smeared_step_at(-values[0, row], -limit, width) * weight if weight > 0.0 else 0.0
    return result
