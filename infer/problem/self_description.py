"""What a user's scenario or likelihood says of itself, checked before anything is computed with it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from numbers import Real
from typing import Any

from ...errors import UserError
from ...likelihoods import Likelihood
from ...solver.scenario import Flag, Observable, Parameter, Scenario, unit_in_latex

__all__ = ["check_likelihood", "check_scenario", "symbol_problem"]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
TERM_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
# Names of the axes and columns of a result beside those of parameters and observables.
RESERVED = frozenset((
    "chain", "draw", "sample", "log_likelihood", "log_prior", "log_weight", "log_volume", "lp", "total", "name",
    "nan", "inf", "min", "max", "abs", "exp", "log", "log10", "sqrt",
))  # fmt: skip


def check_scenario(scenario: Scenario) -> None:
    """Refuse a scenario of a user whose parameters, observables or flags cannot be worked with.

    Raises
    ------
    UserError
        With a sentence for each mistake.
    """
    problems: list[str] = []
    parameters = _items(scenario.parameters, Parameter, "parameters", problems)
    observables = _items(scenario.observables, Observable, "observables", problems)
    flags = _items(scenario.flags, Flag, "flags", problems)
    if not problems:
        if not parameters or not observables:
            problems.append("it needs at least one parameter and one observable")
        _check_names([*parameters, *observables], problems)
        for item in (*parameters, *observables):
            _check_texts(item, ("symbol", "unit", "description", "role"), problems)
        for item in parameters:
            _check_range(item, problems)
        for item in observables:
            _check_theory(item, {other.name for other in observables}, problems)
        seen = {item.name for item in observables}
        for flag in flags:
            _check_texts(flag, ("name", "sentence"), problems)
            if not isinstance(flag.concerns, tuple | list) or not seen.issuperset(flag.concerns):
                problems.append(
                    f"the flag {flag.name} concerns {flag.concerns!r}; a tuple of names of observables is wanted, or "
                    "nothing if it concerns them all"
                )
            if not callable(flag.test):
                problems.append(f"the test of the flag {flag.name} is no function")
    if problems:
        raise UserError(*(f"{text}." for text in problems))


def check_likelihood(term: Likelihood) -> None:
    """Refuse a likelihood of a user whose name, needs or data sets cannot be worked with."""
    problems: list[str] = []
    if not isinstance(term.name, str) or not TERM_NAME.fullmatch(term.name):
        problems.append(
            f"its name is {term.name!r}; a letter, then letters, digits, hyphens, points and _ are wanted"
        )
    for what in ("needs", "datasets"):
        found = getattr(term, what)
        if not isinstance(found, tuple | list) or not all(isinstance(name, str) for name in found):
            problems.append(f'{what} is {found!r}; a tuple of names is wanted, such as ("omega_h2",)')
    if problems:
        raise UserError(*(f"{text}." for text in problems))


def _items(found: Any, kind: type, what: str, problems: list[str]) -> Sequence[Any]:
    if isinstance(found, tuple | list) and all(isinstance(item, kind) for item in found):
        return found
    problems.append(
        f"{what} is {found!r}; a tuple of {kind.__name__} is wanted, with a comma behind a single one"
    )
    return ()


def _check_names(items: Sequence[Any], problems: list[str]) -> None:
    seen: set[str] = set()
    for item in items:
        kind = type(item).__name__.lower()
        if not isinstance(item.name, str) or not NAME.fullmatch(item.name):
            problems.append(f"the {kind} {item.name!r}: a name is a letter, then letters, digits and _")
        elif item.name in RESERVED or item.name.startswith("log_likelihood_"):
            problems.append(
                f"the {kind} {item.name}: this name is reserved for a column of the result; choose another"
            )
        elif item.name in seen:
            problems.append(f"the {kind} {item.name}: another parameter or observable has this name")
        else:
            seen.add(item.name)


def _check_texts(item: Any, names: Sequence[str], problems: list[str]) -> None:
    for name in names:
        value = getattr(item, name)
        if not isinstance(value, str) or not value.isprintable():
            problems.append(f"{name} of {item.name} is {value!r}; a text on one line is wanted")


def _is_number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and not math.isnan(value)


def _check_range(item: Parameter, problems: list[str]) -> None:
    if not (_is_number(item.lower) and _is_number(item.upper) and item.lower < item.upper):
        problems.append(f"the range of {item.name}, {item.lower!r} to {item.upper!r}, is none")
    elif item.default is not None and not (
        _is_number(item.default) and item.lower <= item.default <= item.upper
    ):
        problems.append(f"the default of {item.name}, {item.default!r}, lies outside its range")


def _check_theory(item: Observable, observables: set[str], problems: list[str]) -> None:
    error = item.theory_error
    least = 1.0 if item.theory_error_is_factor else 0.0
    if error is None or (isinstance(error, str) and error in observables):
        return
    if isinstance(error, str) or not _is_number(error) or not least <= error < math.inf:
        problems.append(
            f"theory_error of {item.name} is {error!r}; a number from {least:g} up is wanted, or the name of an "
            "observable"
        )


def symbol_problem(item: Parameter | Observable) -> str:
    """Return what matplotlib has against a symbol or a unit, empty where it can set both."""
    try:
        from matplotlib.mathtext import MathTextParser
    except Exception:
        # Pictures have a guard of their own; whether they can be drawn here is no matter of this file.
        return ""
    for what, text in (("symbol", item.symbol), ("unit", unit_in_latex(item.unit))):
        if not text:
            continue
        try:
            MathTextParser("path").parse(f"${text}$")
        except Exception as error:
            reason = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
            return f"{what} of {item.name}, {getattr(item, what)!r}, is no LaTeX that can be set ({reason})"
    return ""
