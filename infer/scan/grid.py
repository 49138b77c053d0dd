"""A grid over one or two parameters: any observable or likelihood term, evaluated in one batch."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError, unknown_name
from ...priors import spans_decades
from ...solver.numerics.status import Status
from ...solver.scenario import Observable, Parameter
from ..plots.marginals import measurements
from ..problem.overrides import Overrides
from ..problem.problem import load_problem
from ..target.posterior import Posterior
from ..target.time_limit import TimeLimit
from ..wording import Shown, csv_text

__all__ = ["TOTAL", "Scan", "scan"]

FloatArray = NDArray[np.float64]
TOTAL = "log_likelihood"
POINTS_1D, POINTS_2D = 200, 40
# Of a parameter with an unbounded prior this much of the probability is scanned.
TAIL = 0.005


@dataclass(frozen=True)
class Scan(Shown):
    """Hold a grid of evaluations.

    Attributes
    ----------
    over : tuple of str
        One or two parameters.
    axes : tuple of arrays
        Their values (k,) and (l,).
    fixed : dict
        The other parameters.
    values : dict of arrays
        For every observable and likelihood term and their sum an array (k,) or (k, l), NaN where a point
        failed.
    status : array (k,) or (k, l)
        Values of `relicfit.solver.numerics.status.Status`.
    show : str
        What the picture shows.
    measured : float or None
        Its measured value, if it has one.
    quantities : dict
        Parameters and observables by name, for their labels.
    """

    name: str
    over: tuple[str, ...]
    axes: tuple[FloatArray, ...]
    fixed: dict[str, float]
    values: dict[str, FloatArray]
    status: NDArray[np.int64]
    show: str
    measured: float | None
    quantities: dict[str, Parameter | Observable]

    @property
    def failed(self) -> dict[str, int]:
        """How many points failed, by reason."""
        codes, counts = np.unique(self.status[self.status != Status.OK], return_counts=True)
        return {Status(int(code)).sentence: int(n) for code, n in zip(codes, counts, strict=True)}

    def as_csv(self) -> str:
        """Return one line per point: parameters, everything computed, status."""
        grid = np.meshgrid(*self.axes, indexing="ij")
        columns = [axis.ravel() for axis in grid] + [value.ravel() for value in self.values.values()]
        body = [
            [*("" if math.isnan(x) else f"{x:.8g}" for x in row), Status(int(code)).name.lower()]
            for row, code in zip(np.column_stack(columns), self.status.ravel(), strict=True)
        ]
        return csv_text([[*self.over, *self.values, "status"], *body])

    def __str__(self) -> str:
        """Return a few lines: what was scanned, what stayed fixed, what failed, and the range found."""
        spans = [
            f"{name} {axis[0]:.4g} to {axis[-1]:.4g}" for name, axis in zip(self.over, self.axes, strict=True)
        ]
        lines = [f"{self.name}: {self.status.size} points over {' and '.join(spans)}"]
        if self.fixed:
            lines.append("fixed: " + ", ".join(f"{name} = {value:.6g}" for name, value in self.fixed.items()))
        shown = self.values[self.show]
        good = np.isfinite(shown)
        if good.any():
            lines.append(f"{self.show}: {shown[good].min():.4g} to {shown[good].max():.4g}")
            top = np.unravel_index(np.nanargmax(self.values[TOTAL]), shown.shape)
            at = ", ".join(f"{n} = {a[i]:.5g}" for n, a, i in zip(self.over, self.axes, top, strict=True))
            lines.append(f"largest log-likelihood {self.values[TOTAL][top]:.4g} at {at}")
        lines += [f"{count} points: {reason}" for reason, count in self.failed.items()]
        return "\n".join(lines)


def scan(
    file: str | Path,
    over: Sequence[str],
    show: str | None = None,
    points: int | None = None,
    overrides: Overrides = (),
    on_stall: Callable[[str], object] | None = None,
) -> Scan:
    """Evaluate a run file on a grid.

    Parameters
    ----------
    file : path
        A run file; sampled parameters off the grid stand at the median of their priors.
    over : one or two names
        Parameters with a prior; the grid spans it, in the logarithm where the prior spans decades.
    show : str, optional
        An observable, a likelihood or ``log_likelihood``, their sum (the default).
    points : int, optional
        Per axis; 200 for one parameter, 40 for two.
    overrides : sequence of (key, value)
        As for a run: ``("m_chi", 300)`` fixes a parameter.
    on_stall : callable, optional
        Called from another thread with a sentence when a point takes longer than its limit.

    Raises
    ------
    UserError
        Where a name is unknown or a scanned parameter has no range.
    """
    problem = load_problem(file, overrides)
    posterior = Posterior(problem)
    show = show or TOTAL
    _check(posterior, over, show, points)
    count = points or (POINTS_1D if len(over) == 1 else POINTS_2D)
    axes = tuple(_axis(posterior, name, count) for name in over)
    middle = problem.prior.from_unit(np.full((1, posterior.dim), 0.5))[0]
    shape = tuple(len(axis) for axis in axes)
    theta = np.tile(middle, (math.prod(shape), 1))
    for name, nodes in zip(over, np.meshgrid(*axes, indexing="ij"), strict=True):
        theta[:, posterior.parameter_names.index(name)] = nodes.ravel()
    with TimeLimit(posterior, problem.sampler.point_time_limit, on_stall):
        found = posterior.evaluate(theta)
    good = found.status == Status.OK
    table = np.column_stack([found.log_likelihood, found.terms, found.observables])
    table = np.where(good[:, None], table, np.nan)
    names = (TOTAL, *posterior.term_names, *posterior.observable_names)
    values = {name: table[:, i].reshape(shape) for i, name in enumerate(names)}
    fixed = {
        name: float(middle[i])
        for i, name in enumerate(posterior.parameter_names)
        if name not in over and (name in posterior.names or posterior.scenario.parameters[i].default is None)
    }
    items: dict[str, Parameter | Observable] = {item.name: item for item in posterior.scenario.observables}
    items |= {item.name: item for item in posterior.scenario.parameters}
    measured = {item.observable: item.value for item in measurements(posterior.likelihoods).values()}
    status = found.status.reshape(shape)
    return Scan(problem.name, tuple(over), axes, fixed, values, status, show, measured.get(show), items)


def _check(posterior: Posterior, over: Sequence[str], show: str, points: int | None) -> None:
    problems = [
        f"--over {name}: {unknown_name('sampled parameter', name, posterior.names)}"
        for name in over
        if name not in posterior.names
    ]
    if not 1 <= len(over) <= 2 or len(set(over)) != len(over):
        problems.append(f"--over: found {', '.join(over) or 'nothing'}; one or two parameters are wanted.")
    known = [TOTAL, *posterior.term_names, *posterior.observable_names]
    if show not in known:
        problems.append(f"--show: {unknown_name('observable or likelihood', show, known)}")
    if points is not None and not 2 <= points <= 100_000:
        problems.append(f"--points: found {points}; 2 to 100000 are allowed.")
    if problems:
        raise UserError(*problems)


def _axis(posterior: Posterior, name: str, count: int) -> FloatArray:
    low, high = posterior.prior.bounds(name)
    if not (math.isfinite(low) and math.isfinite(high)):
        cube = np.full((2, posterior.dim), 0.5)
        cube[:, posterior.names.index(name)] = TAIL, 1.0 - TAIL
        low, high = posterior.prior.from_unit(cube)[:, posterior.parameter_names.index(name)]
    if spans_decades(low, high):
        return np.geomspace(low, high, count)
    return np.linspace(low, high, count)
