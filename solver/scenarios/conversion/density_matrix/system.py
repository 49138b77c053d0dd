"""The equations of one point with the choices of a scenario, and their solution to sphaleron decoupling."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ....numerics.kernel import kernel
from ....numerics.status import Status
from ..asymmetry import SPHALERON_TEMPERATURE
from ..evolution.integrate import ln_x_end
from ..evolution.plasma import Plasma, make_plasma
from ..predictions import LARGEST_COUPLING
from ..rates.grid import GAP_RANGE, M_PHI_RANGE
from ..rates.pieces import fill_rates
from ..rows import width_of_unit_coupling
from ..settings import Setting
from .evolution import EMPTY_SHARE, coherent_evolution, start_of
from .generator import CHARGE_UNIT, HELICITIES, Couplings, couplings_of
from .medium import Effects, Vertex

__all__ = ["CoherentSetting", "System", "baryons_of", "from_start", "row_status", "system_of"]

OK = int(Status.OK)
BAD_INPUT = int(Status.BAD_INPUT)
OUT_OF_VALIDITY = int(Status.OUT_OF_VALIDITY)

# Of the tolerance: coherences of an empty start are smaller than the tolerance that steps over oscillations, and
# what they leave counts more. With this the asymmetry errs by 0.1 % (one draw in twenty) to 0.2 % (one in a hundred).
EMPTY_CARE = 0.5


class CoherentSetting(NamedTuple):
    """Hold what all points of a batch share.

    Attributes
    ----------
    common : Setting
        Tables and choices of the four equations.
    effects : Effects
    states, flavours : int
    empty : bool
        Whether χ is absent at the start.
    compare : bool
        Whether to solve from the other start too.
    tolerance : float
        The error per step.
    """

    common: Setting
    effects: Effects
    states: int
    flavours: int
    empty: bool
    compare: bool
    tolerance: float


class System(NamedTuple):
    """Hold what the equations of a point need."""

    plasma: Plasma
    vertex: Vertex
    couplings: Couplings
    ln_sph: float


@kernel
def row_status(row, states, flavours):
    """Return what is wrong with a row."""
    for j in range(row.size):
        if not abs(row[j]) < np.inf:
            return BAD_INPUT
    m_chi, delta_m = row[0], row[1]
    if not (m_chi > 0.0 and delta_m > 0.0 and row[2] >= 0.0):
        return BAD_INPUT
    m_phi = m_chi + delta_m
    if not (M_PHI_RANGE[0] <= m_phi <= M_PHI_RANGE[1]):
        return OUT_OF_VALIDITY
    if not (GAP_RANGE[0] <= delta_m / m_phi <= GAP_RANGE[1]):
        return OUT_OF_VALIDITY
    entries = states * flavours
    for i in range(states):
        size = 0.0
        for k in range(flavours):
            size += row[3 + k * states + i] ** 2 + row[3 + entries + k * states + i] ** 2
        # A state without couplings has no branching fraction; of the others all ratios are wanted.
        if not 0.0 < size <= flavours * LARGEST_COUPLING**2:
            return BAD_INPUT
    return OK


@kernel
def system_of(row, setting, pieces):
    """Return the `System` of a row; the plasma reads its rates from ``pieces``."""
    states, flavours = setting.states, setting.flavours
    m_chi, delta_m, portal = row[0], row[1], row[2]
    entries = states * flavours
    real = row[3 : 3 + entries].copy().reshape(flavours, states)
    imaginary = row[3 + entries : 3 + 2 * entries].copy().reshape(flavours, states)
    splittings = row[3 + 2 * entries :].copy()
    rates = fill_rates(
        setting.common.rates, m_chi, delta_m, portal, math.exp(ln_x_end(m_chi, delta_m)), pieces
    )
    return System(
        make_plasma(setting.common.cosmology, rates, m_chi, delta_m),
        Vertex(width_of_unit_coupling(m_chi, delta_m), portal),
        couplings_of(real, imaginary, splittings),
        math.log(m_chi / SPHALERON_TEMPERATURE),
    )


@kernel
def from_start(system, setting, empty, path):
    """Evolve to sphaleron decoupling from χ in equilibrium or next to none."""
    tolerance = setting.tolerance * (EMPTY_CARE if empty else 1.0)
    ln_start = start_of(system.plasma, system.vertex, setting.effects, system.couplings, empty)
    return coherent_evolution(
        system.plasma, system.vertex, setting.effects, system.couplings, setting.flavours,
        EMPTY_SHARE if empty else 1.0, ln_start, system.ln_sph, tolerance, path,
    )  # fmt: skip


@kernel
def baryons_of(state, setting):
    """Return Y_B, with Σ Q = Δ_φ."""
    total = 0.0
    first = HELICITIES * setting.states * setting.states
    for k in range(setting.flavours):
        total += CHARGE_UNIT * state[first + k]
    return (setting.effects.charge + setting.effects.hidden) * total
