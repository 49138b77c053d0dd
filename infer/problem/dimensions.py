"""The units of formulas: powers of GeV that pass through them, held against what an entry is measured in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from ...errors import UserError
from ...priors.expressions import Expression
from ...solver.constants import GEV2_TO_CM2, GEV2_TO_PB, HBAR_C_GEV_M, HBAR_GEV_S

__all__ = ["CONSTANTS", "UNITS", "check_unit", "power_of", "unit_in_words"]

# What turns a number in a unit into powers of GeV, and the power.
UNITS = {
    "GeV": (1.0, 1),
    "GeV^-2": (1.0, -2),
    "cm^3/s": (HBAR_GEV_S / (GEV2_TO_CM2 * 100.0 * HBAR_C_GEV_M), -2),
    "pb": (1.0 / GEV2_TO_PB, -2),
    "1/s": (HBAR_GEV_S, 1),
}
# Units by name in formulas: what they stand for, and the power of GeV.
CONSTANTS = {"GeV": (1.0, 1), "MeV": (1e-3, 1), "TeV": (1e3, 1), "pb": (1.0 / GEV2_TO_PB, -2)}
POWER = re.compile(r"GeV(?:\^\(?([-+]?\d+)\)?)?")
WITHOUT = ("1", "")


def power_of(text: object) -> int | None:
    """Return the power of GeV of a unit such as ``"GeV^-2"``, 0 of ``"1"``, None where it is none."""
    if text in WITHOUT:
        return 0
    match = POWER.fullmatch(str(text).replace(" ", "").replace("**", "^"))
    return None if match is None else int(match[1] or 1)


def unit_in_words(power: Fraction | int) -> str:
    """Return the name of a power of GeV."""
    if power == 0:
        return "a number without unit"
    return "GeV" if power == 1 else f"GeV^{power}" if Fraction(power).denominator == 1 else f"GeV^({power})"


def check_unit(expression: Expression, powers: Mapping[str, int], wanted: int) -> None:
    """Hold the unit of a formula against the one wanted.

    Numbers in it have no unit; one that stands alone may be of any.

    Parameters
    ----------
    expression : Expression
    powers : mapping
        The powers of GeV of all names.
    wanted : int

    Raises
    ------
    UserError
        With what was found, and what is wanted.
    """
    if len(expression.steps) - sum(step == ("apply", "negative") for step in expression.steps) == 1:
        kind, _ = expression.steps[0]
        if kind == "number":
            return
    found = _power(expression, powers)
    if found != wanted:
        raise UserError(f"{unit_in_words(found)}, expected {unit_in_words(wanted)}.")


def _power(expression: Expression, powers: Mapping[str, int]) -> Fraction:
    # With each power the number itself, where it is one: exponents must be.
    stack: list[tuple[Fraction, float | None]] = []
    for kind, value in expression.steps:
        if kind == "number":
            stack.append((Fraction(0), float(value)))
        elif kind == "parameter":
            stack.append((Fraction(powers[str(value)]), None))
        elif value in ("negative", "abs"):
            power, number = stack.pop()
            stack.append((power, None if number is None else -number if value == "negative" else abs(number)))
        elif value == "sqrt":
            stack.append((stack.pop()[0] / 2, None))
        elif value in ("exp", "log", "log10"):
            power, _ = stack.pop()
            if power:
                raise UserError(f"{value} of {unit_in_words(power)}; a number without unit is wanted.")
            stack.append((Fraction(0), None))
        else:
            stack.append(_of_two(str(value), stack.pop(), stack.pop()))
    return stack[0][0]


def _of_two(
    operation: str, second: tuple[Fraction, float | None], first: tuple[Fraction, float | None]
) -> tuple[Fraction, float | None]:
    (a, number), (b, exponent) = first, second
    if operation == "*":
        return a + b, number * exponent if number is not None and exponent is not None else None
    if operation == "/":
        return a - b, number / exponent if number is not None and exponent else None
    if operation == "**":
        if b:
            raise UserError(f"an exponent in {unit_in_words(b)}; a number without unit is wanted.")
        if a and exponent is None:
            raise UserError(f"a power of {unit_in_words(a)} with an exponent that varies.")
        return a * Fraction(exponent).limit_denominator(1000) if exponent is not None else Fraction(0), None
    if a != b:
        verb = {"+": "adds", "-": "subtracts"}.get(operation, f"compares, in {operation},")
        raise UserError(
            f"{verb} {unit_in_words(a)} and {unit_in_words(b)}; units by name are {', '.join(CONSTANTS)}."
        )
    return a, None
