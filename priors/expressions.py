"""Arithmetic on parameters, such as ``0.1*m_chi``, evaluated on arrays or on intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .intervals import INTERVAL_OPERATIONS, Interval

__all__ = ["Expression", "Step"]

FloatArray = NDArray[np.float64]
Step = tuple[str, float | str]  # ("number", 0.1), ("parameter", "m_chi") or ("apply", "*")

_OPERATIONS: dict[str, np.ufunc] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "negative": np.negative,
    "log": np.log,
    "log10": np.log10,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "min": np.minimum,
    "max": np.maximum,
}


@dataclass(frozen=True)
class Expression:
    """Evaluate one arithmetic expression of parameters, on arrays or on intervals.

    Attributes
    ----------
    text : str
        What the user wrote.
    steps : tuple of (str, float or str)
        The operations in the order in which a stack machine performs them.
    """

    text: str
    steps: tuple[Step, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the parameters the expression depends on."""
        return frozenset(str(value) for kind, value in self.steps if kind == "parameter")

    def __call__(self, values: Mapping[str, FloatArray | float]) -> FloatArray:
        """Evaluate for parameter values of shape (n,) or single numbers; NaN or inf where undefined."""
        # Plain numbers among arrays: numpy's power rounds differently for arrays of no dimension.
        stack: list[Any] = []
        with np.errstate(all="ignore"):
            for kind, value in self.steps:
                if kind == "number":
                    stack.append(np.float64(value))
                elif kind == "parameter":
                    stack.append(np.asarray(values[str(value)], dtype=np.float64))
                else:
                    operation = _OPERATIONS[str(value)]
                    arguments = stack[-operation.nin :]
                    stack[-operation.nin :] = [operation(*arguments)]
        return stack[0]

    def interval(self, values: Mapping[str, Interval]) -> Interval:
        """Return bounds that hold for every point inside the intervals of the parameters."""
        stack: list[Interval] = []
        for kind, value in self.steps:
            if kind == "number":
                stack.append((float(value), float(value)))
            elif kind == "parameter":
                stack.append(values[str(value)])
            else:
                count = _OPERATIONS[str(value)].nin
                stack[-count:] = [INTERVAL_OPERATIONS[str(value)](*stack[-count:])]
        return stack[0]
