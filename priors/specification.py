"""Reading of the parameter table of a run file: every mistake is found before any is reported."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from graphlib import CycleError, TopologicalSorter
from numbers import Real
from types import MappingProxyType
from typing import TypeGuard

from ..errors import UserError, unknown_name
from .constraints import Constraint, Inequality
from .distribution import Distribution
from .distributions import DISTRIBUTIONS, Fixed
from .expressions import Expression
from .grammar import parse_expression
from .law import LARGEST, SMALLEST, Law, as_number, requirements, usable
from .tabulated import CHOICE, TABLE, read_choice, read_table

__all__ = ["dependency_order", "read_constraints", "read_laws", "read_periodic"]

Kinds = Mapping[str, type[Distribution]]
PERIODIC = "periodic"
_EXAMPLE = "{ uniform = [0, 1] }"


def read_laws(
    spec: Mapping[str, object], names: Sequence[str], problems: list[str], own: Kinds = MappingProxyType({})
) -> dict[str, Law]:
    """Read the law of each parameter, in the order of the names, and append what is wrong to the problems.

    ``own`` are kinds of distributions beside those of the package, by their word.
    """
    for name in spec:
        if name not in names:
            problems.append(f"parameters.{name}: {unknown_name('parameter', str(name), names)}")
    laws = {}
    for name in names:
        try:
            if name not in spec:
                raise UserError(f"missing. Give it a number or a prior such as {_EXAMPLE}.")
            laws[name] = _read_law(spec[name], names, own)
        except UserError as error:
            problems.extend(f"parameters.{name}: {problem}" for problem in error.problems)
    fixed = {name: as_number(law.arguments["value"]) for name, law in laws.items() if law.is_fixed}
    for name, law in laws.items():
        laws[name] = law.folded(fixed)
        problems.extend(f"parameters.{name}: {problem}" for problem in _complaints(laws[name]))
    return laws


def read_periodic(
    spec: Mapping[str, object], problems: list[str]
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the table of parameters without the word ``periodic``, and the parameters that have it.

    Only a flat prior between numbers can close into a circle.
    """
    plain, found = dict(spec), []
    for name, value in spec.items():
        if not isinstance(value, Mapping) or PERIODIC not in value:
            continue
        plain[name] = {key: item for key, item in value.items() if key != PERIODIC}
        flat = plain[name].get("uniform")  # type: ignore[attr-defined]
        ends = list(flat.values()) if isinstance(flat, Mapping) else flat
        if not isinstance(value[PERIODIC], bool):
            problems.append(f"parameters.{name}: periodic is true or false, found {_quote(value[PERIODIC])}.")
        elif value[PERIODIC] and not (isinstance(ends, Sequence) and all(map(_is_number, ends))):
            problems.append(
                f"parameters.{name}: periodic needs a uniform prior between two numbers, such as "
                "{ uniform = [0, 6.283185307], periodic = true }."
            )
        elif value[PERIODIC]:
            found.append(name)
    return plain, tuple(found)


def read_constraints(texts: object, names: Collection[str], problems: list[str]) -> tuple[Constraint, ...]:
    """Read the constraints and append what is wrong to the problems."""
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        problems.append(f'constraints: found {_quote(texts)} where a list such as ["a < 2*b"] is wanted.')
        return ()
    constraints = []
    for index, text in enumerate(texts):
        try:
            if not isinstance(text, str):
                raise UserError(f'found {_quote(text)} where a text such as "a < 2*b" is wanted.')
            constraints.append(Constraint.parse(text, names))
        except UserError as error:
            problems.extend(f"constraints[{index}]: {problem}" for problem in error.problems)
    return tuple(constraints)


