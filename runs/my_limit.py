"""A likelihood of one's own: an upper limit on an annihilation cross-section.

Named in a run file as ``"my_limit.py:GammaRayLimit" = {}`` under ``[likelihoods]``.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field

from relicfit.likelihoods import Likelihood
from relicfit.likelihoods.limits import half_gaussian, only_physical

CM3_PER_SECOND_GEV2 = 1.1665e-17  # 1 GeV^-2 as a cross-section times the speed of light


@dataclass(frozen=True)
class GammaRayLimit(Likelihood):
    """Smear a limit on the cross-section that rises linearly with the mass."""

    name = "gamma-ray-limit"
    summary = "An upper limit on annihilation today, for illustration."
    source = "made up: replace by your own"
    validity = "every mass"
    grade = "D"
    # A pure function: threads may share it. Without this line it runs in one thread.
    thread_safe = True

    limit_at_100_gev: Annotated[
        float, Field(ge=1e-30, le=1e-20, description="95 % limit in cm^3/s at a mass of 100 GeV")
    ] = 2e-26

    @property
    def needs(self):
        """What it reads, observables or parameters of the scenario."""
        return ("mass", "cross_section")

    def evaluate(self, observables):
        """Return the log-likelihood (n,) and flags: none."""
        limit = self.limit_at_100_gev * observables["mass"] / 100.0
        ratio = np.log(observables["cross_section"] * CM3_PER_SECOND_GEV2 / limit)
        # Nothing below 1/e of the limit; from there Gaussian, -1.92 at the limit itself.
        return only_physical(half_gaussian(ratio, -1.0, 1.0 / 1.96), observables["mass"] > 0.0), {}
