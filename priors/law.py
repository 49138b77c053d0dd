"""The law of one parameter: a distribution whose arguments are numbers or expressions of other parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .constraints import Constraint
from .distribution import Distribution
from .distributions import Fixed
from .expressions import Expression
from .intervals import Interval, outer

__all__ = ["LARGEST", "SMALLEST", "Argument", "Law", "as_number", "requirements", "usable"]

FloatArray = NDArray[np.float64]
Argument = float | FloatArray | Expression

# Sizes whose squares and quotients stay finite in double precision; physics needs nothing outside.
SMALLEST, LARGEST = 1e-150, 1e150


def usable(value: FloatArray | float) -> NDArray[np.bool_]:
    """Tell which numbers a distribution can work with: zero, or a size between 1e-150 and 1e150."""
    size = np.abs(value)
    return (size == 0.0) | ((size >= SMALLEST) & (size <= LARGEST))


def as_number(argument: Argument) -> float:
    """Return an argument that is known to be a number."""
    if isinstance(argument, Expression):
        raise TypeError(f"{argument.text} is no number")
    return float(argument)


def _fold(value: Argument, fixed: Mapping[str, float]) -> Argument:
    if isinstance(value, Expression) and value.names <= fixed.keys():
        return float(value(fixed))
    return value


@lru_cache
def requirements(kind: type[Distribution]) -> tuple[Constraint, ...]:
    """Return what the arguments of a kind of distribution must satisfy."""
    names = [field.name for field in fields(kind)]
    return tuple(Constraint.parse(text, names) for text in kind.needs)


@dataclass(frozen=True)
class Law:
    """Give the distribution of one parameter, once the parameters it depends on are known.

    Attributes
    ----------
    kind : type of Distribution
        The family.
    arguments : mapping
        A number or an expression for each parameter of the family; arrays where laws are stacked.
    """

    # Whether laws of one kind may be stacked into one.
    shared: ClassVar[bool] = True

    kind: type[Distribution]
    arguments: Mapping[str, Argument]

    def folded(self, fixed: Mapping[str, float]) -> Law:
        """Return the law with expressions of fixed parameters as numbers."""
        return Law(self.kind, {key: _fold(value, fixed) for key, value in self.arguments.items()})

    @property
    def names(self) -> frozenset[str]:
        """Return the parameters the law depends on."""
        expressions = (value for value in self.arguments.values() if isinstance(value, Expression))
        return frozenset().union(*(expression.names for expression in expressions))

    @property
    def is_fixed(self) -> bool:
        """Tell whether the law holds its parameter at one value."""
        return self.kind is Fixed

    @cached_property
    def _constant(self) -> Distribution | None:
        return None if self.names else self.kind(**self.arguments)

    def at(
        self, values: Mapping[str, FloatArray | float], certain: bool = False
    ) -> tuple[Distribution, NDArray[np.bool_] | None]:
        """Return the distribution at points, and where its arguments make sense (None: everywhere).

        Parameters
        ----------
        values : mapping
            The parameters the law depends on, arrays of shape (n,) or single numbers.
        certain : bool
            Whether `always_valid` has said that they make sense everywhere: looking again costs a sampler that
            asks for single points more than the rest of the prior.
        """
        if self._constant is not None:
            return self._constant, None
        found = self._evaluate(values)
        if certain:
            return self.kind(**found), None
        valid = np.logical_and.reduce(
            np.broadcast_arrays(
                *(usable(value) for value in found.values()),
                *(need(found) for need in requirements(self.kind)),
            )
        )
        safe = {name: np.where(valid, value, self.kind.stand_in[name]) for name, value in found.items()}
        return self.kind(**safe), valid

    def _evaluate(self, values: Mapping[str, FloatArray | float]) -> dict[str, FloatArray | float]:
        return {
            name: value(values) if isinstance(value, Expression) else value
            for name, value in self.arguments.items()
        }

    def _intervals(self, values: Mapping[str, Interval]) -> dict[str, Interval]:
        return {
            name: value.interval(values)
            if isinstance(value, Expression)
            else (as_number(value), as_number(value))
            for name, value in self.arguments.items()
        }

    def bounds(self, values: Mapping[str, Interval]) -> Interval:
        """Return numbers that enclose the support wherever the other parameters lie in their intervals."""
        arguments = self._intervals(values)
        low, high = (outer(arguments[end]) if isinstance(end, str) else (end, end) for end in self.kind.ends)
        return low[0], high[1]

    def always_valid(self, values: Mapping[str, Interval]) -> bool:
        """Tell whether the arguments make sense for all values of the other parameters in their intervals."""
        arguments = self._intervals(values)
        finite = all(max(abs(low), abs(high)) <= LARGEST for low, high in arguments.values())
        return finite and all(need.certain(arguments) for need in requirements(self.kind))

    def __str__(self) -> str:
        text = {
            name: value.text if isinstance(value, Expression) else f"{value:.12g}"
            for name, value in self.arguments.items()
        }
        return self.kind.phrase.format(**text)
