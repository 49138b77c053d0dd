"""The scenario `lepton-pion`: χ with one contact operator, by freeze-in or freeze-out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ...constants import COLDEST_REHEATING, FERMI_CONSTANT, ZETA_3
from ...scenario import Flag, Parameter
from ...thermal_relics import mev_thermal_relic
from .contact import LAMBDA_PARAMETER, LeptonPionModel
from .inputs import LARGEST_MASS, TRANSITION_TEMPERATURE

if TYPE_CHECKING:
    from .resolved_rows import ResolvedSetting

__all__ = ["LeptonPion"]

HOTTEST_REHEATING = 1e6
# Of the equilibrium yield: between these a closure of momenta is neither that of production nor of equilibrium.
PARTLY = (0.1, 0.9)


@dataclass(frozen=True)
class LeptonPion(LeptonPionModel):
    """Dark matter coupled to a lepton and, below the QCD transition, to a pion."""

    name = "lepton-pion"
    summary = (
        "A fermion χ with lepton number that couples to a charged lepton and to quarks, hence to pions below the QCD "
        "transition. Scatterings and thermal decays change its number by one unit and produce it by freeze-in or "
        "freeze-out; the same coupling makes it decay. The linear Boltzmann equation is solved exactly."
    )

    production: Annotated[
        Literal["freeze-in", "freeze-out"],
        Field(description="start empty at T_RH (freeze-in) or in equilibrium (freeze-out)"),
    ] = "freeze-in"
    kinetic: Annotated[
        Literal["equilibrium", "resolved"],
        Field(
            description="equilibrium: one equation for the number of χ, whose momenta are those of equilibrium when it "
            "is lost (the paper); resolved: one for each momentum. Freeze-out changes by up to three at the observed "
            "density"
        ),
    ] = "equilibrium"

    @cached_property
    def _resolved(self) -> ResolvedSetting | None:
        if self.kinetic == "equilibrium":
            return None
        from .resolved_rows import ResolvedSetting
        from .spectra import spectra

        both = (
            spectra(self.lepton, self.chirality, quantum, self.pion_form_factor)
            for quantum in (self.statistics == "quantum", False)
        )
        return ResolvedSetting(self.setting, *both)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, in the order of the columns of theta."""
        if self.production == "freeze-out":
            start, default = "temperature in GeV at which χ is still in equilibrium", TRANSITION_TEMPERATURE
        else:
            start, default = (
                "temperature in GeV at which χ is still absent; above 5 MeV for nucleosynthesis",
                None,
            )
        return (
            Parameter("mass", "M", "GeV", "mass of dark matter", 1e-9, LARGEST_MASS, {"loguniform": [1e-6, 1.0]}),
            Parameter("coupling", r"C/G_F", "", "coefficient of the contact operator in units of G_F", 1e-25, 1e10,
                      {"loguniform": [1e-13, 1e4]}, role="coupling"),
            Parameter("reheating_temperature", r"T_{\rm RH}", "GeV", start, COLDEST_REHEATING, HOTTEST_REHEATING,
                      {"loguniform": [5e-3, 1e3]}, default),
            LAMBDA_PARAMETER,
        )  # fmt: skip

    @property
    def flags(self) -> tuple[Flag, ...]:
        """The limits of validity."""
        if self.production == "freeze-in":
            partly = Flag(
                "partly-thermalised",
                "between 10 and 90 % of equilibrium: its momenta are a closure, good to 3 %, and that slow χ react "
                'less is neglected, 6 % of its number at most; kinetic = "resolved" does neither',
                self._partly_thermalised,
                remark=True,
            )
            return (*super().flags, partly) if self.kinetic == "equilibrium" else super().flags
        assumed = Flag(
            "assumed-equilibrium",
            "the interaction rate is below the expansion rate at the start: equilibrium there is an assumption",
            lambda p, o: o["rate_over_hubble"] < 1.0,
        )
        # Equilibrium forgets how pions were joined to quarks.
        kept = (item for item in super().flags if item.name not in ("near-transition", "quark-regime"))
        return (*kept, assumed, mev_thermal_relic())

    def _partly_thermalised(self, p: Mapping[str, NDArray], o: Mapping[str, NDArray]) -> NDArray[np.bool_]:
        from ...cosmology import g_s

        states = 2.0 if self.fermion == "majorana" else 4.0
        relativistic = 0.75 * states * 45.0 * ZETA_3 / (2.0 * math.pi**4) / g_s(p["reheating_temperature"])
        share = o["final_yield"] * self.dilution / relativistic
        return (share > PARTLY[0]) & (share < PARTLY[1])

    @property
    def _thermal_start(self) -> bool:
        return self.production == "freeze-out"

    def _rows(self, theta: NDArray[np.float64]) -> NDArray[np.float64]:
        mass, coupling, hottest, lambda_qcd = theta.T
        unlimited, no_mediator, unit = np.full((3, len(theta)), [[np.inf], [-np.inf], [1.0]])
        rows = (mass, coupling * FERMI_CONSTANT, hottest, lambda_qcd, unlimited, no_mediator, unit)
        return np.column_stack(rows)
