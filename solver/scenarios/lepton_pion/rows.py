"""Rows of points: abundance and decays of each, one after the other."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...constants import HBAR_GEV_S, OMEGA_H2_PER_YIELD_GEV
from ...momentum.warmness import fill_momenta
from ...numerics.kernel import kernel
from ...numerics.status import Status
from ...numerics.tables import Table
from .columns import (
    COLUMN,
    COLUMNS,
    COUPLING,
    HOTTEST_CONTACT,
    HOTTEST_START,
    LAMBDA,
    LN_MEDIATOR,
    MASS,
    MEDIATOR_MASS,
    WIDTH_NAMES,
)
from .densities import width_lepton_to_chi, width_neutral_pion_to_chi, width_pion_to_chi
from .evolution import RECORDED, Production, coldest_temperature, decouple, rate_over_hubble
from .inputs import NEUTRAL_PION_WIDTH, PION_WIDTH
from .moments import SourceMomenta, momenta_today
from .rates import RateTable, pion_widths, quark_widths
from .response import error_of_yield, responses
from .statistics import MomentumTable, pion_momenta
from .widths import CHANNELS, DecayModel, branching_ratio, fill_effective, fill_widths

__all__ = ["NOT_FINITE", "OK", "RECORD_ROWS", "Setting", "fill_relic", "row_production", "solve_rows"]

OMEGA_H2 = COLUMN["omega_h2"]
FINAL_YIELD = COLUMN["final_yield"]
RATE_OVER_HUBBLE = COLUMN["rate_over_hubble"]
LIFETIME = COLUMN["lifetime_s"]
FIRST_WIDTH = COLUMN[f"width_{WIDTH_NAMES[0]}"]
FIRST_BRANCHING = COLUMN[f"br_{WIDTH_NAMES[0]}"]
GAMMA_GAMMA = COLUMN["width_gamma_gamma"]
ELECTRON_POSITRON = COLUMN["width_electron_positron"]
DOMINANT_CHANNEL = COLUMN["dominant_channel"]
BRANCHING_OF_PION = COLUMN["br_pion"]
BRANCHING_OF_NEUTRAL_PION = COLUMN["br_neutral_pion"]
BRANCHING_OF_LEPTON = COLUMN["br_lepton"]
OMEGA_H2_ERROR = COLUMN["omega_h2_error"]
FIRST_MOMENTUM = COLUMN["mean_momentum_over_temperature"]
STATISTICS = COLUMN["statistics_factor"]
# Enough for the trajectory from any reheating temperature.
RECORD_ROWS = 2000
OK, NOT_FINITE = int(Status.OK), int(Status.NOT_FINITE)


class Setting(NamedTuple):
    """Hold the tables and choices that all points of a batch share.

    Attributes
    ----------
    table : RateTable
    model : DecayModel
    thermal : bool
        Whether χ starts in equilibrium.
    ln_transition : float
        ln T (GeV) where pions give way to quarks.
    smooth : bool
        Whether they are joined smoothly.
    cosmology : Table
    fermi : bool
        Whether χ in equilibrium is a Fermi gas.
    momenta : MomentumTable
    decay_momenta : Table
    dilution : float
        By which entropy released after production dilutes it.
    """

    table: RateTable
    model: DecayModel
    thermal: bool
    ln_transition: float
    smooth: bool
    cosmology: Table
    fermi: bool
    momenta: MomentumTable
    decay_momenta: Table
    dilution: float


@kernel
def row_production(row, setting):
    """Return the rates of a row and the momenta of what they make."""
    mass, model = row[MASS], setting.model
    states = 2.0 if model.majorana else 4.0
    momenta = SourceMomenta(pion_momenta(setting.momenta, mass), setting.momenta.quark)
    production = Production(
        mass,
        math.log(mass),
        math.log(states / (2.0 * math.pi**2)),
        2.0 * math.log(row[COUPLING]) + math.log(4.0 / states),
        pion_widths(setting.table, mass, model.m_lepton, model.left) + momenta.pion[0],
        quark_widths(setting.table, mass) + momenta.quark[0],
        setting.ln_transition,
        setting.smooth,
        math.log(row[HOTTEST_CONTACT]),
        row[LN_MEDIATOR],
        math.log(row[MEDIATOR_MASS]),
        setting.fermi,
        setting.decay_momenta,
    )
    return production, momenta


@kernel
def fill_relic(out, mass, final, mean, square, factor, dilution):
    """Fill the columns of what is left: from Y, ⟨y⟩, ⟨y²⟩ and the factor of statistics before any dilution."""
    final /= dilution
    cooler = dilution ** (-1.0 / 3.0)
    fill_momenta(out[FIRST_MOMENTUM:], mass, final, mean * cooler, square * cooler * cooler)
    out[STATISTICS] = factor
    out[OMEGA_H2] = final * mass * OMEGA_H2_PER_YIELD_GEV
    out[FINAL_YIELD] = final


@kernel
def solve_row(out, row, setting, record, no_trail):
    """Fill the columns of one row."""
    mass, coupling, hottest = row[MASS], row[COUPLING], row[HOTTEST_START]
    model = setting.model
    production, momenta = row_production(row, setting)
    coldest = coldest_temperature(mass, model.m_lepton, model.left)
    final, filled = decouple(production, setting.thermal, hottest, coldest, setting.cosmology, record)
    out[OMEGA_H2_ERROR] = error_of_yield(*responses(production, record, filled, setting.cosmology))
    mean, square, factor = momenta_today(
        production, momenta, setting.thermal, record, filled, setting.cosmology, no_trail
    )
    fill_relic(out, mass, final, mean, square, factor, setting.dilution)
    out[RATE_OVER_HUBBLE] = rate_over_hubble(production, math.log(hottest), setting.cosmology)
    widths = np.empty(CHANNELS)
    fill_widths(widths, mass, coupling, row[LAMBDA], model)
    total = 0.0
    largest = 0
    for channel in range(CHANNELS):
        total += widths[channel]
        if widths[channel] > widths[largest]:
            largest = channel
    out[LIFETIME] = HBAR_GEV_S / total
    for channel in range(CHANNELS):
        out[FIRST_WIDTH + channel] = widths[channel] / HBAR_GEV_S
        out[FIRST_BRANCHING + channel] = widths[channel] / total
    effective = np.empty(3)
    fill_effective(effective, widths, model.bodies)
    out[GAMMA_GAMMA] = effective[0] / HBAR_GEV_S
    out[ELECTRON_POSITRON] = effective[1] / HBAR_GEV_S
    out[DOMINANT_CHANNEL] = largest
    square = coupling * coupling
    pion = square * width_pion_to_chi(mass, model.m_lepton, model.left)
    out[BRANCHING_OF_PION] = branching_ratio(pion, PION_WIDTH)
    neutral = 2.0 * square * width_neutral_pion_to_chi(mass, model.left)
    out[BRANCHING_OF_NEUTRAL_PION] = branching_ratio(neutral, NEUTRAL_PION_WIDTH)
    lepton = square * width_lepton_to_chi(mass, model.m_lepton, model.left)
    out[BRANCHING_OF_LEPTON] = branching_ratio(lepton, model.lepton_width)


@kernel
def solve_rows(rows, setting):
    """Return the `COLUMNS` and the status (n,) of rows (n, `ROW`).

    The columns of a row that failed are not to be used.
    """
    out = np.empty((rows.shape[0], len(COLUMNS)))
    status = np.empty(rows.shape[0], dtype=np.int64)
    record, no_trail = np.empty((RECORD_ROWS, RECORDED)), np.empty((0, 3))
    for i in range(rows.shape[0]):
        status[i] = OK
        solve_row(out[i], rows[i], setting, record, no_trail)
        for column in range(len(COLUMNS)):
            if not math.isfinite(out[i, column]):
                status[i] = NOT_FINITE
    return out, status
