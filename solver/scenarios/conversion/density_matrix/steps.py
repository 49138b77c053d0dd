"""One piece of the evolution of the density matrix: Rosenbrock steps from one abscissa to another."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ....numerics.kernel import kernel
from ....numerics.rosenbrock import (
    ABSCISSAE,
    COUPLINGS,
    NODES,
    ROSENBROCK_GAMMA,
    SLOPE_WEIGHTS,
    STAGES,
    next_step_factor,
)
from ....numerics.status import Status
from .bordered import factorise_bordered, factors_of, solve_bordered
from .generator import HELICITIES, derivatives, jacobian, work_of
from .medium import medium_at

__all__ = ["Outcome", "advance", "state_size"]

OK = int(Status.OK)
STEP_LIMIT = int(Status.STEP_LIMIT)
NOT_FINITE = int(Status.NOT_FINITE)

SMALLEST_COHERENT_STEP = 1e-10
MOST_STEPS = 100_000
# Over which the coefficients' slopes in ln x are taken: rounding errs by 1e-9 of a rate, curvature by as much.
COEFFICIENT_SLOPE_STEP = 1e-6
# Errors of a charge count relative to itself and to this part of the largest of all flavours so far.
CHARGE_FLOOR = 0.03
# A charge (over `CHARGE_UNIT`) below which errors count absolutely: 1e-11, a thirtieth of the total that the observed
# baryons need.
SMALLEST_CHARGE = 1e-5
# Coherences count in units of the populations, and of one where these are empty: fast oscillations of less
# amplitude than the tolerance are stepped over.
EMPTY_POPULATION = 1.0


class Outcome(NamedTuple):
    """Hold how a piece of the evolution ended.

    Attributes
    ----------
    status : int
    ln_x : float
        Where.
    steps : int
        Accepted steps.
    step : float
        The length of the next one.
    potential_peak : float
        The largest |μ/T| of a lepton.
    """

    status: int
    ln_x: float
    steps: int
    step: float
    potential_peak: float


@kernel
def state_size(states, flavours):
    """Return the number of real unknowns."""
    return HELICITIES * states * states + flavours + 1


@kernel
def error_of(y, new, miss, states, flavours, charge_scale):
    """Return the largest error: of populations and charges relative, of coherences to populations, of u absolute."""
    square = states * states
    error = 0.0
    for s in range(HELICITIES):
        offset = s * square
        pair = offset + states
        for i in range(states):
            size = max(abs(y[offset + i]), abs(new[offset + i]))
            error = max(error, abs(miss[offset + i]) / size)
            # A comparison with NaN is false: it must not be lost.
            if math.isnan(miss[offset + i]):
                return np.nan
            for j in range(i + 1, states):
                other = max(abs(y[offset + j]), abs(new[offset + j]))
                scale = max(EMPTY_POPULATION, math.sqrt(size * other))
                error = max(error, abs(miss[pair]) / scale, abs(miss[pair + 1]) / scale)
                pair += 2
    for k in range(HELICITIES * square, HELICITIES * square + flavours):
        scale = max(abs(y[k]), abs(new[k])) + CHARGE_FLOOR * charge_scale + SMALLEST_CHARGE
        error = max(error, abs(miss[k]) / scale)
    last = miss[HELICITIES * square + flavours]
    if math.isnan(last):
        return np.nan
    return max(error, abs(last))


@kernel
def advance(
    y, plasma, vertex, effects, couplings, flavours, ln_x, ln_end, first_step, yield_unit, tolerance, path
):
    """Evolve a state y in place from ln x to the end.

    Parameters
    ----------
    y : (2 N² + K + 1,) array
        As in `relicfit.solver.scenarios.conversion.density_matrix.generator`.
    plasma, vertex, effects, couplings
        As in `relicfit.solver.scenarios.conversion.density_matrix.medium.medium_at` and `derivatives`.
    flavours : int
        K, or zero where charges are not followed.
    ln_x, ln_end, first_step : float
    yield_unit : float
        The unit of the yields of χ; zero for their equilibrium.
    tolerance : float
        The error per step.
    path : (rows, 1 + 2 N² + K + 1) array
        Filled with ln x and the state at each step as far as it has rows.

    Returns
    -------
    Outcome
    """
    states = couplings.splittings.size
    square = states * states
    size = y.size
    border = flavours + 1
    work = work_of(states, flavours)
    factors = factors_of(square, border)
    stages = np.zeros((STAGES, size))
    slope = np.zeros(size)
    later = np.zeros(size)
    trial = np.zeros(size)
    new = np.zeros(size)
    step = first_step
    steps = 0
    charge_scale = 0.0
    potential_peak = 0.0
    plain = yield_unit > 0.0
    for _ in range(MOST_STEPS):
        h = min(step, ln_end - ln_x)
        last = h >= ln_end - ln_x - SMALLEST_COHERENT_STEP
        after = medium_at(plasma, vertex, effects, ln_x + COEFFICIENT_SLOPE_STEP)
        scale, trend = unit_of(after, yield_unit, plain)
        derivatives(y, after, effects, couplings, work, flavours, scale, trend, later)
        medium = medium_at(plasma, vertex, effects, ln_x)
        scale, trend = unit_of(medium, yield_unit, plain)
        derivatives(y, medium, effects, couplings, work, flavours, scale, trend, slope)
        for k in range(flavours):
            potential_peak = max(potential_peak, abs(work.potentials[k]))
        solved = True
        jacobian(
            y, medium, effects, couplings, work, flavours, scale, trend,
            factors.blocks, factors.columns, factors.rows, factors.corner,
        )  # fmt: skip
        solved = factorise_bordered(factors, 1.0 / (ROSENBROCK_GAMMA * h))
        if solved:
            for i in range(size):
                later[i] = (later[i] - slope[i]) / COEFFICIENT_SLOPE_STEP
            for s in range(STAGES):
                if s > 0:
                    for i in range(size):
                        total = y[i]
                        for r in range(s):
                            total += NODES[s, r] * stages[r, i]
                        trial[i] = total
                    # The last three stages stand at the end of the step.
                    if s < STAGES - 2:
                        medium = medium_at(plasma, vertex, effects, ln_x + ABSCISSAE[s] * h)
                        scale, trend = unit_of(medium, yield_unit, plain)
                    derivatives(trial, medium, effects, couplings, work, flavours, scale, trend, slope)
                for i in range(size):
                    total = slope[i] + SLOPE_WEIGHTS[s] * h * later[i]
                    for r in range(s):
                        total += COUPLINGS[s, r] / h * stages[r, i]
                    stages[s, i] = total
                solve_bordered(factors, stages, s)
        error = np.inf
        if solved:
            for i in range(size):
                new[i] = trial[i] + stages[STAGES - 1, i]
            error = error_of(y, new, stages[STAGES - 1], states, flavours, charge_scale) / tolerance
        if not error <= 1.0:
            step = h * (next_step_factor(error) if error < np.inf else 0.2)
            if not step > SMALLEST_COHERENT_STEP:
                return Outcome(NOT_FINITE, ln_x, steps, step, potential_peak)
            continue
        steps += 1
        ln_x = ln_end if last else ln_x + h
        for i in range(size):
            y[i] = new[i]
        for k in range(flavours):
            charge_scale = max(charge_scale, abs(y[HELICITIES * square + k]))
        if steps <= path.shape[0]:
            path[steps - 1, 0] = ln_x
            for i in range(size):
                path[steps - 1, 1 + i] = y[i]
        if last:
            return Outcome(OK, ln_x, steps, max(step, h), potential_peak)
        step = h * next_step_factor(error)
    return Outcome(STEP_LIMIT, ln_x, steps, step, potential_peak)


@kernel
def unit_of(medium, yield_unit, plain):
    """Return Y_eq over the unit of Y and the trend of the unit."""
    if plain:
        return medium.yield_eq / yield_unit, 0.0
    return 1.0, medium.trend_chi
