"""The report of a run: one page that explains itself to somebody who was not there."""

from __future__ import annotations

import numpy as np

from ..choices.files import PICTURE, TEXT
from ..diagnostics.verdict import beyond_validity
from ..plots.run_samples import Samples
from ..results.folder import Result
from ..storage.reading import read_own
from ..target.posterior import Posterior
from ..wording import percent
from . import background, findings
from .html import code, figure, page, paragraph, section

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
        paragraph(*_verdict(result)),
        section("The answer", *findings.answer(result, rows)),
        section("Posterior", *findings.pictures(result, samples)),
        section("Best fit", *findings.best_fit(result, posterior, rows)),
        section("Predictions and measurements", *findings.predictions(result)),
        section("What was run", *background.what_was_run(result)),
        section("Data", *background.data(result)),
        section("Limits of validity", *background.validity(result)),
        section("Convergence", *background.convergence(result, samples)),
        *_choices(result),
        section("How to repeat it", *background.how_to_repeat(result)),
    ]
    return page(": ".join(dict.fromkeys([problem.name, problem.scenario.name])), lead, parts)


def _choices(result: Result) -> list[str]:
    """Return what the modelling choices are worth, where that has been computed for the run."""
    picture = result.picture(PICTURE)
    try:
        text = read_own(result.path(TEXT)).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    if picture is None:
        return []
    drawn = figure(picture, "Each modelling choice switched alone, over draws of the posterior.")
    return [section("What the modelling choices are worth", drawn, code(text))]


def _sampler(result: Result) -> str:
    return result.problem.sampler_class.title


def _verdict(result: Result) -> tuple[str, str]:
    """Return the verdict and the class of its banner."""
    found = result.diagnostics
    if found["problems"]:
        return "Not converged: " + "; ".join(found["problems"]) + ".", "verdict bad"
    size = found["numbers"]["effective_sample_size"]
    calls = found["numbers"]["likelihood_calls"]
    text = f"Converged: {size:.0f} effective samples from {calls} likelihood calls."
    beyond = beyond_validity(found["flags"], result.problem)
    if not beyond:
        return text, "verdict"
    sentences = {flag.name: flag.sentence for flag in result.problem.scenario.flags}
    reasons = "; ".join(
        f"{percent(found['flags'][name])} of the posterior: {sentences.get(name, name)}" for name in beyond
    )
    return f"{text} But most of the posterior lies beyond a limit of validity: {reasons}.", "verdict doubt"
