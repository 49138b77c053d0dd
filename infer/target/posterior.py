"""The posterior, and the contract to samplers: finite, or -inf with a counted reason, or stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from threading import RLock, get_ident
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from ...likelihoods import Likelihood
from ...likelihoods.answer import answer_of
from ...solver.numerics.status import Status
from ...solver.scenario import Scenario
from ..problem.answers import flag_of, log_likelihoods_of, solution_of
from ..problem.problem import Problem
from ..problem.user_files import line_in_user_file, line_of_method
from .columns import Columns

__all__ = ["Evaluation", "Posterior", "PosteriorError", "clock"]

UNPHYSICAL = "an observable is unphysical for a likelihood"
# Comparing with a plain number is ten times faster than with an enum member.
SOLVED = int(Status.OK)
NOT_SOLVED = -1.0
OUTSIDE_PRIOR = "outside the prior or its constraints"
# One for the process: code of a user that is not made for threads may use files and names of its own.
ONE_AT_A_TIME = RLock()


@cache
def _compiling() -> Callable[[], float]:
    # Describing things evaluates nothing, and loads no numba.
    from ...solver.numerics.kernel import seconds_compiling

    return seconds_compiling


def clock() -> float:
    """Return seconds that stand still while kernels compile."""
    return monotonic() - _compiling()()


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
        self.periodic = tuple(problem.prior.sampled.index(name) for name in problem.prior.periodic)
        self.parameter_names = tuple(item.name for item in self.scenario.parameters)
        self.observable_names = tuple(item.name for item in self.scenario.observables)
        self.term_names = tuple(term.name for term in self.likelihoods)
        self.columns = Columns(self.term_names, self.observable_names)
        needed = {name for term in self.likelihoods for name in term.needs}
        self._from_theta = [(n, i) for i, n in enumerate(self.parameter_names) if n in needed]
        self._from_observables = [(n, i) for i, n in enumerate(self.observable_names) if n in needed]
        safe = self.scenario.thread_safe and all(term.thread_safe for term in self.likelihoods)
        self._alone = nullcontext() if safe else ONE_AT_A_TIME
        self.rejected: Counter[str] = Counter()
        self.calls = 0
        # What each thread evaluates, and since when; see `TimeLimit`.
        self.under_way: dict[int, tuple[float, NDArray[np.float64]]] = {}
        # Of late: what a batch may take before it is looked at.
        self.seconds_per_row = 1e-3 * self.cost_ms
        # Asked before every batch while a sampler works; it may raise to stop the run.
        self.look: Callable[[], object] = lambda: None
        # Told points (n, dim) of the unit cube with their log-likelihoods (n,).
        self.heard: Callable[[NDArray[np.float64], NDArray[np.float64]], object] = lambda cube, logl: None

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
        with self._alone:
            begin = clock()
            self.under_way[thread] = (begin, theta)
            try:
                return self._evaluate(theta)
            finally:
                self.under_way.pop(thread, None)
                self.seconds_per_row = 0.5 * (self.seconds_per_row + (clock() - begin) / max(1, len(theta)))

    def try_alone(self, row: NDArray[np.float64]) -> None:
        """Evaluate one row (d,) beside whatever runs, without a trace in the counts and whatever it raises."""
        try:
            Posterior(self.problem)._evaluate(row[None, :])
        except Exception:
            return

    def _evaluate(self, theta: NDArray[np.float64]) -> Evaluation:
        try:
            found = self.scenario.evaluate(theta)
            observables, status = solution_of(found, len(theta), self.scenario.shape[1])
        except Exception as error:
            if len(theta) == 1:
                raise PosteriorError(
                    f"{self.scenario.name} failed at {self.point_text(theta[0])}: "
                    f"{self._place(error, self.scenario, 'solve')}{type(error).__name__}: {error}"
                ) from error
            # One bad row must not hide among the others: find it.
            parts = [self._evaluate(row[None, :]) for row in theta]
            return Evaluation(
                *(
                    np.concatenate([getattr(part, key) for part in parts])
                    for key in Evaluation.__dataclass_fields__
                )
            )
        terms = np.full((len(theta), len(self.likelihoods)), -np.inf)
        solved = slice(None) if not status.any() else status == SOLVED
        rows = theta[solved]
        values = self._read(rows, observables[solved])
        for column, term in enumerate(self.likelihoods):
            terms[solved, column] = self._term(term, values, rows)
        total = terms.sum(axis=1)
        # NaN fails the comparison too.
        if not total.max(initial=-np.inf) < np.inf:
            self._refuse(theta, observables, terms)
        self._count(status, total)
        return Evaluation(total, terms, observables, status)

    def _term(
        self, term: Likelihood, values: Mapping[str, NDArray[np.float64]], rows: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        if not len(rows):
            return np.empty(0)
        try:
            return log_likelihoods_of(term.log_likelihood(_lent(term, values)), len(rows))
        except Exception as error:
            others = f" or another of {len(rows)} points" if len(rows) > 1 else ""
            raise PosteriorError(
                f"likelihood {term.name} failed at {self.point_text(rows[0])}{others}: "
                f"{self._place(error, term, 'evaluate')}{type(error).__name__}: {error}"
            ) from error

    def _place(self, error: Exception, part: object, method: str) -> str:
        """Return file and line of a user's code where an error arose, or where the method stands that caused it."""
        return line_in_user_file(error) or line_of_method(part, method)

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
        self.look()
        cube = np.atleast_2d(cube)
        # A comparison with NaN is false: it counts as outside.
        if cube.min(initial=0.5) > 0.0 and cube.max(initial=0.5) < 1.0 and not self.prior.can_exclude:
            found = self._solved(self.prior.from_unit(cube))
            self.heard(cube, found[0])
            return found
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
        self.heard(cube, logl)
        return logl, blobs

    def _solved(self, theta: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        found = self.evaluate(theta)
        return found.log_likelihood, self.columns.pack(found.terms, found.observables, found.status)

    def flags(
        self, theta: NDArray[np.float64], observables: NDArray[np.float64]
    ) -> dict[str, NDArray[np.bool_]]:
        """Return every flag of the scenario and the likelihoods for solved points, by name."""
        flags = {}
        with self._alone:
            try:
                for name, flag in self.scenario.flag(theta, observables).items():
                    flags[name] = flag_of(name, flag, len(theta))
            except Exception as error:
                raise self._flag_error(error, self.scenario, "flags") from error
            values = self.named(theta, observables)
            for term in self.likelihoods:
                try:
                    for name, flag in answer_of(term.evaluate(_lent(term, values)))[1].items():
                        flags[f"{term.name}/{name}"] = flag_of(name, flag, len(theta))
                except Exception as error:
                    raise self._flag_error(error, term, "evaluate") from error
        return flags

    def _flag_error(self, error: Exception, part: Scenario | Likelihood, method: str) -> PosteriorError:
        place = self._place(error, part, method)
        return PosteriorError(f"flags of {part.name} failed: {place}{type(error).__name__}: {error}")

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


def _lent(term: Likelihood, values: Mapping[str, NDArray[np.float64]]) -> Mapping[str, NDArray[np.float64]]:
    """Return what a likelihood may read: copies where it is not ours, as it may write into them."""
    return values if term.thread_safe else {name: value.copy() for name, value in values.items()}
