"""The contact coupling of dark matter, quarks and a lepton at the LHC."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .charged_lepton import LeptonLikelihood
from .likelihood import Requirement
from .limits import (
    NUISANCE_NODES,
    counting_limit,
    counting_limit_without_background,
    marginalised_over_scale,
)
from .tables import gather, load, only_good

__all__ = ["LeptonMet"]

EFT_SCALE = 3e3  # GeV: a mediator below is resolved at the transverse masses of the search
EFT_UNCERTAINTY = math.log(1.5)  # of the limit on the coupling, for a mediator at or below that scale


@dataclass(frozen=True)
class LeptonMet(LeptonLikelihood):
    """Limit the contact coupling by a lepton with missing transverse momentum.

    The signal grows as C^2: the chirality of a massless lepton forbids interference. The limit comes
    from the bin without events, hence ``lnL = -3.00 (C/C95)^2``; over a large background it would be
    ``-(1.96 (C/C95)^2)^2/2``, and the difference is the uncertainty of the form.

    With ``mediator = "scenario"`` the parameter ``mediator_mass`` (GeV) is read and the limit multiplied
    by a log-normal factor 1 +- 0.5 at masses below 3 TeV, its width falling as the inverse square of the
    mass above, as the corrections to the contact interaction do.
    """

    name: ClassVar[str] = "lhc-lepton-met"
    summary: ClassVar[str] = "The contact coupling to a lepton, from lepton and missing momentum at the LHC."
    source: ClassVar[str] = "arXiv:2111.14808, eq. 3.18, from ATLAS arXiv:1906.05609 (139/fb, 13 TeV)"
    validity: ClassVar[str] = (
        "right-handed coupling to e or mu, mediator far above a few TeV; tau and left-handed leptons: no limit, "
        "flagged; mediators "
        "below 3 TeV flagged"
    )
    grade: ClassVar[str] = "A"
    requires: ClassVar[tuple[Requirement, ...]] = (
        Requirement(
            "contact_chirality",
            ("R",),
            "the limit was derived for the operator of right-handed leptons and quarks",
            refuse=False,
        ),
    )

    background: Annotated[
        Literal["none", "large"],
        Field(description="none: the limit rests on a bin without events; large: Gaussian form"),
    ] = "none"
    mediator: Annotated[
        Literal["heavy", "scenario"],
        Field(
            description="heavy: the contact interaction is exact; scenario: read mediator_mass and widen the limit"
        ),
    ] = "heavy"

    @property
    def needs(self) -> tuple[str, ...]:
        """The coupling in units of 4 G_F/sqrt2, and the mediator mass in GeV if it is read."""
        return ("contact_coupling",) + (("mediator_mass",) if self.mediator == "scenario" else ())

    @property
    def datasets(self) -> tuple[str, ...]:
        """The search behind the limit; none for the tau."""
        return () if self.charged_lepton == "tau" else (f"atlas-1906.05609-{self.charged_lepton}",)

    @cached_property
    def limit(self) -> float:
        """The 95 % CL limit on the coupling in units of 4 G_F/sqrt2; infinite for the tau."""
        limit = load("lepton_met").numbers("limit", lepton=self.charged_lepton)
        return float(limit[0]) if len(limit) else math.inf

    def describe(self) -> str:
        """Return one line for the summary: the lepton and the limit."""
        if self.charged_lepton == "tau":
            return "no limit on the contact coupling to tau"
        return f"contact coupling to {self.charged_lepton} below {self.limit:.2g} x 4 G_F/sqrt2 (95 % CL)"

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,); flag the tau and light mediators."""
        form = {"none": counting_limit_without_background, "large": counting_limit}[self.background]
        values, good = gather(observables, self.needs)
        ratio = values[0] / self.limit
        signal = ratio * ratio
        flags = {"no limit for the tau": good & (self.charged_lepton == "tau")}
        if self.mediator == "scenario":
            mass = values[1]
            width = EFT_UNCERTAINTY * np.minimum((EFT_SCALE / mass) ** 2, 1.0)
            factors = np.exp(-2.0 * width[:, None] * NUISANCE_NODES)
            result = marginalised_over_scale(form(signal[:, None] * factors))
            flags["mediator below 3 TeV: limit uncertain by a half"] = good & (mass < EFT_SCALE)
        else:
            result = form(signal)
        return only_good(result, good), flags
