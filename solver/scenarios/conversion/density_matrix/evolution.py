"""The density matrix from its start to the relic density: coherent, then diagonal."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ....numerics.kernel import kernel
from ....numerics.status import Status
from ..evolution.integrate import LN_X_START, Conversions, integrate_from
from .generator import HELICITIES
from .medium import medium_at
from .steps import advance, state_size

__all__ = ["Coherent", "coherent_evolution", "relic_yield", "start_of"]

# The share of equilibrium that stands for none.
EMPTY_SHARE = 1e-6
# An empty start makes its charges where a mass splitting turns once per expansion; it begins this part earlier, or
# populations and early charges are wrong by tens of per cent.
BEFORE_OSCILLATION = 0.1
# Earlier, the Universe would have to be hotter than 1e7 GeV.
LN_EARLIEST = math.log(1e-5)
FIRST_COHERENT_STEP = 1e-3

# After sphaleron decoupling coherences matter to the relic density alone, where they change how fast each state
# converts. They are followed to the first of these x where they change that by less than `SMALLEST_MIXING`, or
# to the last.
LAST_COHERENT = np.log(np.array([6.0, 12.0, 20.0, 40.0]))
SMALLEST_MIXING = 1e-3
# The relic density forgets errors of single states: these steps may err more than those of the asymmetry.
RELIC_SLACK = 3.0
LARGEST_RELIC_ERROR = 1e-3

OK = int(Status.OK)


class Coherent(NamedTuple):
    """Hold the state at sphaleron decoupling.

    Attributes
    ----------
    status, steps : int
    state : (2 N² + K + 1,) array
        As in `relicfit.solver.scenarios.conversion.density_matrix.generator`.
    potential_peak : float
        The largest |μ/T| of a lepton.
    """

    status: int
    steps: int
    state: NDArray[np.float64]
    potential_peak: float


@kernel
def start_of(plasma, vertex, effects, couplings, empty):
    """Return ln x of the start: 0.05, and for an empty start well before the first oscillation."""
    if not empty:
        return LN_X_START
    states = couplings.splittings.size
    largest = 0.0
    for i in range(states):
        for j in range(i):
            largest = max(largest, abs(couplings.splittings[i] - couplings.splittings[j]))
    # ω/H grows monotonically, about like x³.
    low, high = LN_EARLIEST, LN_X_START - math.log(BEFORE_OSCILLATION)
    if largest * medium_at(plasma, vertex, effects, high).frequency < 1.0:
        return LN_X_START
    for _ in range(30):
        middle = 0.5 * (low + high)
        if largest * medium_at(plasma, vertex, effects, middle).frequency < 1.0:
            low = middle
        else:
            high = middle
    return max(LN_EARLIEST, min(LN_X_START, low + math.log(BEFORE_OSCILLATION)))


@kernel
def coherent_evolution(
    plasma, vertex, effects, couplings, flavours, share, ln_start, ln_sph, tolerance, path
):
    """Evolve from X = share times unity, without asymmetries, to sphaleron decoupling.

    Parameters
    ----------
    plasma, vertex, effects, couplings
        As in `relicfit.solver.scenarios.conversion.density_matrix.medium.medium_at`.
    flavours : int
        K.
    share : float
        Y_χ/Y_eq at the start.
    ln_start, ln_sph, tolerance : float
    path : array
        As in `relicfit.solver.scenarios.conversion.density_matrix.steps.advance`.
    """
    states = couplings.splittings.size
    y = np.zeros(state_size(states, flavours))
    for s in range(HELICITIES):
        for i in range(states):
            y[s * states * states + i] = share
    outcome = advance(
        y,
        plasma,
        vertex,
        effects,
        couplings,
        flavours,
        ln_start,
        ln_sph,
        FIRST_COHERENT_STEP,
        0.0,
        tolerance,
        path,
    )
    return Coherent(outcome.status, outcome.steps, y, outcome.potential_peak)


@kernel
def is_diagonal(medium, couplings):
    """Return whether coherences change no conversion rate by more than `SMALLEST_MIXING`."""
    states = couplings.splittings.size
    for i in range(states):
        for j in range(i):
            gap = abs(couplings.splittings[i] - couplings.splittings[j]) * medium.frequency
            rates = medium.pull * medium.rate * (couplings.total_real[i, i] + couplings.total_real[j, j])
            thermal = medium.thermal * abs(couplings.total_real[i, i] - couplings.total_real[j, j])
            h = math.hypot(couplings.total_real[i, j], couplings.total_imaginary[i, j])
            least = min(couplings.total_real[i, i], couplings.total_real[j, j])
            # A rotation by θ changes the smaller rate by 2 θ |h_ij|/h_jj; damping mixes in the second order.
            if not 2.0 * medium.thermal * h * h < SMALLEST_MIXING * (gap - thermal) * least:
                return False
            if not rates * rates < SMALLEST_MIXING * gap * gap:
                return False
    return True


@kernel
def relic_yield(plasma, vertex, effects, couplings, coherent, ln_sph, tolerance, tolerance_diagonal):
    """Return status, Σ_φ + Σ Y_i at the end of all reactions, and the steps.

    From decoupling on asymmetries are left out: they change populations in the second order.
    """
    states = couplings.splittings.size
    square = states * states
    count = HELICITIES * square
    y = np.zeros(count + 1)
    for i in range(count):
        y[i] = coherent.state[i]
    y[count] = coherent.state[coherent.state.size - 1]
    ln_x = ln_sph
    medium = medium_at(plasma, vertex, effects, ln_x)
    unit = medium.yield_eq
    steps = 0
    step = FIRST_COHERENT_STEP
    relaxed = max(tolerance, min(RELIC_SLACK * tolerance, LARGEST_RELIC_ERROR))
    no_path = np.empty((0, 0))
    for ln_end in LAST_COHERENT:
        if is_diagonal(medium, couplings):
            break
        if ln_end <= ln_x:
            continue
        outcome = advance(
            y, plasma, vertex, effects, couplings, 0, ln_x, ln_end, step, unit, relaxed, no_path
        )
        steps += outcome.steps
        if outcome.status != OK:
            return outcome.status, 0.0, steps
        ln_x, step = ln_end, outcome.step
        medium = medium_at(plasma, vertex, effects, ln_x)
    yields = np.empty(states)
    widths = np.empty(states)
    for i in range(states):
        yields[i] = 0.5 * unit * (y[i] + y[square + i])
        widths[i] = vertex.unit_width * couplings.total_real[i, i]
    conversions = Conversions(widths, np.zeros(states), 0.0, 0.0)
    solution = integrate_from(
        plasma, conversions, ln_x, medium.sigma_eq * math.exp(y[count]), yields, tolerance_diagonal
    )
    return solution.status, solution.total, steps + solution.steps
