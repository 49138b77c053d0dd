"""nautilus behind the contract of samplers; what is heavy loads when it samples."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np

from ...diagnostics.verdict import Diagnostics
from ...samples.draws import Draws, from_weighted
from ...target.posterior import Posterior
from ...target.target import Target
from ..sampler import Expected, Probe, Sampler
from ..session import Session
from .outcome import NautilusRun
from .settings import NautilusSettings

__all__ = ["Nautilus"]

# What runs of the shipped files take: live sets until all bounds stand, calls per effective sample afterwards,
# and seconds of nautilus itself per call, in which networks are trained and asked.
EXPLORATION = 30.0
CALLS_PER_SAMPLE = 3.0
OWN_SECONDS = 2.5e-4
# Small runs: training is most of their cost, and half of that of a network of the usual size.
SMALLEST_LIVE = 100
QUICK_BATCH = 128
QUICK_NEURONS = 20
# Prior draws that are effective, below which the posterior is narrower than they resolve.
RESOLVED = 3.0


class Nautilus(Sampler[NautilusSettings, NautilusRun]):
    """Importance nested sampling with neural networks, nautilus (Lange 2023, arXiv:2306.16923)."""

    name = "nautilus"
    title = "importance nested sampling with nautilus"
    settings = NautilusSettings
    evidence = True
    software: ClassVar[tuple[str, ...]] = ("nautilus", "scikit-learn", "nested-sampling")
    packages: ClassVar[tuple[str, ...]] = ("nautilus-sampler", "scikit-learn")

    def sample(self, target: Target, settings: NautilusSettings, session: Session) -> NautilusRun:
        """Sample to the wanted effective size; see `Sampler.sample`."""
        from .sampling import run_nautilus

        return run_nautilus(target, settings, session)

    def draws(self, outcome: NautilusRun, settings: NautilusSettings) -> Draws:
        """Resample the weighted samples; the best point may be one of the exploration."""
        return replace(
            from_weighted(outcome, settings.seed),
            best=outcome.best_cube,
            best_log_likelihood=outcome.best_log_likelihood,
        )

    def judge(
        self, outcome: NautilusRun, draws: Draws, target: Posterior, settings: NautilusSettings
    ) -> Diagnostics:
        """Judge the run by its effective size and its largest weight."""
        from .verdict import judge

        return judge(outcome, draws, target, settings)

    def forecast(self, probe: Probe, dim: int, settings: NautilusSettings) -> Expected:
        """Expect what runs of the shipped files took, more where prior draws miss the posterior."""
        finite = probe.log_likelihood[np.isfinite(probe.log_likelihood)]
        weight = np.exp(finite - finite.max()) if len(finite) else np.ones(1)
        resolved = weight.sum() ** 2 / np.sum(weight**2) >= RESOLVED
        calls = EXPLORATION * settings.live_points + CALLS_PER_SAMPLE * settings.effective_samples
        return Expected(calls, probe.seconds_in_batch + OWN_SECONDS, not resolved)

    def quick(self, settings: NautilusSettings, size: int, dlogz: float, seed: int) -> NautilusSettings:
        """Return a run with ``size`` live points, twice as many effective samples and small networks."""
        live = max(SMALLEST_LIVE, size)
        return settings.model_copy(
            update={
                "live_points": live,
                "effective_samples": 2 * live,
                "batch": QUICK_BATCH,
                "neurons": QUICK_NEURONS,
                "seed": seed,
                "threads": 1,
            }
        )
