"""Whether to believe a run: the verdict, with numbers, and a sentence for everything that is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from ..problem.problem import Problem
from ..samples.arviz_adapter import effective_sample_size
from ..samples.draws import Draws, kish
from ..target.posterior import Posterior, PosteriorError

__all__ = ["Diagnostics", "beyond_validity", "completed", "flag_shares"]

# A posterior of which more than this share lies beyond one limit of validity is no result of the model.
LARGEST_FLAGGED = 0.5


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
    course : list of str
        How the sampler fared, in sentences for a report.
    cross_check : mapping, optional
        What a second sampler says of the same problem; see `CrossCheck`.
    """

    converged: bool
    problems: list[str]
    remarks: list[str]
    numbers: dict[str, Any]
    rejected: dict[str, int] = field(default_factory=dict)
    flags: dict[str, float] = field(default_factory=dict)
    course: list[str] = field(default_factory=list)
    cross_check: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def beyond_validity(shares: Mapping[str, float], problem: Problem) -> list[str]:
    """Return the limits of validity of the calculation beyond which most of a posterior lies.

    Remarks are no limits, and neither is a limit on observables that no likelihood reads. Flags of likelihoods,
    named ``likelihood/flag``, say where a table ends: they limit the data, not the model.
    """
    read = {name for term in problem.likelihoods for name in term.needs}
    harmless = {
        flag.name
        for flag in problem.scenario.flags
        if flag.remark or (flag.concerns and not read.intersection(flag.concerns))
    }
    return [
        name
        for name, share in shares.items()
        if share > LARGEST_FLAGGED and "/" not in name and name not in harmless
    ]


def flag_shares(posterior: Posterior, draws: Draws) -> dict[str, float]:
    """Return the share of draws beyond each limit of validity."""
    cube = draws.cube.reshape(-1, posterior.dim)
    observables = posterior.columns.observables(draws.blobs.reshape(len(cube), -1))
    flags = posterior.flags(posterior.prior.from_unit(cube), observables)
    return {name: float(np.mean(value)) for name, value in flags.items()}


def completed(found: Diagnostics, draws: Draws, posterior: Posterior) -> Diagnostics:
    """Return a verdict with whatever follows from the draws alone, where a sampler left it out.

    These are the name of the sampler, likelihood calls, rejected points and flags; with weighted samples also
    ln Z, its error, the information and Kish's effective sample size. Draws without weights whose effective
    size nobody states count by the smallest bulk size of their parameters.
    """
    numbers: dict[str, Any] = {
        "sampler": posterior.problem.sampler.name,
        "likelihood_calls": posterior.calls,
    }
    run = draws.weighted
    if run is not None:
        numbers |= {
            "log_evidence": run.log_evidence,
            "log_evidence_error": run.log_evidence_error,
            "information_nats": run.information,
            "effective_sample_size": kish(run.log_weight),
        }
    elif "effective_sample_size" not in found.numbers:
        numbers["effective_sample_size"] = min(
            effective_sample_size(draws.cube[..., column]) for column in range(posterior.dim)
        )
    problems, flags = list(found.problems), found.flags
    try:
        flags = flags or flag_shares(posterior, draws)
    except PosteriorError as error:
        # A flag is an opinion on the result, no reason to lose it.
        problems.append(str(error))
    return replace(
        found,
        converged=found.converged and not problems,
        problems=problems,
        numbers=numbers | found.numbers,
        rejected=found.rejected or dict(posterior.rejected),
        flags=flags,
    )
