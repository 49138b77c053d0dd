"""From a run file to a problem: scenario, prior, likelihoods and sampler, or every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ...errors import UserError, did_you_mean, unknown_name
from ...likelihoods import Likelihood, TheoryError
from ...likelihoods.composition import check_composition
from ...likelihoods.likelihood import likelihood_of
from ...likelihoods.published import with_points
from ...likelihoods.requirements import told
from ...options import option_problems, options_of
from ...priors import JointPrior
from ...solver.scenario import Scenario
from ...solver.scenario import configured as configured_scenario
from . import toml
from .derived import DERIVED, with_derived
from .network import NETWORK, scenario_of
from .overrides import TABLES, TOP_LEVEL, Overrides, apply_overrides
from .parameters import prior_of
from .ready_priors import resolve_priors
from .rehearsal import rehearse
from .settings import DEFAULT_SAMPLER, RETIRED, SAMPLERS, SamplerSettings
from .trust import refuse_untrusted
from .user_files import UserFiles, is_reference

__all__ = ["Problem", "load_problem", "problem_from"]


@dataclass(frozen=True)
class Problem:
    """Hold everything a run needs.

    Attributes
    ----------
    name : str
        What the run is called: the stem of its file.
    scenario, prior, likelihoods, sampler
        The parts, ready to use; likelihoods carry the scenario's theory errors, ``sampler`` is its settings.
    sampler_class : type
        What samples, a `relicfit.infer.samplers.sampler.Sampler`.
    content : dict
        The resolved run file: overrides applied, defaults filled in, texts of the user's own files kept.
    path : Path or None
        The file it came from.
    """

    name: str
    scenario: Scenario
    prior: JointPrior
    likelihoods: tuple[Likelihood, ...]
    sampler: SamplerSettings
    sampler_class: Any
    content: dict[str, Any]
    path: Path | None = None

    def need_something_to_sample(self) -> None:
        """Raise `UserError` where every parameter is fixed."""
        if self.prior.dim == 0:
            raise UserError(
                f"{self.path or self.name}: every parameter is fixed, there is nothing to sample; `relicfit point` "
                "evaluates it. Give a parameter a prior, such as { uniform = [0, 1] }."
            )


def load_problem(path: str | Path, overrides: Overrides = ()) -> Problem:
    """Read a run file.

    Parameters
    ----------
    path : path
        A TOML file.
    overrides : sequence of (key, value)
        Applied on top, see `relicfit.infer.problem.overrides`.

    Raises
    ------
    UserError
        With one paragraph for every problem found, each naming the file and the key.
    """
    path = Path(path)
    content, _ = toml.read(path)
    return problem_from(content, overrides, name=path.stem, path=path)


def problem_from(
    content: Mapping[str, Any],
    overrides: Overrides = (),
    name: str = "run",
    path: Path | None = None,
    folder: Path | None = None,
    needs_data: bool = True,
) -> Problem:
    """Build a problem from the content of a run file; see `load_problem`.

    The user's own files are looked for in ``folder``, by default that of ``path``. With ``needs_data``
    false there may be no likelihood: a point of a scenario can be evaluated without.
    """
    where = f"{path}: " if path is not None else ""
    try:
        merged: dict[str, Any] = toml.plain(content)
        place = folder or (path.parent if path is not None else Path())
        apply_overrides(merged, overrides, place)
        if not needs_data:
            merged.setdefault("likelihoods", {})
        return _build(merged, name, path, place, needs_data)
    except UserError as error:
        raise type(error)(*(where + text for text in error.problems)) from None


def _build(
    content: dict[str, Any], name: str, path: Path | None, folder: Path, needs_data: bool = True
) -> Problem:
    problems: list[str] = [
        f"{key}: {unknown_name('key', key, TOP_LEVEL)}" for key in content if key not in TOP_LEVEL
    ]
    for table in TABLES:
        if not isinstance(content.get(table, {}), Mapping):
            problems.append(f"{table}: found {content[table]!r}; a table [{table}] is wanted.")
            content.pop(table)
    for table in ("sources", "files"):
        for key, text in dict(content.get(table, {})).items():
            if not isinstance(text, str) or "\0" in key:
                problems.append(f"{table}.{key}: found {text!r}; the text of a file is wanted.")
                del content[table][key]
    options = dict(content.get("options", {}))
    parameters = dict(content.get("parameters", {}))

    refuse_untrusted(content.get("sources"))
    files = UserFiles(folder, content.get("sources"), content.get("files"))
    model = _scenario(content, options, parameters, files, problems)
    own = resolve_priors(parameters, files, problems)
    prior = prior_of(model, parameters, content.get("constraints", []), problems, own) if model else None
    tables = content.get("likelihoods", {})
    if needs_data and not tables:
        problems.append("likelihoods: none given; add for example [likelihoods] with relic-density = {}.")
    terms = _likelihoods(model, tables, files, problems)
    kind, sampler = _sampler(dict(content.get("sampler", {})), files, problems)
    if problems or model is None or prior is None or sampler is None:
        raise UserError(*problems)
    with files.heard():
        rehearse(model, prior, terms, sampler.point_time_limit)
    resolved = {
        "scenario": content["scenario"],
        **({"constraints": list(content["constraints"])} if content.get("constraints") else {}),
        "options": files.as_written(
            {item.name: value for item in model.options() if (value := getattr(model, item.name)) is not None}
        ),
        "parameters": parameters,
        "likelihoods": {key: files.as_written(term.table()) for key, term in terms.items()},
        "sampler": {
            key: value
            for key, value in sampler.model_dump(by_alias=True, exclude_none=True).items()
            if value != {}
        },
        **({NETWORK: content[NETWORK]} if NETWORK in content else {}),
        **({DERIVED: content[DERIVED]} if content.get(DERIVED) else {}),
        **({"sources": sources} if (sources := files.sources) else {}),
        **({"files": tables} if (tables := files.tables) else {}),
    }
    return Problem(name, model, prior, tuple(terms.values()), sampler, kind, resolved, path)


def _scenario(
    content: Mapping[str, Any],
    options: dict[str, Any],
    parameters: dict[str, Any],
    files: UserFiles,
    problems: list[str],
) -> Scenario | None:
    if not isinstance(content.get("scenario"), str):
        found = f"found {content['scenario']!r}" if "scenario" in content else "missing"
        problems.append(f'scenario: {found}; name the model, for example scenario = "thermal-freeze-out".')
        return None
    try:
        cls = scenario_of(content, files)
    except UserError as error:
        problems.extend(error.problems)
        return None
    try:
        # A number that has a default may stand in either table: it is a parameter.
        optional = {item.name for item in cls().parameters if item.default is not None}
        for key in [key for key in options if key in optional]:
            if key in parameters:
                problems.append(f"options.{key}: also given in [parameters]; keep one of the two.")
            parameters.setdefault(key, options[key])
            del options[key]
        model = configured_scenario(cls, files.located(options, cls.options(), "options"))
        # A network finds its mistakes where it is asked what it predicts.
        model.observables  # noqa: B018
        model = with_derived(model, content.get(DERIVED, {}))
    except UserError as error:
        problems.extend(error.problems)
        return None
    for item in model.parameters:
        if item.default is not None:
            parameters.setdefault(item.name, item.default)
    return model


def _likelihoods(
    model: Scenario | None, tables: Mapping[str, Any], files: UserFiles, problems: list[str]
) -> dict[str, Likelihood]:
    terms: dict[str, Likelihood] = {}
    for key, options in tables.items():
        if not isinstance(options, Mapping):
            problems.append(
                f"likelihoods.{key}: found {options!r}; a table of options is wanted, {{}} for none."
            )
            continue
        try:
            if is_reference(key):
                options = files.located(options, files.likelihood(key).options(), f"likelihoods.{key}")
            options = with_points(key, options, files.folder)
            term = likelihood_of(key, options, files.likelihood)
        except UserError as error:
            problems.extend(error.problems)
            continue
        if model is not None:
            available = {item.name for item in model.observables} | {item.name for item in model.parameters}
            missing = [name for name in term.needs if name not in available]
            if missing:
                problems.append(
                    f"likelihoods.{key}: needs {', '.join(missing)}, which {model.name} does not predict."
                    f"{did_you_mean(missing[0], available)} "
                    f"It predicts {', '.join(item.name for item in model.observables)}."
                )
                continue
            try:
                term = told(term, model.facts)
            except UserError as error:
                problems.extend(error.problems)
                continue
            term = term.with_theory(
                {
                    item.name: TheoryError(item.theory_error, item.theory_error_is_factor, item.theory_reason)
                    for item in model.observables
                    if item.theory_error is not None
                }
            )
        if term.name in {other.name for other in terms.values()}:
            problems.append(f"likelihoods.{key}: another likelihood is named {term.name} already.")
        terms[key] = term
    try:
        check_composition(list(terms.values()))
    except UserError as error:
        problems.extend(error.problems)
    return terms


def _sampler(
    table: dict[str, Any], files: UserFiles, problems: list[str]
) -> tuple[Any, SamplerSettings | None]:
    """Return the class of the sampler and its settings."""
    try:
        kind = files.sampler(str(table.setdefault("name", DEFAULT_SAMPLER)))
    except UserError as error:
        problems.extend(error.problems)
        return None, None
    cls = kind.settings
    try:
        settings = cls.model_validate(table)
        others = [other for other in SAMPLERS if other != settings.name]
        if settings.cross_check and settings.cross_check not in others:
            problems.append(
                f"sampler.cross-check: {unknown_name('other sampler', settings.cross_check, others)}"
            )
        return kind, settings
    except ValidationError as error:
        found = option_problems(error, options_of(cls), "setting")
        problems += [
            f"sampler.{key}: {RETIRED[key]}." if key in RETIRED else f"sampler.{key}: {text}"
            for key, text in found.items()
        ]
        return kind, None
