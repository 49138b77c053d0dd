"""A mixture of Student-t densities and the uniform one, fitted to draws on the unit cube, to propose from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_FITTED", "Mixture", "fit_mixture"]

Array = NDArray[np.float64]

# Twelve parts follow the bend of a relic-density sheet; more gain nothing with the draws there are.
PARTS = 12
# Tails heavier than those of any posterior that is worth it, yet with finite variances.
DEGREES = 6.0
# The share of uniform proposals: it bounds every weight by ten times the likelihood.
UNIFORM = 0.1
# Draws a part needs per dimension before it is fitted, and the rounds of expectation and maximisation.
DRAWS_PER_DIMENSION = 20
ROUNDS = 60
# The mean change of ln q at which the rounds end.
STILL = 1e-3
# Draws to fit to; more make a mixture no better.
MOST_FITTED = 5000
# Variance added to every part, as a share of that of all draws and at least of the cube's: parts stay invertible.
RIDGE = 1e-6
SMALLEST_VARIANCE = 1e-12


@dataclass(frozen=True)
class Mixture:
    """Hold a density q on the space around the unit cube: (1 - u) sum_k w_k t(mean_k, scale_k) + u on the cube.

    Attributes
    ----------
    shares : (k,) array
        The weights of the Student-t parts among themselves; they sum to one.
    means : (k, dim) array
    factors : (k, dim, dim) array
        Lower triangular square roots of the scale matrices.
    degrees, uniform : float
        Degrees of freedom of every part, and the share of the uniform one.
    """

    shares: Array
    means: Array
    factors: Array
    degrees: float = DEGREES
    uniform: float = UNIFORM

    @property
    def dim(self) -> int:
        """The number of dimensions."""
        return self.means.shape[1]

    def log_density(self, cube: Array) -> Array:
        """Return ln q (n,) of points (n, dim), inside the unit cube or not."""
        parts = _log_parts(cube, self.shares, self.means, self.factors, self.degrees)
        inside = np.all((cube > 0.0) & (cube < 1.0), axis=1)
        level = np.where(inside, math.log(self.uniform), -np.inf)
        return np.logaddexp(_log_sum(parts) + math.log1p(-self.uniform), level)

    def draw(self, count: int, rng: np.random.Generator | np.random.RandomState) -> Array:
        """Return points (count, dim); some of the Student-t parts lie outside the unit cube."""
        chances = np.append((1.0 - self.uniform) * self.shares, self.uniform)
        edges = np.cumsum(chances)
        part = np.searchsorted(edges / edges[-1], rng.random(count), side="right")
        normal = rng.standard_normal((count, self.dim))
        spread = np.sqrt(self.degrees / rng.chisquare(self.degrees, count))
        flat = rng.random((count, self.dim))
        student = part < len(self.shares)
        chosen = part[student]
        steps = np.einsum("nij,nj->ni", self.factors[chosen], normal[student])
        flat[student] = self.means[chosen] + steps * spread[student, None]
        return flat

    def arrays(self) -> dict[str, Array]:
        """Return the arrays that a mixture is made of, for a checkpoint."""
        return {"shares": self.shares, "means": self.means, "factors": self.factors}


def fit_mixture(
    cube: Array, rng: np.random.Generator, log_weight: Array | None = None, parts: int = PARTS
) -> Mixture:
    """Fit a mixture to draws of the unit cube by expectation and maximisation.

    Parameters
    ----------
    cube : (n, dim) array
    log_weight : (n,) array, optional
        Weights of the draws; all the same if not given.
    parts : int
        The most Student-t parts; fewer where there are too few draws for them.

    Notes
    -----
    Every part is a Student t of fixed degrees of freedom: McLachlan and Krishnan, "The EM algorithm and
    extensions" (2008), section 5.9. The matrices are kept away from singular ones by a ridge.
    """
    count, dim = cube.shape
    weight = np.ones(count) if log_weight is None else np.exp(log_weight - np.max(log_weight))
    weight /= weight.sum()
    effective = 1.0 / np.sum(weight**2)
    parts = max(1, min(parts, int(effective / (DRAWS_PER_DIMENSION * dim))))
    centre = np.einsum("n,ni->i", weight, cube)
    variance = np.maximum(np.einsum("n,ni->i", weight, (cube - centre) ** 2), SMALLEST_VARIANCE)
    ridge = np.diag(np.maximum(RIDGE * variance, SMALLEST_VARIANCE))
    shares = np.full(parts, 1.0 / parts)
    means = _spread_out(cube / np.sqrt(variance), weight, parts, rng) * np.sqrt(variance)
    factors = np.tile(np.diag(np.sqrt(variance) / parts ** (1.0 / dim)), (parts, 1, 1))
    before = -np.inf
    for _ in range(ROUNDS):
        logs = _log_parts(cube, shares, means, factors, DEGREES)
        total = _log_sum(logs)
        shares, means, factors = _maximise(cube, weight, np.exp(logs - total), means, factors, ridge)
        now = float(np.sum(weight * total))
        if abs(now - before) < STILL:
            break
        before = now
    return Mixture(shares, means, factors)


def _maximise(
    cube: Array, weight: Array, belongs: Array, means: Array, factors: Array, ridge: Array
) -> tuple[Array, Array, Array]:
    """Return shares, means and factors that suit the draws, given how much each belongs to each part (k, n)."""
    dim = cube.shape[1]
    mass = belongs * weight
    shares = mass.sum(axis=1)
    kept = shares > 1.0 / (10.0 * len(cube))
    new_means, new_factors = means.copy(), factors.copy()
    for k in np.flatnonzero(kept):
        distance = _squared_distance(cube, means[k], factors[k])
        pull = mass[k] * (DEGREES + dim) / (DEGREES + distance)
        new_means[k] = np.einsum("n,ni->i", pull, cube) / pull.sum()
        away = cube - new_means[k]
        scale = np.einsum("ni,nj->ij", pull[:, None] * away, away) / shares[k]
        new_factors[k] = np.linalg.cholesky(scale + ridge)
    return shares[kept] / shares[kept].sum(), new_means[kept], new_factors[kept]


def _squared_distance(cube: Array, mean: Array, factor: Array) -> Array:
    # Not by BLAS, whose sums depend on the number of rows and of threads.
    scaled = np.einsum("nj,ij->ni", cube - mean, np.linalg.inv(factor))
    return np.einsum("ni,ni->n", scaled, scaled)


def _log_parts(cube: Array, shares: Array, means: Array, factors: Array, degrees: float) -> Array:
    """Return ln of share times density of every Student-t part, (k, n)."""
    dim = cube.shape[1]
    constant = (
        math.lgamma(0.5 * (degrees + dim))
        - math.lgamma(0.5 * degrees)
        - 0.5 * dim * math.log(degrees * math.pi)
    )
    logs = np.empty((len(shares), len(cube)))
    for k in range(len(shares)):
        distance = _squared_distance(cube, means[k], factors[k])
        volume = np.log(np.diag(factors[k])).sum()
        logs[k] = (
            math.log(shares[k]) + constant - volume - 0.5 * (degrees + dim) * np.log1p(distance / degrees)
        )
    return logs


def _log_sum(logs: Array) -> Array:
    top = logs.max(axis=0)
    return top + np.log(np.exp(logs - top).sum(axis=0))


def _spread_out(cube: Array, weight: Array, count: int, rng: np.random.Generator) -> Array:
    """Return starting points far from each other: the seeding of k-means++, by weight."""
    chosen = [rng.choice(len(cube), p=weight)]
    nearest = np.full(len(cube), np.inf)
    while len(chosen) < count:
        nearest = np.minimum(nearest, np.sum((cube - cube[chosen[-1]]) ** 2, axis=1))
        chance = weight * nearest
        if chance.sum() == 0.0:
            break
        chosen.append(rng.choice(len(cube), p=chance / chance.sum()))
    return cube[np.resize(chosen, count)].copy()
