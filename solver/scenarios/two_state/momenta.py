"""The momenta of dark matter today, from a trajectory of both yields.

Reactions with pions and leptons give χ₁ and χ₂ the momenta of equilibrium: N_n = Y ⟨yⁿ⟩ of each forgets what it was at
the rate of all reactions of that state. That they decouple at all momenta alike is an assumption. What is left of χ₂
decays at rest and gives χ₁ the momentum of the decay.
"""

from __future__ import annotations

import math

import numpy as np

from ...constants import NEUTRAL_PION_MASS
from ...momentum.carried import FORGOTTEN, cooled, gain_and_kept, late_decay, mean_of, place_of_gain
from ...momentum.equilibrium import classical_momenta
from ...numerics.kernel import kernel
from ..lepton_pion.amplitudes import kallen_root
from ..lepton_pion.evolution import yield_eq
from .evolution import STATES, coefficients

__all__ = ["pair_momenta"]


@kernel
def momentum_of_decay(mass_1, mass_2):
    """Return the momentum of χ₁ in χ₂ → χ₁ π⁰, or the largest of χ₁ γγ where that is closed."""
    beside = NEUTRAL_PION_MASS if mass_2 > mass_1 + NEUTRAL_PION_MASS else 0.0
    return 0.5 * kallen_root(mass_2, mass_1, beside) / mass_2


@kernel
def momenta_at(mass, ln_t, cosmology):
    """Return ⟨q⟩ d and ⟨q²⟩ d² of equilibrium at ln T."""
    mean, square = classical_momenta(mass * math.exp(-ln_t))
    d = cooled(cosmology, ln_t)
    return mean * d, square * d * d


@kernel
def over_equilibrium(value, mass, ln_t, cosmology):
    """Return Y/Yeq; nothing where both are gone in double precision."""
    ln_yield, _, _, _ = yield_eq(mass, STATES, ln_t, cosmology)
    return math.exp(math.log(value) - ln_yield) if value > 0.0 else 0.0


@kernel
def pair_momenta(states, record, rows, cosmology):
    """Return ⟨y⟩ and ⟨y²⟩ of χ₁ today from the first ``rows`` of a record (m, 3) of ln T, Y₁, Y₂.

    Parameters
    ----------
    states : TwoStates
    record : (m, 3) array
    rows : int
    cosmology : Table
    """
    c = np.empty(7)
    mass_1, mass_2 = states.mass_1, states.mass_2
    # Y⟨y⟩ and Y⟨y²⟩ of each state, and which part of what was there is left at the end.
    first_1, second_1, kept_1 = 0.0, 0.0, 1.0
    first_2, second_2, kept_2 = 0.0, 0.0, 1.0
    earlier_1, earlier_2 = record[rows - 1, 1], record[rows - 1, 2]
    for row in range(rows - 1, 0, -1):
        hot, size = record[row - 1, 0], record[row - 1, 0] - record[row, 0]
        middle = hot - 0.5 * size
        coefficients(c, states, middle, cosmology)
        y_1, y_2 = 0.5 * (record[row - 1, 1] + record[row, 1]), 0.5 * (record[row - 1, 2] + record[row, 2])
        depth = (c[0] + c[1] * over_equilibrium(y_2, mass_2, middle, cosmology)) * size
        gain, kept = gain_and_kept(record[row - 1, 1], record[row, 1], depth)
        mean, square = momenta_at(mass_1, hot - place_of_gain(depth)[0] * size, cosmology)
        first_1 += kept_1 * gain * mean
        second_1 += kept_1 * gain * square
        kept_1 *= kept
        depth = (c[2] + c[3] * over_equilibrium(y_1, mass_1, middle, cosmology) + c[4]) * size
        gain, kept = gain_and_kept(record[row - 1, 2], record[row, 2], depth)
        mean, square = momenta_at(mass_2, hot - place_of_gain(depth)[0] * size, cosmology)
        first_2 += kept_2 * gain * mean
        second_2 += kept_2 * gain * square
        kept_2 *= kept
        earlier_1, earlier_2 = kept_1 * record[row - 1, 1], kept_2 * record[row - 1, 2]
        if earlier_1 + earlier_2 < FORGOTTEN * (record[rows - 1, 1] + record[rows - 1, 2]):
            break
    mean, square = momenta_at(mass_1, record[0, 0], cosmology)
    first_1 += earlier_1 * mean
    second_1 += earlier_1 * square
    mean, square = momenta_at(mass_2, record[0, 0], cosmology)
    first_2 += earlier_2 * mean
    second_2 += earlier_2 * square
    ln_t, left = record[rows - 1, 0], record[rows - 1, 2]
    given, given_square = late_decay(momentum_of_decay(mass_1, mass_2), states.width, ln_t, cosmology)
    # χ₁ goes on with its part of the momentum of χ₂.
    part = mass_1 / mass_2
    if left > 0.0:
        first_1 += left * math.hypot(first_2 / left * part, given)
        second_1 += second_2 * part * part + left * given_square
    return mean_of(first_1, second_1, record[rows - 1, 1] + left)
