"""Options that describe themselves: dataclass fields with a default, what is allowed and a sentence."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

from .errors import unknown_name

__all__ = ["Option", "option", "option_problems", "options_of"]


@dataclass(frozen=True)
class Option:
    """Describe a choice a user can make: a default, and the choices or the range of numbers allowed."""

    name: str
    default: Any
    description: str
    choices: tuple[Any, ...] = ()
    number: bool = False
    lower: float = -math.inf
    upper: float = math.inf
    several: bool = False

    def problem(self, value: Any) -> str | None:
        """Return what is wrong with a value, or None."""
        if self.several and isinstance(value, list | tuple):
            return next((found for item in value if (found := self._problem_of_one(item))), None)
        return self._problem_of_one(value)

    def _problem_of_one(self, value: Any) -> str | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if any(
            value == choice and isinstance(value, bool) == isinstance(choice, bool) for choice in self.choices
        ):
            return None
        if self.number and is_number:
            if self.lower <= value <= self.upper:
                return None
            return f"found {value!r}; allowed is {self.lower:g} to {self.upper:g} ({self.description})."
        if isinstance(value, str) and self.choices:
            names = [str(choice) for choice in self.choices] + ["a number"] * self.number
            return unknown_name("choice", value, names)
        allowed = [repr(choice) for choice in self.choices] + ["a number"] * self.number
        return f"found {value!r}; allowed: {', '.join(allowed)} ({self.description})."


def option(
    default: Any,
    description: str,
    choices: tuple[Any, ...] = (),
    number: bool = False,
    lower: float = -math.inf,
    upper: float = math.inf,
    several: bool = False,
) -> Any:
    """Declare a field of a frozen dataclass as an option.

    A default of True or False is a switch and needs no choices. ``several`` admits a list of choices.
    """
    if isinstance(default, bool) and not choices:
        choices = (True, False)
    details = dict(
        description=description, choices=choices, number=number, lower=lower, upper=upper, several=several
    )
    return dataclasses.field(default=default, metadata={"option": details})


def options_of(cls: type) -> tuple[Option, ...]:
    """Return the options a dataclass declares, in the order of their declaration."""
    return tuple(
        Option(item.name, item.default, **item.metadata["option"])
        for item in dataclasses.fields(cls)
        if "option" in item.metadata
    )


def option_problems(instance: Any) -> dict[str, str]:
    """Return what is wrong with the options of an instance, by name; a default is always right."""
    return {
        item.name: problem
        for item in options_of(type(instance))
        if (value := getattr(instance, item.name)) != item.default
        and (problem := item.problem(value)) is not None
    }
