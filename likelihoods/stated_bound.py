"""A bound stated in the run file alone: any observable, above or below a limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import UserError
from .likelihood import Likelihood, TheoryError
from .limits import (
    NUISANCE_NODES,
    Z_ONE_SIDED,
    Z_TWO_SIDED,
    eased,
    marginalised_over_scale,
    only_physical,
    rate_half_gaussian,
    smeared_step,
)
from .tables import TINY

__all__ = ["StatedBound", "bounded_rate"]

Array = NDArray[np.float64]
# Stand for infinity; the square of the ratio is still a number, far beyond where the likelihood is eased.
LARGEST, LARGEST_RATIO = 1e300, 1e100


def bounded_rate(ratio: Array, theory: Array, level: float) -> Array:
    """Return the half-Gaussian of a rate (n,) over its limit at a level, theory errors (n,) integrated out."""
    z = NormalDist().inv_cdf(0.5 + 0.5 * level) / Z_TWO_SIDED
    scaled = np.minimum(z * ratio, LARGEST_RATIO)
    if not theory.any():
        return rate_half_gaussian(scaled)
    factors = np.exp(theory[:, None] * NUISANCE_NODES)
    return marginalised_over_scale(rate_half_gaussian(scaled[:, None] * factors))


@dataclass(frozen=True, kw_only=True)
class StatedBound(Likelihood):
    """Keep an observable below an upper limit or above a lower one.

    Without ``width`` the observable, or the inverse of one bounded from below, counts as a rate whose best value
    is zero and whose posterior is a half-Gaussian:

        ln L = -(z v/upper)^2 / 2    or    ln L = -(z lower/v)^2 / 2,

    with z = 1.96 for a limit at 95 % CL (z = 1.64 at 90 %): ln L = -1.92 at the limit, and a slope everywhere.
    An error t of the calculation multiplies v by exp(t n), with n normal and integrated out.

    With ``width``, the standard error w of the limit in the unit of the observable, it is a smeared step,

        ln L = ln Phi(-(v - upper + z w) / sqrt(w^2 + (t upper)^2))

    with z = 1.64 at 95 % CL: ln L = -3.00 at the limit without theory error, and zero far on the allowed side.
    That form suits masses, and limits that are not positive. Both are eased below -100; with two limits the
    logarithms add.
    """

    summary: ClassVar[str] = "An upper or a lower limit, given in the run file for any observable."
    validity: ClassVar[str] = "every value; NaN is unphysical, and without width negative values too"
    grade: ClassVar[str] = "as good as the numbers given; the form of a bare limit is a guess"

    observable: Annotated[str, Field(description="the observable or parameter that is bounded")]
    upper: Annotated[
        float | None, Field(ge=-1e100, le=1e100, description="upper limit, in the unit of the observable")
    ] = None
    lower: Annotated[
        float | None, Field(ge=-1e100, le=1e100, description="lower limit, in the unit of the observable")
    ] = None
    level: Annotated[float, Field(ge=0.5, le=0.99999, description="confidence level of the limit")] = 0.95
    width: Annotated[
        float | None,
        Field(
            gt=0.0,
            le=1e100,
            description="standard error of the limit, in the unit of the observable: a smeared step in the "
            "place of a half-Gaussian",
        ),
    ] = None
    theory_error: Annotated[
        float | None,
        Field(
            ge=0.0,
            le=10.0,
            description="error of the calculation as a fraction; by default the scenario's own, or none if it "
            "states none",
        ),
    ] = None
    source: Annotated[  # type: ignore[misc] # of every instance its own
        str, Field(description="where the limit comes from, such as an arXiv number")
    ] = "stated in the run file"
    # The observable that holds the theory error of each point; the scenario names it.
    error_observable: str = ""
    name: str = "bound"  # type: ignore[misc] # of every instance its own

    def __post_init__(self) -> None:
        """Refuse options outside what they declare, no limit at all, and limits their form has no use for."""
        super().__post_init__()
        stated = {"upper": self.upper, "lower": self.lower}
        limits = {key: value for key, value in stated.items() if value is not None}
        where = f"likelihoods.{self.name}"
        problems = [
            f"{where}.{key}: found {value!r}; without width a limit is positive. Give the width of its step."
            for key, value in limits.items()
            if self.width is None and not value > 0.0
        ]
        if not limits:
            problems.append(f"{where}: no limit; give upper or lower, for example upper = 1e-7.")
        if self.upper is not None and self.lower is not None and not self.lower < self.upper:
            problems.append(f"{where}: lower = {self.lower:g} is not below upper = {self.upper:g}.")
        if problems:
            raise UserError(*problems)

    @classmethod
    def example(cls) -> StatedBound:
        """Return an instance to describe."""
        return cls(observable="the observable it names", upper=1.0)

    @property
    def needs(self) -> tuple[str, ...]:
        """The observable it names."""
        return (self.observable,) + ((self.error_observable,) if self.error_observable else ())

    def evaluate(self, observables: Mapping[str, Array]) -> tuple[Array, dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,); it raises no flags."""
        values = np.atleast_1d(np.ascontiguousarray(observables[self.observable], dtype=np.float64))
        lowest = -np.inf if self.width else 0.0
        physical = values >= lowest
        safe = np.clip(np.where(physical, values, 1.0), -LARGEST, LARGEST)
        total = np.zeros(values.shape)
        theory = np.full(values.shape, self.theory_error or 0.0)
        if self.error_observable:
            theory = np.atleast_1d(observables[self.error_observable])
            physical = physical & (theory >= 0.0)
            theory = np.where(physical, theory, 0.0)
        # What overflows is eased below.
        with np.errstate(over="ignore"):
            if self.upper is not None:
                total += (
                    self._step(safe, self.upper, theory)
                    if self.width
                    else bounded_rate(safe / self.upper, theory, self.level)
                )
            if self.lower is not None:
                rate = self.lower / np.maximum(safe, TINY)
                total += (
                    self._step(-safe, -self.lower, theory)
                    if self.width
                    else bounded_rate(rate, theory, self.level)
                )
        return only_physical(total, physical), {}

    def _step(self, x: Array, limit: float, theory: Array) -> Array:
        """Return the smeared step of a quantity that grows towards exclusion."""
        width = self.width or 0.0
        # The recipe's limit is one at 95 %: move it to where the level puts it.
        at_95 = limit + (Z_ONE_SIDED - NormalDist().inv_cdf(self.level)) * width
        log_likelihood = smeared_step(x, at_95, width, theory * limit)
        return eased(np.maximum(log_likelihood, -LARGEST))

    def with_theory(self, theory: Mapping[str, TheoryError]) -> StatedBound:
        """Return the likelihood with the scenario's error on the observable, unless its options set one."""
        stated = theory.get(self.observable)
        if self.theory_error is not None or stated is None:
            return self
        if isinstance(stated.value, str):
            return replace(self, error_observable=stated.value)
        return replace(self, theory_error=stated.fraction())

    def table(self) -> dict[str, Any]:
        """Return the likelihood as a table of a run file, with its kind where its name does not tell."""
        return ({} if self.name == "bound" else {"kind": "bound"}) | super().table()

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        found = (("below", self.upper), ("above", self.lower))
        limits = [f"{side} {value:.4g}" for side, value in found if value is not None]
        width = "" if self.width is None else f", step of width {self.width:.3g}"
        theory = f", {100.0 * (self.theory_error or 0.0):.3g} % theory error"
        level = f"{100.0 * self.level:.5g} % CL"
        return f"{self.observable} {' and '.join(limits)} ({level}){width}{theory} ({self.source})"
