"""Whether to believe a run: numbers, thresholds, and a sentence for everything that is wrong."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from ..problem.settings import DynestySettings, EmceeSettings
from ..samplers.ensemble.sampling import Convergence
from ..samplers.nested.outcome import NestedRun
from ..samples.draws import Draws, kish
from ..target.posterior import Posterior
from .insertion import FALSE_ALARM, insertion_test

__all__ = ["Diagnostics", "of_chains", "of_nested"]

# Kish's effective sample size below which quantiles of a nested posterior are rough.
SMALLEST_KISH = 400.0
# The share of the prior with a finite likelihood below which the start is worth a remark.
SMALLEST_ACCEPTED = 0.05
# Nested proposals that find a better point, below which the sampler crawls.
SMALLEST_EFFICIENCY = 0.005
SMALLEST_ACCEPTANCE = 0.05
# The share of samples with equal likelihoods above which a plateau is worth a remark.
LARGEST_PLATEAU = 0.01


@dataclass(frozen=True)
class Diagnostics:
    """State whether a run has converged.

    Attributes
    ----------
    converged : bool
    problems : list of str
        Why not, in plain words; empty when converged.
    remarks : list of str
        What does not invalidate the result but should be known.
    numbers : mapping
        The figures behind it.
    rejected : mapping of str to int
        Why points had likelihood zero, with counts over the whole run.
    flags : mapping of str to float
        The share of posterior draws beyond each limit of validity.
    """

    converged: bool
    problems: list[str]
    remarks: list[str]
    numbers: dict[str, Any]
    rejected: dict[str, int] = field(default_factory=dict)
    flags: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def flag_shares(posterior: Posterior, draws: Draws) -> dict[str, float]:
    """Return the share of draws beyond each limit of validity."""
    cube = draws.cube.reshape(-1, posterior.dim)
    blobs = draws.blobs.reshape(len(cube), -1)
    terms = len(posterior.term_names)
    flags = posterior.flags(posterior.prior.from_unit(cube), blobs[:, terms:-1])
    return {name: float(np.mean(value)) for name, value in flags.items()}


def of_nested(
    run: NestedRun,
    draws: Draws,
    posterior: Posterior,
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
        "minus_infinity_fraction": min(1.0, sum(posterior.rejected.values()) / max(1, run.calls)),
        "plateau_fraction": inserted.plateau_fraction,
        "insertion_p_value": inserted.p_value,
        "insertion_p_value_whole": inserted.p_whole,
        "insertion_p_value_stretch": inserted.p_stretch,
        "queue_size": run.queue_size,
    }
    return Diagnostics(
        not problems, problems, remarks, numbers, dict(posterior.rejected), flag_shares(posterior, draws)
    )


def of_chains(
    convergence: Convergence,
    draws: Draws,
    posterior: Posterior,
    settings: EmceeSettings,
) -> Diagnostics:
    """Judge an ensemble run."""
    problems = list(convergence.problems)
    if problems:
        problems.append(
            f"{convergence.steps} steps were not enough: raise sampler.max-steps and use --resume, "
            'or use name = "dynesty"'
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
        "acceptance": convergence.acceptance,
        "likelihood_calls": posterior.calls,
    }
    return Diagnostics(
        not problems, problems, remarks, numbers, dict(posterior.rejected), flag_shares(posterior, draws)
    )
