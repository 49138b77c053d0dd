"""A third sampler in one file: importance sampling from the prior, which knows ln Z where it is slow."""

from __future__ import annotations

import math
from collections import Counter
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from relicfit.infer.samplers import (
    Diagnostics,
    Expected,
    Sampler,
    SamplerSettings,
    Standing,
    StartError,
    WeightedRun,
    from_weighted,
    kish,
)
from relicfit.options import Whole

BATCH = 250


class ToySettings(SamplerSettings):
    """Importance sampling from the prior: for posteriors that are not much narrower than it."""

    effective_draws: Annotated[
        Whole, Field(ge=10, le=1_000_000, description="stop with this effective sample size")
    ] = 200
    max_batches: Annotated[Whole, Field(ge=1, le=100_000, description="stop after this many batches")] = 400


class Toy(Sampler[ToySettings, WeightedRun]):
    """Draw from the prior, batch by batch; a batch depends on the seed and its number alone."""

    name = "toy"
    title = "importance sampling from the prior"
    settings = ToySettings
    evidence = True
    software: ClassVar[tuple[str, ...]] = ("toy-2026",)
    packages: ClassVar[tuple[str, ...]] = ("pydantic",)

    def sample(self, target, settings, session):
        """Sample to the end, from the state of the session if it has one."""
        state = session.load() or {"batches": 0, "calls": 0, "rejected": {}}
        blocks = [session.checkpoint.load_block(number) for number in range(state["batches"])]
        target.calls, target.rejected = state["calls"], target.rejected + Counter(state["rejected"])
        saved = len(blocks)

        def save():
            nonlocal saved
            for number in range(saved, len(blocks)):
                session.checkpoint.save_block(number, blocks[number])
            saved = len(blocks)
            session.checkpoint.save(
                {"batches": saved, "calls": target.calls, "rejected": dict(target.rejected)}
            )

        def standing():
            text = f"toy: {size:.0f} of {settings.effective_draws} effective draws"
            return Standing("prior draws", text, min(0.99, size / settings.effective_draws))

        with session:
            size = effective(blocks)
            while size < settings.effective_draws and len(blocks) < settings.max_batches:
                blocks.append(batch(target, settings.seed, len(blocks)))
                size = effective(blocks)
                session.tick(save, standing, finished=size >= settings.effective_draws)
        return weighted(blocks, target, size >= settings.effective_draws)

    def draws(self, outcome, settings):
        """Resample the weighted draws."""
        return from_weighted(outcome, settings.seed)

    def judge(self, outcome, draws, target, settings):
        """Judge by the effective size alone."""
        problems = [] if outcome.finished else ["too few draws from the prior: raise sampler.max-batches"]
        course = [f"{len(outcome.cube)} draws from the prior have a likelihood."]
        return Diagnostics(not problems, problems, [], {}, course=course)

    def forecast(self, probe, dim, settings):
        """Expect as many draws as the probe needs for an effective one, times those wanted."""
        finite = probe.log_likelihood[np.isfinite(probe.log_likelihood)]
        share = kish(finite) / len(probe.log_likelihood) if len(finite) else 0.0
        calls = settings.effective_draws / max(share, 1.0 / (settings.max_batches * BATCH))
        return Expected(calls, probe.seconds_in_batch, at_least=share == 0.0)


def batch(target, seed, number):
    """Return one batch of the prior inside its constraints, as arrays."""
    cube = np.random.default_rng([seed, number]).random((BATCH, target.dim))
    cube = cube[target.prior.allowed(target.prior.from_unit(cube))]
    log_likelihood, blobs = target.on_cube(cube)
    return {"cube": cube, "log_likelihood": log_likelihood, "blobs": blobs}


def effective(blocks):
    """Return Kish's effective sample size of all batches."""
    values = np.concatenate([block["log_likelihood"] for block in blocks]) if blocks else np.empty(0)
    return kish(values) if np.isfinite(values).any() else 0.0


def weighted(blocks, target, finished):
    """Return the weighted draws with a finite likelihood, and ln Z as the mean of all."""
    cube, logl, blobs = (
        np.concatenate([block[key] for block in blocks]) for key in ("cube", "log_likelihood", "blobs")
    )
    good = np.isfinite(logl)
    if not good.any():
        raise StartError(f"of {len(logl)} draws from the prior none has a finite likelihood")
    total = float(np.logaddexp.reduce(logl[good]))
    weight = np.exp(logl[good] - total)
    log_evidence = total - math.log(len(logl))
    return WeightedRun(
        cube=cube[good],
        log_likelihood=logl[good],
        log_weight=logl[good] - total,
        blobs=blobs[good],
        log_evidence=log_evidence,
        # The relative error of a mean, where 1/ESS = sum w^2.
        log_evidence_error=math.sqrt(float(np.sum(weight**2)) - 1.0 / len(logl)),
        information=float(np.sum(weight * logl[good])) - log_evidence,
        accepted_fraction=float(good.mean()),
        calls=target.calls,
        finished=finished,
    )
