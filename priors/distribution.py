"""What a univariate prior is: a map between the unit interval and a parameter, and a log-density."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Literal, get_args

import numpy as np
from numpy.typing import NDArray

__all__ = ["CHANGES", "FACTORS", "U_MAX", "U_MIN", "Change", "Distribution", "FloatArray", "Parameter"]

FloatArray = NDArray[np.float64]
Parameter = float | FloatArray
# What may be tried in the place of a prior: half and twice its width, flat for logarithmic and the reverse.
Change = Literal["halved", "doubled", "log-flat"]
CHANGES: tuple[Change, ...] = get_args(Change)
FACTORS = {"halved": 0.5, "doubled": 2.0}

# A sampler may propose the ends of the unit cube. The nearest interior numbers keep unbounded priors finite.
U_MIN = float(np.finfo(np.float64).tiny)
U_MAX = 1.0 - 2.0**-53


@dataclass(frozen=True)
class Distribution(ABC):
    """Describe one univariate prior.

    A subclass names its parameters as dataclass fields and states, as data, what they must satisfy.

    Attributes
    ----------
    name, form, sentence : str
        The word in a run file, how it is written there, and what it is.
    needs : tuple of str
        Inequalities between the parameters, in the grammar of the constraints.
    ends : tuple
        Lower and upper end of the support: a number, or the name of the parameter that holds it.
    phrase : str
        One readable line, with the parameters in braces.
    stand_in : dict
        Valid parameters, put in the place of invalid ones so that no NaN arises where nothing is allowed.
    width : str, optional
        The parameter that sets the width, if one does.
    logarithmic : bool
        Whether it is flat in the logarithm.
    """

    name: ClassVar[str]
    form: ClassVar[str]
    sentence: ClassVar[str]
    width: ClassVar[str | None] = None
    logarithmic: ClassVar[bool] = False
    needs: ClassVar[tuple[str, ...]] = ()
    ends: ClassVar[tuple[float | str, float | str]] = (-math.inf, math.inf)
    phrase: ClassVar[str]
    stand_in: ClassVar[dict[str, float]]

    @property
    def support(self) -> tuple[Parameter, Parameter]:
        """Return the lower and upper end of the support."""
        low, high = (getattr(self, end) if isinstance(end, str) else end for end in self.ends)
        return low, high

    @property
    def specification(self) -> dict[str, Any]:
        """Return the distribution in the notation of run files, with numbers for parameters."""
        values = [float(getattr(self, item.name)) for item in fields(self)]
        return {self.name: values if len(values) > 1 else values[0]}

    def varied(self, change: Change) -> tuple[Distribution | None, str]:
        """Return another prior to try in the place of this one, or None and the reason why there is none."""
        if self.width is None:
            return None, f"a {self.name} prior has no range to change"
        if change == "log-flat":
            return None, "its prior is neither flat nor logarithmic"
        return replace(self, **{self.width: FACTORS[change] * getattr(self, self.width)}), ""

    def clipped(self, low: float, high: float) -> Distribution:
        """Return the distribution with its range, where it has one to choose, ending at two bounds."""
        return self

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
