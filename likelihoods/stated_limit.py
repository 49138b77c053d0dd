"""A published limit as a curve, stated in the run file: an observable against a limit that depends on another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import UserError
from .likelihood import Likelihood, TheoryError
from .limits import only_physical
from .published import Points, points_of
from .stated_bound import bounded_rate
from .tables import TINY, LogCurve, faded, ln, power_law_ends, within

__all__ = ["StatedLimit"]

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class StatedLimit(Likelihood):
    """Keep an observable below, or above, a published curve.

    The limit l(x) is interpolated linearly in the logarithms of limit and x. The observable over the limit, or
    its inverse for a lower limit, counts as a rate:

        ln L = -(z v/l(x))^2 / 2,

    with z = 1.96 at 95 % CL, as in `StatedBound`. Outside the table there is no limit (the logarithm fades to
    zero within 5 % of x), that of the nearest end, or the power law of the last two points.
    """

    summary: ClassVar[str] = "A limit as a curve, read from a table (CSV, HEPData) or given in the run file."
    validity: ClassVar[str] = "inside the table; outside as its option says, flagged"
    grade: ClassVar[str] = "as good as the table; the form of a bare limit is a guess"

    observable: Annotated[str, Field(description="the observable or parameter that is limited")]
    over: Annotated[str, Field(description="what the limit depends on: an observable or parameter")]
    file: Annotated[
        str,
        Field(
            description="table, CSV or as HEPData writes it; its path counts from the folder of the run file"
        ),
    ] = ""
    columns: Annotated[
        tuple[str, ...],
        Field(description="titles, or beginnings of them, of x and limit; by default the first two columns"),
    ] = ()
    side: Annotated[
        Literal["upper", "lower"], Field(description="whether it is an upper or a lower limit")
    ] = "upper"
    level: Annotated[float, Field(ge=0.5, le=0.99999, description="confidence level of the limit")] = 0.95
    outside: Annotated[
        Literal["no-limit", "nearest", "power-law"],
        Field(description="what holds beyond the ends of the table"),
    ] = "no-limit"
    scale: Annotated[
        float,
        Field(gt=0.0, le=1e100, description="factor from the unit of the table to that of the observable"),
    ] = 1.0
    theory_error: Annotated[
        float | None,
        Field(
            ge=0.0, le=10.0, description="error of the calculation as a fraction; by default the scenario's"
        ),
    ] = None
    source: Annotated[  # type: ignore[misc] # of every instance its own
        str, Field(description="where the limit comes from, such as an arXiv number")
    ] = "stated in the run file"
    points: Points = ()
    # The observable that holds the theory error of each point; the scenario names it.
    error_observable: str = ""
    name: str = "limit"  # type: ignore[misc] # of every instance its own

    def __post_init__(self) -> None:
        """Refuse options outside what they declare, and a table without a curve."""
        super().__post_init__()
        where = f"likelihoods.{self.name}.points"
        object.__setattr__(self, "points", points_of(self.points, 2, where))
        x = [row[0] for row in self.points]
        if min(min(row) for row in self.points) <= 0.0 or len(set(x)) < len(x):
            raise UserError(f"{where}: x and limit must be positive, and no x may occur twice.")

    @classmethod
    def example(cls) -> StatedLimit:
        """Return an instance to describe."""
        return cls(observable="the observable it names", over="x", points=((1.0, 1.0), (10.0, 1.0)))

    @property
    def needs(self) -> tuple[str, ...]:
        """The observables it names."""
        return (self.observable, self.over) + ((self.error_observable,) if self.error_observable else ())

    @cached_property
    def _curve(self) -> LogCurve:
        x, limit = np.array(self.points).T
        curve = LogCurve(x, limit * self.scale)
        return power_law_ends(curve) if self.outside == "power-law" else curve

    def evaluate(self, observables: Mapping[str, Array]) -> tuple[Array, dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,), and the flag of points outside the table."""
        values, x = (
            np.atleast_1d(np.ascontiguousarray(observables[name], dtype=np.float64))
            for name in (self.observable, self.over)
        )
        physical = (values >= 0.0) & (x > 0.0) & (x < np.inf)
        ln_x = ln(np.where(physical, x, 1.0))
        theory = np.full(values.shape, self.theory_error or 0.0)
        if self.error_observable:
            theory = np.atleast_1d(observables[self.error_observable])
            physical = physical & (theory >= 0.0)
            theory = np.where(physical, theory, 0.0)
        ln_ratio = ln(np.where(physical, np.minimum(values, 1e300), 1.0)) - self._curve(ln_x)
        if self.side == "lower":
            ln_ratio = -ln_ratio
        found = bounded_rate(np.exp(np.clip(ln_ratio, np.log(TINY), 230.0)), theory, self.level)
        low, high = self._curve.low, self._curve.high
        inside = within(ln_x, low, high)
        if self.outside == "no-limit":
            found, inside = faded(found, ln_x, low, high)
        return only_physical(found, physical), {"outside-table": ~inside & physical}

    def with_theory(self, theory: Mapping[str, TheoryError]) -> StatedLimit:
        """Return the likelihood with the scenario's error on the observable, unless its options set one."""
        stated = theory.get(self.observable)
        if self.theory_error is not None or stated is None:
            return self
        if isinstance(stated.value, str):
            return replace(self, error_observable=stated.value)
        return replace(self, theory_error=stated.fraction())

    def table(self) -> dict[str, Any]:
        """Return the likelihood as a table of a run file, with the numbers of its file."""
        kind = {} if self.name == "limit" else {"kind": "limit"}
        return kind | super().table() | {"points": [list(row) for row in self.points]}

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        x = [row[0] for row in self.points]
        side = "below" if self.side == "upper" else "above"
        return (
            f"{self.observable} {side} a curve of {len(x)} points over {self.over} from {min(x):.4g} to {max(x):.4g} "
            f"({100.0 * self.level:.5g} % CL), outside: {self.outside} ({self.source})"
        )
