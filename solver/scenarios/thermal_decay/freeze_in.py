"""Freeze-in by thermal decays, with all back reaction."""

from __future__ import annotations

from dataclasses import dataclass

from ...constants import COLDEST_REHEATING, THERMALISED_SHARE
from ...scenario import Flag, Observable, Parameter
from .scenario import ULTRAVIOLET_RATIO, ThermalDecay

__all__ = ["ThermalFreezeIn"]


@dataclass(frozen=True)
class ThermalFreezeIn(ThermalDecay):
    """Dark matter absent at reheating and produced by processes SM SM → DM SM."""

    name = "thermal-freeze-in"
    summary = (
        "Dark matter is absent after reheating and is produced by processes that change its number by one "
        "unit, SM SM → DM SM. The linear Boltzmann equation is solved exactly, so that strong couplings "
        "thermalise and join freeze-out. Equation (2.15) of arXiv:2111.14808 with all back reaction."
    )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        return (
            *super().parameters,
            Parameter(
                "reheating_temperature",
                r"T_{\rm RH}",
                "GeV",
                "temperature at which dark matter is still absent; above 5 MeV for nucleosynthesis",
                COLDEST_REHEATING,
                1e16,
                {"loguniform": [1e-2, 1e6]},
            ),
        )

    @property
    def observables(self) -> tuple[Observable, ...]:
        """The observables, in the order of the columns of the result."""
        ratio = Observable(
            "max_yield_ratio",
            r"\max Y/Y_{\rm eq}",
            "",
            "largest Y/Yeq while 95 % of the dark matter is produced; one means thermalised",
        )
        return (*super().observables, ratio)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        return (
            *super().flags,
            Flag(
                "thermalised",
                "Y/Yeq exceeds 0.3: dark matter (nearly) thermalises, this is not freeze-in alone",
                lambda p, o: o["max_yield_ratio"] > THERMALISED_SHARE,
            ),
            Flag(
                "cold-reheating",
                "the reheating temperature is below M/3: production is Boltzmann suppressed",
                lambda p, o: p["reheating_temperature"] < p["mass"] / 3.0,
                remark=True,
            ),
            Flag(
                "ultraviolet",
                "T_RH > 3 M with a constant cross-section and Maxwell-Boltzmann densities: the yield grows "
                'with T_RH; densities = "nr" gives the infrared part alone, eq. (2.17)',
                lambda p, o: (
                    (p["reheating_temperature"] > ULTRAVIOLET_RATIO * p["mass"])
                    & (self.densities == "mb")
                    & (self.interaction == "dim-4")
                ),
            ),
        )
