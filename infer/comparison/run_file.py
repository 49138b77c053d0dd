"""A comparison from start to end: models run as far as they are missing, then compared and written."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import UserError, did_you_mean, unknown_name
from ..problem.problem import Problem, problem_from
from ..problem.toml import read
from ..report.writing import try_report
from ..results.folder import Result, load
from ..run.execute import execute
from ..run.folder import only_writer
from ..wording import log_with_error
from .evidences import compare_results
from .files import write_comparison
from .outcome import Comparison
from .sensitivity import Variation

__all__ = ["CompareOptions", "load_comparison", "run_comparison"]

TOP_LEVEL = ("shared", "models")
TABLES = ("options", "parameters", "derived", "likelihoods", "sampler")
MODEL_KEYS = ("file", "scenario", "constraints", *TABLES)


@dataclass(frozen=True)
class CompareOptions:
    """Hold the options of the command ``compare``."""

    odds: Sequence[float] | None = None
    allow_different_data: bool = False
    sensitivity: bool = True
    rerun: bool = False
    overwrite: bool = False


def load_comparison(path: Path) -> dict[str, Problem]:
    """Read a comparison file: a table ``[models.NAME]`` for each model, and what they share.

    A model names a scenario or a run ``file`` and has the tables of a run file. The tables of
    ``[shared]`` come first, those of the run file next, the model's own entries last.

    Raises
    ------
    UserError
        With one paragraph for every problem of every model.
    """
    content, _ = read(path)
    problems = [
        f"{path}: {key}: {unknown_name('key', key, TOP_LEVEL)}" for key in content if key not in TOP_LEVEL
    ]
    shared, models = content.get("shared", {}), content.get("models", {})
    if not isinstance(models, Mapping) or len(models) < 2:
        problems.append(
            f"{path}: models: at least two tables [models.NAME] are wanted. A run file is given to "
            "`relicfit run`, finished runs are given to `relicfit compare` as folders."
        )
        models = {}
    if not isinstance(shared, Mapping):
        problems.append(f"{path}: shared: tables such as [shared.likelihoods] are wanted.")
        shared = {}
    problems += [
        f"{path}: shared.{key}: {unknown_name('table', key, TABLES)}" for key in shared if key not in TABLES
    ]
    for key in TABLES:
        if not isinstance(shared.get(key, {}), Mapping):
            problems.append(f"{path}: shared.{key}: found {shared[key]!r}; a table [shared.{key}] is wanted.")
            shared = {name: table for name, table in shared.items() if name != key}
    found: dict[str, Problem] = {}
    for name, model in models.items():
        try:
            found[name] = _model(path, name, model, shared)
        except UserError as error:
            problems += [f"{path}: models.{name}: {text}" for text in error.problems]
    if problems:
        raise UserError(*problems)
    return found


def _model(path: Path, name: str, model: Any, shared: Mapping[str, Any]) -> Problem:
    if not isinstance(model, Mapping):
        raise UserError(f"found {model!r}; a table is wanted.")
    unknown = [key for key in model if key not in MODEL_KEYS]
    if unknown:
        raise UserError(*(f"{key}: unknown.{did_you_mean(key, MODEL_KEYS)}" for key in unknown))
    if not name.replace("-", "").replace("_", "").isalnum():
        raise UserError("a name of letters, digits, - and _ is wanted: it names a folder.")
    if not isinstance(model.get("file", ""), str):
        raise UserError(f"file: found {model['file']!r}; the path of a run file is wanted.")
    base: Mapping[str, Any] = read(path.parent / model["file"])[0] if "file" in model else {}
    strange = [
        f"{where}{table}: found {source[table]!r}; a table is wanted."
        for where, source in (("", model), (f"{model.get('file')}: ", base))
        for table in TABLES
        if not isinstance(source.get(table, {}), Mapping)
    ]
    if strange:
        raise UserError(*strange)
    merged: dict[str, Any] = {
        table: {**shared.get(table, {}), **base.get(table, {}), **model.get(table, {})} for table in TABLES
    }
    merged |= {
        key: source[key] for source in (base, model) for key in ("scenario", "constraints") if key in source
    }
    place = (path.parent / model["file"]).parent if "file" in model else path.parent
    return problem_from(merged, name=name, folder=place)


def run_comparison(
    sources: Sequence[Result | str | Path],
    options: CompareOptions,
    out: Path | None = None,
    say: Callable[[str], object] = print,
    executor: tuple[Executor, int] | None = None,
    budget: float = math.inf,
) -> tuple[Comparison, list[Path]]:
    """Compare finished runs, or run the models of a comparison file first; write tables and picture.

    Every model has its folder inside the comparison's. One that is finished is kept, one that was
    interrupted goes on from its checkpoint.

    Parameters
    ----------
    sources : sequence of Result or path
        Results or their folders, or one comparison file.
    out : path, optional
        Where to write: by default ``comparison`` here, or a folder named after the file, beside it.
    say : callable
        Told which model runs.
    """
    deadline = time.monotonic() + budget
    files = [Path(item) for item in sources if isinstance(item, str | Path) and Path(item).suffix == ".toml"]
    if files and len(sources) > 1:
        raise UserError("compare: give one comparison file, or result folders, not both.")

    def run(problem: Problem, directory: Path, overwrite: bool = False) -> Result:
        left = max(0.0, deadline - time.monotonic())
        return execute(
            problem, directory, resume=not overwrite, overwrite=overwrite, executor=executor, budget=left
        )

    models = load_comparison(files[0]) if files else {}
    directory = out or (files[0].with_suffix("") if files else Path("comparison"))
    finished = [] if files else [load(item) for item in sources]

    def sampled() -> list[Result]:
        results = []
        for number, (name, problem) in enumerate(models.items(), 1):
            say(f"{name} ({number} of {len(models)}): {problem.scenario.name}, in {directory / name}")
            result = run(problem, directory / name, options.overwrite)
            try_report(result)
            if result.log_evidence is None or result.log_evidence_error is None:
                say("  no evidence")
            else:
                say(f"  ln Z = {log_with_error(result.log_evidence, result.log_evidence_error)}")
            results.append(result)
        return results

    def again(name: str, problem: Problem, variation: Variation) -> Result:
        folder = directory / "reruns" / f"{Path(name).name}-{variation.parameter}-{variation.change}"
        say(f"{name} with the prior of {variation.parameter} {variation.change}, in {folder}")
        return run(problem, folder)

    with only_writer(directory):
        comparison = compare_results(
            finished or sampled(),
            options.odds,
            options.allow_different_data,
            options.sensitivity,
            list(models) or None,
            again if options.rerun else None,
        )
        return comparison, write_comparison(comparison, directory)
