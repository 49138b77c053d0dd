"""Rows of points of the two-state model, one after the other, and the estimate of the lifetime of χ₁."""

from __future__ import annotations

import math

import numpy as np

from ...constants import FERMI_CONSTANT, HBAR_GEV_S, OMEGA_H2_PER_YIELD_GEV
from ...numerics.kernel import kernel
from ...numerics.status import Status
from ..lepton_pion.rates import pion_widths
from ..lepton_pion.response import error_of_yield
from ..lepton_pion.widths import CHANNELS, fill_widths
from .evolution import evolve_pair, pair_rates
from .rates import decay_width

__all__ = ["COLUMNS", "END_OVER_MASS", "row_states", "solve_rows", "suppressed_width"]

# The evolution ends at T = M₁/200: long after freeze-out, also of co-annihilations.
END_OVER_MASS = 1.0 / 200.0
COLUMNS = 9
OK, BAD_INPUT = int(Status.OK), int(Status.BAD_INPUT)


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
def row_states(row, table, model, ln_hot):
    """Return the rates of a row M₁, M₂, C₂, C₁₂ (GeV, GeV⁻²), Λ_QCD."""
    lepton_pion = pion_widths(table, row[1], model.m_lepton, False)
    width = row[3] ** 2 * decay_width(row[0], row[1])
    ln_cold = math.log(row[0] * END_OVER_MASS)
    return pair_rates(row[0], row[1], row[2], row[3], width, lepton_pion, ln_hot, ln_cold)


@kernel
def solve_rows(rows, table, model, ln_hot, tolerance, cosmology):
    """Return the columns (n, COLUMNS) and the status (n,) of rows (n, 5); NaN marks rows out of range."""
    out = np.empty((rows.shape[0], COLUMNS))
    status = np.empty(rows.shape[0], dtype=np.int64)
    no_record = np.empty((0, 3))
    widths = np.empty(CHANNELS)
    for i in range(rows.shape[0]):
        row = rows[i]
        if math.isnan(row[0]):
            status[i] = BAD_INPUT
            continue
        states = row_states(row, table, model, ln_hot)
        ln_cold = math.log(row[0] * END_OVER_MASS)
        y_1, y_2, response, status[i], _ = evolve_pair(
            states, ln_hot, ln_cold, tolerance, cosmology, no_record
        )
        fill_widths(widths, row[1], row[2], row[4], model)
        second = states.width
        for channel in range(CHANNELS):
            second += widths[channel]
        first = suppressed_width(row[0], row[2], row[3])
        out[i, 0] = (y_1 + y_2) * row[0] * OMEGA_H2_PER_YIELD_GEV
        out[i, 1] = y_1 + y_2
        out[i, 2] = y_1
        out[i, 3] = y_2
        out[i, 4] = HBAR_GEV_S / first
        out[i, 5] = HBAR_GEV_S / first
        out[i, 6] = HBAR_GEV_S / second
        out[i, 7] = states.width / HBAR_GEV_S
        out[i, 8] = error_of_yield(response, 0.0)
    return out, status
