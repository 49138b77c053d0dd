"""The [sampler] table of emcee."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ....options import Whole
from ...problem.settings import FINISH, FinishDraws, SamplerSettings

__all__ = ["EmceeSettings", "walkers_of"]


class EmceeSettings(SamplerSettings):
    """Ensemble Markov chains: the posterior; an evidence comes with the finish alone."""

    name: Literal["emcee"] = "emcee"
    finish: FinishDraws = FINISH
    ensembles: Annotated[
        Whole, Field(ge=4, le=64, description="independent ensembles; they are the chains")
    ] = 4
    walkers: Annotated[
        Whole | None,
        Field(ge=4, le=10_000, description="walkers per ensemble; default 32 or 4 per dimension"),
    ] = None
    max_steps: Annotated[
        Whole, Field(ge=100, le=100_000_000, description="give up after this many steps")
    ] = 50_000
    rhat: Annotated[float, Field(gt=1.0, le=1.2, description="largest rank-normalised R-hat at the end")] = (
        1.01
    )
    ess: Annotated[float, Field(ge=50.0, le=1e7, description="smallest effective sample size at the end")] = (
        400.0
    )
    autocorrelations: Annotated[
        float, Field(ge=10.0, le=1000.0, description="smallest chain length in autocorrelation times")
    ] = 50.0
    stretch: Annotated[
        float,
        Field(ge=0.0, le=1.0, description="share of stretch moves, the rest are differential evolution"),
    ] = 0.4
    mixture: Annotated[
        float,
        Field(
            ge=0.0,
            le=0.9,
            description="share of moves, after a warm-up, that propose from a mixture fitted to all chains; the "
            "others stretch and evolve",
        ),
    ] = 0.5


def walkers_of(settings: EmceeSettings, dim: int) -> int:
    """Return the number of walkers: even, at least four per dimension and 32."""
    wanted = settings.walkers or max(32, 4 * dim)
    wanted = max(wanted, 2 * dim + 2)
    return wanted + wanted % 2
