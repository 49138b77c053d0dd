"""The parameters as a user's model sees them, by name, each an array over points."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import did_you_mean
from ..scenario import Parameter

__all__ = ["Values", "ends", "nominal"]


class Values:
    """Hold parameters by name, ``p.mass``, as arrays (n, 1) that broadcast with temperatures (n, m)."""

    def __init__(self, values: Mapping[str, NDArray[np.float64]]) -> None:
        """Take arrays by name."""
        self.__dict__.update(values)

    def __getattr__(self, name: str) -> Any:
        """Say which parameters there are."""
        raise AttributeError(
            f"no parameter {name!r}.{did_you_mean(name, vars(self))} Known: {', '.join(vars(self))}"
        )


def nominal(parameter: Parameter) -> float:
    """Return a value to look at a model with: the default, the middle of the prior, or that of the range."""
    if parameter.default is not None:
        return float(parameter.default)
    for kind, numbers in (parameter.prior or {}).items():
        if isinstance(numbers, list | tuple) and all(isinstance(item, int | float) for item in numbers):
            low, high = (float(item) for item in (*numbers, numbers[0])[:2])
            if kind == "loguniform":
                return math.sqrt(low * high)
            return 0.5 * (low + high) if kind == "uniform" else low
    low, high = parameter.lower, parameter.upper
    if low > 0.0 and math.isfinite(high):
        return math.sqrt(low) * math.sqrt(high)
    if math.isfinite(low) and math.isfinite(high):
        return 0.5 * (low + high)
    return low if math.isfinite(low) and low != 0.0 else 1.0


def ends(parameter: Parameter) -> tuple[float, float]:
    """Return a low and a high value to look at a model with: those of the prior, or half and twice the middle."""
    for kind, numbers in (parameter.prior or {}).items():
        if kind in ("loguniform", "uniform") and all(isinstance(item, int | float) for item in numbers):
            return float(numbers[0]), float(numbers[1])
    middle = nominal(parameter)
    low, high = sorted((0.5 * middle, 2.0 * middle))
    return max(low, parameter.lower), min(high, parameter.upper)
