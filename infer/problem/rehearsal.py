"""Everything of a user's own is called once, on two rows of the prior, before hours are spent on it."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...likelihoods import Likelihood
from ...likelihoods.answer import answer_of
from ...priors import JointPrior
from ...solver.numerics.status import Status
from ...solver.scenario import Observable, Parameter, Scenario
from .answers import flag_of, log_likelihoods_of, solution_of
from .self_description import symbol_problem
from .user_files import is_of_user, line_in_user_file, line_of_method

__all__ = ["rehearse"]

FloatArray = NDArray[np.float64]

ROWS = 2
SEED = 1
# Two ways to the same number may differ by rounding, as numpy adds in another order.
ROUNDING = 1e-9
# A log-likelihood of this size that hardly varies carries a constant, in which its digits drown.
LARGEST_CONSTANT = 1e6
LEAST_VARIATION = 1e-3
# What a first call may take in any case: it loads what it needs.
LEAST_SECONDS = 2.0
LOOK_SECONDS = 0.02


def _clock() -> float:
    # Describing things evaluates nothing, and loads no numba.
    from ...solver.numerics.kernel import seconds_compiling

    return time.monotonic() - seconds_compiling()


class Refused(Exception):
    """Carry what is wrong with an answer, without a place."""


def rehearse(scenario: Scenario, prior: JointPrior, terms: Mapping[str, Likelihood], limit: float) -> None:
    """Call what stands in a user's files once: solve, flags, likelihoods, each in a batch, alone and again.

    Parameters
    ----------
    scenario, prior, terms
        The parts of a problem; likelihoods by their names in the run file.
    limit : float
        Seconds a point may take; 0 for as long as it likes.

    Raises
    ------
    UserError
        With file and line: an exception, an answer of another form, numbers that are none without a status,
        changed arguments, another answer for the same point, a call that does not come back.
    """
    if not any(is_of_user(part) for part in (scenario, *terms.values())):
        return
    rehearsal = _Rehearsal(scenario, prior, terms)
    # From a thread of its own: what never comes back can be named, though not ended.
    thread = threading.Thread(target=rehearsal.run, name="relicfit-rehearsal", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_SECONDS)
        what, begin = rehearsal.under_way
        if limit > 0.0 and _clock() - begin > max(limit, LEAST_SECONDS):
            raise UserError(
                f"{what} has not come back for {_clock() - begin:.0f} s; sampler.point-time-limit = {limit:g} "
                "allows less."
            )
    if rehearsal.problem:
        raise UserError(rehearsal.problem)


@dataclass
class _Rehearsal:
    """One rehearsal: what runs now, and what went wrong."""

    scenario: Scenario
    prior: JointPrior
    terms: Mapping[str, Likelihood]
    under_way: tuple[str, float] = ("the prior", math.inf)
    problem: str = ""
    point: str = ""
    _folder: str = field(default_factory=os.getcwd)

    def run(self) -> None:
        """Call everything and keep the first complaint."""
        try:
            self._rows()
        except UserError as error:
            self.problem = str(error)
        except BaseException as error:
            self.problem = f"{line_in_user_file(error)}{type(error).__name__}: {error}"

    def _rows(self) -> None:
        if is_of_user(self.scenario):
            described: list[Parameter | Observable] = [*self.scenario.parameters, *self.scenario.observables]
            for item in described:
                if problem := symbol_problem(item):
                    raise UserError(
                        f"{line_of_method(self.scenario, 'parameters')}{self.scenario.name}: {problem}."
                    )
        rng = np.random.default_rng(SEED)
        theta = self.prior.sample(rng, ROWS) if self.prior.dim else self.prior.from_unit(np.empty((ROWS, 0)))
        names = [item.name for item in self.scenario.parameters]
        self.point = "; ".join(
            ", ".join(f"{name} = {value:.6g}" for name, value in zip(names, row, strict=True))
            for row in theta.tolist()
        )
        lower, upper = self.scenario.physical_range
        theta = theta[((theta >= lower) & (theta <= upper)).all(axis=1)]
        if not len(theta):
            return
        observables, status = self._solved(theta)
        good = status == int(Status.OK)
        if is_of_user(self.scenario):
            with np.errstate(all="ignore"):
                self._call(self.scenario, "flags", lambda: self._flags(theta, observables))
        if good.any():
            values = dict(zip(names, theta[good].T, strict=True))
            values |= {
                item.name: observables[good, column] for column, item in enumerate(self.scenario.observables)
            }
            for term in self.terms.values():
                if is_of_user(term):
                    self._heard(term, values, int(good.sum()))

    def _solved(self, theta: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
        def solve(rows: FloatArray) -> tuple[FloatArray, NDArray[np.int64]]:
            given = rows.copy()
            found = solution_of(self.scenario.solve(given), len(rows), self.scenario.shape[1])
            if not np.array_equal(given, rows):
                raise Refused("solve changes the parameters it is given; work on a copy of theta")
            return found

        if not is_of_user(self.scenario):
            return self.scenario.evaluate(theta)
        observables, status = self._call(self.scenario, "solve", lambda: solve(theta))
        again = self._call(self.scenario, "solve", lambda: solve(theta))
        alone = [self._call(self.scenario, "solve", partial(solve, row[None, :])) for row in theta]
        self._call(
            self.scenario, "solve",
            lambda: _same((observables, status), again, [np.concatenate(parts) for parts in zip(*alone, strict=True)]),
        )  # fmt: skip
        self._call(self.scenario, "solve", lambda: self._finite(observables, status))
        return observables, status

    def _finite(self, observables: FloatArray, status: NDArray[np.int64]) -> None:
        bad = (status == int(Status.OK))[:, None] & ~np.isfinite(observables)
        if bad.any():
            name = self.scenario.observables[int(np.argwhere(bad)[0][1])].name
            raise Refused(
                f"solve gives {name} = {observables[bad][0]} with status OK; give the status that says why"
            )

    def _flags(self, theta: FloatArray, observables: FloatArray) -> None:
        for name, flag in self.scenario.flag(theta, observables).items():
            flag_of(name, flag, len(theta))

    def _heard(self, term: Likelihood, values: Mapping[str, FloatArray], rows: int) -> None:
        def evaluate(given: Mapping[str, FloatArray], count: int) -> FloatArray:
            lent = {name: value.copy() for name, value in given.items()}
            found, flags = answer_of(term.evaluate(lent))
            for name, flag in flags.items():
                flag_of(name, flag, count)
            if any(not np.array_equal(lent[name], given[name], equal_nan=True) for name in given):
                raise Refused("evaluate changes the observables it is given; work on copies")
            plain = log_likelihoods_of(term.log_likelihood(dict(given)), count)
            found = log_likelihoods_of(found, count)
            if not np.array_equal(plain, found, equal_nan=True):
                raise Refused("log_likelihood and evaluate give different answers for the same point")
            return found

        needed = {name: values[name] for name in term.needs}
        batch = self._call(term, "evaluate", lambda: evaluate(needed, rows))
        again = self._call(term, "evaluate", lambda: evaluate(needed, rows))
        alone = [
            self._call(
                term,
                "evaluate",
                partial(evaluate, {name: value[row : row + 1] for name, value in needed.items()}, 1),
            )
            for row in range(rows)
        ]
        self._call(term, "evaluate", lambda: _same((batch,), (again,), [np.concatenate(alone)]))
        self._call(term, "evaluate", lambda: _sized(batch))

    def _call(self, part: Scenario | Likelihood, method: str, work: Callable[[], Any]) -> Any:
        """Do one thing, and say of whatever is wrong with it where it stands."""
        self.under_way = (
            f"{line_of_method(part, method)}{part.name}, {method} at {self.point}",
            _clock(),
        )
        try:
            found = work()
        except BaseException as error:
            place = line_in_user_file(error) or line_of_method(part, method)
            what = str(error) if isinstance(error, Refused) else f"{type(error).__name__}: {error}"
            raise UserError(
                f"{place}{part.name}: {what}. Tried on two rows of the prior: {self.point}."
            ) from None
        if os.getcwd() != self._folder:
            os.chdir(self._folder)
            place = line_of_method(part, method)
            raise UserError(
                f"{place}{part.name}: {method} changes the working directory; write whole paths instead."
            )
        return found


def _same(batch: Sequence[NDArray], again: Sequence[NDArray], alone: Sequence[NDArray]) -> None:
    for first, second, third in zip(batch, again, alone, strict=True):
        if not np.allclose(first, second, ROUNDING, 0.0, equal_nan=True):
            raise Refused(
                f"different answers for the same point: {first.tolist()}, then {second.tolist()}; it must be a "
                "function of its arguments, without random numbers or values kept between calls"
            )
        if not np.allclose(first, third, ROUNDING, 0.0, equal_nan=True):
            raise Refused(
                f"a batch gives {first.tolist()}, its rows one by one give {third.tolist()}; every row must be "
                "computed from itself alone"
            )


def _sized(values: FloatArray) -> None:
    if np.isnan(values).any() or (values == np.inf).any():
        raise Refused(
            f"the log-likelihood is {values.tolist()}; a number is wanted, or -inf for what is unphysical"
        )
    finite = values[np.isfinite(values)]
    least = np.abs(finite).min(initial=np.inf)
    if len(finite) > 1 and least > LARGEST_CONSTANT and np.ptp(finite) < LEAST_VARIATION * least:
        raise Refused(
            f"the log-likelihood is {finite.tolist()}: a constant of this size takes the digits of what varies; "
            "subtract it, so that the best point has about zero"
        )
