"""Whether to believe a run with nautilus: enough effective samples, and none that weighs too much."""

from __future__ import annotations

from ...diagnostics.verdict import Diagnostics
from ...samples.draws import Draws
from ...target.posterior import Posterior
from .outcome import NautilusRun
from .patience import SMALLEST_YIELD
from .settings import NautilusSettings

__all__ = ["judge"]

# The share of the posterior that one sample must not carry: there may be more like it that were not found.
LARGEST_SHARE = 0.05
REMARKABLE_SHARE = 0.01
# Kish's effective sample size below which quantiles are rough.
SMALLEST_KISH = 400.0
# The share of the prior with a finite likelihood below which the start is worth a remark.
SMALLEST_ACCEPTED = 0.05
# Effective samples per likelihood call after the exploration, below which a posterior is thin for these bounds.
SMALLEST_EFFICIENCY = 0.02


def judge(run: NautilusRun, draws: Draws, target: Posterior, settings: NautilusSettings) -> Diagnostics:
    """Judge a run."""
    problems = _problems(run, settings)
    numbers = {
        "sampler": "nautilus",
        "log_evidence": run.log_evidence,
        "log_evidence_error": run.log_evidence_error,
        "information_nats": run.information,
        "effective_sample_size": run.effective,
        "likelihood_calls": run.calls,
        "exploration_calls": run.exploration_calls,
        "efficiency": run.efficiency,
        "sampling_efficiency": run.sampling_efficiency,
        "largest_share": run.largest_share,
        "shells": run.shells,
        "accepted_prior_fraction": run.accepted_fraction,
        "minus_infinity_fraction": min(1.0, sum(target.rejected.values()) / max(1, run.calls)),
    }
    return Diagnostics(
        converged=not problems,
        problems=problems,
        remarks=_remarks(run),
        numbers=numbers,
        rejected=dict(target.rejected),
        course=[
            f"{run.shells} shells found with {run.exploration_calls} likelihood calls, which are left out of the "
            f"result; of those that followed {100 * run.sampling_efficiency:.2g} % are effective samples. They are "
            f"independent of each other; the heaviest carries {100 * run.largest_share:.2g} % of the posterior."
        ],
    )


def _problems(run: NautilusRun, settings: NautilusSettings) -> list[str]:
    problems = []
    if run.hopeless:
        state = "exploring" if not run.explored else f"and {run.effective:.0f} effective samples"
        problems.append(
            f"the posterior is too thin a sheet for nautilus: given up after {run.calls} likelihood calls, {state}, "
            f"when less than one call in {1 / SMALLEST_YIELD:.0f} gave another effective sample; raise "
            "sampler.live-points, state the whole error of the calculation (theory-error), or use a sampler "
            "that walks along the sheet; --resume goes on all the same"
        )
    elif not run.finished:
        problems.append(
            f"the limit of {settings.max_calls} likelihood calls ended the run at {run.effective:.0f} of "
            f"{settings.effective_samples} effective samples; raise sampler.max-calls and use --resume"
        )
    if not run.explored:
        problems.append(
            "the exploration did not come to its end: weights and ln Z rest on points that the bounds were built "
            "from, and are biased"
        )
    if run.effective < min(SMALLEST_KISH, settings.effective_samples):
        problems.append(f"effective sample size {run.effective:.0f}, wanted at least {SMALLEST_KISH:.0f}")
    if run.largest_share > LARGEST_SHARE:
        problems.append(
            f"one sample carries {100 * run.largest_share:.2g} % of the posterior: the bounds miss part of it, and "
            "ln Z may be low; raise sampler.live-points"
        )
    return problems


def _remarks(run: NautilusRun) -> list[str]:
    remarks = []
    if REMARKABLE_SHARE < run.largest_share <= LARGEST_SHARE:
        remarks.append(
            f"one sample carries {100 * run.largest_share:.2g} % of the posterior; with more live points weights are "
            "more even"
        )
    if run.shells == 1:
        remarks.append(
            "all draws of the prior have the same likelihood, or nearly so: the posterior is taken to be the prior; "
            "a peak in a small part of it would go unseen"
        )
    if run.accepted_fraction < SMALLEST_ACCEPTED:
        remarks.append(
            f"only {100 * run.accepted_fraction:.2g} % of the prior has a finite likelihood; a tighter prior or a "
            "constraint would save time"
        )
    if run.explored and run.sampling_efficiency < SMALLEST_EFFICIENCY:
        remarks.append(
            f"one effective sample cost {1 / max(run.sampling_efficiency, 1e-9):.0f} likelihood calls: the posterior "
            "is a thin sheet; more live points may follow it better"
        )
    return remarks
