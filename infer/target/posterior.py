"""The posterior, and the contract to samplers: finite, or -inf with a counted reason, or stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from threading import get_ident
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from ...likelihoods import Likelihood
from ...solver.numerics.status import Status
from ..problem.problem import Problem
from ..problem.user_files import line_in_user_file
from .columns import Columns

__all__ = ["Evaluation", "Posterior", "PosteriorError"]

UNPHYSICAL = "an observable is unphysical for a likelihood"
# Comparing with a plain number is ten times faster than with an enum member.
SOLVED = int(Status.OK)
NOT_SOLVED = -1.0
OUTSIDE_PRIOR = "outside the prior or its constraints"


class PosteriorError(RuntimeError):
    """Report a log-likelihood that no sampler may see, with the point that gave it."""


@dataclass(frozen=True)
class Evaluation:
    """Hold what one batch of points gave.

    Attributes
    ----------
    log_likelihood : (n,) array
        The sum of the terms; -inf where the scenario failed or an observable is unphysical.
    terms : (n, l) array
        One column per likelihood.
    observables : (n, k) array
        One column per observable of the scenario.
    status : (n,) int array
    """

    log_likelihood: NDArray[np.float64]
    terms: NDArray[np.float64]
    observables: NDArray[np.float64]
    status: NDArray[np.int64]


class Posterior:
    """Evaluate the likelihood of a problem on the unit cube or on parameters.

    Samplers work on the unit cube, where the prior is uniform, and see the log-likelihood alone (-inf
    outside constraints). Every evaluation also returns a row of blobs: likelihood terms, observables,
    status. `rejected` counts why points got -inf.
    """

    def __init__(self, problem: Problem) -> None:
        """Take the parts of a problem; nothing is compiled before the first evaluation."""
        self.problem = problem
        self.scenario = problem.scenario
        self.prior = problem.prior
        self.likelihoods = problem.likelihoods
        self.names: tuple[str, ...] = tuple(problem.prior.sampled)
        self.dim = problem.prior.dim
        self.parameter_names = tuple(item.name for item in self.scenario.parameters)
        self.observable_names = tuple(item.name for item in self.scenario.observables)
        self.term_names = tuple(term.name for term in self.likelihoods)
        self.columns = Columns(self.term_names, self.observable_names)
        needed = {name for term in self.likelihoods for name in term.needs}
        self._from_theta = [(n, i) for i, n in enumerate(self.parameter_names) if n in needed]
        self._from_observables = [(n, i) for i, n in enumerate(self.observable_names) if n in needed]
        self.rejected: Counter[str] = Counter()
        self.calls = 0
        # What each thread evaluates, and since when; see `TimeLimit`.
        self.under_way: dict[int, tuple[float, NDArray[np.float64]]] = {}

    @property
    def cost_ms(self) -> float:
        """The scenario's estimate of the time of one evaluation, in milliseconds."""
        return self.scenario.cost_ms

    def evaluate(self, theta: NDArray[np.float64]) -> Evaluation:
        """Evaluate parameters (n, d), columns in the order of the scenario.

        Raises
        ------
        PosteriorError
            Where a term is NaN or +inf although the scenario succeeded, or the solver raises.
        """
        theta = np.atleast_2d(theta)
        thread = get_ident()
        self.under_way[thread] = (monotonic(), theta)
        try:
            return self._evaluate(theta)
        finally:
            self.under_way.pop(thread, None)

    def _evaluate(self, theta: NDArray[np.float64]) -> Evaluation:
        try:
            observables, status = self.scenario.evaluate(theta)
        except Exception as error:
            if len(theta) == 1:
                raise PosteriorError(
                    f"{self.scenario.name} failed at {self.point_text(theta[0])}: "
                    f"{line_in_user_file(error)}{type(error).__name__}: {error}"
                ) from error
            # One bad row must not hide among the others: find it.
            parts = [self._evaluate(row[None, :]) for row in theta]
            return Evaluation(
                *(
                    np.concatenate([getattr(part, key) for part in parts])
                    for key in Evaluation.__dataclass_fields__
                )
            )
        if observables.shape != (len(theta), self.scenario.shape[1]) or status.shape != (len(theta),):
            raise PosteriorError(
                f"{self.scenario.name} gave observables of shape {observables.shape} and status of shape "
                f"{status.shape} for {len(theta)} points; {(len(theta), self.scenario.shape[1])} and "
                f"{(len(theta),)} are wanted, a column for each of its observables."
            )
        terms = np.full((len(theta), len(self.likelihoods)), -np.inf)
        solved = slice(None) if not status.any() else status == SOLVED
        values = self._read(theta[solved], observables[solved])
        for column, term in enumerate(self.likelihoods):
            terms[solved, column] = self._term(term, values, theta)
        total = terms.sum(axis=1)
        # NaN fails the comparison too.
        if not total.max(initial=-np.inf) < np.inf:
            self._refuse(theta, observables, terms)
        self._count(status, total)
        return Evaluation(total, terms, observables, status)

    def _term(
        self, term: Likelihood, values: Mapping[str, NDArray[np.float64]], theta: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        try:
            return term.log_likelihood(values)
        except Exception as error:
            raise PosteriorError(
                f"likelihood {term.name} failed at {self.point_text(theta[0])} or another of {len(theta)} "
                f"points: {line_in_user_file(error)}{type(error).__name__}: {error}"
            ) from error

    def _refuse(
        self, theta: NDArray[np.float64], observables: NDArray[np.float64], terms: NDArray[np.float64]
    ) -> None:
        row, column = np.argwhere(np.isnan(terms) | (terms == np.inf))[0]
        raise PosteriorError(
            f"likelihood {self.term_names[column]} is {terms[row, column]} at {self.point_text(theta[row])}, "
            f"observables {dict(zip(self.observable_names, observables[row].tolist(), strict=True))}. "
            "This is an error in the likelihood or the scenario; the run stops."
        )

    def on_cube(self, cube: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return log-likelihood (n,) and blobs (n, m) of points (n, dim) of the unit cube.

        Outside the cube and outside the constraints the log-likelihood is -inf and nothing is solved.
        """
        cube = np.atleast_2d(cube)
        # A comparison with NaN is false: it counts as outside.
        if cube.min(initial=0.5) > 0.0 and cube.max(initial=0.5) < 1.0 and not self.prior.can_exclude:
            return self._solved(self.prior.from_unit(cube))
        inside = np.all((cube > 0.0) & (cube < 1.0), axis=1)
        theta = self.prior.from_unit(cube[inside])
        if self.prior.can_exclude:
            allowed = self.prior.allowed(theta)
            inside[inside] = allowed
            theta = theta[allowed]
        logl = np.full(len(cube), -np.inf)
        blobs = self.columns.nothing(len(cube), NOT_SOLVED)
        if len(theta):
            logl[inside], blobs[inside] = self._solved(theta)
        if len(theta) < len(cube):
            self.rejected[OUTSIDE_PRIOR] += len(cube) - len(theta)
        return logl, blobs

    def _solved(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found = self.evaluate(theta)
        return found.log_likelihood, self.columns.pack(found.terms, found.observables, found.status)

    def flags(
        self, theta: NDArray[np.float64], observables: NDArray[np.float64]
    ) -> dict[str, NDArray[np.bool_]]:
        """Return every flag of the scenario and the likelihoods for solved points, by name."""
        flags = dict(self.scenario.flag(theta, observables))
        values = self.named(theta, observables)
        for term in self.likelihoods:
            flags.update({f"{term.name}/{name}": flag for name, flag in term.evaluate(values)[1].items()})
        return flags

    def named(
        self, theta: NDArray[np.float64], observables: NDArray[np.float64]
    ) -> dict[str, NDArray[np.float64]]:
        """Return parameters and observables, (n,) each, by name."""
        values = dict(zip(self.parameter_names, theta.T, strict=True))
        return values | dict(zip(self.observable_names, observables.T, strict=True))

    def _read(self, theta: NDArray[np.float64], observables: NDArray[np.float64]) -> dict[str, NDArray]:
        """Return what the likelihoods need, by name."""
        values = {name: theta[:, column] for name, column in self._from_theta}
        values.update({name: observables[:, column] for name, column in self._from_observables})
        return values

    def point_text(self, row: NDArray[np.float64]) -> str:
        """Return a point (d,) as ``name = value, ...`` for messages."""
        return ", ".join(
            f"{name} = {value:.9g}" for name, value in zip(self.parameter_names, row, strict=True)
        )

    def _count(self, status: NDArray[np.int64], total: NDArray[np.float64]) -> None:
        self.calls += len(status)
        if total.min(initial=0.0) > -np.inf:
            return
        for value in status[status != SOLVED]:
            self.rejected[Status(int(value)).sentence] += 1
        unphysical = int(np.sum((status == SOLVED) & (total == -np.inf)))
        if unphysical:
            self.rejected[UNPHYSICAL] += unphysical
