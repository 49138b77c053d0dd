"""Degrees of freedom of a Standard Model plasma without interactions."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ....constants import ELECTRON_MASS, MUON_MASS, NEUTRAL_PION_MASS, PION_MASS, Z_MASS
from ....numerics.tables import Table, build_table
from ..rates.electroweak import BOTTOM_MASS, ROUNDED_HIGGS_MASS, ROUNDED_TAU_MASS, TOP_MASS, W_MASS

__all__ = ["free_gas", "free_gas_table"]

STRANGE_MASS = 0.095  # GeV; PDG 2022, MS-bar at 2 GeV
CHARM_MASS = 1.27  # GeV; PDG 2022, MS-bar at its own scale
# (mass in GeV, internal degrees of freedom, fermion): the electroweak part with neutrinos at the
# temperature of the photons, quarks with gluons, and the hadrons that replace them.
ELECTROWEAK = (
    (0.0, 2.0, False), (0.0, 6.0, True), (ELECTRON_MASS, 4.0, True), (MUON_MASS, 4.0, True),
    (ROUNDED_TAU_MASS, 4.0, True), (W_MASS, 6.0, False), (Z_MASS, 3.0, False), (ROUNDED_HIGGS_MASS, 1.0, False),
)  # fmt: skip
QUARKS = (
    (0.0, 16.0, False), (0.0, 24.0, True), (STRANGE_MASS, 12.0, True), (CHARM_MASS, 12.0, True),
    (BOTTOM_MASS, 12.0, True), (TOP_MASS, 12.0, True),
)  # fmt: skip
PIONS = ((NEUTRAL_PION_MASS, 1.0, False), (PION_MASS, 2.0, False))
# Quarks and gluons give way to pions here, smoothly over this half-width in ln T.
CONFINEMENT_TEMPERATURE = 0.15
CROSSOVER_WIDTH = 0.5

COLDEST_GAS = 1e-4
HOTTEST_GAS = 1e6
CELLS_PER_UNIT = 40
# Gauss-Laguerre points over the momentum in units of T: 1e-8 on g for any mass.
MOMENTUM_POINTS = 64


def _contribution(
    mass: float, freedom: float, fermion: bool, temperature: NDArray
) -> tuple[NDArray, NDArray]:
    """Return what one species adds to g_rho and g_s, with (ρ, s) = (π²/30 g_ρ T⁴, 2π²/45 g_s T³)."""
    momentum, weight = np.polynomial.laguerre.laggauss(MOMENTUM_POINTS)
    z = (mass / temperature)[:, None]
    energy = np.sqrt(momentum**2 + z**2)
    sign = 1.0 if fermion else -1.0
    # Gauss-Laguerre integrates e^(-y) times the function: the occupation number without its e^(-y).
    occupied = np.exp(momentum - energy) / (1.0 + sign * np.exp(-energy))
    density = weight * momentum**2 * occupied / (2.0 * math.pi**2) * freedom
    rho = np.sum(density * energy, axis=1)
    pressure = np.sum(density * momentum**2 / (3.0 * energy), axis=1)
    return rho * 30.0 / math.pi**2, (rho + pressure) * 45.0 / (2.0 * math.pi**2)


def _gas(species: tuple[tuple[float, float, bool], ...], temperature: NDArray) -> NDArray:
    return np.sum([_contribution(*item, temperature) for item in species], axis=0)


def free_gas(temperature: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return g_rho and g_s of an ideal gas of all Standard Model particles with their vacuum masses.

    Quarks and gluons are free down to 0.15 GeV, where pions take their place; there is no crossover
    physics in it, nor neutrino decoupling, so that it means little below 0.3 GeV. Around 10 GeV it
    exceeds the interacting plasma of arXiv:1803.01038 by 7 %.

    Parameters
    ----------
    temperature : (n,) array
        GeV.
    """
    temperature = np.atleast_1d(np.asarray(temperature, dtype=np.float64))
    position = np.clip(0.5 + 0.5 * np.log(temperature / CONFINEMENT_TEMPERATURE) / CROSSOVER_WIDTH, 0.0, 1.0)
    share = position**3 * (10.0 + position * (6.0 * position - 15.0))
    rho, s = (
        _gas(ELECTROWEAK, temperature)
        + share * _gas(QUARKS, temperature)
        + (1.0 - share) * _gas(PIONS, temperature)
    )
    return rho, s


@lru_cache(maxsize=1)
def free_gas_table() -> Table:
    """Return the table that kernels read in place of `relicfit.solver.cosmology.cosmology_table`."""
    start, stop = math.log(COLDEST_GAS), math.log(HOTTEST_GAS)

    def columns(ln_temperature: NDArray) -> NDArray:
        rho, s = free_gas(np.exp(ln_temperature))
        return np.array([np.sqrt(rho), s])

    return build_table(columns, start, stop, int(CELLS_PER_UNIT * (stop - start)))
