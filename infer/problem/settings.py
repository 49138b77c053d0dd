"""The [sampler] table of a run file, validated by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["DynestySettings", "EmceeSettings", "SamplerSettings", "settings_class"]


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


class _Settings(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=False, alias_generator=_hyphenated, populate_by_name=True
    )

    seed: Annotated[int, Field(ge=0, le=2**32 - 1, description="seed of every random number of the run")] = 1
    threads: Annotated[int, Field(ge=0, le=1024, description="threads; 0 takes what suits the scenario")] = 0
    checkpoint_interval: Annotated[
        float, Field(ge=0.1, le=86400.0, description="seconds between checkpoints")
    ] = 20.0
    point_time_limit: Annotated[
        float, Field(ge=0.0, le=1e6, description="seconds one evaluation may take; 0: as long as it likes")
    ] = 600.0


class DynestySettings(_Settings):
    """Nested sampling: the posterior and the evidence."""

    name: Literal["dynesty"] = "dynesty"
    method: Annotated[
        Literal["static", "dynamic"],
        Field(description="static for evidences, dynamic to put more points where the posterior is"),
    ] = "static"
    live_points: Annotated[int, Field(ge=20, le=1_000_000, description="number of live points")] = 500
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
        int | None, Field(ge=5, le=10_000, description="steps of a random walk; default 20 + dimensions")
    ] = None
    slices: Annotated[
        int | None, Field(ge=1, le=10_000, description="slices of a new point; default 3 + dimensions")
    ] = None
    dlogz: Annotated[
        float, Field(gt=0.0, le=10.0, description="stop when the live points hold less than this of ln Z")
    ] = 0.01
    posterior_samples: Annotated[
        int, Field(ge=100, le=10_000_000, description="for dynamic: effective posterior samples wanted")
    ] = 5000
    queue_size: Annotated[
        int, Field(ge=0, le=4096, description="proposals made at a time; 0: one, or two per thread")
    ] = 0
    second_seed: Annotated[
        bool, Field(description="run again with the next seed and compare the evidences")
    ] = False
    max_calls: Annotated[int, Field(ge=1000, description="give up after this many likelihood calls")] = (
        20_000_000
    )


class EmceeSettings(_Settings):
    """Ensemble Markov chains: the posterior, no evidence."""

    name: Literal["emcee"] = "emcee"
    ensembles: Annotated[
        int, Field(ge=4, le=64, description="independent ensembles; they are the chains")
    ] = 4
    walkers: Annotated[
        int | None, Field(ge=4, le=10_000, description="walkers per ensemble; default 32 or 4 per dimension")
    ] = None
    max_steps: Annotated[int, Field(ge=100, le=100_000_000, description="give up after this many steps")] = (
        50_000
    )
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


SamplerSettings: TypeAlias = DynestySettings | EmceeSettings

# Settings of earlier versions, with what to write in their place.
RETIRED = {
    "measured": "measured coordinates ended with version 0.2.0; delete the line. Where the posterior is a thin "
    'sheet, name = "nautilus" draws from it in batches',
}

CLASSES: dict[str, type[SamplerSettings]] = {"dynesty": DynestySettings, "emcee": EmceeSettings}


def settings_class(name: str) -> type[SamplerSettings] | None:
    """Return the settings of a sampler, None if there is no such sampler."""
    return CLASSES.get(name)
