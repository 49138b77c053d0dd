"""Likelihoods on the unit cube with evidences known in closed form, seen as samplers see a target."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtr


class Whole:
    """The prior: all of the unit cube."""

    def from_unit(self, cube):
        """Return the parameters."""
        return cube

    def allowed(self, theta):
        """Return which rows are allowed."""
        return np.ones(len(theta), dtype=bool)

    def allowed_fraction(self, rng):
        """Return the share of the cube that is allowed, and its error."""
        return 1.0, 0.0


@dataclass
class Toy:
    """Hold a target: a function of points of the cube (n, dim), and the logarithm of its mean over the cube."""

    dim: int
    function: Callable[[np.ndarray], np.ndarray]
    log_evidence: float
    prior: Whole = field(default_factory=Whole)
    cost_ms: float = 0.01
    calls: int = 0
    rejected: Counter = field(default_factory=Counter)

    def on_cube(self, cube):
        """Return likelihoods (n,), and the points themselves with a status as blobs (n, dim + 1)."""
        self.calls += len(cube)
        return self.function(cube), np.column_stack([cube, np.zeros(len(cube))])


def _normal(cube, centre, width):
    return -0.5 * np.sum(((cube - centre) / width) ** 2, axis=1) - np.sum(
        np.log(width * math.sqrt(2 * math.pi)) * np.ones(cube.shape[1])
    )


def _log_inside(dim, centre, width):
    return dim * math.log(ndtr((1 - centre) / width) - ndtr(-centre / width))


def gaussian(dim, centre=0.4, width=0.05):
    """Return a normalised Gaussian, cut off by the cube."""
    return Toy(dim, lambda u: _normal(u, centre, width), _log_inside(dim, centre, width))


def two_gaussians(dim=3, width=0.03, share=0.2):
    """Return two separate Gaussians of unequal mass."""

    def function(u):
        return np.logaddexp(
            math.log(share) + _normal(u, 0.25, width), math.log(1 - share) + _normal(u, 0.7, width)
        )

    return Toy(dim, function, _log_inside(dim, 0.25, width))


def banana(dim=3, thin=0.01, bend=3.0):
    """Return a sheet of a given thickness around a parabola; its mass is one but for the cube's walls."""

    def function(u):
        ridge = 0.2 + bend * (u[:, 1] - 0.5) ** 2
        along = _normal(u[:, 1:], 0.5, 0.1)
        return along - 0.5 * ((u[:, 0] - ridge) / thin) ** 2 - math.log(thin * math.sqrt(2 * math.pi))

    return Toy(dim, function, _log_inside(dim - 1, 0.5, 0.1))


def sheet(dim=3, thin=0.005):
    """Return a flat sheet across the whole cube, askew."""

    def function(u):
        away = u[:, 0] - 0.3 - 0.4 * u[:, 1]
        return -0.5 * (away / thin) ** 2 - math.log(thin * math.sqrt(2 * math.pi))

    return Toy(dim, function, 0.0)


def top_hat(dim=3, edge=0.3):
    """Return one inside a smaller cube, impossible outside."""
    return Toy(
        dim,
        lambda u: np.where(np.all(np.abs(u - 0.5) < edge / 2, axis=1), 0.0, -np.inf),
        dim * math.log(edge),
    )


def plateau(dim=2):
    """Return a likelihood that is the same everywhere."""
    return Toy(dim, lambda u: np.full(len(u), -1.5), -1.5)


def half(dim=3, width=0.05):
    """Return a Gaussian cut in two: impossible in half of the cube."""
    cut = gaussian(dim, 0.5, width)
    return Toy(
        dim,
        lambda u: np.where(u[:, 0] < 0.5, cut.function(u), -np.inf),
        cut.log_evidence + math.log(0.5),
    )


def constrained(dim=2, width=0.2):
    """Return a Gaussian on the part of the cube where the first coordinate is below the second."""
    toy = gaussian(dim, 0.5, width)

    class Below(Whole):
        def allowed(self, theta):
            return theta[:, 0] < theta[:, 1]

        def allowed_fraction(self, rng):
            return 0.5, 0.0

    whole = toy.function
    # By symmetry half of the mass is there, and half of the prior.
    return Toy(dim, lambda u: np.where(u[:, 0] < u[:, 1], whole(u), -np.inf), toy.log_evidence, prior=Below())
