"""Right-handed sleptons at LEP."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .analyses import Analysis, names_in, used_by_default
from .compiled.likelihood import CompiledLikelihood
from .likelihood import Requirement
from .requirements import RIGHT_HANDED_SCALAR
from .tables import ln, load, within

__all__ = ["LepSleptons"]

Array = NDArray[np.float64]

CATALOGUE = (
    Analysis("aleph-0112011", "aleph", 2001, 0.208, ("aleph-sleptons",)),
    Analysis("l3-0310007", "l3", 2003, 0.205, ("l3-sleptons",)),
)

WIDTH = 2.0  # GeV, accuracy of the mass limits
BEAM_ENERGY = 104.0  # GeV
LN_LOWEST_DIFFERENCE = math.log(2.0)  # GeV
HIGHEST_DIFFERENCE = 15.0  # GeV
SMALLEST_FRACTION = 1e-6  # keeps the power of a vanishing branching fraction finite; excludes nothing


@dataclass(frozen=True)
class LepSleptons(CompiledLikelihood):
    """Limit the mass of right-handed sleptons by searches at LEP, at every lifetime.

    A smeared step in -m_phi of width 2 GeV at ``m95(delta_m, B)``, the strongest of the analyses and
    flavours. Prompt limits (76-96 GeV) lie below those of detector-stable sleptons (98-99 GeV), so the
    prompt ones serve at every lifetime; what flies far enough to be seen is left to ``lep-tracks``. Only
    pairs of one flavour count: with branching fraction B the limit is where ``beta^3 B^2`` equals its value at
    the tabulated limit, the p-wave threshold factor at a flat limit on the cross-section.
    """

    name: ClassVar[str] = "lep-sleptons"
    summary: ClassVar[str] = "Pairs of charged scalars at LEP, a lower limit on their mass."
    source: ClassVar[str] = (
        "ALEPH hep-ex/0112011 and L3 hep-ex/0310007 as digitised in GAMBIT 1.0 (arXiv:1705.07919), with the "
        "tree-level s-channel cross-section"
    )
    validity: ClassVar[str] = (
        "delta_m 2-15 GeV; above 15 GeV the last limit (PDG: 94 GeV above 10 GeV), flagged; below 2 GeV no "
        "constraint, flagged"
    )
    grade: ClassVar[str] = "B/C; 2 GeV"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)
    catalogue: ClassVar[tuple[Analysis, ...]] = CATALOGUE

    analyses: Annotated[tuple[str, ...], names_in(CATALOGUE), Field(description="the analyses used")] = (
        used_by_default(CATALOGUE)
    )

    @property
    def needs(self) -> tuple[str, ...]:
        """Masses and branching fractions."""
        return ("m_phi", "delta_m", "branching_mu", "branching_e")

    @cached_property
    def _limits(self) -> tuple[Array, Array]:
        """Return ln delta_m (k,) and the strongest mass limits in units of the beam energy (2, k)."""
        table = load("lep_sleptons")
        first = self.used[0].name
        differences = table.numbers("delta_m", analysis=first, lepton="mu")
        masses = [
            np.max(
                [np.nan_to_num(table.numbers("mass", analysis=a.name, lepton=lepton)) for a in self.used],
                axis=0,
            )
            for lepton in ("mu", "e")
        ]
        return np.log(differences), np.array(masses) / BEAM_ENERGY

    def mass_limit(self, delta_m: Array, branching_mu: Array, branching_e: Array) -> Array:
        """Return the mass in GeV (n,) excluded at 95 % CL; zero where nothing is."""
        nodes, limits = self._limits
        full = np.array([np.interp(np.log(np.asarray(delta_m)), nodes, limit) for limit in limits])
        branching = np.array([branching_mu, branching_e])
        # Squared velocities at the limit; those beyond one exclude nothing.
        velocity2 = (1.0 - full * full) * np.maximum(branching, SMALLEST_FRACTION) ** (-4.0 / 3.0)
        return BEAM_ENERGY * np.sqrt(np.maximum(1.0 - velocity2, 0.0)).max(axis=0)

    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """Return the compiled rows with the limits on both flavours."""
        from .compiled.interpolation import Curve
        from .compiled.prompt import lep_rows

        nodes, (muons, electrons) = self._limits
        curves = Curve(nodes, muons.copy()), Curve(nodes, electrons.copy())
        return ((lep_rows, *curves, BEAM_ENERGY, SMALLEST_FRACTION, WIDTH, LN_LOWEST_DIFFERENCE),)

    def flags(self, values: Array) -> dict[str, NDArray[np.bool_]]:
        """Return where the mass difference leaves the table."""
        return {
            "delta_m below 2 GeV: no constraint": ~within(ln(values[1]), LN_LOWEST_DIFFERENCE, np.inf),
            "delta_m above 15 GeV: limit held constant": values[1] > HIGHEST_DIFFERENCE,
        }
