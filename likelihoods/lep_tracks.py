"""Charged scalars that fly at LEP: heavy tracks, tracks with a kink, tracks that end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .likelihood import Likelihood, Requirement
from .limits import EVENTS_WITHOUT_BACKGROUND, eased
from .production import muon_cross_section
from .requirements import RIGHT_HANDED_SCALAR
from .tables import gather, only_good

__all__ = ["LepTracks"]

Array = NDArray[np.float64]

ENERGY = 206.5  # GeV, centre of mass: the mean of the data of 2000, which decide near the limit
# GeV, of detector-stable right-handed smuons and staus: OPAL, hep-ex/0305031 (abstract), 95 % CL. The limit on
# the cross-section that it stands for, 0.020 pb at tree level, lies inside the published 0.005-0.028 pb.
STABLE_LIMIT = 98.0
# m: where the main trackers begin (OPAL's jet chamber at 0.25 m, the others' at 0.3 to 0.4 m). A scalar that
# gets there is seen as a track, whether it leaves the detector, ends, or kinks to a soft lepton.
FIRST_RADIUS_M = 0.25
SHORTEST_LENGTH_M = 1e-30  # stands for zero
LARGEST_LENGTH_M = 1e30


@dataclass(frozen=True)
class LepTracks(Likelihood):
    """Limit charged scalars that reach the trackers of LEP, at every mass difference.

    ``lnL = -3.00 sigma P/sigma95`` with the tree-level cross-section at 206.5 GeV, the one excluded for
    stable scalars (that at 98.0 GeV), and the probability that at least one of the two gets as far as r = 25
    cm: ``P = 1 - (1 - F)^2``, ``F = exp(-r/(beta gamma ctau))``. For decay lengths of metres it is the limit on
    stable particles. Below, it rests on searches for kinks and ends of tracks, which were made also for
    nearly degenerate charginos with soft decay products; that they are as sensitive is an estimate. Where
    decays are prompt it says nothing.
    """

    name: ClassVar[str] = "lep-tracks"
    summary: ClassVar[str] = "Charged scalars that live for centimetres or longer at LEP."
    source: ClassVar[str] = (
        "OPAL hep-ex/0305031 (stable, 130-209 GeV); kinks with soft decay products: DELPHI hep-ex/9903071; all "
        "lifetimes of sleptons with hard leptons: OPAL hep-ex/0507048; own interpolation in the decay length"
    )
    validity: ClassVar[str] = "every mass and mass difference; prompt decays unconstrained, flagged"
    grade: ClassVar[str] = "B for decay lengths above 1 m, D below: a factor 2 in decay length"
    requires: ClassVar[tuple[Requirement, ...]] = (RIGHT_HANDED_SCALAR,)

    first_radius_m: Annotated[
        float, Field(ge=0.01, le=10.0, description="radius in m that one scalar must reach to be seen")
    ] = FIRST_RADIUS_M

    @property
    def datasets(self) -> tuple[str, ...]:
        """The searches for stable particles and for kinks."""
        return ("opal-stable-charged", "delphi-kinks")

    @property
    def needs(self) -> tuple[str, ...]:
        """The mass and the decay length."""
        return ("m_phi", "ctau_m")

    def rate_over_limit(self, mass: Array, decay_length_m: Array) -> Array:
        """Return the visible cross-section over its 95 % CL limit (n,) at masses in GeV."""
        mass = np.asarray(mass, dtype=float)
        length = np.clip(decay_length_m, SHORTEST_LENGTH_M, LARGEST_LENGTH_M)
        boost = np.sqrt(np.maximum((0.5 * ENERGY / np.maximum(mass, 1e-3)) ** 2 - 1.0, 0.0))
        path = np.maximum(boost, SHORTEST_LENGTH_M) * length
        reached = np.exp(-self.first_radius_m / path)
        limit = muon_cross_section(np.array([STABLE_LIMIT]), ENERGY**2)[0]
        return muon_cross_section(mass, ENERGY**2) / limit * reached * (2.0 - reached)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) and where decays are too fast to be seen."""
        (mass, length), good = gather(observables, self.needs)
        rate = self.rate_over_limit(mass, length)
        unseen = good & (length < 0.1 * self.first_radius_m)
        return only_good(eased(-EVENTS_WITHOUT_BACKGROUND * rate), good), {
            "decays before the trackers: no constraint": unseen
        }
