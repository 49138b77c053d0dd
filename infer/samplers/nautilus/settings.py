"""The [sampler] table of nautilus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ....options import Whole
from ...problem.settings import SamplerSettings

__all__ = ["NautilusSettings"]


class NautilusSettings(SamplerSettings):
    """Importance nested sampling: independent draws of the posterior, and the evidence."""

    name: Literal["nautilus"] = "nautilus"
    effective_samples: Annotated[
        Whole, Field(ge=100, le=100_000_000, description="stop at this many effective samples")
    ] = 10_000
    live_points: Annotated[
        Whole, Field(ge=100, le=1_000_000, description="live points that the bounds are built around")
    ] = 500
    batch: Annotated[Whole, Field(ge=16, le=1_000_000, description="likelihoods asked for at a time")] = 512
    networks: Annotated[
        Whole, Field(ge=0, le=64, description="networks that refine a bound; 0: ellipsoids alone")
    ] = 1
    neurons: Annotated[
        Whole,
        Field(ge=5, le=1000, description="neurons in the first of three layers; half, a fifth in the others"),
    ] = 100
    max_calls: Annotated[Whole, Field(ge=1000, description="give up after this many likelihood calls")] = (
        20_000_000
    )
