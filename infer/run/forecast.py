"""How long a run will take, before it starts: time per evaluation times the evaluations expected."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from ..samplers.sampler import Probe, sampler_of
from ..target.posterior import Posterior
from ..wording import seconds

__all__ = ["Forecast", "forecast"]

# Prior draws that measure the time per evaluation and estimate how far the posterior is from the prior.
DRAWS = 400
# Of these, evaluated one at a time; the rest in a batch.
ALONE = 20
# The share of the proposals of a finish that are effective, on the shipped run files about.
FINISH_EFFICIENCY = 0.4


@dataclass(frozen=True)
class Forecast:
    """Hold the expected cost of a run.

    Attributes
    ----------
    seconds_per_evaluation : float
        Measured on prior draws, one process, asked for as the sampler asks.
    evaluations : float
        Expected likelihood calls.
    at_least : bool
        Whether the posterior is narrower than the prior draws resolve, so that more calls are likely.
    workers : int
        By how many the time is divided.
    """

    seconds_per_evaluation: float
    evaluations: float
    at_least: bool
    workers: int = 1

    @property
    def seconds(self) -> float:
        """The expected time of the run."""
        return self.seconds_per_evaluation * self.evaluations / self.workers

    def __str__(self) -> str:
        more = "at least " if self.at_least else "about "
        return (
            f"{1e3 * self.seconds_per_evaluation:.3g} ms per evaluation, {more}{self.evaluations:.2g} "
            f"evaluations: {more}{seconds(self.seconds)}"
        )


def forecast(posterior: Posterior, workers: int = 1) -> Forecast:
    """Estimate the cost of a run from a few hundred prior draws.

    Counts of the posterior are left as they were.
    """
    settings = posterior.problem.sampler
    calls, rejected = posterior.calls, posterior.rejected.copy()
    cube = np.random.default_rng([settings.seed, 3]).random((DRAWS, posterior.dim))
    posterior.on_cube(cube[:1])  # compiles
    begin = time.perf_counter()
    alone = [posterior.on_cube(row[None, :])[0][0] for row in cube[:ALONE]]
    middle = time.perf_counter()
    rest, _ = posterior.on_cube(cube[ALONE:])
    end = time.perf_counter()
    posterior.calls, posterior.rejected = calls, rejected
    probe = Probe(np.concatenate([alone, rest]), (middle - begin) / ALONE, (end - middle) / (DRAWS - ALONE))
    found = sampler_of(posterior.problem).forecast(probe, posterior.dim, settings)
    # The finish asks in batches.
    more = settings.finish / FINISH_EFFICIENCY
    evaluations = found.evaluations + more
    seconds = found.evaluations * found.seconds_per_evaluation + more * probe.seconds_in_batch
    return Forecast(seconds / evaluations, evaluations, found.at_least, workers)
