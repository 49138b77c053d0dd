"""A measurement stated in the run file alone: any observable, its value and its error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import UserError
from .likelihood import Likelihood, Measurement, TheoryError
from .limits import eased, gaussian, only_physical
from .tables import TINY, ln

__all__ = ["StatedMeasurement"]

Array = NDArray[np.float64]
# Stand for infinity; the square of the pull is still a number, far beyond where the likelihood is eased.
LARGEST, LARGEST_PULL = 1e300, 1e100


@dataclass(frozen=True, kw_only=True)
class StatedMeasurement(Likelihood):
    """Compare an observable with a measured value.

        ln L = -(v - v0)^2 / (2 [s^2 + (t v0)^2]),

    with the value v0, its standard error s and the theory error t, a fraction of the value. With
    ``logarithmic`` the logarithm is compared, as suits a prediction good to a factor f = 1 + t:

        ln L = -ln^2(v/v0) / (2 [(s/v0)^2 + ln^2 f]).

    Both are eased beyond fourteen standard deviations, see `relicfit.likelihoods.limits.eased`: the observable
    may span many decades. The widths are constant, so no normalisation appears.
    """

    summary: ClassVar[str] = "A value and its error, given in the run file for any observable."
    validity: ClassVar[str] = "every value; NaN is unphysical, and so are negative values of a logarithm"
    grade: ClassVar[str] = "as good as the numbers given"

    observable: Annotated[str, Field(description="the observable or parameter that was measured")]
    value: Annotated[
        float, Field(ge=-1e100, le=1e100, description="the measured value, in the unit of the observable")
    ]
    error: Annotated[
        float, Field(ge=1e-100, le=1e100, description="its standard error, in the unit of the observable")
    ]
    logarithmic: Annotated[bool, Field(description="whether the logarithm is compared")] = False
    theory_error: Annotated[
        float | None,
        Field(
            ge=0.0,
            le=1e6,
            description="error of the calculation as a fraction of the value; by default the scenario's own, or "
            "none if it states none",
        ),
    ] = None
    source: Annotated[  # type: ignore[misc] # of every instance its own
        str, Field(description="where the numbers come from, such as an arXiv number")
    ] = "stated in the run file"
    # The observable that holds the theory error of each point; the scenario names it.
    error_observable: str = ""
    name: str = "measurement"  # type: ignore[misc] # of every instance its own

    def __post_init__(self) -> None:
        """Refuse options outside what they declare, and the logarithm of what is not positive."""
        super().__post_init__()
        if self.logarithmic and not self.value > 0.0:
            raise UserError(
                f"likelihoods.{self.name}.value: found {self.value!r}; with logarithmic = true a positive number "
                "is wanted."
            )

    @classmethod
    def example(cls) -> StatedMeasurement:
        """Return an instance to describe."""
        return cls(observable="the observable it names", value=1.0, error=0.1)

    @property
    def needs(self) -> tuple[str, ...]:
        """The observable it names."""
        return (self.observable,) + ((self.error_observable,) if self.error_observable else ())

    @property
    def width(self) -> float:
        """The total standard error, of the logarithm if that is compared."""
        theory = self.theory_error or 0.0
        if self.logarithmic:
            return math.hypot(self.error / self.value, math.log1p(theory))
        return math.hypot(self.error, theory * self.value)

    def measurement(self) -> Measurement:
        """Return the value with the total error."""
        return Measurement(self.observable, self.value, self.width, self.logarithmic)

    def evaluate(self, observables: Mapping[str, Array]) -> tuple[Array, dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,); it raises no flags."""
        values = np.atleast_1d(np.ascontiguousarray(observables[self.observable], dtype=np.float64))
        physical = values >= (0.0 if self.logarithmic else -np.inf)
        safe = np.clip(np.where(physical, values, self.value), -LARGEST, LARGEST)
        distance = ln(safe) - math.log(self.value) if self.logarithmic else safe - self.value
        width: Array | float = self.width
        normalisation: Array | float = 0.0
        if self.error_observable:
            # The width of the point, with its normalisation relative to the data alone.
            theory = np.atleast_1d(observables[self.error_observable])
            physical = physical & (theory >= 0.0)
            theory = np.where(physical, theory, 0.0)
            width = np.hypot(self.width, theory if self.logarithmic else theory * self.value)
            normalisation = -np.log(width / self.width)
        # What overflows is eased below.
        with np.errstate(over="ignore"):
            pull = np.clip(distance / width, -LARGEST_PULL, LARGEST_PULL)
        return only_physical(eased(gaussian(pull, 0.0, 1.0)) + normalisation, physical), {}

    def simulate(self, observables: Mapping[str, Array], rng: np.random.Generator) -> StatedMeasurement:
        """Return the likelihood of a value measured around the true one (1,), with the width in use."""
        truth, width = float(observables[self.observable][0]), self.width
        if self.error_observable:
            theory = float(observables[self.error_observable][0])
            width = math.hypot(width, theory if self.logarithmic else theory * self.value)
        shift = width * rng.standard_normal()
        if self.error_observable:
            value = max(truth, TINY) * math.exp(shift) if self.logarithmic else truth + shift
            error = self.error / self.value * value if self.logarithmic else self.error
            return replace(self, value=value, error=error)
        if self.logarithmic:
            value = max(truth, TINY) * math.exp(shift)
            return replace(self, value=value, error=self.width * value, theory_error=0.0)
        # The theory error is a fraction of the measured value: fold it in, or the width would change.
        return replace(self, value=truth + shift, error=self.width, theory_error=0.0)

    def with_theory(self, theory: Mapping[str, TheoryError]) -> StatedMeasurement:
        """Return the likelihood with the scenario's error on the observable, unless its options set one."""
        stated = theory.get(self.observable)
        if self.theory_error is not None or stated is None:
            return self
        if isinstance(stated.value, str):
            return replace(self, error_observable=stated.value)
        return replace(self, theory_error=stated.fraction(of_a_factor=self.logarithmic))

    def table(self) -> dict[str, Any]:
        """Return the likelihood as a table of a run file, with its kind where its name does not tell."""
        return ({} if self.name == "measurement" else {"kind": "measurement"}) | super().table()

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        theory = f", {100.0 * (self.theory_error or 0.0):.3g} % theory error"
        if self.error_observable:
            theory = f", the theory error of each point ({self.error_observable})"
        form = ", logarithms compared" if self.logarithmic else ""
        return f"{self.observable} = {self.value:.4g} +- {self.error:.3g}{theory}{form} ({self.source})"
