"""Where walkers start: prior draws, weighted by a power of the likelihood."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...samples.chains import Chains, EnsembleState
from ...target.target import Target
from ..session import StartError
from .settings import EmceeSettings, walkers_of

__all__ = ["start"]

# Prior draws per walker from which the first positions are taken, and rounds before giving up.
DRAWS_PER_WALKER = 40
START_ROUNDS = 50


def start(target: Target, settings: EmceeSettings) -> Chains:
    """Place the walkers of every ensemble at independent draws from the prior.

    Draws are taken with probabilities proportional to a power of the likelihood that leaves about as
    many effective draws as walkers: spread wider than the posterior, yet not lost in it.
    """
    count = walkers_of(settings, target.dim)
    states = []
    for sequence in np.random.SeedSequence(settings.seed).spawn(settings.ensembles):
        rng = np.random.default_rng(sequence)
        cube, logl, blobs = _finite_draws(target, rng, count)
        chosen = rng.choice(len(cube), count, replace=False, p=_tempered(logl, 2.0 * count))
        random = np.random.RandomState(rng.integers(2**32))
        states.append(EnsembleState(cube[chosen], logl[chosen], blobs[chosen], random.get_state()))
    return Chains(states)


def _finite_draws(target: Target, rng: np.random.Generator, count: int) -> tuple[NDArray, ...]:
    found: list[tuple[NDArray, ...]] = []
    total = 0
    for _ in range(START_ROUNDS):
        cube = rng.random((DRAWS_PER_WALKER * count, target.dim))
        logl, blobs = target.on_cube(cube)
        finite = np.isfinite(logl)
        found.append((cube[finite], logl[finite], blobs[finite]))
        total += int(finite.sum())
        if total >= 4 * count:
            break
    if total < count:
        reasons = "; ".join(f"{number} points: {reason}" for reason, number in target.rejected.most_common())
        raise StartError(
            f"of {START_ROUNDS * DRAWS_PER_WALKER * count} draws from the prior only {total} have a finite "
            f"likelihood, {count} walkers are wanted. Reasons: {reasons}. Check the priors."
        )
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


def _tempered(logl: NDArray[np.float64], effective: float) -> NDArray[np.float64]:
    relative = logl - logl.max()
    # emcee may choose only points with a positive weight: keep every one above underflow.
    low, high = 0.0, 1.0
    for _ in range(60):
        power = 0.5 * (low + high)
        weights = np.exp(np.maximum(power * relative, -300.0))
        kish = weights.sum() ** 2 / (weights**2).sum()
        low, high = (power, high) if kish > effective else (low, power)
    weights = np.exp(np.maximum(low * relative, -300.0))
    return weights / weights.sum()
