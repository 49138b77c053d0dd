"""The relic abundance of dark matter, from the cosmic microwave background."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import UserError
from . import pointwise
from .likelihood import Likelihood, Measurement, TheoryError
from .limits import gaussian, half_gaussian, marginalised_bound, only_physical

__all__ = ["RelicDensity"]

PLANCK_OMEGA_H2 = 0.1200  # arXiv:1807.06209, table 2, TT,TE,EE+lowE+lensing: Omega_c h^2
PLANCK_OMEGA_H2_ERROR = 0.0012

FORMS: dict[str, Callable[[NDArray[np.float64], float, float], NDArray[np.float64]]] = {
    "two-sided": gaussian,
    "upper": half_gaussian,
    "upper-marginalised": marginalised_bound,
}

# Stands for zero where the logarithm of an abundance is simulated.
SMALLEST_ABUNDANCE = 1e-60

# The scatter of published relic densities of one model from g*(T) and the collision terms alone.
UNSTATED_THEORY_ERROR = 0.05


@dataclass(frozen=True)
class RelicDensity(Likelihood):
    """Compare the relic abundance with the density of cold dark matter measured by Planck.

    A theory error that is one number is a fraction of the *measured* abundance, so the total width is
    constant and no normalisation term appears. Where the scenario states it point by point, logarithms are
    compared, because such errors may be factors: with the measurement ω_0 ± σ and the error t(θ),

        ln L = -ln²(ω/ω_0)/(2 w²) - ln(w/w_0),    w² = (σ/ω_0)² + t²,

    normalised to the width w_0 with t = 5 %, so that evidences compare with those at a constant 5 %.
    """

    name: ClassVar[str] = "relic-density"
    summary: ClassVar[str] = "The density of dark matter today, from the cosmic microwave background."
    source: ClassVar[str] = "Planck 2018, arXiv:1807.06209, table 2, TT,TE,EE+lowE+lensing (Omega_c h^2)"
    validity: ClassVar[str] = "every abundance; NaN and negative values are unphysical"
    grade: ClassVar[str] = "A"

    theory_error: Annotated[
        float | None,
        Field(
            ge=0.0,
            le=10.0,
            description="error of the calculation as a fraction of the measured abundance; by default "
            "the scenario's own, "
            f"or {UNSTATED_THEORY_ERROR:g} if it states none",
        ),
    ] = None
    bound: Annotated[
        Literal["two-sided", "upper", "upper-marginalised"],
        Field(
            description="two-sided: all of dark matter; upper: at most (half-Gaussian); "
            "upper-marginalised: at most, with the error of the bound integrated out (error function)"
        ),
    ] = "two-sided"
    measured: Annotated[
        float, Field(ge=-1e80, le=1e80, description="the measured Omega h^2; a simulated one may be negative")
    ] = PLANCK_OMEGA_H2
    error: Annotated[float, Field(ge=1e-80, le=1e80, description="standard error of the measurement")] = (
        PLANCK_OMEGA_H2_ERROR
    )
    logarithmic: Annotated[
        bool,
        Field(
            description="compare logarithms, in which a theory error is a factor; always so where it depends on "
            "the point"
        ),
    ] = False

    of: Annotated[
        str,
        Field(
            description='components whose densities are added, such as "chi1 + chi2"; by default everything'
        ),
    ] = ""

    # The observable that holds the theory error of each point; the scenario names it.
    error_observable: str = ""

    @property
    def needs(self) -> tuple[str, ...]:
        """The relic abundance or that of components, and its theory error where that depends on the point."""
        return self.components + ((self.error_observable,) if self.error_observable else ())

    @property
    def components(self) -> tuple[str, ...]:
        """The observables whose sum is compared."""
        names = [name.strip() for name in self.of.split("+") if name.strip()]
        return tuple(f"omega_h2_{name}" for name in names) or ("omega_h2",)

    def _density(self, observables: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the abundance that is compared (n,)."""
        parts = [np.atleast_1d(observables[name]) for name in self.components]
        return parts[0] if len(parts) == 1 else np.sum(parts, axis=0)

    @property
    def datasets(self) -> tuple[str, ...]:
        """The data behind the value."""
        return ("planck-2018-omega-c",)

    @property
    def theory_fraction(self) -> float:
        """The theory error in use, a fraction of the measured abundance."""
        return UNSTATED_THEORY_ERROR if self.theory_error is None else self.theory_error

    @property
    def width(self) -> float:
        """The total standard error of the comparison."""
        return math.hypot(self.error, self.theory_fraction * self.measured)

    def measurement(self) -> Measurement | None:
        """Return the abundance with the total error, that of the data alone where theory differs by point."""
        if len(self.components) > 1:
            return None
        width = self.error if self.error_observable else self.width
        if self.logarithmic:
            return Measurement(self.components[0], self.measured, width / self.measured, logarithmic=True)
        return Measurement(self.components[0], self.measured, width)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) of abundances (n,); it raises no flags."""
        omega_h2 = self._density(observables)
        if self.error_observable:
            pull = pointwise.ln_ratio(omega_h2, self.measured)
            reference = (self.width / self.measured) ** 2
            result = pointwise.FORMS[self.bound](pull, self._variance(observables), reference)
            return only_physical(result, omega_h2 >= 0.0), {}
        if self.logarithmic:
            pull = pointwise.ln_ratio(omega_h2, self.measured)
            return only_physical(
                FORMS[self.bound](pull, 0.0, self.width / self.measured), omega_h2 >= 0.0
            ), {}
        return only_physical(FORMS[self.bound](omega_h2, self.measured, self.width), omega_h2 >= 0.0), {}

    def _variance(self, observables: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Return the variance of the logarithm at each point (n,)."""
        theory = np.atleast_1d(observables[self.error_observable])
        return pointwise.added(self.error / self.measured, theory)

    def error_budget(self, observables: Mapping[str, NDArray[np.float64]]) -> dict[str, float]:
        """Return the errors of ln Ωh² from the data and the calculation, and the spread of the points."""
        theory = observables[self.error_observable] if self.error_observable else self.theory_fraction
        return pointwise.budget(self._density(observables), self.error / self.measured, theory)

    def simulate(
        self, observables: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
    ) -> RelicDensity:
        """Return the likelihood of an abundance measured around the true one (1,), with the width in use.

        Of logarithms the relative width is kept, so that the datum is as sharp at every abundance.
        """
        if self.bound != "two-sided":
            raise UserError(
                f"likelihoods.{self.name}.bound: an upper bound has no distribution of what was measured; "
                'data can be simulated for "two-sided".'
            )
        if self.error_observable or self.logarithmic:
            variance = (
                self._variance(observables)[0] if self.error_observable else (self.width / self.measured) ** 2
            )
            truth = max(float(self._density(observables)[0]), SMALLEST_ABUNDANCE)
            measured = truth * math.exp(math.sqrt(variance) * rng.standard_normal())
            return replace(self, measured=measured, error=self.error / self.measured * measured)
        measured = float(self._density(observables)[0]) + self.width * rng.standard_normal()
        # The theory error is a fraction of the measured abundance: fold it in, or the width would change.
        return replace(self, measured=measured, error=self.width, theory_error=0.0)

    def relative(self) -> RelicDensity:
        """Return the likelihood that compares logarithms, with the same relative width."""
        return self if self.bound != "two-sided" or self.measured <= 0.0 else replace(self, logarithmic=True)

    def with_theory(self, theory: Mapping[str, TheoryError]) -> RelicDensity:
        """Return the likelihood with the scenario's error on the abundance, unless its options set one."""
        stated = theory.get(self.components[0])
        if self.theory_error is not None or stated is None:
            return self
        if isinstance(stated.value, str):
            return replace(self, error_observable=stated.value)
        return replace(self, theory_error=stated.fraction())

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        planck = self.measured == PLANCK_OMEGA_H2 and self.error == PLANCK_OMEGA_H2_ERROR
        theory = (
            f"the theory error of each point ({self.error_observable})"
            if self.error_observable
            else f"{100.0 * self.theory_fraction:.3g} % theory error"
        )
        digits = max(0, 1 - math.floor(math.log10(self.error)))
        origin = "Planck 2018" if planck else "set in the run file"
        return (
            f"Omega h^2 = {self.measured:.{digits}f} +- {self.error:.{digits}f} ({origin}) "
            f"with {theory}, {self.bound}{', in the logarithm' if self.logarithmic else ''}"
        )
