"""Rows of points whose momenta are resolved: they replace what one equation of the number found."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...momentum.warmness import UNKNOWN_MOMENTUM
from ...numerics.kernel import kernel
from .columns import HOTTEST_START, MASS
from .evolution import RECORDED, Production, coldest_temperature, decouple
from .moments import LEAST_MOMENT
from .resolved import RESOLVED, resolution, resolve
from .rows import NOT_FINITE, OK, RECORD_ROWS, Setting, fill_relic, row_production
from .spectra import Spectra

__all__ = ["ResolvedSetting", "resolve_row", "resolve_rows"]


class ResolvedSetting(NamedTuple):
    """Hold what all points of a batch share.

    Attributes
    ----------
    setting : Setting
    spectra, classical : Spectra
        Of the production of χ with the statistics chosen, and with Maxwell-Boltzmann's.
    """

    setting: Setting
    spectra: Spectra
    classical: Spectra


@kernel
def resolve_row(found, y, row, resolved_setting, record, trail):
    """Follow χ of one row momentum by momentum.

    Parameters
    ----------
    found, y : (`RESOLVED`,) arrays
        Receive f per state of χ today and its y.
    row : (`ROW`,) array
    resolved_setting : ResolvedSetting
    record : (cells + 1, `RECORDED`) array
        Receives the trajectory.
    trail : (m, 3) array
        As of `resolve`.

    Returns
    -------
    final, mean, square, factor : float
        Y, ⟨y⟩, ⟨y²⟩ and the factor of quantum statistics on Y.
    filled : int
        The rows of the trajectory.
    """
    setting = resolved_setting.setting
    model, thermal, cosmology = setting.model, setting.thermal, setting.cosmology
    production, momenta = row_production(row, setting)
    mass, m_lepton, left = production.mass, model.m_lepton, model.left
    coldest = coldest_temperature(mass, m_lepton, left)
    _, filled = decouple(production, thermal, row[HOTTEST_START], coldest, cosmology, record)
    classical = Production(
        mass,
        production.ln_mass,
        production.ln_states,
        production.ln_strength,
        production.pion - momenta.pion[0],
        production.quark - momenta.quark[0],
        production.ln_transition,
        production.smooth,
        production.ln_hottest_quark,
        production.ln_mediator,
        production.ln_mediator_mass,
        False,
        production.decay_momenta,
    )
    plain = 0.0
    if setting.fermi:
        # First what would be without statistics, as the last pass leaves its yields in the record.
        here = resolution(resolved_setting.classical, classical.pion, mass, m_lepton, left, False)
        plain, _, _ = resolve(found, y, classical, here, thermal, record, filled, cosmology, trail[:0])
    here = resolution(resolved_setting.spectra, classical.pion, mass, m_lepton, left, setting.fermi)
    final, first, second = resolve(found, y, production, here, thermal, record, filled, cosmology, trail)
    if not final > LEAST_MOMENT:
        return final, UNKNOWN_MOMENTUM, UNKNOWN_MOMENTUM * UNKNOWN_MOMENTUM, 1.0, filled
    return final, first / final, second / final, final / plain if plain > 0.0 else 1.0, filled


@kernel
def resolve_rows(out, status, rows, resolved_setting):
    """Replace the columns (n, `COLUMNS`) of abundance and momenta of `solve_rows`, and the status (n,), of rows.

    The error of the abundance stays that of one equation, to which resolved momenta answer alike within a sixth.
    """
    found, y = np.empty(RESOLVED), np.empty(RESOLVED)
    record, no_trail = np.empty((RECORD_ROWS, RECORDED)), np.empty((0, 3))
    for i in range(rows.shape[0]):
        if status[i] != OK:
            continue
        final, mean, square, factor, _ = resolve_row(found, y, rows[i], resolved_setting, record, no_trail)
        fill_relic(out[i], rows[i, MASS], final, mean, square, factor, resolved_setting.setting.dilution)
        for column in range(out.shape[1]):
            if not math.isfinite(out[i, column]):
                status[i] = NOT_FINITE
