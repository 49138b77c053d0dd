"""What a sampler is: settings, draws, a verdict and a forecast behind one contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.verdict import Diagnostics
from ..problem.problem import Problem
from ..problem.settings import SamplerSettings
from ..samples.draws import Draws
from ..target.posterior import Posterior
from ..target.target import Target
from .session import Session

__all__ = ["Expected", "Probe", "Sampler", "sampler_of"]

Settings = TypeVar("Settings", bound=SamplerSettings)
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Probe:
    """Hold what a few hundred prior draws tell before a run.

    Attributes
    ----------
    log_likelihood : (n,) array
    seconds_alone, seconds_in_batch : float
        The time of one evaluation, asked for one at a time and in a batch.
    """

    log_likelihood: NDArray[np.float64]
    seconds_alone: float
    seconds_in_batch: float


@dataclass(frozen=True)
class Expected:
    """Hold the expected likelihood calls of a run, the time of each, and whether more are likely."""

    evaluations: float
    seconds_per_evaluation: float
    at_least: bool = False


class Sampler(ABC, Generic[Settings, Outcome]):
    """Sample a target within a session, and say what to think of the result.

    A sampler is one class, registered by name in `relicfit.infer.problem.settings.SAMPLERS` or named by a run
    file as ``"my_sampler.py:MySampler"``; nothing else knows it. Importing it must be cheap: what is heavy
    loads when `sample` is called.

    Attributes
    ----------
    name : str
        The name in run files.
    title : str
        What it is, in a few words for a report, such as "nested sampling with dynesty".
    settings : type
        The [sampler] table, a subclass of `SamplerSettings`.
    evidence : bool
        Whether it gives ln Z.
    software : tuple of str
        What to cite: keys of the bibliography, or whole BibTeX entries.
    packages : tuple of str
        Distributions whose versions a result depends on.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    settings: ClassVar[type[SamplerSettings]]
    evidence: ClassVar[bool] = False
    software: ClassVar[tuple[str, ...]] = ()
    packages: ClassVar[tuple[str, ...]] = ()

    def header(self, settings: Settings, cost_ms: float, workers: int) -> dict[str, Any]:
        """Return what else decides the random stream, and must be the same for a run to be resumed."""
        return {}

    @abstractmethod
    def sample(self, target: Target, settings: Settings, session: Session) -> Outcome:
        """Sample to the end, from the state of the session if it has one.

        Raises
        ------
        Interrupted, BudgetSpent, WorkerLost
            From the session, once the state is saved.
        StartError
            Where nearly all of the prior has likelihood zero.
        """

    @abstractmethod
    def draws(self, outcome: Outcome, settings: Settings) -> Draws:
        """Return equally weighted draws, and the weighted samples where there are such."""

    @abstractmethod
    def judge(self, outcome: Outcome, draws: Draws, target: Posterior, settings: Settings) -> Diagnostics:
        """Say whether to believe the run.

        The verdict may leave out what follows from draws and target, see `completed`.
        """

    @abstractmethod
    def forecast(self, probe: Probe, dim: int, settings: Settings) -> Expected:
        """Return the likelihood calls to expect."""

    def quick(self, settings: Settings, size: int, dlogz: float, seed: int) -> Settings | None:
        """Return settings of a small run on one thread, as calibration makes hundreds of them.

        ``size`` counts what the sampler's cost goes with, such as live points, and ``dlogz`` is what may be missing
        of ln Z; a sampler without such numbers changes the seed alone. None leaves small runs to the default sampler.
        """
        return settings.model_copy(update={"seed": seed, "threads": 1})


def sampler_of(problem: Problem) -> Sampler[Any, Any]:
    """Return what samples a problem."""
    return problem.sampler_class()
