"""What a claim is: a quantitative statement of a paper, our number beside it, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HALF_A_DECADE", "Claim", "Stated", "Verdict", "above", "below", "between", "number", "unstated"]

# How far our own number may move, relative, before the page has to be made anew.
PRECISION = 5e-3
# The tolerance of an order of magnitude.
HALF_A_DECADE = 3.0
# What stands before an order of magnitude, as in the papers.
ORDER_OF_MAGNITUDE = "~"


class Verdict(StrEnum):
    """Name the outcomes of a comparison.

    ``AGREES``: our number is the paper's within the tolerance of the row. Everything else is outside it:
    ``DIFFERS`` for a reason that is given, ``SLIP`` where the paper's own premises give our number,
    ``ESTIMATE`` where the paper states an order of magnitude and what it leaves out is the difference,
    ``OPEN`` where nothing explains it, or where the text has no number.
    """

    AGREES = "agrees"
    DIFFERS = "differs"
    SLIP = "paper's slip"
    ESTIMATE = "estimate"
    OPEN = "open"


@dataclass(frozen=True)
class Stated:
    """Hold what a paper says: its words, and the interval they mean; infinite ends are no bound."""

    text: str
    low: float
    high: float

    @property
    def has_number(self) -> bool:
        """Whether the words are a statement that a number can contradict."""
        return not (math.isinf(self.low) and math.isinf(self.high))


def number(text: str, value: float) -> Stated:
    """Return a number as stated."""
    return Stated(text, value, value)


def between(text: str, low: float, high: float) -> Stated:
    """Return a range as stated."""
    return Stated(text, low, high)


def below(text: str, high: float) -> Stated:
    """Return an upper bound as stated."""
    return Stated(text, -math.inf, high)


def above(text: str, low: float) -> Stated:
    """Return a lower bound as stated."""
    return Stated(text, low, math.inf)


def unstated(text: str) -> Stated:
    """Return a statement without a number in the text, such as a curve of a figure."""
    return Stated(text, -math.inf, math.inf)


@dataclass(frozen=True)
class Claim:
    """Hold one quantitative claim of a paper and how we compute its number.

    Attributes
    ----------
    id : str
        A name of its own, for tests and the command line.
    paper, place, statement : str
        The arXiv id, the equation, figure or section, and what the number is, with its unit.
    paper_value : Stated
        What the paper says.
    compute : callable
        Return our number from the package.
    tolerance : float
        A factor of at least one by which our number may leave the interval and still agree: the last
        digit of a printed number, about three for an order of magnitude.
    expected : Verdict
        The verdict, consistent with the numbers or the tests fail.
    why : str
        The reason for the verdict, in one or two sentences.
    precision : float
        The relative change of our number that goes unnoticed.
    """

    id: str
    paper: str
    place: str
    statement: str
    paper_value: Stated
    compute: Callable[[], float]
    tolerance: float
    expected: Verdict
    why: str
    precision: float = PRECISION

    def agrees(self, value: float) -> bool:
        """Return whether a number is the paper's within the tolerance; NaN never is."""
        low, high = self.paper_value.low, self.paper_value.high
        low = low / self.tolerance if low > 0.0 else low * self.tolerance
        high = high * self.tolerance if high > 0.0 else high / self.tolerance
        return low <= value <= high

    def consistent(self, value: float) -> bool:
        """Return whether the verdict is the one that a number calls for."""
        if not math.isfinite(value):
            return False
        if not self.paper_value.has_number:
            return self.expected is Verdict.OPEN
        if self.agrees(value):
            return self.expected is Verdict.AGREES
        rough = self.paper_value.text.startswith(ORDER_OF_MAGNITUDE)
        return self.expected is not Verdict.AGREES and (rough or self.expected is not Verdict.ESTIMATE)
