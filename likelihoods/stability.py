"""Dark matter must still be there: its lifetime against the age of the Universe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from .likelihood import Likelihood
from .limits import only_physical, rate_half_gaussian

__all__ = ["AGE_OF_UNIVERSE_S", "Stability"]

AGE_OF_UNIVERSE_S = 4.354e17  # 13.797 Gyr, Planck 2018 (arXiv:1807.06209, TT,TE,EE+lowE+lensing)
# Structure and the expansion history limit decays into invisible radiation; published limits are 160 to
# 250 Gyr.
RADIATION_S = 160e9 * 3.15576e7
# The flat lifetime above which most visible decays are allowed (arXiv:2111.14808, introduction).
VISIBLE_S = 1e26
NAMED = {"age": AGE_OF_UNIVERSE_S, "radiation": RADIATION_S, "visible": VISIBLE_S}


@dataclass(frozen=True)
class Stability(Likelihood):
    """Limit the decay rate of dark matter, ``lnL = -(1.96 t_95/tau)^2/2``, with a slope everywhere.

    The rate has its best value at zero and a limit linear in it; L at the limit is that of a
    half-Gaussian at 95 %.
    """

    name: ClassVar[str] = "stability"
    summary: ClassVar[str] = (
        "The lifetime of dark matter against the age of the Universe, or a stronger bound."
    )
    source: ClassVar[str] = (
        "age 13.797 Gyr: Planck 2018, arXiv:1807.06209; decays into radiation: recalled; visible decays: "
        "the flat 1e26 s of arXiv:2111.14808"
    )
    validity: ClassVar[str] = "every lifetime; the decay products are not looked at"
    grade: ClassVar[str] = "A for the age, recalled for radiation, an order of magnitude for visible decays"

    lower_limit: Annotated[
        Literal["age", "radiation", "visible"] | Annotated[float, Field(ge=1.0, le=1e40)],
        Field(
            description="95 % CL lower limit on the lifetime: the age of the Universe, that on decays "
            "into invisible radiation "
            "(160 Gyr), that on most visible decays (1e26 s), or a number of seconds"
        ),
    ] = "age"

    @property
    def needs(self) -> tuple[str, ...]:
        """The total lifetime of dark matter in seconds."""
        return ("lifetime_s",)

    @property
    def limit_s(self) -> float:
        """The lower limit in seconds."""
        return NAMED[self.lower_limit] if isinstance(self.lower_limit, str) else float(self.lower_limit)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,); there are no flags, every lifetime is covered."""
        lifetime = np.asarray(observables["lifetime_s"], dtype=np.float64)
        physical = lifetime > 0.0
        rate = self.limit_s / np.where(physical, lifetime, 1.0)
        return only_physical(rate_half_gaussian(rate), physical), {}

    def describe(self) -> str:
        """Return one line for the summary: the limit that is used."""
        return f"lifetime of dark matter above {self.limit_s:.3g} s (95 % CL)"
