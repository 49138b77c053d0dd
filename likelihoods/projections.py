"""What a search for soft displaced leptons could reach; an estimate, not data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..options import Choices
from .likelihood import Likelihood, Requirement
from .limits import counting_limit
from .production import COLLIDERS, cross_section, mass_range
from .requirements import RIGHT_HANDED_SCALAR
from .tables import faded, gather, ln, only_good

__all__ = ["SoftDisplacedLeptons"]

Array = NDArray[np.float64]

# ATLAS arXiv:2305.02005 (139/fb) excludes degenerate left- and right-handed smuons up to 520 GeV at
# 10 ps (abstract). A left-handed pair is produced 2.7 times as often as a right-handed one at this mass.
BEST_MASS, BEST_DECAY_LENGTH_M, BOTH_OVER_RIGHT = 520.0, 2.998e-3, 3.7
# Both muons need an impact parameter in this range; it is exponential with this mean over ctau, which
# places the best reach at the published lifetime.
IMPACT_RANGE_M = (0.6e-3, 3e-3)
IMPACT_OVER_DECAY_LENGTH = 0.5
SEARCH_LUMINOSITY, HIGH_LUMINOSITY = 139.0, 3000.0  # 1/fb
# Of the fiducial cross-sections, compressed (p_T > 10 GeV, missing > 200 GeV) over not compressed
# (p_T > 10 GeV, m_inv > 200 GeV). Not simulated here. It must exceed 0.043 for the muon collider, whose
# cross-section is at most 2.9 fb, to reach anything, and the published figure shows a region for it.
ACCEPTANCE_RATIO = 0.05
LOWEST_DIFFERENCE, HIGHEST_DIFFERENCE = 4.0, 6.0  # GeV: the assumption is 5
SHORTEST_LENGTH = 1e-9  # m: stands for zero, far below the reach
# The others have run without such a search.
IMAGINED = Choices(tuple(name for name in COLLIDERS if name not in ("lhc-8", "lhc-13.6")))


def _acceptance(decay_length_m: Array) -> Array:
    length = IMPACT_OVER_DECAY_LENGTH * np.maximum(decay_length_m, SHORTEST_LENGTH)
    one = np.exp(-IMPACT_RANGE_M[0] / length) - np.exp(-IMPACT_RANGE_M[1] / length)
    return one * one


@dataclass(frozen=True)
class SoftDisplacedLeptons(Likelihood):
    """Estimate the reach of a displaced-muon search with p_T > 10 GeV and missing momentum > 200 GeV.

    After arXiv:2404.12428, figure 4 and footnote 4. Assumptions, each of them rough:

    - the limits of arXiv:2305.02005 on the fiducial cross-section hold with the softer cuts;
    - their dependence on the decay length is that of two muons with exponential impact parameters
      between 0.6 and 3 mm, normalised to the published best exclusion (520 GeV at 10 ps);
    - the compressed spectrum passes the cuts less often by a ratio that the paper simulated and this
      does not: ``acceptance_ratio``, uncertain by a factor of a few;
    - the background uncertainty of HL-LHC is statistical: limits fall as the square root of luminosity;
    - HE-LHC, FCC-hh and the muon collider exclude where the *production cross-section* equals the one
      excluded by HL-LHC at that decay length;
    - a mass difference of 5 GeV and decays to muons (the signal falls as the squared fraction).

    No event beyond background is assumed: ``lnL = -(1.96 sigma B^2/sigma95)^2/2``.
    """

    name: ClassVar[str] = "soft-displaced-leptons"
    summary: ClassVar[str] = "Projected reach for soft displaced muons; an assumption about the future."
    source: ClassVar[str] = (
        "arXiv:2404.12428, figure 4 and footnote 4, from ATLAS arXiv:2305.02005 (139/fb); own estimate of "
        "the acceptance"
    )
    validity: ClassVar[str] = (
        "delta_m 4-6 GeV, above flagged, below no constraint and flagged; masses of the cross-section table; "
        "every point flagged as a projection"
    )
    grade: ClassVar[str] = "D; a factor of a few in cross-section"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)

    collider: Annotated[
        str,
        IMAGINED,
        Field(
            description="lhc-13: 139/fb; lhc-14: HL-LHC, 3/ab; he-lhc-27, fcc-hh-100 and "
            "muon-collider-3: scaled from it"
        ),
    ] = "lhc-14"
    acceptance_ratio: Annotated[
        float,
        Field(
            ge=1e-6,
            le=1.0,
            description="fiducial acceptance of the compressed over the uncompressed spectrum",
        ),
    ] = ACCEPTANCE_RATIO

    @property
    def needs(self) -> tuple[str, ...]:
        """Masses, decay length and the branching fraction to muons."""
        return ("m_phi", "delta_m", "ctau_m", "branching_mu")

    @property
    def datasets(self) -> tuple[str, ...]:
        """The imagined data, one set per collider."""
        return (f"projection-{self.collider}",)

    def cross_section_limit(self, decay_length_m: Array) -> Array:
        """Return the cross-section in pb (n,) excluded at 95 % CL at decay lengths in m (n,)."""
        best = BOTH_OVER_RIGHT * float(cross_section(np.array([BEST_MASS]))[0])
        scale = best * float(_acceptance(np.array(BEST_DECAY_LENGTH_M))) / self.acceptance_ratio
        if self.collider != "lhc-13":
            scale *= math.sqrt(SEARCH_LUMINOSITY / HIGH_LUMINOSITY)
        return scale / np.maximum(_acceptance(np.asarray(decay_length_m, dtype=float)), 1e-100)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and flags; every point is a projection."""
        (mass, difference, length, fraction), good = gather(observables, self.needs)
        ln_mass, ln_difference = ln(np.array([mass, difference]))
        low, high = mass_range(self.collider)
        signal = cross_section(mass, self.collider) * fraction**2 / self.cross_section_limit(length)
        signal = faded(signal, ln_difference, math.log(LOWEST_DIFFERENCE), np.inf)[0]
        signal, inside = faded(signal, ln_mass, math.log(max(low, 1e-9)), math.log(high))
        return only_good(counting_limit(signal), good), {
            "a projection, not data": good,
            "m_phi outside the cross-sections: no constraint": good & ~inside,
            "delta_m outside 4-6 GeV": good
            & ((difference < LOWEST_DIFFERENCE) | (difference > HIGHEST_DIFFERENCE)),
        }
