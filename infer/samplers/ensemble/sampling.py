"""emcee: independent ensembles of walkers, advanced block by block until they have converged."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import emcee
import numpy as np
from numpy.typing import NDArray

from ...samples.chains import BURN_IN, Chains, Convergence, EnsembleState
from ...target.target import Target
from ..mixture import MOST_FITTED, Mixture, fit_mixture
from ..session import Session, Standing
from .convergence import converged, length_wanted
from .independence import MixtureMove
from .settings import EmceeSettings
from .start import start

__all__ = ["make_sampler", "run_chains", "run_ensembles"]

# Steps between two looks at the clock.
BLOCK = 50
# Steps between two checks: the first, and the growth of the chain after which the next is due.
FIRST_CHECK = 200
CHECK_GROWTH = 1.25
# Steps of the warm-up at which a mixture is fitted to the second half of all chains, the last time for good. A chain
# of 50 autocorrelation times has them in its burn-in, or hardly moves without the mixture.
FITTED_AT = (50, 100, 200, 400)
# The stream of random numbers of the fits.
FITTING = 15


class _Course:
    """Hold a run between two blocks: what is saved, and where it stands."""

    def __init__(self, target: Target, settings: EmceeSettings, session: Session) -> None:
        self.target, self.settings, self.session = target, settings, session
        self.saved = self.last_check = 0
        self.convergence: Convergence | None = None
        state = session.load()
        if state is None:
            self.chains = start(target, settings)
            return
        with session.making_sense():
            self._take_up(state)

    def _take_up(self, state: dict[str, Any]) -> None:
        target, session = self.target, self.session
        self.chains = Chains([EnsembleState(**item) for item in state["ensembles"]])
        self.chains.blocks = [session.checkpoint.load_block(i) for i in range(state["blocks"])]
        self.chains.proposal = state["proposal"]
        self.saved, self.last_check = state["blocks"], state["last_check"]
        target.calls, target.rejected = state["calls"], target.rejected + Counter(state["rejected"])

    def save(self) -> None:
        chains = self.chains
        # Blocks since the last checkpoint go into one file.
        if len(chains.blocks) > self.saved:
            merged = Chains([], chains.blocks[self.saved :])
            block = {key: merged.joined(key) for key in ("cube", "log_likelihood", "blobs")}
            self.session.checkpoint.save_block(self.saved, block)
            chains.blocks[self.saved :] = [block]
            self.saved += 1
        self.session.checkpoint.save(
            {
                "ensembles": [vars(item) for item in chains.states],
                "proposal": chains.proposal,
                "blocks": self.saved,
                "last_check": self.last_check,
                "calls": self.target.calls,
                "rejected": dict(self.target.rejected),
            }
        )

    def standing(self) -> Standing:
        chains, found, settings = self.chains, self.convergence, self.settings
        count = len(chains.states) * len(chains.states[0].coords)
        begin = f"emcee: {count} walkers, step {chains.steps}, "
        numbers: dict[str, float | None] = {"steps": chains.steps}
        if found is None:
            return Standing(
                "ensemble chains", f"{begin}first check at {FIRST_CHECK} steps", None, None, numbers
            )
        length = (1.0 - BURN_IN) * found.steps / found.autocorrelation
        return Standing(
            stage="ensemble chains",
            sentence=f"{begin}R-hat {found.rhat:.3f} (wanted {settings.rhat:g}), {length:.0f} of "
            f"{settings.autocorrelations:g} autocorrelation times, ESS {found.ess:.0f} of {settings.ess:g}, "
            f"{100 * found.acceptance:.0f} % accepted",
            share=min(0.99, chains.steps / (found.steps * max(1.0, length_wanted(found, settings)))),
            numbers=numbers
            | {
                "rhat": found.rhat,
                "effective_sample_size": found.ess,
                "efficiency": found.acceptance,
            },
        )


def run_chains(target: Target, settings: EmceeSettings, session: Session) -> tuple[Chains, Convergence]:
    """Sample until the ensembles have converged, from the state of the session if it has one.

    For what it raises see `Sampler.sample`.
    """
    course = _Course(target, settings, session)
    with session:
        for chains, verdict in run_ensembles(target, settings, course.chains, BLOCK, course.last_check):
            if verdict is not None:
                course.convergence, course.last_check = verdict, chains.steps
            session.tick(course.save, course.standing, finished=verdict is not None and verdict.reached)
    chains, convergence = course.chains, course.convergence
    if convergence is None or convergence.steps != chains.steps:
        convergence = converged(chains, settings)
    if not convergence.reached:
        session.keep(course.save)
    return chains, convergence


def run_ensembles(
    target: Target,
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
        stops = [due, settings.max_steps, *(step for step in FITTED_AT if step > chains.steps)]
        advance(target, settings, chains, min(block, *(stop - chains.steps for stop in stops)))
        if settings.mixture and chains.steps in FITTED_AT:
            chains.proposal = _fitted(chains, settings)
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


def _fitted(chains: Chains, settings: EmceeSettings) -> dict[str, NDArray[np.float64]]:
    """Return the mixture that follows the second half of all chains."""
    cube = chains.joined("cube")
    draws = cube[:, chains.steps // 2 :].reshape(-1, cube.shape[-1])
    rng = np.random.default_rng([settings.seed, FITTING, chains.steps])
    return fit_mixture(draws[:: max(1, len(draws) // MOST_FITTED)], rng).arrays()


def advance(target: Target, settings: EmceeSettings, chains: Chains, steps: int) -> None:
    """Take a number of steps with every ensemble and append the block."""
    parts: dict[str, list[NDArray]] = {"cube": [], "log_likelihood": [], "blobs": []}
    moved = []
    for state in chains.states:
        sampler = make_sampler(target, settings, len(state.coords), chains.proposal)
        begin = emcee.State(
            state.coords, log_prob=state.log_prob, blobs=state.blobs, random_state=state.random_state
        )
        end = sampler.run_mcmc(begin, steps, skip_initial_state_check=True, progress=False)
        parts["cube"].append(sampler.get_chain())
        parts["log_likelihood"].append(sampler.get_log_prob())
        parts["blobs"].append(sampler.get_blobs())
        accepted = state.accepted + int(sampler.backend.accepted.sum())
        moved.append(
            EnsembleState(
                end.coords, end.log_prob, end.blobs, end.random_state, accepted, state.steps + steps
            )
        )
    # All at once: whoever leaves in between finds the ensembles where they were together.
    chains.states = moved
    chains.blocks.append({key: np.array(value) for key, value in parts.items()})


def make_sampler(
    target: Target,
    settings: EmceeSettings,
    walkers: int,
    proposal: Mapping[str, Any] | None = None,
) -> emcee.EnsembleSampler:
    """Return a sampler whose likelihood takes whole half-ensembles at once.

    ``proposal`` holds the arrays of a mixture, once there is one.
    """
    others = 1.0 - (settings.mixture if proposal is not None else 0.0)
    # emcee 3.1.6's snooker move has a wrong Jacobian (fixed upstream after that release): not used.
    moves = [
        (emcee.moves.StretchMove(), others * settings.stretch),
        (emcee.moves.DEMove(), 0.9 * others * (1.0 - settings.stretch)),
        # A full difference vector jumps from one mode to another.
        (emcee.moves.DEMove(gamma0=1.0), 0.1 * others * (1.0 - settings.stretch)),
    ]
    if proposal is not None:
        move = MixtureMove(Mixture(**proposal))
        moves.append((move, 1.0 - others))

    def log_probability(cube: NDArray[np.float64]) -> NDArray[np.float64]:
        logl, blobs = target.on_cube(cube)
        return np.column_stack([logl, blobs])

    return emcee.EnsembleSampler(
        walkers,
        target.dim,
        log_probability,
        vectorize=True,
        moves=[move for move in moves if move[1] > 0.0],
    )
