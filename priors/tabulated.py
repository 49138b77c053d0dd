"""Priors that are one thing: a density at points, linear between them, or one of some numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from .distribution import Distribution, FloatArray
from .intervals import Interval
from .law import Law

__all__ = ["CHOICE", "READY", "TABLE", "Choice", "ReadyLaw", "Tabulated", "read_choice", "read_table"]

# The word of a run file: { table = { x = [...], density = [...] } }, or the name of a file.
TABLE = "table"
CHOICE = "choice"
SENTENCE = "density from a table, linear between its points and zero outside"
FORM = '{ table = "prior.csv" } (columns x, density) or { table = { x = [...], density = [...] } }'

# What a run file may name beside the distributions with parameters: the sentence and the form of each.
READY = {
    TABLE: (SENTENCE, FORM),
    CHOICE: ("one of some numbers, all equally probable", "{ choice = [1, 2, 4] }"),
    "posterior": (
        "smoothed posterior of the same parameter in an earlier run, one-dimensional: correlations are lost",
        '{ posterior = "runs/earlier" } or { posterior = { run = "runs/earlier", of = "mass" } }',
    ),
    "my_prior.py:Name": (
        "a class of one's own, derived from relicfit.priors.UserPrior",
        '{ "my_prior.py:Name" = [1.0, 2.0] }',
    ),
}


@dataclass(frozen=True, eq=False)
class Tabulated(Distribution):
    """Hold a density at points, linear between them.

    Attributes
    ----------
    x : (n,) array
        Increasing.
    density : (n,) array
        With any norm, not negative; the first and the last may be zero.
    origin : str
        Where it comes from, for the reader.
    """

    name = TABLE
    form = FORM
    sentence = SENTENCE
    phrase = "table from {low} to {high}"

    x: FloatArray
    density: FloatArray
    origin: str = ""

    @property
    def support(self) -> tuple[float, float]:
        """Return the first and the last point."""
        return float(self.x[0]), float(self.x[-1])

    @property
    def specification(self) -> dict[str, object]:
        """Return the table in the notation of run files."""
        origin = {"origin": self.origin} if self.origin else {}
        return {TABLE: {"x": self.x.tolist(), "density": self.density.tolist(), **origin}}

    @cached_property
    def _heights(self) -> FloatArray:
        return self.density / np.trapezoid(self.density, self.x)

    @cached_property
    def _shares(self) -> FloatArray:
        """The probability below each point."""
        parts = 0.5 * (self._heights[1:] + self._heights[:-1]) * np.diff(self.x)
        found = np.concatenate([[0.0], np.cumsum(parts)])
        return found / found[-1]

    def _piece(self, index: NDArray[np.int64]) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        low, high = self._heights[index], self._heights[index + 1]
        width = self.x[index + 1] - self.x[index]
        return self.x[index], low, (high - low) / width, width

    def _quantile(self, u: FloatArray) -> FloatArray:
        index = np.clip(np.searchsorted(self._shares, u, side="right") - 1, 0, len(self.x) - 2)
        start, height, slope, width = self._piece(index)
        rest = np.maximum(u - self._shares[index], 0.0)
        # height t + slope t²/2 = rest, without a difference of what is nearly equal.
        root = np.sqrt(np.maximum(height * height + 2.0 * slope * rest, 0.0))
        step = np.divide(2.0 * rest, height + root, out=np.zeros_like(rest), where=height + root > 0.0)
        return start + np.minimum(step, width)

    def _cdf(self, x: FloatArray) -> FloatArray:
        index = np.clip(np.searchsorted(self.x, x, side="right") - 1, 0, len(self.x) - 2)
        start, height, slope, _ = self._piece(index)
        step = x - start
        return self._shares[index] + step * (height + 0.5 * slope * step)

    def _log_density(self, x: FloatArray) -> FloatArray:
        return np.log(np.interp(x, self.x, self._heights))

    def __str__(self) -> str:
        low, high = self.support
        return f"{self.origin or 'table'} from {low:.6g} to {high:.6g}"


@dataclass(frozen=True, eq=False)
class Choice(Distribution):
    """Hold values that are equally probable and nothing between them.

    Attributes
    ----------
    values : (n,) array
        Increasing. Each has an interval of the unit cube of its own.
    """

    name = CHOICE
    form = "{ choice = [1, 2, 4] }"
    sentence = "one of some numbers, all equally probable"
    phrase = "one of {values}"

    values: FloatArray

    @property
    def support(self) -> tuple[float, float]:
        """Return the smallest and the largest value."""
        return float(self.values[0]), float(self.values[-1])

    @property
    def specification(self) -> dict[str, object]:
        """Return the values in the notation of run files."""
        return {CHOICE: self.values.tolist()}

    def _index(self, x: FloatArray) -> NDArray[np.int64]:
        return np.clip(np.searchsorted(self.values, x), 0, len(self.values) - 1)

    def _quantile(self, u: FloatArray) -> FloatArray:
        count = len(self.values)
        return self.values[np.minimum((u * count).astype(np.int64), count - 1)]

    def _cdf(self, x: FloatArray) -> FloatArray:
        # The middle of the interval of a value.
        return (self._index(x) + 0.5) / len(self.values)

    def _log_density(self, x: FloatArray) -> FloatArray:
        return np.where(self.values[self._index(x)] == x, -np.log(len(self.values)), -np.inf)

    def __str__(self) -> str:
        return "one of " + ", ".join(f"{value:.6g}" for value in self.values)


def read_choice(raw: object) -> ReadyLaw:
    """Read a list of numbers.

    Raises
    ------
    UserError
        Where it holds fewer than two, or one twice.
    """
    values = _numbers(raw, CHOICE)
    if len(values) < 2 or len(np.unique(values)) < len(values):
        raise UserError(f"choice needs two numbers or more, each once; found {values.tolist()}.")
    return ReadyLaw(Choice, {}, Choice(np.sort(values)))


@dataclass(frozen=True)
class ReadyLaw(Law):
    """Hold a law that is one distribution, whatever the other parameters are."""

    shared = False

    distribution: Tabulated | Choice

    def at(
        self, values: Mapping[str, FloatArray | float], certain: bool = False
    ) -> tuple[Distribution, None]:
        """Return the distribution; it makes sense everywhere."""
        return self.distribution, None

    def bounds(self, values: Mapping[str, Interval]) -> Interval:
        """Return the ends of the support."""
        return self.distribution.support

    def always_valid(self, values: Mapping[str, Interval]) -> bool:
        """Return that it makes sense."""
        return True

    def folded(self, fixed: Mapping[str, float]) -> ReadyLaw:
        """Return the law; nothing in it depends on another parameter."""
        return self

    def __str__(self) -> str:
        return str(self.distribution)


def read_table(raw: object) -> ReadyLaw:
    """Read ``{ x = [...], density = [...], origin = "..." }``.

    Raises
    ------
    UserError
        Where it is no density.
    """
    if not isinstance(raw, Mapping):
        raise UserError(f"found {raw!r} where a table of x and density is wanted: {FORM}.")
    unknown = [str(key) for key in raw if key not in ("x", "density", "origin")]
    if unknown:
        raise UserError(f"table knows x, density and origin, found {', '.join(unknown)}.")
    x, density = (_numbers(raw.get(key), key) for key in ("x", "density"))
    if len(x) != len(density) or len(x) < 2:
        raise UserError(
            f"table needs two points or more, as many x as densities; found {len(x)} and {len(density)}."
        )
    if not (np.diff(x) > 0.0).all():
        place = int(np.flatnonzero(np.diff(x) <= 0.0)[0])
        raise UserError(f"table needs increasing x, found {x[place]:g} before {x[place + 1]:g}.")
    if (density < 0.0).any() or not (np.trapezoid(density, x) > 0.0):
        raise UserError("table needs densities that are not negative, and not all of them zero.")
    return ReadyLaw(Tabulated, {}, Tabulated(x, density, str(raw.get("origin", ""))))


def _numbers(values: object, key: str) -> FloatArray:
    good = isinstance(values, Sequence) and not isinstance(values, str)
    try:
        found = np.array(values if good else None, dtype=np.float64)
    except (TypeError, ValueError):
        good, found = False, np.empty(0)
    if not good or found.ndim != 1 or not np.isfinite(found).all():
        where = key if key == CHOICE else f"table {key}"
        raise UserError(f"{where} must be a list of finite numbers.")
    return found
