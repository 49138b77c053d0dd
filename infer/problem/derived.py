"""Quantities of a run file's own, table [derived]: formulas of parameters and observables, shown like observables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError, unknown_name
from ...priors.expressions import Expression
from ...priors.grammar import parse_expression
from ...solver.scenario import Observable, Scenario
from .self_description import check_scenario, symbol_problem

__all__ = ["DERIVED", "with_derived"]

DERIVED = "derived"
KEYS = ("formula", "symbol", "unit", "description", "featured")


@dataclass(frozen=True)
class _Quantity:
    """One formula, and how it is shown."""

    observable: Observable
    formula: Expression


def with_derived(model: Scenario, table: Mapping[str, Any]) -> Scenario:
    """Return the scenario with derived quantities behind its observables.

    A formula reads parameters, observables and derived quantities above it. Where it is undefined, as the logarithm
    of a negative number, the quantity is NaN and the point stays what it is.

    Raises
    ------
    UserError
        With a sentence for every entry that cannot be read, has a name that is taken or a symbol that cannot be set.
    """
    if not table:
        return model
    problems: list[str] = []
    quantities: list[_Quantity] = []
    known = {item.name for item in model.parameters} | {item.name for item in model.observables}
    for name, entry in table.items():
        try:
            quantities.append(_quantity(name, entry, known))
            known.add(name)
        except UserError as error:
            problems += [f"{DERIVED}.{name}: {text}" for text in error.problems]
    if problems:
        raise UserError(*problems)
    extended = _extended(type(model), tuple(quantities))(**_settings(model))
    try:
        check_scenario(extended)
    except UserError as error:
        raise UserError(*(f"{DERIVED}: {text}" for text in error.problems)) from None
    return extended


def _quantity(name: str, entry: Any, known: set[str]) -> _Quantity:
    table: Any = {"formula": entry} if isinstance(entry, str) else entry
    if not isinstance(table, Mapping):
        raise UserError(
            f'found {entry!r}; a formula is wanted, such as "1000*ctau_m", or a table '
            '{ formula = "...", symbol = "...", unit = "..." }.'
        )
    unknown = [f"{key}: {unknown_name('key', key, KEYS)}" for key in table if key not in KEYS]
    if unknown:
        raise UserError(*unknown)
    wanted = {"formula": str, "symbol": str, "unit": str, "description": str, "featured": bool}
    wrong = [
        f"{key}: found {value!r}; {'true or false' if wanted[key] is bool else 'a text'} is wanted."
        for key, value in table.items()
        if not isinstance(value, wanted[key])
    ]
    if wrong or "formula" not in table:
        raise UserError(*(wrong or ["formula: missing; it says how the quantity is computed."]))
    formula = parse_expression(table["formula"], known)
    observable = Observable(
        name,
        table.get("symbol", rf"\mathrm{{{name}}}".replace("_", r"\_")),
        table.get("unit", ""),
        table.get("description", f"derived: {formula.text}"),
        featured=table.get("featured", True),
    )
    if problem := symbol_problem(observable):
        raise UserError(f"{problem}.")
    return _Quantity(observable, formula)


def _settings(model: Scenario) -> dict[str, Any]:
    return {item.name: getattr(model, item.name) for item in fields(model) if item.init}


def _extended(cls: type[Scenario], quantities: tuple[_Quantity, ...]) -> type[Scenario]:
    """Return a scenario class that predicts the quantities too, and is otherwise the same."""

    class Extended(cls):  # type: ignore[misc, valid-type]
        thread_safe = cls.thread_safe

        @property
        def observables(self) -> tuple[Observable, ...]:
            return (*super().observables, *(item.observable for item in quantities))

        @cached_property
        def _plain(self) -> Scenario:
            """The scenario itself: what it computes with its own number of columns stays right."""
            return cls(**_settings(self))

        def solve(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
            found, status = self._plain.solve(theta)
            values: dict[str, NDArray[np.float64]] = dict(
                zip((item.name for item in self._plain.parameters), theta.T, strict=True)
            )
            values |= zip((item.name for item in self._plain.observables), np.asarray(found).T, strict=True)
            for item in quantities:
                value = np.broadcast_to(item.formula(values), (len(theta),))
                values[item.observable.name] = np.where(np.isfinite(value), value, np.nan)
            extra = [values[item.observable.name] for item in quantities]
            return np.column_stack([found, *extra]), status

    Extended.__name__, Extended.__qualname__, Extended.__module__ = (
        cls.__name__,
        cls.__qualname__,
        cls.__module__,
    )
    Extended.__doc__ = cls.__doc__
    return Extended
