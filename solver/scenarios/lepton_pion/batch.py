"""Rows of points: abundance and decays of each, one after the other."""

from __future__ import annotations

import math

import numpy as np

from ...constants import HBAR_GEV_S, OMEGA_H2_PER_YIELD_GEV
from ...numerics.kernel import kernel
from ...numerics.status import Status
from .densities import width_lepton_to_chi, width_neutral_pion_to_chi, width_pion_to_chi
from .evolution import Production, coldest_temperature, decouple, rate_over_hubble
from .inputs import NEUTRAL_PION_WIDTH, PION_WIDTH
from .rates import pion_widths, quark_widths
from .widths import CHANNELS, branching_ratio, fill_effective, fill_widths

__all__ = ["COLUMNS", "row_production", "solve_rows"]

# Of a row: M, C, hottest temperature, Λ_QCD, the hottest of the contact operator, ln(d_med Γ/2π²), M_med.
ROW = 7
# Ωh², Y, k at the start, lifetime, then widths, branching ratios, two effective widths, channel, BR of π, π⁰, ℓ.
COLUMNS = 4 + 2 * CHANNELS + 6
OK, BAD_INPUT, NOT_FINITE = int(Status.OK), int(Status.BAD_INPUT), int(Status.NOT_FINITE)


@kernel
def row_production(row, table, model, ln_transition, smooth):
    """Return the rates of a row."""
    return Production(
        row[0],
        2.0 if model.majorana else 4.0,
        2.0 * math.log(row[1]),
        pion_widths(table, row[0], model.m_lepton, model.left),
        quark_widths(table, row[0]),
        ln_transition,
        smooth,
        math.log(row[4]),
        row[5],
        row[6],
    )


@kernel
def solve_row(out, row, table, model, thermal, ln_transition, smooth, cosmology, no_record):
    """Fill the columns of one row."""
    mass, coupling = row[0], row[1]
    production = row_production(row, table, model, ln_transition, smooth)
    coldest = coldest_temperature(mass, model.m_lepton, model.left)
    final, _ = decouple(production, thermal, row[2], coldest, cosmology, no_record)
    out[0] = final * mass * OMEGA_H2_PER_YIELD_GEV
    out[1] = final
    out[2] = rate_over_hubble(production, math.log(row[2]), cosmology)
    widths = np.empty(CHANNELS)
    fill_widths(widths, mass, coupling, row[3], model)
    total = 0.0
    largest = 0
    for channel in range(CHANNELS):
        total += widths[channel]
        if widths[channel] > widths[largest]:
            largest = channel
    out[3] = HBAR_GEV_S / total
    for channel in range(CHANNELS):
        out[4 + channel] = widths[channel] / HBAR_GEV_S
        out[4 + CHANNELS + channel] = widths[channel] / total
    effective = np.empty(3)
    fill_effective(effective, widths, model.bodies)
    last = 4 + 2 * CHANNELS
    out[last] = effective[0] / HBAR_GEV_S
    out[last + 1] = effective[1] / HBAR_GEV_S
    out[last + 2] = largest
    square = coupling * coupling
    pion = square * width_pion_to_chi(mass, model.m_lepton, model.left)
    out[last + 3] = branching_ratio(pion, PION_WIDTH)
    neutral = 2.0 * square * width_neutral_pion_to_chi(mass, model.left)
    out[last + 4] = branching_ratio(neutral, NEUTRAL_PION_WIDTH)
    lepton = square * width_lepton_to_chi(mass, model.m_lepton, model.left)
    out[last + 5] = branching_ratio(lepton, model.lepton_width)


@kernel
def solve_rows(rows, table, model, thermal, ln_transition, smooth, cosmology):
    """Return the columns (n, COLUMNS) and the status (n,) of rows (n, ROW).

    A row outside its physical range is marked by NaN before it comes here. The columns of a row that
    failed are not to be used.
    """
    out = np.empty((rows.shape[0], COLUMNS))
    status = np.empty(rows.shape[0], dtype=np.int64)
    no_record = np.empty((0, 2))
    for i in range(rows.shape[0]):
        status[i] = OK
        if math.isnan(rows[i, 0]):
            status[i] = BAD_INPUT
            continue
        solve_row(out[i], rows[i], table, model, thermal, ln_transition, smooth, cosmology, no_record)
        for column in range(COLUMNS):
            if not math.isfinite(out[i, column]):
                status[i] = NOT_FINITE
    return out, status