def dependency_order(laws: Mapping[str, Law], problems: list[str]) -> tuple[str, ...]:
    """Order the parameters so that each comes after those its law depends on; report circles."""
    graph = {name: [other for other in laws if other in law.names] for name, law in laws.items()}
    while True:
        try:
            return tuple(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = error.args[1][::-1]
            problems.append(
                f"parameters.{circle[0]}: its prior depends on itself: {' -> '.join(circle)}. "
                "Write one of these bounds as a number, or use a constraint."
            )
            graph = {name: others for name, others in graph.items() if name not in circle}
            graph = {name: [other for other in others if other in graph] for name, others in graph.items()}


def _read_law(value: object, names: Sequence[str], own: Kinds) -> Law:
    if _is_number(value):
        return Law(Fixed, {"value": _number("the value", value)})
    if not isinstance(value, Mapping):
        raise UserError(f"found {_quote(value)} where a number or a table such as {_EXAMPLE} is wanted.")
    if len(value) != 1:
        found = ", ".join(map(str, value)) or "nothing"
        raise UserError(f"a prior is a table with exactly one key, such as {_EXAMPLE}, found {found}.")
    ((word, raw),) = value.items()
    if word == TABLE:
        return read_table(raw)
    if word == CHOICE:
        return read_choice(raw)
    kinds = {**DISTRIBUTIONS, **own}
    if word not in kinds:
        known = [*DISTRIBUTIONS, CHOICE, TABLE, "posterior"]
        raise UserError(unknown_name("distribution", str(word), known))
    return Law(kinds[word], _read_arguments(str(word), kinds[word], raw, names))


def _read_arguments(
    word: str, kind: type[Distribution], raw: object, names: Sequence[str]
) -> dict[str, float | Expression]:
    defaults = {field.name: field.default for field in fields(kind)}
    needed = [name for name, default in defaults.items() if default is MISSING]
    given = _named_arguments(word, list(defaults), needed, raw)
    arguments: dict[str, float | Expression] = {}
    problems: list[str] = []
    for name, default in defaults.items():
        try:
            # A fixed value that followed another parameter would be neither fixed nor sampled.
            known = None if kind is Fixed else names
            arguments[name] = _read_argument(f"{word} {name}", given.get(name, default), known)
        except UserError as error:
            problems.extend(error.problems)
    if problems:
        raise UserError(*problems)
    return arguments


def _named_arguments(word: str, names: list[str], needed: list[str], raw: object) -> dict[str, object]:
    form = f"{word} = [{', '.join(needed)}]"
    if isinstance(raw, Mapping):
        complaints = [unknown_name(f"argument of {word}", str(key), names) for key in raw if key not in names]
        missing = [name for name in needed if name not in raw]
        if missing:
            complaints.append(f"{word} needs {' and '.join(needed)}, missing {' and '.join(missing)}.")
        if complaints:
            raise UserError(*complaints)
        return dict(raw)
    if _is_number(raw) and len(needed) == 1:
        raw = [raw]
    if isinstance(raw, str) or not isinstance(raw, Sequence):
        raise UserError(f"found {_quote(raw)} where the arguments of {word} are wanted; write {form}.")
    if not len(needed) <= len(raw) <= len(names):
        count = str(len(needed)) if len(needed) == len(names) else f"{len(needed)} to {len(names)}"
        plural = "" if count == "1" else "s"
        raise UserError(f"{word} needs {count} argument{plural} ({', '.join(names)}), found {len(raw)}.")
    return dict(zip(names, raw, strict=False))


def _read_argument(label: str, value: object, names: Sequence[str] | None) -> float | Expression:
    if _is_number(value):
        return _number(label, value)
    if names is None:
        raise UserError(f"{label} must be a number, found {_quote(value)}.")
    if not isinstance(value, str):
        raise UserError(f'{label} must be a number or a text such as "0.1*mass", found {_quote(value)}.')
    try:
        return parse_expression(value, names)
    except UserError as error:
        raise UserError(*(f"{label}: {problem}" for problem in error.problems)) from None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool)


def _number(label: str, value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf if value > 0 else -math.inf
    if not math.isfinite(number):
        found = str(number).replace("inf", "infinity")
        raise UserError(f"{label} must be a finite number, found {found}.")
    return number


def _complaints(law: Law) -> Iterator[str]:
    """Say what is wrong with the arguments that are numbers; the others are judged point by point."""
    known = {name: value for name, value in law.arguments.items() if not isinstance(value, Expression)}
    word = law.kind.name
    bad = [name for name, value in known.items() if not usable(value)]
    for name in bad:
        if math.isfinite(known[name]):
            yield (
                f"{word} {name} = {known[name]:.12g} is out of range: numbers are zero or "
                f"between {SMALLEST:g} and {LARGEST:g} in size. Choose another unit."
            )
        else:
            yield f"{word} {name} must be a finite number; its expression gives {known[name]:g}."
    for need in requirements(law.kind):
        for inequality in need:
            names = sorted(inequality.names, key=list(law.arguments).index)
            if not set(names) <= set(known) - set(bad) or bool(inequality(known)):
                continue
            found = ", ".join(f"{name} = {known[name]:.12g}" for name in names)
            yield f"{word} needs {need.text}, found {found}. {_advice(word, inequality)}"
            break


def _advice(word: str, inequality: Inequality) -> str:
    if len(inequality.names) == 2:
        return "Write the smaller number first and keep the two apart."
    if word == "loguniform":
        return "Use uniform for a range that reaches zero or below."
    return "Choose a value inside that range." if inequality.comparison == "<=" else "Give a positive number."


def _quote(value: object) -> str:
    if isinstance(value, str):
        return f'the text "{value}"'
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, Sequence):
        return "a list"
    return f"{str(value).lower()}" if isinstance(value, bool) else f"{value!r}"
