"""Freeze-out by thermal decays, with or without annihilations."""

from __future__ import annotations

from dataclasses import dataclass

from ...scenario import Flag
from ...thermal_relics import mev_thermal_relic
from .scenario import ThermalDecay

__all__ = ["ThermalFreezeOut"]

# Even a yield that never changes is half of Yeq at z = 2.3: a lower z_f only comes from entropy.
RELATIVISTIC = 3.0


@dataclass(frozen=True)
class ThermalFreezeOut(ThermalDecay):
    """Dark matter that starts in equilibrium and freezes out through processes DM SM ↔ SM SM."""

    name = "thermal-freeze-out"
    summary = (
        "Dark matter in equilibrium with the plasma through processes that change its number by one unit, "
        "DM SM ↔ SM SM (and optionally annihilations), freezes out when they become slower than the "
        "expansion. Boltzmann equation (2.3) of arXiv:2111.14808."
    )

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        return (
            *super().flags,
            mev_thermal_relic(),
            Flag(
                "relativistic",
                "the yield leaves equilibrium at z < 3, while dark matter is relativistic: a hot relic",
                lambda p, o: ~(o["z_freeze_out"] >= RELATIVISTIC),
            ),
            Flag(
                "no-equilibrium",
                "the rate at T = M is below the expansion rate: the start in equilibrium is an assumption",
                lambda p, o: o["rate_over_hubble"] < 1.0,
            ),
        )
