"""emcee: independent ensembles of walkers, stopped by convergence.

Walkers of one ensemble are not independent chains (they move by each other); whole ensembles are.
R-hat compares at least four ensembles that started apart, the length is counted in autocorrelation
times averaged over walkers, and the effective sample size follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import emcee
import numpy as np
from numpy.typing import NDArray

from ...problem.settings import EmceeSettings
from ...samples.arviz_adapter import rhat
from ...target.posterior import Posterior

__all__ = ["Chains", "Convergence", "EnsembleState", "converged", "run_ensembles", "start"]

# The share of a chain that counts as burn-in.
BURN_IN = 0.3
# Prior draws per walker from which the first positions are taken, and rounds before giving up.
DRAWS_PER_WALKER = 40
START_ROUNDS = 50
# Steps between two checks: the first, and the growth of the chain after which the next is due.
FIRST_CHECK = 200
CHECK_GROWTH = 1.25


@dataclass(frozen=True)
class Convergence:
    """State how far the ensembles are: every entry of ``problems`` is a sentence."""

    steps: int
    rhat: float
    ess: float
    autocorrelation: float
    acceptance: float
    problems: tuple[str, ...]

    @property
    def reached(self) -> bool:
        """Whether nothing is left to complain about."""
        return not self.problems


@dataclass
class EnsembleState:
    """Hold where one ensemble stands: all that the next step depends on."""

    coords: NDArray[np.float64]
    log_prob: NDArray[np.float64]
    blobs: NDArray[np.float64]
    random_state: tuple[Any, ...]
    accepted: int = 0
    steps: int = 0


@dataclass
class Chains:
    """Hold the draws of all ensembles so far, as blocks along the steps.

    A block has ``cube`` (ensembles, steps, walkers, dim), ``log_likelihood`` and ``blobs`` alike.
    """

    states: list[EnsembleState]
    blocks: list[dict[str, NDArray[np.float64]]] = field(default_factory=list)

    def joined(self, key: str) -> NDArray[np.float64]:
        """Return one quantity of all blocks, (ensembles, steps, walkers, ...)."""
        return np.concatenate([block[key] for block in self.blocks], axis=1)

    @property
    def steps(self) -> int:
        """The length of the chains."""
        return self.states[0].steps


class StartError(RuntimeError):
    """Report that no starting points with a finite likelihood were found."""


def walkers_of(settings: EmceeSettings, dim: int) -> int:
    """Return the number of walkers: even, at least four per dimension and 32."""
    wanted = settings.walkers or max(32, 4 * dim)
    wanted = max(wanted, 2 * dim + 2)
    return wanted + wanted % 2


def start(posterior: Posterior, settings: EmceeSettings) -> Chains:
    """Place the walkers of every ensemble at independent draws from the prior.

    Draws are taken with probabilities proportional to a power of the likelihood that leaves about as
    many effective draws as walkers: spread wider than the posterior, yet not lost in it.
    """
    count = walkers_of(settings, posterior.dim)
    states = []
    for sequence in np.random.SeedSequence(settings.seed).spawn(settings.ensembles):
        rng = np.random.default_rng(sequence)
        cube, logl, blobs = _finite_draws(posterior, rng, count)
        chosen = rng.choice(len(cube), count, replace=False, p=_tempered(logl, 2.0 * count))
        random = np.random.RandomState(rng.integers(2**32))
        states.append(EnsembleState(cube[chosen], logl[chosen], blobs[chosen], random.get_state()))
    return Chains(states)


def _finite_draws(posterior: Posterior, rng: np.random.Generator, count: int) -> tuple[NDArray, ...]:
    found: list[tuple[NDArray, ...]] = []
    total = 0
    for _ in range(START_ROUNDS):
        cube = rng.random((DRAWS_PER_WALKER * count, posterior.dim))
        logl, blobs = posterior.on_cube(cube)
        finite = np.isfinite(logl)
        found.append((cube[finite], logl[finite], blobs[finite]))
        total += int(finite.sum())
        if total >= 4 * count:
            break
    if total < count:
        reasons = "; ".join(
            f"{number} points: {reason}" for reason, number in posterior.rejected.most_common()
        )
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


def run_ensembles(
    posterior: Posterior,
    settings: EmceeSettings,
    chains: Chains,
    block: int,
    last_check: int = 0,
) -> Iterator[tuple[Chains, Convergence | None]]:
    """Advance all ensembles block by block until they have converged or the step limit is reached.

    Yields the chains after every block, and the convergence where it was checked. Checks happen at
    step numbers that depend on the settings alone, so an interrupted run repeats them exactly.
    """
    due = FIRST_CHECK
    while due <= last_check:
        due = _next_check(due)
    while chains.steps < settings.max_steps:
        steps = min(block, due - chains.steps, settings.max_steps - chains.steps)
        advance(posterior, settings, chains, steps)
        if chains.steps < due and chains.steps < settings.max_steps:
            yield chains, None
            continue
        due = _next_check(due)
        verdict = converged(chains, settings)
        yield chains, verdict
        if verdict.reached:
            return


def _next_check(due: int) -> int:
    return math.ceil(due * CHECK_GROWTH)


def advance(posterior: Posterior, settings: EmceeSettings, chains: Chains, steps: int) -> None:
    """Take a number of steps with every ensemble and append the block."""
    parts: dict[str, list[NDArray]] = {"cube": [], "log_likelihood": [], "blobs": []}
    for state in chains.states:
        sampler = make_sampler(posterior, settings, len(state.coords))
        begin = emcee.State(
            state.coords, log_prob=state.log_prob, blobs=state.blobs, random_state=state.random_state
        )
        end = sampler.run_mcmc(begin, steps, skip_initial_state_check=True, progress=False)
        parts["cube"].append(sampler.get_chain())
        parts["log_likelihood"].append(sampler.get_log_prob())
        parts["blobs"].append(sampler.get_blobs())
        state.coords, state.log_prob, state.blobs = end.coords, end.log_prob, end.blobs
        state.random_state = end.random_state
        state.accepted += int(sampler.backend.accepted.sum())
        state.steps += steps
    chains.blocks.append({key: np.array(value) for key, value in parts.items()})


def make_sampler(posterior: Posterior, settings: EmceeSettings, walkers: int) -> emcee.EnsembleSampler:
    """Return a sampler whose likelihood takes whole half-ensembles at once."""
    # emcee 3.1.6's snooker move has a wrong Jacobian (fixed upstream after that release): not used.
    moves = [
        (emcee.moves.StretchMove(), settings.stretch),
        (emcee.moves.DEMove(), 0.9 * (1.0 - settings.stretch)),
        # A full difference vector jumps from one mode to another.
        (emcee.moves.DEMove(gamma0=1.0), 0.1 * (1.0 - settings.stretch)),
    ]

    def log_probability(cube: NDArray[np.float64]) -> NDArray[np.float64]:
        logl, blobs = posterior.on_cube(cube)
        return np.column_stack([logl, blobs])

    return emcee.EnsembleSampler(
        walkers,
        posterior.dim,
        log_probability,
        vectorize=True,
        moves=[move for move in moves if move[1] > 0.0],
    )


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
