"""emcee behind the contract of samplers; what is heavy loads when it samples."""

from __future__ import annotations

from typing import ClassVar

from ...diagnostics.verdict import Diagnostics
from ...samples.chains import BURN_IN, Chains, Convergence
from ...samples.draws import Draws, from_chains
from ...target.posterior import Posterior
from ...target.target import Target
from ..sampler import Expected, Probe, Sampler
from ..session import Session
from .settings import EmceeSettings, walkers_of

__all__ = ["Emcee"]

# Steps of an autocorrelation time that are typical of these posteriors.
TYPICAL_AUTOCORRELATION = 40.0

Outcome = tuple[Chains, Convergence]


class Emcee(Sampler[EmceeSettings, Outcome]):
    """Ensemble Markov chains with emcee (Foreman-Mackey et al. 2013, arXiv:1202.3665)."""

    name = "emcee"
    title = "ensemble Markov chains with emcee"
    settings = EmceeSettings
    evidence = False
    software: ClassVar[tuple[str, ...]] = ("emcee",)
    packages: ClassVar[tuple[str, ...]] = ("emcee",)

    def sample(self, target: Target, settings: EmceeSettings, session: Session) -> Outcome:
        """Sample until the ensembles have converged; see `Sampler.sample`."""
        from .sampling import run_chains

        return run_chains(target, settings, session)

    def draws(self, outcome: Outcome, settings: EmceeSettings) -> Draws:
        """Drop the burn-in, thin, and keep ensembles as chains."""
        return from_chains(*outcome)

    def judge(
        self, outcome: Outcome, draws: Draws, target: Posterior, settings: EmceeSettings
    ) -> Diagnostics:
        """Judge the run by the agreement and the length of its ensembles."""
        from .verdict import judge

        return judge(outcome[1], draws, target, settings)

    def forecast(self, probe: Probe, dim: int, settings: EmceeSettings) -> Expected:
        """Expect a chain that converges at the first attempt."""
        steps = settings.autocorrelations * TYPICAL_AUTOCORRELATION / (1.0 - BURN_IN)
        return Expected(settings.ensembles * walkers_of(settings, dim) * steps, probe.seconds_alone)
