"""The model of a run file for any sampler: prior transform, log-prior, log-likelihood, observables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..solver.numerics.status import Status
from .problem.problem import Problem, problem_from
from .target.posterior import Posterior

__all__ = ["Model"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Model:
    """Evaluate what a run file describes, for samplers of one's own (UltraNest, bilby, zeus, ...).

    A point ``theta`` holds the sampled parameters alone, in the order of ``names``; fixed ones are filled
    in. Every method takes one point (dim,) or a batch (n, dim) and returns a number or an array (n,)
    accordingly; a batch is evaluated over threads and equals its points bit for bit.

    No method returns NaN but `observables`. The log-likelihood is -inf

    * outside the support of the prior and outside the constraints of the run file, where nothing is solved:
      a nested sampler, which sees constraints only there, finds ln Z relative to the prior before them;
    * where the scenario has no solution or an observable is unphysical (`observables` tells which: NaN).

    The log-prior is -inf outside support and constraints, and not divided by the volume that constraints
    leave. A likelihood that is NaN although the scenario has a solution is an error in one of them and
    raises `PosteriorError`, which holds the point.

    A model can be pickled: a worker builds it anew from its run file.

    Examples
    --------
    The nested sampler of UltraNest, or a walk of ten lines:

    >>> import numpy as np, relicfit
    >>> model = relicfit.model("runs/quickstart.toml")            # doctest: +SKIP
    >>> sampler = ultranest.ReactiveNestedSampler(                # doctest: +SKIP
    ...     list(model.names), model.log_likelihood, model.prior_transform, vectorized=True)

    >>> rng = np.random.default_rng(1)                            # doctest: +SKIP
    >>> theta = model.prior_transform(rng.random(model.dim))      # doctest: +SKIP
    >>> here = model.log_posterior(theta)                         # doctest: +SKIP
    >>> for _ in range(1000):                                     # doctest: +SKIP
    ...     there = theta * np.exp(0.1 * rng.normal(size=model.dim))
    ...     new = model.log_posterior(there) + np.sum(np.log(there / theta))
    ...     if np.log(rng.random()) < new - here:
    ...         theta, here = there, model.log_posterior(there)
    """

    problem: Problem

    def __post_init__(self) -> None:
        """Refuse a problem without anything to sample."""
        self.problem.need_something_to_sample()

    def __reduce__(self) -> tuple[Callable[..., Model], tuple[dict[str, Any], str]]:
        """Travel as the resolved run file: what a user's own file defines cannot be pickled."""
        return _rebuilt, (self.problem.content, self.problem.name)

    @cached_property
    def _posterior(self) -> Posterior:
        return Posterior(self.problem)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The sampled parameters, in the order of ``theta``."""
        return tuple(self.problem.prior.sampled)

    @property
    def dim(self) -> int:
        """The number of sampled parameters."""
        return len(self.names)

    @property
    def labels(self) -> tuple[str, ...]:
        """The axis labels in LaTeX, with units, in the order of ``names``."""
        known = {item.name: item.label for item in self.problem.scenario.parameters}
        return tuple(known[name] for name in self.names)

    @property
    def observable_names(self) -> tuple[str, ...]:
        """The names of what the scenario predicts."""
        return tuple(item.name for item in self.problem.scenario.observables)

    @cached_property
    def _columns(self) -> list[int]:
        return [self.problem.prior.names.index(name) for name in self.names]

    def prior_transform(self, u: ArrayLike) -> FloatArray:
        """Map points of the unit cube, (dim,) or (n, dim), to parameters of the same shape."""
        rows, single = self._rows(u)
        theta = self.problem.prior.from_unit(rows)[:, self._columns]
        return theta[0] if single else theta

    def log_prior(self, theta: ArrayLike) -> FloatArray | float:
        """Return the log-density of the prior over the sampled parameters, -inf where it is zero."""
        rows, single = self._rows(theta)
        full = self.problem.prior.complete(rows)
        found = np.full(len(rows), -np.inf)
        good = self._allowed(full)
        if good.any():
            found[good] = self.problem.prior.log_density(full[good])
        return float(found[0]) if single else found

    def log_likelihood(self, theta: ArrayLike) -> FloatArray | float:
        """Return the sum of the log-likelihood terms, -inf where nothing can be said."""
        rows, single = self._rows(theta)
        full = self.problem.prior.complete(rows)
        found = np.full(len(rows), -np.inf)
        good = self._allowed(full)
        if good.any():
            found[good] = self._posterior.evaluate(full[good]).log_likelihood
        return float(found[0]) if single else found

    def log_posterior(self, theta: ArrayLike) -> FloatArray | float:
        """Return log-prior plus log-likelihood."""
        total = self.log_prior(theta) + np.asarray(self.log_likelihood(theta))
        return float(total) if np.ndim(total) == 0 else total

    def observables(self, theta: ArrayLike) -> dict[str, FloatArray] | dict[str, float]:
        """Return the predictions by name; NaN outside the prior and where the scenario has no solution."""
        rows, single = self._rows(theta)
        full = self.problem.prior.complete(rows)
        table = np.full((len(rows), len(self.observable_names)), np.nan)
        good = self._allowed(full)
        if good.any():
            values, status = self.problem.scenario.evaluate(full[good])
            table[good] = np.where((status == Status.OK)[:, None], values, np.nan)
        if single:
            return dict(zip(self.observable_names, table[0].tolist(), strict=True))
        return dict(zip(self.observable_names, table.T.copy(), strict=True))

    def _rows(self, points: ArrayLike) -> tuple[FloatArray, bool]:
        rows = np.asarray(points, dtype=np.float64)
        if rows.ndim not in (1, 2) or rows.shape[-1] != self.dim:
            raise ValueError(
                f"points of shape ({self.dim},) or (n, {self.dim}) are wanted, with {', '.join(self.names)} in "
                f"this order; found {rows.shape}"
            )
        return np.atleast_2d(rows), rows.ndim == 1

    def _allowed(self, full: FloatArray) -> NDArray[np.bool_]:
        good: NDArray[np.bool_] = np.asarray(np.isfinite(full).all(axis=1))
        good[good] = self.problem.prior.allowed(full[good])
        return good


def _rebuilt(content: dict[str, Any], name: str) -> Model:
    return Model(problem_from(content, name=name))
