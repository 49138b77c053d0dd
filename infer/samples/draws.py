"""What every sampler ends in: equally weighted draws with their terms and observables."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .chains import BURN_IN, Chains, Convergence
from .nested_run import WeightedRun

__all__ = ["Draws", "from_chains", "from_weighted", "kish", "systematic_resample"]

# Draws kept in the file; a longer chain is thinned.
MOST_DRAWS = 40_000


@dataclass(frozen=True)
class Draws:
    """Hold equally weighted posterior draws, and the weighted samples where a sampler gives them.

    Attributes
    ----------
    cube : (chains, draws, dim) array
    blobs : (chains, draws, m) array
        Likelihood terms, observables and status; see `Columns`.
    log_likelihood : (chains, draws) array
    best : (dim,) array, best_log_likelihood : float
        The best sample of the whole run, not only of the draws.
    weighted : WeightedRun, optional
    """

    cube: NDArray[np.float64]
    blobs: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    best: NDArray[np.float64]
    best_log_likelihood: float
    weighted: WeightedRun | None = None


def kish(log_weight: NDArray[np.float64]) -> float:
    """Return Kish's effective sample size (Σw)²/Σw² of logarithmic weights."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (weight**2).sum())


def systematic_resample(
    weight: NDArray[np.float64], size: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return indices of ``size`` draws by weight, with one random number for all (low variance)."""
    positions = (rng.random() + np.arange(size)) / size
    cumulative = np.cumsum(weight / weight.sum())
    cumulative[-1] = 1.0
    return np.searchsorted(cumulative, positions).astype(np.int64)


def from_weighted(run: WeightedRun, seed: int) -> Draws:
    """Resample the weighted samples to as many equal draws as they are worth."""
    rng = np.random.default_rng([seed, 1])
    size = max(1, min(MOST_DRAWS, round(kish(run.log_weight))))
    index = systematic_resample(np.exp(run.log_weight - run.log_weight.max()), size, rng)
    # Their order is that of the likelihood; as draws they should look exchangeable.
    index = rng.permutation(index)
    best = int(np.argmax(run.log_likelihood))
    return Draws(
        cube=run.cube[index][None],
        blobs=run.blobs[index][None],
        log_likelihood=run.log_likelihood[index][None],
        best=run.cube[best],
        best_log_likelihood=float(run.log_likelihood[best]),
        weighted=run,
    )


def from_chains(chains: Chains, convergence: Convergence) -> Draws:
    """Drop the burn-in, thin by half an autocorrelation time, and keep ensembles as chains."""
    cube, logl, blobs = (chains.joined(key) for key in ("cube", "log_likelihood", "blobs"))
    ensembles, steps, walkers, _ = cube.shape
    first = int(BURN_IN * steps)
    thin = max(
        1,
        math.floor(0.5 * convergence.autocorrelation),
        math.ceil(ensembles * (steps - first) * walkers / MOST_DRAWS),
    )
    best = np.unravel_index(int(np.argmax(logl)), logl.shape)

    def flat(values: NDArray[np.float64]) -> NDArray[np.float64]:
        kept = values[:, first::thin]
        return kept.reshape(ensembles, -1, *values.shape[3:])

    return Draws(flat(cube), flat(blobs), flat(logl), cube[best], float(logl[best]))
