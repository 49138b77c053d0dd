"""How much of the unit cube a prior allows, and draws from that part."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError

__all__ = ["Excluding", "draw", "fraction", "refuse_if_empty", "spread_points"]

FloatArray = NDArray[np.float64]

# A prior that none of this many spread points satisfies is taken as empty: rejection could not sample it.
_TRIALS = 2**20
_FIRST_TRIALS = 2**12
_CHUNK = 2**16
# Draw a little more than the allowed fraction so far suggests, so that one more round is mostly enough.
_SURPLUS = 1.1


class Excluding(Protocol):
    """State what is asked of a prior here: points from the unit cube, and which of them it allows."""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""

    @property
    def dim(self) -> int:
        """The dimension of the unit cube."""

    @property
    def can_exclude(self) -> bool:
        """Whether part of the unit cube may be excluded."""

    def from_unit(self, u: FloatArray) -> FloatArray:
        """Map points (n, dim) of the unit cube to parameters (n, d)."""

    def allowed(self, theta: FloatArray) -> NDArray[np.bool_]:
        """Tell which parameters (n, d) are allowed."""

    def restrictions(self, theta: FloatArray) -> Mapping[str, NDArray[np.bool_]]:
        """Tell at which parameters (n, d) each restriction holds, by its description."""


def draw(prior: Excluding, rng: np.random.Generator, n: int) -> FloatArray:
    """Draw n allowed points, shape (n, d), by rejection from the unit cube."""
    accepted, drawn, kept = [np.empty((0, len(prior.names)))], 0, 0
    while kept < n:
        wanted = (n - kept) * (drawn + 1) / (kept + 1) * (_SURPLUS if drawn else 1.0)
        size = min(math.ceil(wanted), _CHUNK)
        theta = prior.from_unit(rng.random((size, prior.dim)))
        accepted.append(theta[prior.allowed(theta)])
        drawn, kept = drawn + size, kept + len(accepted[-1])
        if kept == 0 and drawn >= _TRIALS:
            raise UserError(
                f"constraints: none of {drawn:,} points drawn from the prior is allowed. Widen them."
            )
    return np.concatenate(accepted)[:n]


def fraction(prior: Excluding, rng: np.random.Generator, n: int) -> tuple[float, float]:
    """Return the share of n uniform points of the unit cube that are allowed, and its standard error."""
    if n < 1:
        raise ValueError(f"n must be at least 1, found {n}")
    count, done = 0, 0
    while done < n:
        size = min(n - done, _CHUNK)
        count += int(np.count_nonzero(prior.allowed(prior.from_unit(rng.random((size, prior.dim))))))
        done += size
    smoothed = (count + 0.5) / (n + 1)
    return count / n, math.sqrt(smoothed * (1.0 - smoothed) / n)


def refuse_if_empty(prior: Excluding) -> None:
    """Raise `UserError` where no point of the prior is allowed, naming what excludes them all."""
    if not prior.can_exclude:
        return
    possible: dict[str, bool] = {}
    done = 0
    while done < _TRIALS:
        size = min(_CHUNK, _TRIALS - done) if done else _FIRST_TRIALS
        theta = prior.from_unit(spread_points(done, size, prior.dim))
        if prior.allowed(theta).any():
            return
        for label, holds in prior.restrictions(theta).items():
            possible[label] = possible.get(label, False) or bool(np.any(holds))
        done += size
    reason = f"none of {done:,} trial points spread over it satisfies"
    empty = [label for label, found in possible.items() if not found]
    if empty:
        raise UserError(
            *(f"{label} excludes the whole prior: {reason} this. Widen the priors." for label in empty)
        )
    raise UserError(f"constraints: all together exclude the whole prior: {reason} them. Relax one of them.")


def spread_points(start: int, n: int, dim: int) -> FloatArray:
    """Return n points that fill the unit cube evenly, shape (n, dim), without randomness.

    Additive recurrence: the steps are powers of 1/g with g^(dim + 1) = g + 1, the golden ratio for dim = 1.
    """
    root = 2.0
    for _ in range(60):
        root = (1.0 + root) ** (1.0 / (dim + 1))
    steps = root ** -np.arange(1.0, dim + 1)
    return (0.5 + np.arange(start + 1, start + n + 1)[:, None] * steps) % 1.0
