"""The baryon asymmetry of the Universe, from the cosmic microwave background."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from . import pointwise
from .likelihood import Likelihood, Measurement, TheoryError
from .limits import only_physical
from .tables import everywhere

__all__ = ["BaryonAsymmetry"]

# n_B/s from Omega_b h^2 = 0.02237 +- 0.00015 (arXiv:1807.06209, table 2, TT,TE,EE+lowE+lensing) with
# s_0 = 2891.2 cm^-3 and 0.93715 GeV per baryon.
PLANCK_BARYON_YIELD = 8.70e-11
PLANCK_BARYON_YIELD_ERROR = 0.06e-11
# s_0 is 0.5 % larger with 3.044 than with 3 neutrinos that decouple at once.
CONVENTION_ERROR = 0.005
# What calculations of leptogenesis with Boltzmann equations are commonly trusted to.
UNSTATED_THEORY_FACTOR = 2.0
# Stands for zero: far enough to be excluded, near enough to be a number.
SMALLEST_YIELD = 1e-60


@dataclass(frozen=True)
class BaryonAsymmetry(Likelihood):
    """Compare the net baryon number over entropy density with the one measured by Planck.

    The prediction is uncertain by a factor, so its logarithm is compared:

        ln L = -ln²(|Y|/Y_0) / (2 [(σ/Y_0)² + c² + ln²f]),

    with the measurement Y_0 ± σ, the convention of the entropy density c = 0.5 % and the factor f. Where the
    scenario states ln f point by point, -ln of the width over that with f = 2 is added, its normalisation.

    Sign: Y is positive for more baryons than antibaryons. Which is which follows from CP phases whose
    overall sign a model leaves free, so that by default only the modulus counts; with
    ``sign = "positive"`` a negative asymmetry is unphysical.
    """

    name: ClassVar[str] = "baryon-asymmetry"
    summary: ClassVar[str] = "The baryon asymmetry of the Universe, from the cosmic microwave background."
    source: ClassVar[str] = (
        "Planck 2018, arXiv:1807.06209, table 2, TT,TE,EE+lowE+lensing (Omega_b h^2 = 0.02237 +- 0.00015), "
        "as n_B/s with s_0 = 2891.2 cm^-3"
    )
    validity: ClassVar[str] = "every asymmetry; NaN, and negative values if asked for, are unphysical"
    grade: ClassVar[str] = "A"

    theory_factor: Annotated[
        float | None,
        Field(
            ge=1.0,
            le=1e6,
            description="the calculation is good to this factor, log-normal; by default the scenario's own error, or "
            f"{UNSTATED_THEORY_FACTOR:g} if it states none",
        ),
    ] = None
    sign: Annotated[
        Literal["either", "positive"],
        Field(
            description="either: the modulus counts, the sign of the CP phase being free; positive: more baryons than "
            "antibaryons, as the scenario's phases have it"
        ),
    ] = "either"
    measured: Annotated[float, Field(ge=SMALLEST_YIELD, le=1.0, description="the measured n_B/s")] = (
        PLANCK_BARYON_YIELD
    )
    error: Annotated[
        float, Field(ge=1e-9 * SMALLEST_YIELD, le=1.0, description="standard error of the measurement")
    ] = PLANCK_BARYON_YIELD_ERROR
    convention_error: Annotated[
        float,
        Field(ge=0.0, le=1.0, description="fraction by which conventions of the entropy density differ"),
    ] = CONVENTION_ERROR

    # The observable that holds the theory error ln f of each point; the scenario names it.
    error_observable: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The net baryon number over entropy density, and its theory error where that depends on the point."""
        return ("baryon_yield",) + ((self.error_observable,) if self.error_observable else ())

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data behind the value."""
        return ("planck-2018-omega-b",)

    @property
    def factor(self) -> float:
        """The factor to which the calculation is trusted."""
        return UNSTATED_THEORY_FACTOR if self.theory_factor is None else self.theory_factor

    @property
    def width(self) -> float:
        """The total standard error of the logarithm."""
        return math.hypot(self.error / self.measured, self.convention_error, math.log(self.factor))

    def measurement(self) -> Measurement:
        """Return the asymmetry with the error of its logarithm, of the data alone where theory differs by point."""
        width = self._data_width if self.error_observable else self.width
        return Measurement("baryon_yield", self.measured, width, logarithmic=True)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) of asymmetries (n,); it raises no flags."""
        baryons = np.atleast_1d(np.asarray(observables["baryon_yield"], dtype=np.float64))
        physical = np.isfinite(baryons)
        if self.sign == "positive":
            physical &= baryons >= 0.0
        if not everywhere(physical):
            baryons = np.where(physical, baryons, self.measured)
        pull = np.log(np.maximum(np.abs(baryons), SMALLEST_YIELD) / self.measured)
        if self.error_observable:
            result = pointwise.normalised_gaussian(pull, self._variance(observables), self.width**2)
            return only_physical(result, physical), {}
        return only_physical(pull * pull * (-0.5 / self.width**2), physical), {}

    @property
    def _data_width(self) -> float:
        return math.hypot(self.error / self.measured, self.convention_error)

    def _variance(self, observables: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the variance of the logarithm at each point (n,)."""
        return pointwise.added(self._data_width, np.atleast_1d(observables[self.error_observable]))

    def error_budget(self, observables: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
        """Return the errors of ln |Y| from the data and the calculation, and the spread of the points."""
        theory = observables[self.error_observable] if self.error_observable else math.log(self.factor)
        return pointwise.budget(observables["baryon_yield"], self._data_width, theory)

    def simulate(
        self, observables: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
    ) -> BaryonAsymmetry:
        """Return the likelihood of an asymmetry measured around the true one (1,), log-normal."""
        truth = max(abs(float(observables["baryon_yield"][0])), SMALLEST_YIELD)
        width = math.sqrt(self._variance(observables)[0]) if self.error_observable else self.width
        measured = max(truth * math.exp(width * rng.standard_normal()), SMALLEST_YIELD)
        return replace(self, measured=measured, error=self.error / self.measured * measured)

    def with_theory(self, theory: Mapping[str, TheoryError]) -> BaryonAsymmetry:
        """Return the likelihood with the scenario's error on the asymmetry, unless its options set one."""
        stated = theory.get("baryon_yield")
        if self.theory_factor is not None or stated is None:
            return self
        if isinstance(stated.value, str):
            return replace(self, error_observable=stated.value)
        return replace(self, theory_factor=1.0 + stated.fraction(of_a_factor=True))

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        planck = self.measured == PLANCK_BARYON_YIELD and self.error == PLANCK_BARYON_YIELD_ERROR
        origin = "Planck 2018" if planck else "set in the run file"
        modulus = "|n_B/s|" if self.sign == "either" else "n_B/s"
        theory = (
            f"the theory error of each point ({self.error_observable})"
            if self.error_observable
            else f"a factor {self.factor:.3g} of theory error"
        )
        return (
            f"{modulus} = ({self.measured * 1e11:.3g} +- {self.error * 1e11:.2g})e-11 ({origin}) within "
            f"{theory}, log-normal"
        )
