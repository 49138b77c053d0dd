"""From named choices to the tables and numbers that kernels read."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from ...cosmology import cosmology_table
from ...numerics.tables import Table
from .evolution.free_gas import free_gas_table
from .options import ConversionChoices
from .rates.assembly import rate_tables_of
from .rates.pieces import RateTables

__all__ = ["Setting", "setting_of"]

EMPTY_START = 1e-12
# The error per step over the wanted accuracy that gives the relic density and the baryon yield to it at every
# point of the prior (300 draws, against an accuracy of 1e-8). From an empty start the abundance grows by twelve
# orders of magnitude, and errors of its growth stay.
STEP_ERROR = {"equilibrium": 1.0 / 15.0, "empty": 1.0 / 120.0}
# Never above what the closed stages take without surprises.
LARGEST_STEP_ERROR = {"equilibrium": 6e-4, "empty": 8e-5}


class Setting(NamedTuple):
    """Hold the tables and choices that all points of a batch share.

    Attributes
    ----------
    cosmology : Table
    rates : RateTables
    washout_decays, washout_scatterings : float
        Weights of the terms of the washout.
    source_of_second : float
        Γ_2 ε_2/(Γ_1 ε_1): -1 in the paper, +1 for the resonant self-energy.
    start_over_eq : float
        Y_χ/Y_eq at the start.
    thermal_phi, boltzmann_leptons : bool
        How γ(T) is calculated.
    baryons_per_lepton : float
        28/79 or 22/79.
    baryon_sign : float
        Of Y_B over ε Δ_φ/ε: +1 with B - L = Δ_φ; the paper's eq. (6) has -1, which goes with its source.
    thermal_splitting : float
        φ of ε(T).
    observed_baryon_yield : float
    tolerance : float
        The error per step.
    full_exchange : bool
        Whether the Sommerfeld factor has Higgs and Z exchange.
    derived : bool
        Whether to carry the equilibrium limit and the slope by the width. Not a constant: kernels would be
        compiled once more for it.
    """

    cosmology: Table
    rates: RateTables
    washout_decays: float
    washout_scatterings: float
    source_of_second: float
    start_over_eq: float
    thermal_phi: bool
    boltzmann_leptons: bool
    baryons_per_lepton: float
    baryon_sign: float
    thermal_splitting: float
    observed_baryon_yield: float
    tolerance: float
    full_exchange: bool
    derived: bool = True


@lru_cache(maxsize=16)
def setting_of(choices: ConversionChoices, accuracy: float) -> Setting:
    """Return the tables and numbers of a scenario's choices, building tables at first use."""
    choices = choices.resolved()
    cosmology = cosmology_table() if choices.degrees_of_freedom == "saikawa-shirai" else free_gas_table()
    return Setting(
        cosmology=cosmology,
        rates=rate_tables_of(choices.rate_options()),
        washout_decays=float(choices.washout != "none"),
        washout_scatterings=float(choices.washout == "scatterings"),
        source_of_second=1.0 if choices.cp_source == "resonant" else -1.0,
        start_over_eq=1.0 if choices.start == "equilibrium" else EMPTY_START,
        thermal_phi=choices.absorptive_masses == "thermal",
        boltzmann_leptons=choices.absorptive_leptons == "boltzmann",
        baryons_per_lepton={"28/79": 28.0 / 79.0, "22/79": 22.0 / 79.0}[choices.sphalerons],
        baryon_sign=1.0 if choices.cp_source == "resonant" else -1.0,
        thermal_splitting=float(choices.thermal_splitting),
        observed_baryon_yield=float(choices.observed_baryon_yield),
        full_exchange=choices.sommerfeld == "coulomb+yukawa",
        tolerance=min(STEP_ERROR[choices.start] * accuracy, LARGEST_STEP_ERROR[choices.start]),
    )
