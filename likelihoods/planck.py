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

# The scatter of published relic densities of one model from g*(T) and the collision terms alone.
UNSTATED_THEORY_ERROR = 0.05


@dataclass(frozen=True)
class RelicDensity(Likelihood):
    """Compare the relic abundance with the density of cold dark matter measured by Planck.

    The theory error is a fraction of the *measured* abundance, so the total width is constant and no
    normalisation term appears.
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
        float, Field(ge=-1e30, le=1e30, description="the measured Omega h^2; a simulated one may be negative")
    ] = PLANCK_OMEGA_H2
    error: Annotated[float, Field(ge=1e-12, le=1e9, description="standard error of the measurement")] = (
        PLANCK_OMEGA_H2_ERROR
    )

    @property
    def needs(self) -> tuple[str, ...]:
        """The relic abundance."""
        return ("omega_h2",)

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

    def measurement(self) -> Measurement:
        """Return the abundance with the total error."""
        return Measurement("omega_h2", self.measured, self.width)

    def evaluate(
        self, observables: Mapping[str, NDArray[np.float64]]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,) of abundances (n,); it raises no flags."""
        omega_h2 = np.atleast_1d(observables["omega_h2"])
        return only_physical(FORMS[self.bound](omega_h2, self.measured, self.width), omega_h2 >= 0.0), {}

    def simulate(
        self, observables: Mapping[str, NDArray[np.float64]], rng: np.random.Generator
    ) -> RelicDensity:
        """Return the likelihood of an abundance measured around the true one (1,), with the width in use."""
        if self.bound != "two-sided":
            raise UserError(
                f"likelihoods.{self.name}.bound: an upper bound has no distribution of what was measured; "
                'data can be simulated for "two-sided".'
            )
        measured = float(observables["omega_h2"][0]) + self.width * rng.standard_normal()
        # The theory error is a fraction of the measured abundance: fold it in, or the width would change.
        return replace(self, measured=measured, error=self.width, theory_error=0.0)

    def with_theory(self, theory: Mapping[str, TheoryError]) -> RelicDensity:
        """Return the likelihood with the scenario's error on the abundance, unless its options set one."""
        stated = theory.get("omega_h2")
        if self.theory_error is not None or stated is None:
            return self
        return replace(self, theory_error=stated.fraction())

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        planck = self.measured == PLANCK_OMEGA_H2 and self.error == PLANCK_OMEGA_H2_ERROR
        digits = max(0, 1 - math.floor(math.log10(self.error)))
        origin = "Planck 2018" if planck else "set in the run file"
        return (
            f"Omega h^2 = {self.measured:.{digits}f} +- {self.error:.{digits}f} ({origin}) "
            f"with {100.0 * self.theory_fraction:.3g} % theory error, {self.bound}"
        )
