"""The momenta of dark matter today, from the path of the four equations.

φ is charged and keeps the momenta of equilibrium; χ only converts. What converts back to φ forgets its momentum, what
comes from φ has the velocity of φ and the momentum of the decay: the momenta of χ are those of its last conversion.
What is left of φ at the end decays later, in the same way. Estimates: decays and scatterings are taken alike, and all
momenta of χ convert at one rate.
"""

from __future__ import annotations

import math

import numpy as np

from ...momentum.carried import FORGOTTEN, cooled, decays_at, gain_and_kept, mean_of, place_of_gain
from ...momentum.equilibrium import classical_momenta
from ...numerics.kernel import kernel
from .evolution.plasma import plasma_at

__all__ = ["path_momenta"]

LONGEST = 0.2  # step in ln x


@kernel
def converted(plasma, ln_x):
    """Return d, ⟨q⟩ and ⟨q²⟩ of χ that has come from φ at ln x."""
    temperature = plasma.m_chi * math.exp(-ln_x)
    m_phi = plasma.m_chi + plasma.delta_m
    mean, square = classical_momenta(m_phi / temperature)
    part = plasma.m_chi / m_phi
    kick = momentum_of_decay(plasma) / temperature
    return (
        cooled(plasma.cosmology, plasma.ln_m_chi - ln_x),
        math.hypot(mean * part, kick),
        square * part * part + kick * kick,
    )


@kernel
def momentum_of_decay(plasma):
    """Return the momentum of χ in φ → χ l at rest, in GeV."""
    m_phi = plasma.m_chi + plasma.delta_m
    return 0.5 * plasma.delta_m * (m_phi + plasma.m_chi) / m_phi


@kernel
def path_momenta(plasma, conversions, path, rows):
    """Return ⟨y⟩ and ⟨y²⟩ of all dark matter from the first ``rows`` of a path of `integrate`."""
    states = conversions.widths.size
    total, first, second = path[rows - 1, 2 : 2 + states].sum(), 0.0, 0.0
    # Which part of what was there is left at the end.
    left_over = np.ones(states)
    earlier = total
    for row in range(rows - 1, 0, -1):
        size = path[row, 0] - path[row - 1, 0]
        # The steps of the yields are long where these hardly change.
        parts = math.ceil(size / LONGEST) if path[row, 0] > 0.0 else 1
        size /= parts
        for part in range(parts - 1, -1, -1):
            here = path[row - 1, 0] + part * size
            c = plasma_at(plasma, here + 0.5 * size)
            per_width = size * c.clock * (c.dilation + c.scattering_a + c.scattering_b) * c.ratio
            place, _ = place_of_gain(conversions.widths.sum() / states * per_width)
            d, mean, square = converted(plasma, here + place * size)
            for i in range(states):
                change = (path[row, 2 + i] - path[row - 1, 2 + i]) / parts
                before = path[row - 1, 2 + i] + part * change
                gain, kept = gain_and_kept(before, before + change, conversions.widths[i] * per_width)
                first += left_over[i] * gain * mean * d
                second += left_over[i] * gain * square * d * d
                left_over[i] *= kept
        earlier = 0.0
        for i in range(states):
            earlier += left_over[i] * path[row - 1, 2 + i]
        if earlier < FORGOTTEN * total:
            break
    d, mean, square = converted(plasma, path[0, 0])
    first += earlier * mean * d
    second += earlier * square * d * d
    # What is left of φ converts where it decays.
    ln_x, left, width = path[rows - 1, 0], path[rows - 1, 1], conversions.widths.sum()
    ln_t = decays_at(width, plasma.ln_m_chi - ln_x, plasma.cosmology)
    d, mean, square = converted(plasma, plasma.ln_m_chi - ln_t)
    return mean_of(first + left * mean * d, second + left * square * d * d, total + left)
