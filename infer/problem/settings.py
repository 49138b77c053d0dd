"""The [sampler] table of a run file: what all samplers share, and the registry of samplers."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ...errors import UserError, unknown_name
from ...options import Whole

__all__ = [
    "DEFAULT_SAMPLER",
    "FINISH",
    "SAMPLERS",
    "FinishDraws",
    "SamplerSettings",
    "sampler_base",
    "sampler_class",
    "sampler_names",
    "settings_class",
]

# name -> "module:class", loaded on demand: a problem knows what a sampler's table looks like, and no more.
SAMPLERS = {
    "dynesty": "..samplers.nested.sampler:Dynesty",
    "emcee": "..samplers.ensemble.sampler:Emcee",
    "nautilus": "..samplers.nautilus.sampler:Nautilus",
}
DEFAULT_SAMPLER = "dynesty"
# What all of them are derived from, loaded on demand too.
CONTRACT = "..samplers.sampler:Sampler"

# Settings of earlier versions, with what to write in their place.
RETIRED = {
    "measured": "measured coordinates ended with version 0.2.0; delete the line. Where the posterior is a thin "
    'sheet, name = "nautilus" draws from it in batches',
}


def _hyphenated(name: str) -> str:
    return name.replace("_", "-")


FinishDraws = Annotated[
    Whole,
    Field(
        ge=0,
        le=10_000_000,
        description="independent draws wanted at the end, from a mixture fitted to the run and weighted by exact "
        "likelihoods, with an evidence of their own; 0: none",
    ),
]
# For samplers whose own draws are related to each other.
FINISH = 10_000


class SamplerSettings(BaseModel):
    """What every sampler takes; each adds its own.

    One of the package also narrows ``name`` to its own; that of a sampler in a user's file is its reference.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, alias_generator=_hyphenated, populate_by_name=True
    )

    name: str
    seed: Annotated[
        Whole, Field(ge=0, le=2**32 - 1, description="seed of every random number of the run")
    ] = 1
    threads: Annotated[
        Whole, Field(ge=0, le=1024, description="threads; 0 takes what suits the scenario")
    ] = 0
    checkpoint_interval: Annotated[
        float, Field(ge=0.1, le=86400.0, description="seconds between checkpoints")
    ] = 20.0
    point_time_limit: Annotated[
        float, Field(ge=0.0, le=1e6, description="seconds one evaluation may take; 0: as long as it likes")
    ] = 600.0
    finish: FinishDraws = 0
    second_seed: Annotated[
        bool,
        Field(
            description="run again with the next seed and compare the evidences; for samplers that give one"
        ),
    ] = False
    cross_check: Annotated[
        str, Field(description="name of another sampler that does the same, to be compared; empty for none")
    ] = ""


def sampler_names() -> list[str]:
    """Return the names of the samplers, in the order of the registry."""
    return list(SAMPLERS)


def sampler_class(name: str) -> Any:
    """Return the class of a sampler, a `relicfit.infer.samplers.sampler.Sampler`, without what is heavy of it."""
    if name not in SAMPLERS:
        raise UserError(f"sampler.name: {unknown_name('sampler', name, SAMPLERS)}")
    return _loaded(SAMPLERS[name])


def sampler_base() -> Any:
    """Return the class that every sampler is derived from, also one in a user's own file."""
    return _loaded(CONTRACT)


def _loaded(place: str) -> Any:
    module, attribute = place.split(":")
    return getattr(import_module(module, __package__), attribute)


def settings_class(name: str) -> type[SamplerSettings]:
    """Return the settings of a sampler.

    Raises
    ------
    UserError
        Where there is no such sampler.
    """
    return sampler_class(name).settings
