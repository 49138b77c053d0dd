"""Runs of one file with different seeds, joined into one posterior and one ln Z."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from .corner.picture import corner_picture
from .corner.words import Words
from .diagnostics.second_seed import ALLOWED_SIGMA
from .diagnostics.verdict import Diagnostics, completed
from .exports.table import has_weights
from .problem.problem import Problem, problem_from
from .results.folder import CORNER, POSTERIOR, Result, load, write_result
from .results.table import summarise
from .run.folder import only_writer
from .samples.draws import Draws, from_weighted
from .samples.nested_run import WeightedRun
from .storage.atomic import write_atomically
from .storage.folder import make_folder
from .target.posterior import Posterior

__all__ = ["merge_runs", "merged_evidence"]

FEWEST = 2


def merged_evidence(
    log_evidences: Sequence[float], errors: Sequence[float]
) -> tuple[float, float, list[float]]:
    """Return ln Z of independent runs, its error, and the share of the posterior that each run gives.

    The evidences are averaged, not their logarithms: each is unbiased. They count by the inverse squares of
    their errors; where these do not cover the scatter, the error is that of the scatter.
    """
    values, sigma = np.asarray(log_evidences, dtype=float), np.asarray(errors, dtype=float)
    sure = np.maximum(sigma, 1e-6)
    weight = sure**-2 / np.sum(sure**-2)
    top = values.max()
    parts = weight * np.exp(values - top)
    total = float(parts.sum())
    shares = parts / total
    error = float(np.sqrt(np.sum((shares * sigma) ** 2)))
    log_evidence = top + math.log(total)
    scatter = float(np.sum(((values - log_evidence) / sure) ** 2)) / (len(values) - 1)
    return log_evidence, error * max(1.0, math.sqrt(scatter)), shares.tolist()


def merge_runs(sources: Sequence[Result | str | Path], out: Path, overwrite: bool = False) -> Result:
    """Join finished runs of one problem and write the folder of the whole.

    Raises
    ------
    UserError
        Where the runs are fewer than two, differ in more than the sampler's table, share a seed, or only some have
        weighted samples; and where the folder holds a result already.
    """
    runs = [load(source) for source in sources]
    _check(runs)
    if (out / POSTERIOR).exists() and not overwrite:
        raise UserError(f"{out}: a result is there already. Give another --out, or --overwrite.")
    problem = problem_from(runs[0].problem.content, name=out.name)
    posterior = Posterior(problem)
    weighted = ["nested_samples" in run.data.children for run in runs]
    posterior.calls = sum(int(run.diagnostics["numbers"].get("likelihood_calls", 0)) for run in runs)
    problems = [f"{run.directory.name}: {text}" for run in runs for text in run.diagnostics["problems"]]
    remarks = [f"merged from {', '.join(str(run.directory.name) for run in runs)}"]
    if all(weighted):
        whole, apart = _joined_weights(runs, posterior)
        problems += apart
        draws = from_weighted(whole, problem.sampler.seed)
    else:
        draws = _joined_chains(runs, posterior)
    found = Diagnostics(not problems, problems, remarks, {})
    diagnostics = completed(found, draws, posterior)
    rows = summarise(posterior, draws)
    make_folder(out)
    with only_writer(out):
        result = write_result(out, posterior, draws, diagnostics, rows)
        figure = corner_picture([result.samples], Words(), result.best_fit, problem.name)
        write_atomically(out / CORNER, lambda path: figure.savefig(path, dpi=150))
    return result


def _check(runs: Sequence[Result]) -> None:
    if len(runs) < FEWEST:
        raise UserError("merge: at least two runs are wanted, for example runs/a runs/b.")
    first = runs[0]
    for run in runs[1:]:
        contents = [
            {k: v for k, v in item.problem.content.items() if k != "sampler"} for item in (first, run)
        ]
        differing = [key for key in contents[0] | contents[1] if contents[0].get(key) != contents[1].get(key)]
        if differing:
            raise UserError(
                f"merge: {run.directory} differs from {first.directory} in [{differing[0]}]; only runs of one file "
                "can be merged. relicfit compare compares different ones."
            )
    kinds = {"nested_samples" in run.data.children for run in runs}
    if len(kinds) > 1:
        raise UserError(
            "merge: some runs have weighted samples and some have chains; merge those of one kind."
        )
    seeds = [(run.problem.sampler.name, run.problem.sampler.seed) for run in runs]
    if len(set(seeds)) < len(seeds):
        raise UserError(
            "merge: two runs have the same sampler and the same seed, so that they hold the same samples; run one of "
            "them again with --set sampler.seed=N."
        )


def _joined_weights(runs: Sequence[Result], posterior: Posterior) -> tuple[WeightedRun, list[str]]:
    """Return all weighted samples, and what is wrong between the runs."""
    values = [float(run.log_evidence or 0.0) for run in runs]
    errors = [float(run.log_evidence_error or 0.0) for run in runs]
    log_evidence, error, shares = merged_evidence(values, errors)
    apart = [
        f"{run.directory.name} gives ln Z = {value:.2f} +- {sigma:.2f}, {abs(value - log_evidence) / sigma:.1f} quoted "
        f"errors from the {log_evidence:.2f} of all; one of them misses a part of the posterior"
        for run, value, sigma in zip(runs, values, errors, strict=True)
        if sigma > 0.0 and abs(value - log_evidence) > ALLOWED_SIGMA * math.hypot(sigma, error)
    ]
    columns: dict[str, list[NDArray[np.float64]]] = {"cube": [], "blobs": [], "logl": [], "weight": []}
    for run, share in zip(runs, shares, strict=True):
        table = run.samples
        columns["cube"].append(_cube(run, posterior.problem))
        columns["blobs"].append(_blobs(run, posterior))
        columns["logl"].append(table.log_likelihood)
        with np.errstate(divide="ignore"):
            columns["weight"].append(np.log(table.weights * share))
    cube, blobs, logl, weight = (np.concatenate(columns[key]) for key in columns)
    kept = np.isfinite(weight)
    order = np.flatnonzero(kept)[np.argsort(logl[kept], kind="stable")]
    information = float(np.sum(np.exp(weight[order]) * logl[order])) - log_evidence
    whole = WeightedRun(
        cube=cube[order],
        log_likelihood=logl[order],
        log_weight=weight[order] - float(np.logaddexp.reduce(weight[order])),
        blobs=blobs[order],
        log_evidence=log_evidence,
        log_evidence_error=error,
        information=information,
        accepted_fraction=1.0,
        calls=posterior.calls,
        finished=True,
    )
    return whole, apart


def _joined_chains(runs: Sequence[Result], posterior: Posterior) -> Draws:
    """Return the chains of all runs side by side, as long as the shortest."""
    length = min(run.posterior.sizes["draw"] for run in runs)
    cubes, blobs, logls = [], [], []
    for run in runs:
        shape = (run.posterior.sizes["chain"], run.posterior.sizes["draw"])
        cubes.append(_cube(run, posterior.problem).reshape(*shape, -1)[:, :length])
        blobs.append(_blobs(run, posterior).reshape(*shape, -1)[:, :length])
        logls.append(run.samples.log_likelihood.reshape(shape)[:, :length])
    cube, logl = np.concatenate(cubes), np.concatenate(logls)
    best = np.unravel_index(int(np.argmax(logl)), logl.shape)
    return Draws(cube, np.concatenate(blobs), logl, cube[best], float(logl[best]))


def _cube(run: Result, problem: Problem) -> NDArray[np.float64]:
    sampled = np.column_stack([run.samples.column(name) for name in problem.prior.sampled])
    return problem.prior.to_unit(problem.prior.complete(sampled))


def _blobs(run: Result, posterior: Posterior) -> NDArray[np.float64]:
    """Return terms, observables and status of the samples of a run, as samplers hand them on."""
    if has_weights(run.data):
        data = run.data["nested_samples"].to_dataset()
        terms = [data[f"log_likelihood_{name}"].to_numpy() for name in posterior.term_names]
    else:
        data = run.data["log_likelihood"].to_dataset()
        terms = [data[name].to_numpy().ravel() for name in posterior.term_names]
    seen = [run.samples.column(name) for name in posterior.observable_names]
    status = np.zeros(len(seen[0]), dtype=np.int64)
    return posterior.columns.pack(np.column_stack(terms), np.column_stack(seen), status)
