"""The [sampler] table of a run with nautilus."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...problem.settings import _Settings

__all__ = ["NautilusSettings"]


class NautilusSettings(_Settings):
    """Importance nested sampling: independent draws of the posterior, and the evidence."""

    name: Literal["nautilus"] = "nautilus"
    effective_samples: Annotated[
        int, Field(ge=100, le=100_000_000, description="stop at this many effective samples")
    ] = 10_000
    live_points: Annotated[
        int, Field(ge=100, le=1_000_000, description="live points that the bounds are built around")
    ] = 500
    batch: Annotated[int, Field(ge=16, le=1_000_000, description="likelihoods evaluated at a time")] = 512
    networks: Annotated[
        int, Field(ge=0, le=64, description="networks that a bound asks; 0: ellipsoids alone")
    ] = 1
    layers: Annotated[
        tuple[Annotated[int, Field(ge=1, le=1000)], ...],
        Field(min_length=1, max_length=8, description="neurons in the hidden layers of a network"),
    ] = (50, 25)
    max_calls: Annotated[int, Field(ge=1000, description="give up after this many likelihood calls")] = (
        20_000_000
    )
