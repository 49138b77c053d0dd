"""Charged scalars that decay inside the tracker to soft particles: disappearing tracks."""

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
from .limits import profile_at_background
from .production import ln_cross_section, production_curve
from .requirements import RIGHT_HANDED_SCALAR
from .surface import LogSurface
from .tables import faded, ln, load, within

__all__ = ["DisappearingTracks"]

Array = NDArray[np.float64]

CATALOGUE = (
    Analysis("atlas-1712.02118", "atlas", 2017, 13.0, ("atlas-13-tev-36.1-fb-disappearing-tracks",)),
    Analysis("cms-2004.05153", "cms", 2020, 13.0, ("cms-13-tev-101-fb-disappearing-tracks",), False),
)
# Log-normal; the CMS map is for fermions, whose boost is larger than that of scalars.
EFFICIENCY_ERROR = {"atlas-1712.02118": 0.3, "cms-2004.05153": 0.4}
PB_TO_FB = 1e3
LARGEST = 1e100  # stands for infinity where a logarithm is taken


@dataclass(frozen=True)
class _Region:
    observed: int
    background: float
    background_error: float
    luminosity: float  # 1/fb
    visible_limit: float  # fb


@dataclass(frozen=True)
class _Map:
    """Hold the efficiencies of one analysis, its signal regions and the error of its signal."""

    name: str
    surface: LogSurface
    regions: tuple[_Region, ...]
    error: float

    def visible(self, ln_mass: Array, ln_length: Array) -> Array:
        """Return cross-section times efficiency in fb (regions, n), fading out at the map's edges.

        Below its lightest scalar it is held: lighter ones are made more often, not less.
        """
        ln_mass = np.maximum(ln_mass, self.surface.x_range[0])
        rate = PB_TO_FB * np.exp(self.surface(ln_mass, ln_length) + ln_cross_section(ln_mass))
        return faded(faded(rate, ln_mass, *self.surface.x_range)[0], ln_length, *self.surface.y_range)[0]


@dataclass(frozen=True)
class DisappearingTracks(CompiledLikelihood):
    """Limit charged scalars with decay lengths of centimetres to metres by disappearing tracks.

    Poisson counts with profiled background per signal region; the signal is cross-section times
    efficiency times luminosity, its log-normal error (30 % ATLAS, 40 % CMS for the efficiency, 8 % for
    the cross-section) integrated out per analysis. The decay lepton is taken as too soft to spoil the
    isolation, true for mass differences of a few GeV.
    """

    name: ClassVar[str] = "disappearing-tracks"
    summary: ClassVar[str] = "Charged tracks that end inside the tracker, for decay lengths of 1 cm to 1 m."
    source: ClassVar[str] = (
        "ATLAS arXiv:1712.02118 (36.1/fb) recast for scalars in arXiv:2008.08581; CMS arXiv:2004.05153 "
        "(101/fb), charginos; efficiencies as in the SModelS database"
    )
    validity: ClassVar[str] = (
        "ATLAS: ctau 0.3 cm-3 m, m_phi 100-600 GeV; CMS: 0.7 cm-100 m, 100-700 GeV; below 100 GeV the signal at "
        "100 GeV is held, elsewhere outside no constraint, all flagged; soft decay products"
    )
    grade: ClassVar[str] = "B; CMS optimistic for scalars, off by default"
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
        """The mass and the decay length."""
        return ("m_phi", "ctau_m")

    @cached_property
    def _maps(self) -> tuple[_Map, ...]:
        efficiencies, counts = load("disappearing_tracks"), load("disappearing_counts")
        maps = []
        for item in self.used:
            names = [
                region
                for region, analysis in zip(counts.names("region"), counts.names("analysis"), strict=True)
                if analysis == item.name
            ]
            grid = [efficiencies.numbers(kind, region=names[0]) for kind in ("mass", "decay_length")]
            surface = LogSurface(*grid, *(efficiencies.numbers("efficiency", region=name) for name in names))
            kinds = ("observed", "background", "background_error", "luminosity", "visible_limit")
            rows = [[float(counts.numbers(kind, region=name)[0]) for kind in kinds] for name in names]
            regions = tuple(_Region(int(observed), *others) for observed, *others in rows)
            error = math.hypot(EFFICIENCY_ERROR[item.name], self.cross_section_error)
            maps.append(_Map(item.name, surface, regions, error))
        return tuple(maps)

    def rate_over_limit(self, mass: Array, decay_length_m: Array) -> Array:
        """Return the visible cross-section over its 95 % CL limit (n,) in the strongest signal region."""
        place = np.log(np.asarray(mass, dtype=float)), np.log(np.asarray(decay_length_m, dtype=float))
        return np.max(
            [
                rate / region.visible_limit
                for item in self._maps
                for rate, region in zip(item.visible(*place), item.regions, strict=True)
            ],
            axis=0,
        )

    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """Return the compiled rows of each map with its efficiencies and counts."""
        from .compiled.interpolation import Curve
        from .compiled.tracks import disappearing_rows

        production = production_curve()
        found = []
        for item in self._maps:
            counts = [(r.observed, r.background, r.background_error, r.luminosity) for r in item.regions]
            at_background = [
                profile_at_background(r.observed, r.background, r.background_error) for r in item.regions
            ]
            found.append(
                (
                    disappearing_rows,
                    item.surface.compiled,
                    Curve(production.x, production.y),
                    np.array(counts, dtype=np.float64),
                    np.array(at_background),
                    item.error,
                )
            )
        return tuple(found)

    def flags(self, values: Array) -> dict[str, NDArray[np.bool_]]:
        """Return where no map in use has efficiencies."""
        # Beyond every map, yet finite: a stable particle leaves no disappearing track.
        ln_mass, ln_length = ln(np.minimum(values, LARGEST))
        light, heavy, short = (np.ones(ln_mass.shape, dtype=bool) for _ in range(3))
        for item in self._maps:
            low, high = item.surface.x_range
            light &= ~within(ln_mass, low, np.inf)
            heavy &= ~within(ln_mass, -np.inf, high)
            short &= ~within(ln_length, *item.surface.y_range)
        return {
            "m_phi below the efficiency maps: the signal at their begin is held": light,
            "m_phi above the efficiency maps: no constraint": heavy,
            "ctau outside the efficiency maps: no constraint": short,
        }
