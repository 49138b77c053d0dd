"""Charged scalars that cross the detector: searches for heavy stable charged particles."""

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
from .envelope import Envelope, Limit
from .likelihood import Requirement
from .production import ln_cross_section, production_nodes
from .requirements import RIGHT_HANDED_SCALAR
from .tables import LogCurve, ln, load

__all__ = ["StableSleptons"]

Array = NDArray[np.float64]

CATALOGUE = (
    Analysis("cms-1305.0491", "cms", 2013, 8.0, ("cms-8-tev-18.8-fb-hscp",)),
    Analysis("cms-exo-16-036", "cms", 2016, 13.0, ("cms-13-tev-12.9-fb-hscp",)),
    Analysis("atlas-1902.01636", "atlas", 2019, 13.0, ("atlas-13-tev-36.1-fb-hscp",)),
)

HIGHEST_MASS = 911.0  # GeV, of the ATLAS table; the rates of the CMS ones beyond are negligible
DETECTOR_LENGTH_M = 7.0  # effective path to the muon system, convention of SModelS
# Where the strongest analysis changes, the limit moves from one to the other below that mass.
JOIN = 0.02  # in ln(mass)


def _limit(analysis: Analysis) -> Limit:
    """Return the logarithm of rate over limit of an analysis, up to the highest mass used."""
    table = load("hscp")
    mass, observed, expected = (
        table.numbers(kind, analysis=analysis.name) for kind in ("mass", "observed", "expected")
    )
    collider = f"lhc-{analysis.energy:g}"
    nodes = np.unique(np.concatenate([np.log(mass), np.log(production_nodes(collider))]))
    rate = ln_cross_section(nodes, collider)
    seen = rate - LogCurve(mass, observed)(nodes)
    # CMS published no expected limits: the observed ones choose the analysis in their place.
    hoped = seen if np.isnan(expected).any() else rate - LogCurve(mass, expected)(nodes)
    highest = math.log(min(mass[-1], HIGHEST_MASS))
    return Limit(analysis.name, nodes, seen, hoped).between(math.log(mass[0]), highest)


@dataclass(frozen=True)
class StableSleptons(CompiledLikelihood):
    """Limit charged scalars that live long enough to reach the muon system.

    ``lnL = -3.00 sigma F^2/sigma95`` with ``F = exp(-7 m/ctau)`` for each of the two tracks. At each mass
    the analysis of the best expected limit counts (the observed one where none was published, flagged);
    where it changes, the two are joined over 2 % in mass. An 8 % log-normal error of the cross-section
    is integrated out.
    """

    name: ClassVar[str] = "hscp"
    summary: ClassVar[str] = "Heavy stable charged particles at the LHC, for decay lengths of metres."
    source: ClassVar[str] = (
        "CMS arXiv:1305.0491 (18.8/fb, 8 TeV), CMS-PAS-EXO-16-036 (12.9/fb, 13 TeV), digitised by SModelS; "
        "ATLAS arXiv:1902.01636 (36.1/fb, 13 TeV), HEPData ins1718558 table 13"
    )
    validity: ClassVar[str] = (
        "m_phi 99-911 GeV with all analyses, each in its own range; below, the limit at the begin is held, above "
        "and between no constraint, all flagged"
    )
    grade: ClassVar[str] = "A (ATLAS), B (CMS, 5-10 %)"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)
    catalogue: ClassVar[tuple[Analysis, ...]] = CATALOGUE

    analyses: Annotated[tuple[str, ...], names_in(CATALOGUE), Field(description="the analyses used")] = (
        used_by_default(CATALOGUE)
    )
    detector_length_m: Annotated[
        float, Field(ge=0.1, le=100.0, description="path in m a particle must survive")
    ] = DETECTOR_LENGTH_M
    cross_section_error: Annotated[
        float, Field(ge=0.0, le=1.0, description="log-normal error of the production cross-section")
    ] = 0.08

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass and the decay length."""
        return ("m_phi", "ctau_m")

    @cached_property
    def _envelope(self) -> Envelope:
        return Envelope([_limit(item) for item in self.used], JOIN)

    @cached_property
    def _chosen_by_observed(self) -> NDArray[np.bool_]:
        return np.array([label.startswith("cms") for label in self._envelope.labels])

    def rate_over_limit(self, mass: Array) -> Array:
        """Return the cross-section over its 95 % CL limit (n,) for detector-stable scalars of mass in GeV."""
        return np.exp(self._envelope(np.log(np.asarray(mass, dtype=float))))

    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """Return the compiled rows with the tables of the envelope."""
        from .compiled.interpolation import Curve
        from .compiled.tracks import stable_rows

        envelope = self._envelope
        tables = Curve(envelope.nodes, envelope.values), np.array(envelope.blocks)
        return ((stable_rows, *tables, self.detector_length_m, self.cross_section_error),)

    def flags(self, values: Array) -> dict[str, NDArray[np.bool_]]:
        """Return where no analysis applies, and where an observed limit chose."""
        inside, where = self._envelope.place(ln(values[0]))
        light = ln(values[0]) < self._envelope.blocks[0][0]
        return {
            "m_phi below the searches: the limit at their begin is held": ~inside & light,
            "m_phi outside the searches: no constraint": ~inside & ~light,
            "observed limit stands in for the expected one": self._chosen_by_observed[where],
        }
