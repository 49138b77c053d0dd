"""One simulation of a calibration: data from a prior draw, inferred, and the truth ranked among the draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ...errors import UserError
from ...solver.numerics.status import Status
from ..execution.workers import model_of
from ..problem.problem import Problem, problem_from
from ..problem.settings import DEFAULT_SAMPLER, SamplerSettings, sampler_class
from ..samplers.sampler import Sampler, sampler_of
from ..samplers.session import Session
from ..samples.nested_run import WeightedRun
from ..storage.checkpoint import Checkpoint
from ..target.posterior import Posterior
from .outcome import DRAWS

__all__ = ["CalibrationSettings", "prior_recovery", "simulate_one"]

LOG_LIKELIHOOD = "log_likelihood"
# Draws from the prior before it is given up that one can be solved.
ATTEMPTS = 1000
# A ripple on the constant likelihood, so that points can be ordered: it changes ln Z by less than itself.
RIPPLE = 1e-6


@dataclass(frozen=True)
class CalibrationSettings:
    """Hold how the simulations are inferred: runs with fewer live points than usual."""

    live_points: int = 100
    dlogz: float = 0.1
    seed: int = 1


def simulate_one(source: str, index: int, settings: CalibrationSettings) -> dict[str, int]:
    """Draw, simulate, infer and rank once; the result depends on the arguments alone.

    Parameters
    ----------
    source : str
        The run file, see `source_of`.
    index : int
        The number of the simulation, which selects its random numbers.
    settings : CalibrationSettings
    """
    posterior = model_of(source)
    problem = posterior.problem
    rng = np.random.default_rng([settings.seed, index])
    theta, observables = _solved_draw(posterior, rng)
    values = posterior.named(theta, observables)
    content = problem.content | {
        "likelihoods": {
            key: term.table()
            for key, term in zip(
                problem.content["likelihoods"],
                (term.relative().simulate(values, rng) for term in problem.likelihoods),
                strict=True,
            )
        },
        "sampler": _quick(problem, settings, int(rng.integers(2**32)))[1].model_dump(
            by_alias=True, exclude_none=True
        ),
    }
    simulated = Posterior(problem_from(content, name=problem.name))
    run = _infer(simulated, sampler_of(simulated.problem), simulated.problem.sampler)
    weight = np.exp(run.log_weight - run.log_weight.max())
    chosen = rng.choice(len(weight), DRAWS, p=weight / weight.sum())
    drawn = problem.prior.from_unit(run.cube[chosen])
    ranks = {
        name: int(np.sum(drawn[:, column] < theta[0, column]))
        for column, name in enumerate(posterior.parameter_names)
        if name in posterior.names
    }
    truth = float(simulated.evaluate(theta).log_likelihood[0])
    own = run.log_likelihood[chosen]
    # Equal values, of an upper limit far away say, are ordered by chance.
    ties = int(rng.integers(np.sum(own == truth) + 1))
    return ranks | {LOG_LIKELIHOOD: int(np.sum(own < truth)) + ties}


def _solved_draw(posterior: Posterior, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    for _ in range(ATTEMPTS):
        theta = posterior.prior.sample(rng, 1)
        found = posterior.evaluate(theta)
        if found.status[0] == Status.OK:
            return theta, found.observables
    raise UserError(f"{posterior.problem.name}: none of {ATTEMPTS} draws from the prior can be solved.")


def _quick(
    problem: Problem, settings: CalibrationSettings, seed: int
) -> tuple[Sampler[Any, Any], SamplerSettings]:
    """Return a small run of the problem's sampler, or of the default.

    The default serves where that gives no evidence or makes no small runs.
    """
    own, sampler = problem.sampler, sampler_of(problem)
    if sampler.evidence:
        small = sampler.quick(own, settings.live_points, settings.dlogz, seed)
        if small is not None:
            return sampler, small
    sampler = sampler_class(DEFAULT_SAMPLER)()
    return sampler, sampler.quick(sampler.settings(), settings.live_points, settings.dlogz, seed)


def _infer(target: Posterior, sampler: Sampler[Any, Any], settings: SamplerSettings) -> WeightedRun:
    with TemporaryDirectory() as folder:
        checkpoint = Checkpoint(Path(folder) / "checkpoint")
        checkpoint.create({})
        outcome = sampler.sample(target, settings, Session(checkpoint, interval=math.inf))
    found = sampler.draws(outcome, settings).weighted
    assert found is not None
    return found


class _Constant(Posterior):
    """The posterior of a likelihood that is constant but for a ripple: the prior."""

    def on_cube(self, cube: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cube = np.atleast_2d(cube)
        self.calls += len(cube)
        inside = np.all((cube > 0.0) & (cube < 1.0), axis=1)
        inside[inside] = self.prior.allowed(self.prior.from_unit(cube[inside]))
        ripple = RIPPLE * np.sin(1e4 * cube.sum(axis=1))
        return np.where(inside, ripple, -np.inf), np.zeros((len(cube), 1))


def prior_recovery(problem: Problem, settings: CalibrationSettings) -> tuple[float, float]:
    """Return ln Z and the p-value of posterior = prior for a constant likelihood."""
    from scipy.stats import ks_2samp

    constant = _Constant(problem)
    run = _infer(constant, *_quick(problem, settings, settings.seed))
    rng = np.random.default_rng([settings.seed, 7])
    weight = np.exp(run.log_weight)
    size = int(weight.sum() ** 2 / np.sum(weight**2))
    index = rng.choice(len(weight), size, p=weight / weight.sum())
    drawn = problem.prior.from_unit(run.cube[index])
    expected = problem.prior.sample(rng, 20 * size)
    columns = [problem.prior.names.index(name) for name in problem.prior.sampled]
    smallest = min(float(ks_2samp(drawn[:, i], expected[:, i]).pvalue) for i in columns)
    return run.log_evidence, 1.0 - (1.0 - smallest) ** len(columns)
