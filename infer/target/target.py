"""What a sampler sees: the unit cube, a log-likelihood on it, and what must be kept of every point."""

from __future__ import annotations

from collections import Counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Target", "UnitPrior", "periodic_axes"]

FloatArray = NDArray[np.float64]


class UnitPrior(Protocol):
    """The prior as samplers need it: uniform on the part of the unit cube that it allows."""

    def from_unit(self, cube: FloatArray) -> FloatArray:
        """Return parameters (n, d) of points (n, dim) of the unit cube."""
        ...

    def allowed(self, theta: FloatArray) -> NDArray[np.bool_]:
        """Return which rows (n,) satisfy the constraints."""
        ...

    def allowed_fraction(self, rng: np.random.Generator) -> tuple[float, float]:
        """Return the share of the cube inside the constraints, and its error."""
        ...


def periodic_axes(target: Target) -> list[int] | None:
    """Return the axes of the unit cube whose ends are the same point, None without any."""
    return list(getattr(target, "periodic", ())) or None


class Target(Protocol):
    """The contract between a problem and a sampler.

    Attributes
    ----------
    dim : int
        The number of sampled parameters.
    cost_ms : float
        A constant estimate of the time of one evaluation: what decides the random stream must not depend
        on a clock.
    calls : int
        Evaluations so far; a resumed run adds those of its former lives.
    rejected : Counter of str
        Why points got a log-likelihood of -inf.
    """

    dim: int
    calls: int
    rejected: Counter[str]

    @property
    def prior(self) -> UnitPrior:
        """The prior."""
        ...

    @property
    def cost_ms(self) -> float:
        """The estimate of the time of one evaluation, in milliseconds."""
        ...

    def on_cube(self, cube: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return log-likelihood (n,) and blobs (n, m) of points (n, dim).

        Finite, or -inf with a counted reason; a NaN never comes back, it stops the run.
        """
        ...
