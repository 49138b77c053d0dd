"""Inequalities between parameters: ``"delta_m < 0.1*m_chi"``, ``"2*m_1 > m_2 + m_pi"``, ``"0 < a <= b"``."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .expressions import Expression
from .grammar import parse_comparison
from .intervals import Interval

__all__ = ["Constraint", "Inequality"]

_COMPARE: dict[str, Callable[..., NDArray[np.bool_]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Inequality:
    """Compare two expressions: one link of a chain."""

    left: Expression
    comparison: str
    right: Expression

    def __str__(self) -> str:
        return f"{self.left.text} {self.comparison} {self.right.text}"

    @property
    def names(self) -> frozenset[str]:
        """Return the parameters that appear on either side."""
        return self.left.names | self.right.names

    def __call__(self, values: Mapping[str, NDArray[np.float64] | float]) -> NDArray[np.bool_]:
        """Tell where the inequality holds; an undefined side never does."""
        return _COMPARE[self.comparison](self.left(values), self.right(values))

    def certain(self, values: Mapping[str, Interval]) -> bool:
        """Tell whether the inequality holds for every point inside the intervals."""
        left, right = self.left.interval(values), self.right.interval(values)
        if self.comparison in {"<", "<="}:
            return bool(_COMPARE[self.comparison](left[1], right[0]))
        return bool(_COMPARE[self.comparison](left[0], right[1]))


@dataclass(frozen=True)
class Constraint:
    """Restrict the prior to the points that satisfy a chain of inequalities.

    Attributes
    ----------
    text : str
        What the user wrote.
    terms, comparisons : tuple
        The expressions and the signs between them.

    Examples
    --------
    >>> import numpy as np
    >>> constraint = Constraint.parse("delta_m < 0.1*m_chi", {"delta_m", "m_chi"})
    >>> constraint({"delta_m": np.array([1.0, 30.0]), "m_chi": np.array([200.0, 200.0])})
    array([ True, False])
    """

    text: str
    terms: tuple[Expression, ...]
    comparisons: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, known: Collection[str]) -> Constraint:
        """Parse a text; raise `UserError` with the position of the first mistake."""
        return cls(text, *parse_comparison(text, known))

    def __iter__(self) -> Iterator[Inequality]:
        for left, comparison, right in zip(self.terms, self.comparisons, self.terms[1:], strict=False):
            yield Inequality(left, comparison, right)

    @property
    def names(self) -> frozenset[str]:
        """Return the parameters the constraint depends on."""
        return frozenset().union(*(term.names for term in self.terms))

    def __call__(self, values: Mapping[str, NDArray[np.float64] | float]) -> NDArray[np.bool_]:
        """Tell which of the points satisfy every link, for values of shape (n,) or single numbers."""
        results = [inequality(values) for inequality in self]
        return np.logical_and.reduce(np.broadcast_arrays(*results), axis=0)

    def certain(self, values: Mapping[str, Interval]) -> bool:
        """Tell whether every point inside the intervals satisfies the constraint."""
        return all(inequality.certain(values) for inequality in self)
