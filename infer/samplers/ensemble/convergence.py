"""Whether ensembles agree, are long enough and hold enough draws.

Walkers of one ensemble are not independent chains (they move by each other); whole ensembles are.
R-hat compares at least four ensembles that started apart, the length is counted in autocorrelation
times averaged over walkers, and the effective sample size follows from it.
"""

from __future__ import annotations

import math

import emcee
import numpy as np

from ...samples.arviz_adapter import rhat
from ...samples.chains import BURN_IN, Chains, Convergence
from .settings import EmceeSettings

__all__ = ["converged", "length_wanted"]


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
    return Convergence(steps, float(worst), float(ess), tau, acceptance, tuple(problems))


def length_wanted(convergence: Convergence, settings: EmceeSettings) -> float:
    """Return how long chains should be in units of their length, by autocorrelation times and sample size."""
    kept = (1.0 - BURN_IN) * convergence.steps / convergence.autocorrelation
    return max(settings.autocorrelations / kept, settings.ess / max(convergence.ess, 1e-9))
