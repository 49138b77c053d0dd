"""Whether to believe a nested run: insertion ranks, effective size, plateaus, the share of the prior that counts."""

from __future__ import annotations

from ...diagnostics.insertion import FALSE_ALARM, insertion_test
from ...diagnostics.verdict import Diagnostics
from ...samples.draws import Draws, kish
from ...samples.nested_run import NestedRun
from ...target.posterior import Posterior
from .settings import DynestySettings

__all__ = ["judge"]

# Kish's effective sample size below which quantiles of a nested posterior are rough.
SMALLEST_KISH = 400.0
# The share of the prior with a finite likelihood below which the start is worth a remark.
SMALLEST_ACCEPTED = 0.05
# Nested proposals that find a better point, below which the sampler crawls.
SMALLEST_EFFICIENCY = 0.005
# The share of samples with equal likelihoods above which a plateau is worth a remark.
LARGEST_PLATEAU = 0.01


def judge(
    run: NestedRun,
    draws: Draws,
    target: Posterior,
    settings: DynestySettings,
) -> Diagnostics:
    """Judge a nested run."""
    size = kish(run.log_weight)
    efficiency = run.iterations / max(1, run.calls)
    inserted = insertion_test(
        run.log_likelihood, run.insertion["born"], run.insertion["batch"], seed=settings.seed
    )
    problems, remarks = [], []
    if not inserted.passed:
        problems.append(
            f"the insertion indices of new live points are not uniform (p = {inserted.p_value:.1g}; a correct run "
            f"falls below {FALSE_ALARM:g} once in {1 / FALSE_ALARM:.0f}): the sampler is biased; raise "
            f"sampler.{'walks' if settings.sample == 'rwalk' else 'slices'} or sampler.live-points"
        )
    if run.iterations == 0:
        remarks.append(
            f"all {len(run.log_likelihood)} prior draws have the same likelihood: the posterior is taken to be the "
            "prior; a peak in a smaller part of it would go unseen"
        )
    elif inserted.plateau_fraction > LARGEST_PLATEAU:
        remarks.append(
            f"{100 * inserted.plateau_fraction:.2g} % of the samples share their likelihood with another: "
            "it has a plateau, where the evidence is less certain than quoted"
        )
    if not run.finished:
        problems.append(
            f"the limit of {settings.max_calls} likelihood calls ended the run before the evidence was complete; "
            "raise sampler.max-calls and use --resume"
        )
    if size < SMALLEST_KISH:
        problems.append(
            f"effective sample size {size:.0f}, wanted at least {SMALLEST_KISH:.0f}; raise sampler.live-points"
        )
    if run.accepted_fraction < SMALLEST_ACCEPTED:
        remarks.append(
            f"only {100 * run.accepted_fraction:.2g} % of the prior has a finite likelihood; a tighter prior "
            "or a constraint would save time"
        )
    if 0.0 < efficiency < SMALLEST_EFFICIENCY:
        remarks.append(
            f"one new live point cost {1 / efficiency:.0f} likelihood calls: the posterior is a thin sheet"
        )
    numbers = {
        "sampler": "dynesty",
        "log_evidence": run.log_evidence,
        "log_evidence_error": run.log_evidence_error,
        "information_nats": run.information,
        "effective_sample_size": size,
        "iterations": run.iterations,
        "likelihood_calls": run.calls,
        "efficiency": efficiency,
        "accepted_prior_fraction": run.accepted_fraction,
        "minus_infinity_fraction": min(1.0, sum(target.rejected.values()) / max(1, run.calls)),
        "plateau_fraction": inserted.plateau_fraction,
        "insertion_p_value": inserted.p_value,
        "insertion_p_value_whole": inserted.p_whole,
        "insertion_p_value_stretch": inserted.p_stretch,
        "queue_size": run.queue_size,
    }
    return Diagnostics(
        converged=not problems,
        problems=problems,
        remarks=remarks,
        numbers=numbers,
        rejected=dict(target.rejected),
        course=[_course(run, efficiency, inserted.p_value, inserted.passed)],
    )


def _course(run: NestedRun, efficiency: float, p_value: float, passed: bool) -> str:
    begin = f"{run.iterations} iterations"
    if not passed:
        return f"{begin}. The insertion ranks accuse the sampler (p = {p_value:.1g})."
    return (
        f"{begin}, {100 * efficiency:.2g} % of the likelihood calls gave a new live point. The insertion ranks are "
        f"as a correct sampler leaves them (p = {p_value:.2g})."
    )
