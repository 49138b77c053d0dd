"""Leptons displaced from the collision point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .analyses import Analysis, AnalysisLikelihood, names_in, used_by_default
from .likelihood import Requirement
from .limits import NUISANCE_NODES, counting_limit_without_background, marginalised_over_scale
from .production import ln_cross_section
from .requirements import RIGHT_HANDED_SCALAR
from .surface import LogSurface
from .tables import FADE, faded, gather, ln, load, only_good

__all__ = ["DisplacedLeptons"]

Array = NDArray[np.float64]

CATALOGUE = (Analysis("atlas-2011.07812", "atlas", 2020, 13.0, ("atlas-13-tev-139-fb-displaced-leptons",)),)

VISIBLE_LIMIT_PB = 2.22e-5  # 95 % CL in each flavour: 3.09 events in 139/fb, none seen
SENSITIVE_DIFFERENCE = 20.0  # GeV: below, leptons of p_T > 65 GeV do not occur
EFFICIENCY_STEP = 0.05  # in ln of the mass, inside the first interval of the efficiencies
ABSENT = (900.0, 2.998)  # GeV, m: the map stops at 800 GeV there

FLAGS = (
    "ctau outside 3 mm-3 m: no constraint",
    "lepton momentum above the efficiencies: no constraint",
    "lepton momentum below the efficiencies: continued by their slope",
    "efficiency of massless dark matter at equal lepton momentum",
    "absent node of the table filled",
)


@dataclass(frozen=True)
class DisplacedLeptons(AnalysisLikelihood):
    """Limit decays to hard leptons with decay lengths of millimetres to metres.

    ``lnL = -3.00 sum_l sigma_13 B_l^2 eff_l / 0.0222 fb``: no event was seen. The efficiencies hold for
    massless dark matter. For a smaller mass difference they are read at the mass whose decay to
    massless dark matter gives the lepton the same momentum, ``2 delta_m (1 - delta_m/(2 m_phi))``, with
    the cross-section at the true mass; this neglects the smaller boost and is flagged. Below a mass
    difference of 20 GeV there is no sensitivity and lnL = 0.
    """

    name: ClassVar[str] = "displaced-leptons"
    summary: ClassVar[str] = "Hard leptons displaced from the collision point at the LHC."
    source: ClassVar[str] = "ATLAS arXiv:2011.07812 (139/fb, 13 TeV), efficiencies digitised by SModelS"
    validity: ClassVar[str] = (
        "ctau 3 mm-3 m, momentum-equivalent mass 50-900 GeV, below continued by the slope of the efficiencies, "
        "flagged; zero for delta_m below 20 GeV; elsewhere outside no constraint, flagged"
    )
    grade: ClassVar[str] = "B for massless dark matter, D in between"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)
    catalogue: ClassVar[tuple[Analysis, ...]] = CATALOGUE

    analyses: Annotated[tuple[str, ...], names_in(CATALOGUE), Field(description="the analyses used")] = (
        used_by_default(CATALOGUE)
    )
    cross_section_error: Annotated[
        float, Field(ge=0.0, le=1.0, description="log-normal error of the production cross-section")
    ] = 0.08

    @property
    def needs(self) -> tuple[str, ...]:
        """Masses, decay length and branching fractions."""
        return ("m_phi", "delta_m", "ctau_m", "branching_mu", "branching_e")

    @cached_property
    def _surface(self) -> LogSurface:
        table = load("displaced_leptons")
        mass, length = (table.numbers(kind, lepton="mu") for kind in ("mass", "decay_length"))
        efficiencies = [table.numbers("efficiency", lepton=lepton) for lepton in ("mu", "e")]
        nearest = np.flatnonzero((mass == 800.0) & (length == ABSENT[1]))
        efficiencies = [np.append(values, values[nearest]) for values in efficiencies]
        return LogSurface(np.append(mass, ABSENT[0]), np.append(length, ABSENT[1]), *efficiencies)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and where the efficiencies are absent or borrowed."""
        values, good = gather(observables, self.needs)
        mass, difference, length = values[:3]
        hard = good & (difference >= SENSITIVE_DIFFERENCE)
        if not np.count_nonzero(hard):
            return only_good(np.zeros(good.shape), good), dict.fromkeys(FLAGS, hard)
        equivalent = 2.0 * difference * np.maximum(1.0 - difference / (2.0 * mass), 0.5)
        ln_mass, ln_equivalent, ln_length = ln(np.array([mass, equivalent, np.minimum(length, 1e100)]))
        surface = self._surface
        low, high = surface.x_range
        ln_efficiency = surface(ln_equivalent, ln_length)
        # A power of the momentum: softer leptons are seen less often, and nothing steps where the table begins.
        below = np.minimum(ln_equivalent - low, 0.0)
        if np.any(below < 0.0):
            first, second = (surface(np.full_like(below, x), ln_length) for x in (low, low + EFFICIENCY_STEP))
            ln_efficiency = ln_efficiency + np.maximum(second - first, 0.0) / EFFICIENCY_STEP * below
        efficiency = np.exp(ln_efficiency)
        rates = values[3:] ** 2 * efficiency * np.exp(ln_cross_section(ln_mass)) / VISIBLE_LIMIT_PB
        rate, not_above = faded(rates[0] + rates[1], ln_equivalent, -math.inf, high)
        # From nothing at the smallest difference with hard leptons.
        rate, _ = faded(rate, ln(difference), math.log(SENSITIVE_DIFFERENCE) + FADE, math.inf)
        in_mass = not_above & (below == 0.0)
        rate, in_length = faded(rate, ln_length, *surface.y_range)
        if self.cross_section_error:
            scaled = rate[:, None] * np.exp(self.cross_section_error * NUISANCE_NODES)
            result = marginalised_over_scale(counting_limit_without_background(scaled))
        else:
            result = counting_limit_without_background(rate)
        gap = (mass >= 800.0) & (ln_length > math.log(0.2998))
        borrowed = (equivalent < 0.99 * mass) & in_mass
        raised = (~in_length, ~not_above, below < 0.0, borrowed, in_mass & in_length & gap)
        flags = {name: hard & flag for name, flag in zip(FLAGS, raised, strict=True)}
        return only_good(result, good), flags
