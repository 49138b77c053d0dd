"""Comparison of models: from the evidences of finished runs to Bayes factors, on the same data."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import UserError
from ..problem.problem import Problem
from ..problem.settings import SAMPLERS, sampler_class
from ..results.folder import Result, load
from .outcome import Comparison, Member, Sensitivity
from .sensitivity import NEEDS_RERUN, PriorShift, Variation, prior_shifts, shift_from_rerun, with_variation

__all__ = ["compare_results", "parse_odds"]

Rerun = Callable[[str, Problem, Variation], Result]


def compare_results(
    results: Sequence[Result | str | Path],
    odds: Sequence[float] | None = None,
    allow_different_data: bool = False,
    sensitivity: bool = True,
    names: Sequence[str] | None = None,
    rerun: Rerun | None = None,
) -> Comparison:
    """Compare the evidences of finished nested runs.

    Parameters
    ----------
    results : sequence of Result or path
        At least two runs.
    odds : sequence of float, optional
        Prior odds in the order of the results; equal if not given.
    allow_different_data : bool
        Compare even though the data differ; the differences are then part of the result.
    sensitivity : bool
        Also vary the priors.
    names : sequence of str, optional
        What to call the models; the names of the folders if not given.
    rerun : callable, optional
        Runs a problem with another prior and returns its result, given the name of the model and the
        variation; called where reweighting cannot tell.

    Raises
    ------
    UserError
        Where a run has no evidence or the data differ.
    """
    runs = [item if isinstance(item, Result) else load(item) for item in results]
    if len(runs) < 2:
        raise UserError("compare: at least two runs are wanted, for example runs/a runs/b.")
    labels = list(names) if names is not None else _names(runs)
    giving = [f'"{name}"' for name in SAMPLERS if sampler_class(name).evidence]
    without = [
        f"{label}: a run of {run.problem.sampler.name}, which gives no evidence; run it with sampler.name = "
        f"{' or '.join(giving)} to compare it."
        for label, run in zip(labels, runs, strict=True)
        if run.log_evidence is None
    ]
    if without:
        raise UserError(*without)
    differing = different_data(dict(zip(labels, runs, strict=True)))
    if differing and not allow_different_data:
        raise UserError(
            "the runs use different data, so their evidences are not comparable: "
            + "; ".join(differing)
            + ". Run them on the same likelihoods, or force it with --allow-different-data."
        )
    weights = [1.0] * len(runs) if odds is None else [float(value) for value in odds]
    if len(weights) != len(runs) or not all(0.0 < value < math.inf for value in weights):
        raise UserError(
            f"--odds: {len(runs)} positive numbers are wanted, one per run; found {list(odds or [])}."
        )
    members = _members(labels, runs, weights)
    by_name = dict(zip(labels, runs, strict=True))
    rows = _sensitivity(by_name, members[0].name, rerun) if sensitivity else ()
    return Comparison(members, dict(zip(labels, weights, strict=True)), differing, rows)


def _names(runs: Sequence[Result]) -> list[str]:
    stems = [run.directory.resolve().name for run in runs]
    return [
        stem if stems.count(stem) == 1 else str(run.directory) for stem, run in zip(stems, runs, strict=True)
    ]


def different_data(runs: Mapping[str, Result]) -> list[str]:
    """Return what differs between the likelihoods of runs, one sentence each.

    Widths count too: likelihoods are normalised to their best point, so that another width is another
    normalisation, which a Bayes factor would see.
    """
    flat = {
        name: {
            key: value
            for term, options in run.problem.content["likelihoods"].items()
            for key, value in [((term, ""), "present"), *(((term, k), v) for k, v in options.items())]
        }
        for name, run in runs.items()
    }
    contents = {name: run.problem.content for name, run in runs.items()}
    texts = {name: content.get("sources", {}) for name, content in contents.items()}
    keys = sorted({key for options in flat.values() for key in options})
    found = []
    if any(".py:" in term for term, _ in keys):
        # Modules and tables beside a user's likelihood; those that a scenario alone reads have names of their own.
        named = {item.partition(":")[0] for content in contents.values() for item in _references(content)}
        beside = [
            {key: text for key, text in (held | contents[name].get("files", {})).items() if key not in named}
            for name, held in texts.items()
        ]
        for key in sorted(set().union(*beside)):
            if len({held[key] for held in beside if key in held}) > 1:
                found.append(f"the content of {key}, which stands beside a user's file, is not the same")
    for term, name_of_option in keys:
        file = term.partition(":")[0]
        if not name_of_option and len({repr(held[file]) for held in texts.values() if file in held}) > 1:
            found.append(f"{term}: the text of {file} is not the same")
        values = {name: options.get((term, name_of_option), "absent") for name, options in flat.items()}
        if len({repr(value) for value in values.values()}) > 1:
            # Options of an absent likelihood are implied.
            if name_of_option and any((term, "") not in options for options in flat.values()):
                continue
            key = f"{term}.{name_of_option}" if name_of_option else term
            found.append(f"{key}: " + ", ".join(f"{value} in {name}" for name, value in values.items()))
    return found


def _references(content: Mapping[str, Any]) -> list[str]:
    return [content["scenario"], *content["likelihoods"], content["sampler"]["name"]]


def _members(labels: list[str], runs: list[Result], odds: list[float]) -> tuple[Member, ...]:
    log_z = np.array([float(run.log_evidence or 0.0) for run in runs])
    error = np.array([float(run.log_evidence_error or 0.0) for run in runs])
    best = int(np.argmax(log_z))
    relative = log_z - log_z[best] + np.log(odds)
    share = np.exp(relative - relative.max())
    share /= share.sum()
    members = []
    for i, run in enumerate(runs):
        samples = run.data["nested_samples"].to_dataset()
        top = int(np.argmax(samples["log_likelihood"].to_numpy()))
        members.append(
            Member(
                name=labels[i],
                scenario=run.problem.scenario.name,
                log_evidence=float(log_z[i]),
                log_evidence_error=float(error[i]),
                log_bayes=float(log_z[i] - log_z[best]),
                log_bayes_error=0.0 if i == best else float(math.hypot(error[i], error[best])),
                probability=float(share[i]),
                best_log_likelihood=float(samples["log_likelihood"][top]),
                best_fit={name: float(samples[name][top]) for name in run.problem.prior.sampled},
                information=float(run.diagnostics["numbers"]["information_nats"]),
                converged=run.converged,
            )
        )
    return tuple(sorted(members, key=lambda item: -item.log_evidence))


def _sensitivity(runs: Mapping[str, Result], best: str, rerun: Rerun | None) -> tuple[Sensitivity, ...]:
    shifts: dict[str, dict[str, dict[str, PriorShift]]] = {}
    for name, run in runs.items():
        for found in prior_shifts(run):
            if found.method == NEEDS_RERUN and rerun is not None:
                problem = with_variation(run.problem, found.variation)
                found = shift_from_rerun(run, rerun(name, problem, found.variation), found.variation)
            by_change = shifts.setdefault(name, {}).setdefault(found.variation.parameter, {})
            by_change[found.variation.change] = found
    return _arrange(runs, shifts, best)


def _arrange(
    runs: Mapping[str, Result], shifts: Mapping[str, Mapping[str, Mapping[str, PriorShift]]], best: str
) -> tuple[Sensitivity, ...]:
    """Give every parameter its row; one with the same prior in all runs is varied in all together."""
    rows = []
    for name, run in runs.items():
        for parameter, found in shifts[name].items():
            law = str(run.problem.prior.laws[parameter])
            shared = all(
                parameter in other.problem.prior.sampled and str(other.problem.prior.laws[parameter]) == law
                for other in runs.values()
            )
            if not shared:
                rows.append(Sensitivity(name, parameter, "", dict(found)))
            elif name != best:
                reference = shifts[best][parameter]
                both = {change: _difference(found[change], reference[change]) for change in found}
                rows.append(Sensitivity(name, parameter, best, both))
    return tuple(rows)


def _difference(own: PriorShift, other: PriorShift) -> PriorShift:
    for found in (own, other):
        if not found.known:
            return found
    reasons = "; ".join(dict.fromkeys(filter(None, [own.reason, other.reason])))
    method = own.method if own.method == other.method else "rerun"
    size = min(own.sample_size, other.sample_size)
    return PriorShift(
        own.variation, own.shift - other.shift, math.hypot(own.error, other.error), size, method, reasons
    )


def parse_odds(text: str | None) -> list[float] | None:
    """Return the numbers of a text such as ``1:3`` or ``1,3,2``.

    Raises
    ------
    UserError
        Where the text is something else.
    """
    if text is None:
        return None
    try:
        return [float(part) for part in text.replace(",", ":").split(":")]
    except ValueError:
        raise UserError(f"--odds {text}: expected numbers in the order of the runs, such as 1:3.") from None
