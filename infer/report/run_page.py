"""The report of a run: one page that explains itself to somebody who was not there."""

from __future__ import annotations

import numpy as np

from ..plots.run_samples import Samples
from ..problem.settings import sampler_class
from ..results.folder import Result
from ..target.posterior import Posterior
from . import background, findings
from .html import page, paragraph, section

__all__ = ["run_report"]

# Of the prior draws that the curves of the priors are made of: the page must not depend on the hour.
SEED = 0


def run_report(result: Result) -> str:
    """Return the page of a finished run."""
    problem = result.problem
    posterior = Posterior(problem)
    samples = Samples(result, np.random.default_rng(SEED))
    rows = findings.rows_of(result)
    lead = f"{problem.scenario.summary} {len(posterior.names)} parameters, {_sampler(result)}."
    parts = [
        paragraph(_verdict(result), "verdict bad" if result.diagnostics["problems"] else "verdict"),
        section("The answer", *findings.answer(result, rows)),
        section("Posterior", *findings.pictures(result, samples)),
        section("Best fit", *findings.best_fit(result, posterior, rows)),
        section("Predictions and measurements", *findings.predictions(result)),
        section("What was run", *background.what_was_run(result)),
        section("Data", *background.data(result)),
        section("Limits of validity", *background.validity(result)),
        section("Convergence", *background.convergence(result, samples)),
        section("How to repeat it", *background.how_to_repeat(result)),
    ]
    return page(": ".join(dict.fromkeys([problem.name, problem.scenario.name])), lead, parts)


def _sampler(result: Result) -> str:
    return sampler_class(result.problem.sampler.name).title


def _verdict(result: Result) -> str:
    found = result.diagnostics
    if found["problems"]:
        return "Not converged: " + "; ".join(found["problems"]) + "."
    size = found["numbers"]["effective_sample_size"]
    calls = found["numbers"]["likelihood_calls"]
    return f"Converged: {size:.0f} effective samples from {calls} likelihood calls."
