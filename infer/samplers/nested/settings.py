"""The [sampler] table of dynesty."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ....options import Whole
from ...problem.settings import FINISH, FinishDraws, SamplerSettings

__all__ = ["DynestySettings"]


class DynestySettings(SamplerSettings):
    """Nested sampling: the posterior and the evidence."""

    name: Literal["dynesty"] = "dynesty"
    finish: FinishDraws = FINISH
    method: Annotated[
        Literal["static", "dynamic"],
        Field(description="static for evidences, dynamic to put more points where the posterior is"),
    ] = "static"
    live_points: Annotated[Whole, Field(ge=20, le=1_000_000, description="number of live points")] = 500
    sample: Annotated[
        Literal["rwalk", "rslice", "unif"],
        Field(
            description="how new points are found: random walks, slices, or uniform draws inside the bound"
        ),
    ] = "rwalk"
    bound: Annotated[
        Literal["multi", "single", "none"], Field(description="ellipsoids that bound the live points")
    ] = "multi"
    walks: Annotated[
        Whole | None, Field(ge=5, le=10_000, description="steps of a random walk; default 20 + dimensions")
    ] = None
    slices: Annotated[
        Whole | None, Field(ge=1, le=10_000, description="slices of a new point; default 3 + dimensions")
    ] = None
    dlogz: Annotated[
        float, Field(gt=0.0, le=10.0, description="stop when the live points hold less than this of ln Z")
    ] = 0.01
    posterior_samples: Annotated[
        Whole, Field(ge=100, le=10_000_000, description="for dynamic: effective posterior samples wanted")
    ] = 5000
    queue_size: Annotated[
        Whole, Field(ge=0, le=4096, description="proposals made at a time; 0: one, or two per thread")
    ] = 0
    max_calls: Annotated[Whole, Field(ge=1000, description="give up after this many likelihood calls")] = (
        20_000_000
    )
