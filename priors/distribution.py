"""What a univariate prior is: a map between the unit interval and a parameter, and a log-density."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["U_MAX", "U_MIN", "Distribution", "FloatArray", "Parameter"]

FloatArray = NDArray[np.float64]
Parameter = float | FloatArray

# A sampler may propose the ends of the unit cube. The nearest interior numbers keep unbounded priors finite.
U_MIN = float(np.finfo(np.float64).tiny)
U_MAX = 1.0 - 2.0**-53


@dataclass(frozen=True)
class Distribution(ABC):
    """Describe one univariate prior.

    A subclass names its parameters as dataclass fields and states, as data, what they must satisfy.

    Attributes
    ----------
    needs : tuple of str
        Inequalities between the parameters, in the grammar of the constraints.
    ends : tuple
        Lower and upper end of the support: a number, or the name of the parameter that holds it.
    phrase : str
        One readable line, with the parameters in braces.
    stand_in : dict
        Valid parameters, put in the place of invalid ones so that no NaN arises where nothing is allowed.
    """

    needs: ClassVar[tuple[str, ...]] = ()
    ends: ClassVar[tuple[float | str, float | str]] = (-math.inf, math.inf)
    phrase: ClassVar[str]
    stand_in: ClassVar[dict[str, float]]

    @property
    def support(self) -> tuple[Parameter, Parameter]:
        """Return the lower and upper end of the support."""
        low, high = (getattr(self, end) if isinstance(end, str) else end for end in self.ends)
        return low, high

    def from_unit(self, u: FloatArray) -> FloatArray:
        """Return the quantile at u, inside the support for every u in [0, 1]."""
        low, high = self.support
        with np.errstate(all="ignore"):
            x = self._quantile(np.minimum(np.maximum(u, U_MIN), U_MAX))
            return np.minimum(np.maximum(x, low), high)

    def to_unit(self, x: FloatArray) -> FloatArray:
        """Return the cdf at x, the inverse of `from_unit`."""
        low, high = self.support
        with np.errstate(all="ignore"):
            u = self._cdf(np.minimum(np.maximum(x, low), high))
            return np.minimum(np.maximum(u, 0.0), 1.0)

    def log_density(self, x: FloatArray) -> FloatArray:
        """Return the natural logarithm of the normalised density at x, -inf outside the support."""
        low, high = self.support
        inside = (x >= low) & (x <= high)
        with np.errstate(all="ignore"):
            return np.where(inside, self._log_density(np.minimum(np.maximum(x, low), high)), -np.inf)

    @abstractmethod
    def _quantile(self, u: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _cdf(self, x: FloatArray) -> FloatArray: ...

    @abstractmethod
    def _log_density(self, x: FloatArray) -> FloatArray: ...
