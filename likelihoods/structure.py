"""Structure on small scales: dark matter must not be warmer than the lightest allowed thermal relic."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .likelihood import Likelihood
from .tables import gather, load, only_good

__all__ = ["EffectiveNeutrinos", "StructureFormation"]

Flags = dict[str, NDArray[np.bool_]]

ALL_DARK_MATTER = 0.12
# Of all dark matter: below, flagged.
LARGE_PART = 0.5
LIGHTEST_KEV = 0.5
ODDS = 10.0
N_EFF_LIMIT = 0.107


@dataclass(frozen=True)
class StructureFormation(Likelihood):
    """Limit the velocities of dark matter, ``lnL = -a (m_lim/m_equiv)^n min(1, Ωh²/0.12)²``.

    m_equiv is the mass of the thermal relic with the same velocity dispersion, n the ``steepness``. Of a 95 % credible
    limit a makes exp(-a uⁿ), flat in u = 1/m, hold 95 % below the limit (1.92 for n = 2); of odds of 10 to 1 it is
    ln 10. The suppression of structure is linear in the part of dark matter that is warm.
    """

    name: ClassVar[str] = "structure-formation"
    summary: ClassVar[str] = (
        "Free streaming: the Lyman-alpha forest, satellites of the Milky Way, strong lenses."
    )
    source: ClassVar[str] = (
        "Lyman-alpha forest, arXiv:2309.04533 (default); others: arXiv:1702.01764, 1306.2314, "
        "2008.00022, 2409.18917, 2111.13137, 2405.01620, 2511.07513, 2511.07765, 2010.13802"
    )
    validity: ClassVar[str] = (
        "m_equiv from 0.5 keV; hotter: keeps falling, flagged. One limit at a time: the data share their modelling. "
        "Not established: less than half of dark matter (flagged), T_RH near 0.15 GeV (20 % in M), limits with "
        "log-flat priors taken as likelihood ratios (prefer the odds of satellites and lenses), gradual reheating"
    )
    grade: ClassVar[str] = (
        "A for the limit, C for the matching of velocities (5 %), D for a part of dark matter"
    )

    limit: Annotated[
        Literal[
            "lyman-alpha", "lyman-alpha-conservative", "lyman-alpha-2017", "lyman-alpha-2013", "milky-way",
            "milky-way-odds", "milky-way-extended-press-schechter", "lensing-2024", "lensing-2025",
            "lensing-2025-flux-ratios", "joint-2020",
        ]
        | Annotated[float, Field(ge=0.1, le=1e3)],
        Field(description="lower limit on the mass of thermal relics: by name, or a number in keV"),
    ] = "lyman-alpha"  # fmt: skip
    statistic: Annotated[
        Literal["of-the-limit", "credible95", "odds10"],
        Field(
            description="what the limit is: that of its paper (a number: credible95), 95 % credible, odds 10 to 1"
        ),
    ] = "of-the-limit"
    steepness: Annotated[
        float, Field(ge=1.0, le=5.0, description="n; 2 is gentle, a Gaussian flux power would give about 5")
    ] = 2.0

    @property
    def needs(self) -> tuple[str, ...]:
        """The equivalent mass and the abundance."""
        return ("wdm_equivalent_mass_keV", "omega_h2")

    @cached_property
    def limit_kev(self) -> float:
        """The limit in keV."""
        return self._row[0]

    @cached_property
    def _row(self) -> tuple[float, str]:
        if not isinstance(self.limit, str):
            return float(self.limit), "credible95"
        table = load("wdm_limits")
        row = table.names("name").index(self.limit)
        return float(table.numbers("m_keV")[row]), table.names("statistic")[row]

    @cached_property
    def depth(self) -> float:
        """The number a, -lnL at the limit."""
        from scipy.special import gammaincinv

        statistic = self._row[1] if self.statistic == "of-the-limit" else self.statistic
        return math.log(ODDS) if statistic == "odds10" else float(gammaincinv(1.0 / self.steepness, 0.95))

    def evaluate(self, observables: Mapping[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], Flags]:
        """Return the log-likelihood (n,), and flags of the hot and of a part of dark matter."""
        (equivalent, abundance), good = gather(observables, self.needs)
        part = np.minimum(abundance / ALL_DARK_MATTER, 1.0)
        value = -self.depth * np.exp(self.steepness * np.log(self.limit_kev / equivalent)) * part * part
        flags = {
            "hotter than a thermal relic of 0.5 keV: extrapolated": good & (equivalent < LIGHTEST_KEV),
            "less than half of dark matter: mixed limits are an estimate": good & (part < LARGE_PART),
        }
        return only_good(value, good), flags

    def describe(self) -> str:
        """Return one line for the summary: the limit that is used."""
        return f"as cold as a thermal relic of {self.limit_kev:g} keV"


@dataclass(frozen=True)
class EffectiveNeutrinos(Likelihood):
    """Limit the energy of dark matter at nucleosynthesis, ``lnL = -(1.96 ΔN/0.107)²/2``."""

    name: ClassVar[str] = "n-eff"
    summary: ClassVar[str] = "Energy of fast dark matter when light nuclei form, as extra neutrinos."
    source: ClassVar[str] = "ΔN_eff < 0.107 at 95 %, nucleosynthesis with the CMB and BAO: arXiv:2603.13226"
    validity: ClassVar[str] = (
        "every ΔN_eff; a particle in equilibrium when neutrinos decouple is not computed"
    )
    grade: ClassVar[str] = "A"

    upper: Annotated[float, Field(ge=1e-3, le=10.0, description="95 % CL upper limit on ΔN_eff")] = (
        N_EFF_LIMIT
    )

    @property
    def needs(self) -> tuple[str, ...]:
        """The energy at T = 1 MeV."""
        return ("delta_n_eff",)

    def evaluate(self, observables: Mapping[str, NDArray[np.float64]]) -> tuple[NDArray[np.float64], Flags]:
        """Return the log-likelihood (n,); every value is covered."""
        (extra,), good = gather(observables, self.needs)
        scaled = 1.96 * extra / self.upper
        return only_good(-0.5 * scaled * scaled, good), {}
