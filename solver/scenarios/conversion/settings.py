"""From named choices to the tables and numbers that kernels read."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ...cosmology import cosmology_table
from .free_gas import free_gas_table
from .point import EMPTY_START, LARGEST_STEP_ERROR, STEP_ERROR, Setting
from .rates import rate_tables_of

if TYPE_CHECKING:
    from .leptogenesis import ConversionLeptogenesis

__all__ = ["setting_of"]


@lru_cache(maxsize=16)
def setting_of(scenario: ConversionLeptogenesis) -> Setting:
    """Return the tables and numbers of a scenario's choices, building tables at first use."""
    choices = scenario.resolved()
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
        thermal_splitting=float(choices.thermal_splitting),
        observed_baryon_yield=float(choices.observed_baryon_yield),
        full_exchange=choices.sommerfeld == "coulomb+yukawa",
        tolerance=min(STEP_ERROR * scenario.accuracy, LARGEST_STEP_ERROR),
    )
