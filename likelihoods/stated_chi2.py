"""A published chi-square in one or two dimensions, stated in the run file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ..errors import UserError
from .likelihood import Likelihood
from .limits import eased, only_physical
from .published import Points, points_of

__all__ = ["StatedChi2"]

Array = NDArray[np.float64]
# How far beyond the table, as a share of its span, a point is off by one standard deviation where the outside
# is excluded.
EDGE = 0.02


@dataclass(frozen=True, kw_only=True)
class StatedChi2(Likelihood):
    """Interpolate a tabulated chi-square: ln L = -(chi^2 - its minimum)/2.

    Linearly in each axis, or in its logarithm. Beyond the table the value of the nearest edge counts; where the
    outside is excluded, less half the square of the distance in units of 2 % of the span. `eased` below -100.
    """

    summary: ClassVar[str] = "A chi-square or log-likelihood tabulated over one or two observables."
    validity: ClassVar[str] = "inside the table; outside as its option says, flagged"
    grade: ClassVar[str] = "as good as the table"

    over: Annotated[
        tuple[str, ...], Field(description="the one or two observables or parameters it depends on")
    ]
    file: Annotated[
        str,
        Field(
            description="table, CSV or as HEPData writes it; its path counts from the folder of the run file"
        ),
    ] = ""
    columns: Annotated[
        tuple[str, ...],
        Field(
            description="titles, or beginnings of them, of the axes and the value; by default the first columns"
        ),
    ] = ()
    holds: Annotated[
        Literal["chi2", "log-likelihood"],
        Field(description="what the last column is; constants do not matter"),
    ] = "chi2"
    logarithmic: Annotated[bool, Field(description="whether axes are interpolated by their logarithm")] = (
        False
    )
    outside: Annotated[Literal["nearest", "excluded"], Field(description="what holds beyond the table")] = (
        "nearest"
    )
    source: Annotated[  # type: ignore[misc] # of every instance its own
        str, Field(description="where the table comes from, such as an arXiv number")
    ] = "stated in the run file"
    points: Points = ()
    name: str = "chi2-table"  # type: ignore[misc] # of every instance its own

    def __post_init__(self) -> None:
        """Refuse options outside what they declare, and a table that is no grid."""
        super().__post_init__()
        where = f"likelihoods.{self.name}"
        if len(self.over) not in (1, 2):
            raise UserError(f"{where}.over: found {len(self.over)} names; one or two are wanted.")
        object.__setattr__(self, "points", points_of(self.points, len(self.over) + 1, f"{where}.points"))
        rows = np.array(self.points)
        if self.logarithmic and not (rows[:, :-1] > 0.0).all():
            raise UserError(f"{where}.points: with logarithmic = true the axes must be positive.")
        sizes = [len(axis) for axis in self._axes]
        places = {tuple(row) for row in rows[:, :-1].tolist()}
        if len(places) < len(rows) or len(rows) != int(np.prod(sizes)) or min(sizes) < 2:
            raise UserError(
                f"{where}.points: {len(rows)} rows with {' x '.join(map(str, sizes))} different values of the axes; a "
                "complete grid, each place once, is wanted."
            )

    @classmethod
    def example(cls) -> StatedChi2:
        """Return an instance to describe."""
        return cls(over=("x",), points=((0.0, 0.0), (1.0, 1.0)))

    @property
    def needs(self) -> tuple[str, ...]:
        """The observables it names."""
        return self.over

    @cached_property
    def _axes(self) -> list[Array]:
        axes = [np.unique(column) for column in np.array(self.points)[:, :-1].T]
        return [np.log(axis) for axis in axes] if self.logarithmic else axes

    @cached_property
    def _grid(self) -> Array:
        """The log-likelihood (k,) or (k, l), zero at its maximum."""
        rows = np.array(self.points)
        order = np.lexsort(rows[:, :-1].T[::-1])
        value = rows[order, -1] * (-0.5 if self.holds == "chi2" else 1.0)
        return np.reshape(value - value.max(), [len(axis) for axis in self._axes])

    def evaluate(self, observables: Mapping[str, Array]) -> tuple[Array, dict[str, NDArray[np.bool_]]]:
        """Return the log-likelihood (n,), and the flag of points outside the table."""
        values = [np.atleast_1d(np.asarray(observables[name], dtype=np.float64)) for name in self.over]
        physical = np.logical_and.reduce(
            [np.isfinite(v) & (v > 0.0 if self.logarithmic else True) for v in values]
        )
        places = [np.where(physical, v, 1.0) for v in values]
        places = [np.log(v) for v in places] if self.logarithmic else places
        beyond = np.zeros(values[0].shape)
        cells, shares = [], []
        for axis, place in zip(self._axes, places, strict=True):
            nearest = np.clip(place, axis[0], axis[-1])
            beyond = np.hypot(beyond, (place - nearest) / (EDGE * (axis[-1] - axis[0])))
            cell = np.clip(np.searchsorted(axis, nearest, side="right") - 1, 0, len(axis) - 2)
            cells.append(cell)
            shares.append((nearest - axis[cell]) / (axis[cell + 1] - axis[cell]))
        found = self._interpolated(cells, shares)
        if self.outside == "excluded":
            found = found - 0.5 * np.minimum(beyond, 1e100) ** 2
        return only_physical(eased(found), physical), {"outside-table": (beyond > 0.0) & physical}

    def _interpolated(self, cells: list[NDArray[np.intp]], shares: list[Array]) -> Array:
        grid = self._grid
        if len(cells) == 1:
            (i,), (t,) = cells, shares
            return (1.0 - t) * grid[i] + t * grid[i + 1]
        (i, j), (t, u) = cells, shares
        low = (1.0 - u) * grid[i, j] + u * grid[i, j + 1]
        high = (1.0 - u) * grid[i + 1, j] + u * grid[i + 1, j + 1]
        return (1.0 - t) * low + t * high

    def table(self) -> dict[str, Any]:
        """Return the likelihood as a table of a run file, with the numbers of its file."""
        kind = {} if self.name == "chi2-table" else {"kind": "chi2-table"}
        return kind | super().table() | {"points": [list(row) for row in self.points]}

    def describe(self) -> str:
        """Return the numbers in use in one line."""
        sizes = " x ".join(str(len(axis)) for axis in self._axes)
        return f"{self.holds} of {' and '.join(self.over)}, {sizes} points, outside: {self.outside} ({self.source})"
