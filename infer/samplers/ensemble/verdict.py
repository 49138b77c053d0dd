"""Whether to believe an ensemble run: what convergence asks for, and how many moves were accepted."""

from __future__ import annotations

from ...diagnostics.verdict import Diagnostics
from ...samples.chains import Convergence
from ...samples.draws import Draws
from ...target.posterior import Posterior
from .settings import EmceeSettings, walkers_of

__all__ = ["judge"]

SMALLEST_ACCEPTANCE = 0.05


def judge(
    convergence: Convergence,
    draws: Draws,
    target: Posterior,
    settings: EmceeSettings,
) -> Diagnostics:
    """Judge an ensemble run."""
    problems = list(convergence.problems)
    if problems:
        problems.append(
            f"{convergence.steps} steps were not enough: raise sampler.max-steps and use --resume, "
            "or use a sampler that gives an evidence"
        )
    remarks = []
    if convergence.acceptance < SMALLEST_ACCEPTANCE:
        remarks.append(
            f"only {100 * convergence.acceptance:.2g} % of the moves are accepted: a thin posterior"
        )
    numbers = {
        "sampler": "emcee",
        "rhat": convergence.rhat,
        "effective_sample_size": convergence.ess,
        "autocorrelation_steps": convergence.autocorrelation,
        "steps": convergence.steps,
        "ensembles": draws.cube.shape[0],
        "walkers": walkers_of(settings, target.dim),
        "acceptance": convergence.acceptance,
        "likelihood_calls": target.calls,
    }
    course = (
        f"{draws.cube.shape[0]} independent ensembles, R-hat {convergence.rhat:.3f} over them, {convergence.steps} "
        f"steps, autocorrelation time {convergence.autocorrelation:.0f} steps, acceptance "
        f"{100 * convergence.acceptance:.0f} %."
    )
    return Diagnostics(
        converged=not problems,
        problems=problems,
        remarks=remarks,
        numbers=numbers,
        rejected=dict(target.rejected),
        course=[course],
    )
