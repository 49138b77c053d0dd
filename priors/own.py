"""The contract of a prior in a user's own file."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import fields
from typing import Any, ClassVar

import numpy as np

from .distribution import Distribution, FloatArray

__all__ = ["UserPrior"]


class UserPrior(Distribution):
    """Describe a prior of one's own, named ``"my_prior.py:Cauchy"`` in a run file.

    A subclass is a frozen dataclass whose fields are the parameters, numbers or expressions of other parameters in the
    run file, and defines `quantile`, `cdf` and `density` (normalised). ``ends`` are the ends of the support, numbers or
    names of fields, and ``needs`` inequalities between the fields, such as ``("0 < width",)``.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Cauchy(UserPrior):
    ...     centre: float
    ...     width: float
    ...     needs = ("0 < width",)
    ...     stand_in = {"centre": 0.0, "width": 1.0}
    ...
    ...     def quantile(self, u):
    ...         return self.centre + self.width * np.tan(np.pi * (u - 0.5))
    ...
    ...     def cdf(self, x):
    ...         return 0.5 + np.arctan((x - self.centre) / self.width) / np.pi
    ...
    ...     def density(self, x):
    ...         return self.width / (np.pi * (self.width**2 + (x - self.centre) ** 2))
    >>> float(Cauchy(1.0, 2.0).from_unit(np.array([0.75]))[0])
    3.0
    """

    stand_in: ClassVar[dict[str, float]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Take the words for the reader from the name of the class and its fields."""
        super().__init_subclass__(**keywords)
        own = [name for name in vars(cls).get("__annotations__", {}) if not name.startswith("_")]
        cls.name = cls.__name__
        cls.form = f"{{ {cls.__name__} = [{', '.join(own)}] }}"
        cls.sentence = (cls.__doc__ or cls.__name__).splitlines()[0]
        cls.phrase = f"{cls.__name__} with " + ", ".join(f"{name} {{{name}}}" for name in own)

    @abstractmethod
    def quantile(self, u: FloatArray) -> FloatArray:
        """Return the value below which the probability is u, for u in (0, 1)."""

    @abstractmethod
    def cdf(self, x: FloatArray) -> FloatArray:
        """Return the probability below x, the inverse of `quantile`."""

    @abstractmethod
    def density(self, x: FloatArray) -> FloatArray:
        """Return the normalised density at x."""

    @property
    def specification(self) -> dict[str, Any]:
        """Return the fields by name: the word of a run file is the path of the file, which a class does not know."""
        return {self.name: {item.name: float(getattr(self, item.name)) for item in fields(self)}}

    def _quantile(self, u: FloatArray) -> FloatArray:
        return self.quantile(u)

    def _cdf(self, x: FloatArray) -> FloatArray:
        return self.cdf(x)

    def _log_density(self, x: FloatArray) -> FloatArray:
        return np.log(self.density(x))
