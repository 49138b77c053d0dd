"""How long a run will take, before it starts: time per evaluation times the evaluations expected."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass

import numpy as np

from ...errors import UserError
from ..problem.settings import DynestySettings
from ..target.posterior import Posterior

__all__ = ["Forecast", "forecast", "format_seconds", "parse_duration"]

# Prior draws that measure the time per evaluation and estimate how far the posterior is from the prior.
DRAWS = 400
# With fewer effective draws than this the posterior is narrower than the draws resolve.
RESOLVED = 3.0
# Nested sampling continues for about this many nats around the bulk of the posterior.
SPREAD_PER_ROOT_DIM = 2.0
# A slice costs about this many evaluations: stepping out and shrinking.
CALLS_PER_SLICE = 5.0
# emcee: walkers times steps of a chain that converges at the first attempt, in autocorrelation times.
TYPICAL_AUTOCORRELATION = 40.0

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True)
class Forecast:
    """Hold the expected cost of a run.

    Attributes
    ----------
    seconds_per_evaluation : float
        Measured on prior draws, one process.
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
            f"evaluations: {more}{format_seconds(self.seconds)}"
        )


def forecast(posterior: Posterior, workers: int = 1) -> Forecast:
    """Estimate the cost of a run from a few hundred prior draws.

    For nested sampling the number of iterations is the live points times the information H plus what
    the stop criterion adds; H follows from the draws by importance sampling. Counts of the posterior
    are left as they were.
    """
    settings = posterior.problem.sampler
    calls, rejected = posterior.calls, posterior.rejected.copy()
    cube = np.random.default_rng([settings.seed, 3]).random((DRAWS, posterior.dim))
    posterior.on_cube(cube[:1])  # compiles
    first = min(DRAWS, 20)
    begin = time.perf_counter()
    # One at a time, as dynesty asks; emcee's batches are cheaper.
    single = [posterior.on_cube(row[None, :])[0][0] for row in cube[:first]]
    elapsed = (time.perf_counter() - begin) / first
    rest, _ = posterior.on_cube(cube[first:])
    posterior.calls, posterior.rejected = calls, rejected
    logl = np.concatenate([single, rest])
    if not isinstance(settings, DynestySettings):
        walkers = settings.walkers or max(32, 4 * posterior.dim)
        steps = settings.autocorrelations * TYPICAL_AUTOCORRELATION / 0.7
        return Forecast(elapsed, settings.ensembles * walkers * steps, False, workers)
    information, resolved = _information(logl)
    beyond = SPREAD_PER_ROOT_DIM * math.sqrt(posterior.dim) + math.log(1.0 / settings.dlogz) / 2.0
    iterations = settings.live_points * (information + max(1.0, beyond))
    walks = settings.walks or 20 + posterior.dim
    slices = CALLS_PER_SLICE * (settings.slices or 3 + posterior.dim)
    per_iteration = walks if settings.sample == "rwalk" else slices
    evaluations = iterations * per_iteration * (2 if settings.second_seed else 1)
    return Forecast(elapsed, evaluations, not resolved, workers)


def _information(logl: np.ndarray) -> tuple[float, bool]:
    finite = logl[np.isfinite(logl)]
    if len(finite) == 0:
        return math.log(len(logl)), False
    weight = np.exp(finite - finite.max())
    log_mean = float(finite.max() + math.log(weight.sum() / len(logl)))
    share = weight / weight.sum()
    information = float(np.sum(share * finite)) - log_mean
    return max(0.0, information), float(1.0 / np.sum(share**2)) >= RESOLVED


def parse_duration(text: str) -> float:
    """Return the seconds of a text such as ``90``, ``90s``, ``10m``, ``1h30m`` or ``2d``.

    Raises
    ------
    UserError
        Where the text is something else.
    """
    found = re.fullmatch(r"(?:\d+(?:\.\d*)?[smhd])+|\d+(?:\.\d*)?", text.strip())
    if not found:
        raise UserError(f"--budget {text}: expected a time such as 90s, 10m, 1h30m or 2d.")
    parts = re.findall(r"(\d+(?:\.\d*)?)([smhd]?)", text)
    return sum(float(number) * UNITS[unit or "s"] for number, unit in parts)


def format_seconds(seconds: float) -> str:
    """Return a time in words a person would use."""
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2.0 * size:
            return f"{seconds / size:.2g} {unit}"
    return f"{seconds:.2g} seconds"
