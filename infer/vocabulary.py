"""Words a user meets that are no scenario, likelihood, prior or sampler, and what each means."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import ELSEWHERE
from ..likelihoods import likelihood_class, likelihood_names
from ..options import Option, options_of
from ..solver.numerics.status import Status
from ..solver.scenario import scenario_class, scenario_names
from .figures import FIGURES
from .problem.settings import SAMPLERS, settings_class
from .results.manifest import FILES

__all__ = ["meanings", "words"]

KEYS = {
    "scenario": "key of a run file: the model, a name of the package or a class in a file of your own",
    "options": "table of a run file: the choices of the scenario, see relicfit explain SCENARIO",
    "parameters": "table of a run file: a table gives a prior, a number fixes the parameter",
    "derived": "table of a run file: quantities of your own, as formulas of parameters and observables, "
    'excess = "log10(omega_h2/0.12)"; shown wherever observables are',
    "constraints": 'key of a run file: inequalities between parameters, ["delta_m < 0.1*m_chi"]; the evidence is then '
    "relative to the prior inside them",
    "likelihoods": "table of a run file: the data, one line for each likelihood, {} for its defaults",
    "sampler": "table of a run file: what samples and its settings",
    "sources": "table of a resolved run file: the texts of the user's own files",
    "kind": "key of a likelihood under a name of your own: measurement, bound, limit or chi2-table",
}
GRADES = {
    "A": "grade of a likelihood: numbers from a published table",
    "B": "grade of a likelihood: digitised from a figure and checked",
    "C": "grade of a likelihood: computed and validated",
    "D": "grade of a likelihood: an estimate",
}
STATES = {
    "running": "state of a run: its process is alive",
    "finished": "state of a run: it came to its end; whether it converged its summary says",
    "interrupted": "state of a run: stopped with its state saved; relicfit run FILE --resume goes on",
    "failed": "state of a run: it ended with an error; run.log says which",
    "dead": "state of a run: it says that it runs, but its process is gone; --resume goes on from the checkpoint",
}
NUMBERS = {
    "log_evidence": "ln Z: the logarithm of the likelihood averaged over the prior, inside the constraints where there "
    "are some; differences between models on the same data are Bayes factors",
    "evidence": "the likelihood averaged over the prior; a run with one gives its logarithm, ln Z",
    "ln_z": "log_evidence: the logarithm of the likelihood averaged over the prior",
    "likelihood": "what the data say about a point; one table under [likelihoods] for each, see relicfit explain NAME",
    "prior": "what is assumed before the data; one line under [parameters] for each, see relicfit explain uniform",
    "posterior": 'prior times likelihood: what a run draws from. As a prior, { posterior = "runs/earlier" }, the '
    "smoothed "
    "posterior of the same parameter in an earlier run",
    "grade": "what a likelihood rests on: A numbers from a published table, to D an estimate; see relicfit explain A",
    "theory_error": "the error of the calculation, beside that of the measurement; option theory-error of a likelihood",
    "branch": "a region of the posterior with its own slope of the abundance: freeze-in, freeze-out, plateau",
    "information": "how much the data say: the Kullback-Leibler divergence of the posterior from the prior, in nats",
    "effective_sample_size": "how many independent draws the samples are worth: (sum w)^2 / sum w^2 for weights, "
    "by the autocorrelation for chains",
    "ess": "effective sample size: how many independent draws the samples are worth",
    "rhat": "the rank-normalised split R-hat: the spread between chains over that within; 1.01 or less is good",
    "insertion": "the insertion-index test of nested sampling: ranks of new live points must be uniform",
    "best_fit": "the sample with the largest likelihood",
    "converged": "whether a run met the criteria of its sampler; its problems are in summary.txt",
    "checkpoint": "the saved state of an unfinished run, in its folder; --resume goes on from it",
    "bayes_factor": "the ratio of the evidences of two models on the same data; see relicfit compare",
}
COMMANDS = {
    "bestfit": "the largest likelihood and posterior density of a run file, by optimisers from many starts",
    "calibrate": "tests the whole inference of a run file on data simulated from its prior",
    "choices": "what each modelling choice is worth: every option switched in turn",
    "cite": "the BibTeX of the papers, data and software behind a run",
    "claims": "what the two papers claim, what we compute, and what we make of it",
    "compare": "models by their evidences: Bayes factors, and how they move with the priors",
    "explain": "what a word means",
    "figure": "draws figures of the papers anew",
    "load": "opens the folder of a finished run",
    "merge": "joins runs of one file with different seeds into one posterior and one ln Z",
    "model": "the model of a run file for a sampler of one's own",
    "new": "a commented run file to start from",
    "plot": "the corner picture of one or more runs, for a paper or a talk",
    "point": "evaluates one point: observables, likelihoods, flags",
    "report": "writes the page of a finished run anew",
    "run": "samples the posterior of a run file and writes its result folder",
    "scan": "evaluates a run file on a grid over one or two parameters",
    "status": "where runs stand: running, finished, interrupted, failed or dead, and the time left",
    "table": "results of runs side by side, in LaTeX too",
}
PYTHON_ONLY = ("load", "model")


def _option_text(option: Option, place: str) -> str:
    return f"{place}: {option.description}; allowed: {option.allowed or 'see the text'}"


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


def _entries() -> Iterator[tuple[str, str]]:
    """Yield every word with a meaning; a word may have several."""
    for table in (KEYS, GRADES, STATES, NUMBERS):
        yield from table.items()
    for name in SAMPLERS:
        for option in options_of(settings_class(name)):
            yield _hyphens(option.name), _option_text(option, f"setting of {name}, in [sampler]")
    for name in scenario_names():
        cls = scenario_class(name)
        for option in cls.options():
            yield option.name, _option_text(option, f"option of {name}, in [options]")
        for flag in cls().flags:
            yield flag.name, f"flag of {name}: {flag.meaning}"
    for name in likelihood_names():
        for option in likelihood_class(name).options():
            yield _hyphens(option.name), _option_text(option, f"option of the likelihood {name}")
    for name, figure in FIGURES.items():
        yield name, f"figure: {figure.shows} ({figure.source}); relicfit figure {name} draws it"
    for status in Status:
        yield status.name, f"status of a point: {status.sentence}"
    for name, text in FILES.items():
        yield name, f"file of a result folder: {text}"
    for name, text in COMMANDS.items():
        yield name, f"{'function of the package' if name in PYTHON_ONLY else 'command and function'}: {text}"


def _plain(word: str) -> str:
    return word.strip().lstrip("-").lower().replace("-", "_").replace(" ", "_")


def meanings(word: str) -> list[str]:
    """Return the meanings of a word, however its case, hyphens and leading dashes are written; each once."""
    wanted = _plain(word)
    grouped: dict[str, list[str]] = {}
    for name, text in _entries():
        if _plain(name) == wanted:
            place, _, rest = text.partition(": ")
            grouped.setdefault(rest, []).append(place)
    found = [f"{', '.join(places)}: {rest}" for rest, places in grouped.items()]
    if not found and (own := ELSEWHERE.get(wanted)):
        found = [f"a word of other packages; here it is {' or '.join(own)}"]
    return found


def words() -> list[str]:
    """Return every word that has a meaning here, each once."""
    return list(dict.fromkeys(name for name, _ in _entries()))
