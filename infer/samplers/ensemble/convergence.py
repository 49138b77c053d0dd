"""Whether ensembles agree, are long enough and hold enough draws.

Walkers of one ensemble are not independent chains (they move by each other); whole ensembles are.
R-hat compares at least four ensembles that started apart, the length is counted in autocorrelation
times averaged over walkers, and the effective sample size follows from it.
"""

from __future__ import annotations

import math

import emcee
import numpy as np
from numpy.typing import NDArray

from ...samples.arviz_adapter import rhat
from ...samples.chains import BURN_IN, Chains, Convergence
from .settings import EmceeSettings

__all__ = ["converged", "length_wanted"]

# A walker that rests for this share of the kept chain, and for so many autocorrelation times, is stuck.
LONGEST_PAUSE = 0.1
PAUSE_TIMES = 20.0


def converged(chains: Chains, settings: EmceeSettings) -> Convergence:
    """Compare the chains with what the settings want.

    R-hat is taken over ensembles, each thinned to one draw per autocorrelation time.
    """
    cube = chains.joined("cube")
    ensembles, steps, walkers, dim = cube.shape
    kept = cube[:, int(BURN_IN * steps) :]
    with np.errstate(invalid="ignore"):
        times = np.array(
            [
                emcee.autocorr.integrated_time(kept[e], c=5, tol=0, quiet=True, has_walkers=True)
                for e in range(ensembles)
            ]
        )
    # A walker that has not moved at all has no autocorrelation time: it is as long as the chain, at least.
    tau = float(np.max(np.mean(np.nan_to_num(times, nan=kept.shape[1]), axis=0)))
    thin = max(1, math.ceil(tau))
    worst = max(rhat(kept[:, ::thin, :, parameter].reshape(ensembles, -1)) for parameter in range(dim))
    ess = ensembles * kept.shape[1] * walkers / tau
    acceptance = sum(state.accepted for state in chains.states) / (ensembles * walkers * steps)
    problems = []
    if not worst <= settings.rhat:
        problems.append(f"the ensembles disagree: R-hat {worst:.3f}, wanted at most {settings.rhat:g}")
    if not ess >= settings.ess:
        problems.append(f"effective sample size {ess:.0f}, wanted at least {settings.ess:g}")
    length = kept.shape[1] / tau
    if not length >= settings.autocorrelations:
        problems.append(
            f"the chains are {length:.0f} autocorrelation times long, wanted at least {settings.autocorrelations:g}"
        )
    pause = _longest_pause(kept)
    if pause >= max(LONGEST_PAUSE * kept.shape[1], PAUSE_TIMES * tau):
        problems.append(
            f"a walker stands still for {pause} of {kept.shape[1]} steps: it sits where the moves of the others do not "
            "reach, and averages over walkers do not see it"
        )
    return Convergence(steps, float(worst), float(ess), tau, acceptance, tuple(problems))


def _longest_pause(cube: NDArray[np.float64]) -> int:
    """Return the most steps that a walker rests, of chains (ensembles, steps, walkers, dim)."""
    moved = np.any(cube[:, 1:] != cube[:, :-1], axis=-1)
    step = np.arange(1, moved.shape[1] + 1)[None, :, None]
    last = np.maximum.accumulate(np.where(moved, step, 0), axis=1)
    return int(np.max(step - last, initial=0))


def length_wanted(convergence: Convergence, settings: EmceeSettings) -> float:
    """Return how long chains should be in units of their length, by autocorrelation times and sample size."""
    kept = (1.0 - BURN_IN) * convergence.steps / convergence.autocorrelation
    return max(settings.autocorrelations / kept, settings.ess / max(convergence.ess, 1e-9))
