"""Rows of points of the two-state model, one after the other, and the estimate of the lifetime of χ₁."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...constants import FERMI_CONSTANT, HBAR_GEV_S, OMEGA_H2_PER_YIELD_GEV
from ...momentum.observables import MOMENTUM_OBSERVABLES
from ...momentum.warmness import fill_momenta
from ...numerics.kernel import kernel
from ...numerics.status import Status
from ...numerics.tables import Table
from ..lepton_pion.rates import RateTable, pion_widths
from ..lepton_pion.response import error_of_yield
from ..lepton_pion.widths import CHANNELS, DecayModel, fill_widths
from .evolution import MOST_STEPS, evolve_pair, pair_rates
from .momenta import pair_momenta
from .rates import decay_width

__all__ = ["COLUMNS", "END_OVER_MASS", "MOST_ROWS", "Setting", "row_states", "solve_rows", "suppressed_width"]

# The evolution ends at T = M₁/200: long after freeze-out, also of co-annihilations.
END_OVER_MASS = 1.0 / 200.0
# Of a trajectory: its start and every step.
MOST_ROWS = MOST_STEPS + 1
# Columns of a row of the kernel, in GeV and GeV⁻².
MASS_1, MASS_2, COUPLING_2, COUPLING_12, LAMBDA = range(5)
COLUMNS = (
    "omega_h2",
    "final_yield",
    "yield_1",
    "yield_2",
    "lifetime_s",
    "lifetime_1_s",
    "lifetime_2_s",
    "width_2_to_1",
    "omega_h2_error",
    *(item.name for item in MOMENTUM_OBSERVABLES),
)
FIRST_MOMENTUM = COLUMNS.index("mean_momentum_over_temperature")
(
    OMEGA_H2,
    FINAL_YIELD,
    YIELD_1,
    YIELD_2,
    LIFETIME,
    LIFETIME_1,
    LIFETIME_2,
    WIDTH_2_TO_1,
    OMEGA_H2_ERROR,
) = range(FIRST_MOMENTUM)
OK, BAD_INPUT = int(Status.OK), int(Status.BAD_INPUT)


class Setting(NamedTuple):
    """Hold the tables and choices that all points of a batch share.

    Attributes
    ----------
    table : RateTable
        Of the lepton-pion processes of χ₂.
    model : DecayModel
        Of the decays of χ₂.
    ln_hot : float
        ln T (GeV) at the start.
    tolerance : float
        The error per step on ln(Y/Yeq).
    cosmology : Table
    """

    table: RateTable
    model: DecayModel
    ln_hot: float
    tolerance: float
    cosmology: Table


@kernel
def suppressed_width(mass_1, coupling_2, coupling_12):
    """Return the estimate Γ₁ = ε_SM ε_DM2 ε_DM12 M₁ of eqs. (5.1) to (5.3), with M₁ for every mass (GeV).

    ε_SM = G_F² M⁴/(4π)⁴ and ε_DM = C² M⁴. The paper's line for Γ₂ reads ε_DM2 M₂; the open decay χ₂ → χ₁ π⁰
    gives ε_DM12 M₂.
    """
    fourth = mass_1**4
    loop = FERMI_CONSTANT**2 * fourth / (4.0 * math.pi) ** 4
    return loop * coupling_2**2 * fourth * coupling_12**2 * fourth * mass_1


@kernel
def row_states(row, setting):
    """Return the rates of a row M₁, M₂, C₂, C₁₂ (GeV, GeV⁻²), Λ_QCD."""
    mass_1, mass_2, coupling_12 = row[MASS_1], row[MASS_2], row[COUPLING_12]
    lepton_pion = pion_widths(setting.table, mass_2, setting.model.m_lepton, False)
    width = coupling_12**2 * decay_width(mass_1, mass_2)
    ln_cold = math.log(mass_1 * END_OVER_MASS)
    return pair_rates(
        mass_1, mass_2, row[COUPLING_2], coupling_12, width, lepton_pion, setting.ln_hot, ln_cold
    )


@kernel
def solve_rows(rows, setting):
    """Return the `COLUMNS` and the status (n,) of rows (n, 5); NaN marks masses that do not go together."""
    out = np.empty((rows.shape[0], len(COLUMNS)))
    status = np.empty(rows.shape[0], dtype=np.int64)
    record = np.empty((MOST_ROWS, 3))
    widths = np.empty(CHANNELS)
    for i in range(rows.shape[0]):
        row = rows[i]
        mass_1 = row[MASS_1]
        if math.isnan(mass_1):
            status[i] = BAD_INPUT
            continue
        states = row_states(row, setting)
        ln_cold = math.log(mass_1 * END_OVER_MASS)
        y_1, y_2, response, status[i], steps = evolve_pair(
            states, setting.ln_hot, ln_cold, setting.tolerance, setting.cosmology, record
        )
        fill_widths(widths, row[MASS_2], row[COUPLING_2], row[LAMBDA], setting.model)
        second = states.width
        for channel in range(CHANNELS):
            second += widths[channel]
        first = suppressed_width(mass_1, row[COUPLING_2], row[COUPLING_12])
        out[i, OMEGA_H2] = (y_1 + y_2) * mass_1 * OMEGA_H2_PER_YIELD_GEV
        out[i, FINAL_YIELD] = y_1 + y_2
        out[i, YIELD_1] = y_1
        out[i, YIELD_2] = y_2
        out[i, LIFETIME] = HBAR_GEV_S / first
        out[i, LIFETIME_1] = HBAR_GEV_S / first
        out[i, LIFETIME_2] = HBAR_GEV_S / second
        out[i, WIDTH_2_TO_1] = states.width / HBAR_GEV_S
        out[i, OMEGA_H2_ERROR] = error_of_yield(response, 0.0)
        mean, square = pair_momenta(states, record, steps + 1, setting.cosmology)
        fill_momenta(out[i, FIRST_MOMENTUM:], mass_1, y_1 + y_2, mean, square)
    return out, status
