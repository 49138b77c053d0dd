"""A grid over one or two parameters: any observable or likelihood term, batched, as table and picture."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError, unknown_name
from ..solver.numerics.status import Status
from .plots.corner import BLUE, LOG_SPAN, RED, _label, _new_figure
from .plots.marginals import measurements
from .problem.problem import load_problem
from .storage.atomic import write_atomically, write_text
from .target.posterior import Posterior

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Scan", "scan"]

FloatArray = NDArray[np.float64]
TOTAL = "log_likelihood"
POINTS_1D, POINTS_2D = 200, 40
# Of a parameter with an unbounded prior this much of the probability is scanned.
TAIL = 0.005
# A contour plot of a log-likelihood shows this much below the best.
DEPTH = 12.0


@dataclass(frozen=True)
class Scan:
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
    """

    name: str
    over: tuple[str, ...]
    axes: tuple[FloatArray, ...]
    fixed: dict[str, float]
    values: dict[str, FloatArray]
    status: NDArray[np.int64]
    show: str
    measured: float | None
    _labels: dict[str, Any]

    @property
    def failed(self) -> dict[str, int]:
        """How many points failed, by reason."""
        codes, counts = np.unique(self.status[self.status != Status.OK], return_counts=True)
        return {Status(int(code)).sentence: int(n) for code, n in zip(codes, counts, strict=True)}

    def as_csv(self) -> str:
        """Return one line per point: parameters, everything computed, status."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow([*self.over, *self.values, "status"])
        grid = np.meshgrid(*self.axes, indexing="ij")
        columns = [axis.ravel() for axis in grid] + [value.ravel() for value in self.values.values()]
        for row, code in zip(np.column_stack(columns), self.status.ravel(), strict=True):
            writer.writerow(
                [*("" if math.isnan(x) else f"{x:.8g}" for x in row), Status(int(code)).name.lower()]
            )
        return buffer.getvalue()

    def plot(self) -> Figure:
        """Draw a curve over one parameter, filled contours over two."""
        return _curve(self) if len(self.over) == 1 else _contours(self)

    def write(self, directory: Path) -> list[Path]:
        """Write table and pictures, and return their paths."""
        directory.mkdir(parents=True, exist_ok=True)
        stem = "-".join(["scan", *self.over, self.show.replace("/", "-")])
        paths = [directory / f"{stem}.csv", directory / f"{stem}.png", directory / f"{stem}.pdf"]
        write_text(paths[0], self.as_csv())
        figure = self.plot()
        for path in paths[1:]:
            write_atomically(path, lambda temporary: figure.savefig(temporary, dpi=150))
        return paths

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
    overrides: Sequence[tuple[str, Any]] = (),
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
    for name, values in zip(over, np.meshgrid(*axes, indexing="ij"), strict=True):
        theta[:, posterior.parameter_names.index(name)] = values.ravel()
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
    items = {item.name: item for item in (*posterior.scenario.observables, *posterior.scenario.parameters)}
    measured = {item.observable: item.value for item in measurements(posterior.likelihoods)}
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
    if low > 0.0 and high > LOG_SPAN * low:
        return np.geomspace(low, high, count)
    return np.linspace(low, high, count)


def _is_log(values: FloatArray) -> bool:
    good = values[np.isfinite(values)]
    return bool(good.size and good.min() > 0.0 and good.max() > LOG_SPAN * good.min())


def _title(found: Scan) -> str:
    import textwrap

    # Spaces that do not break keep a name and its value on one line.
    items = (f"{name}\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{value:.4g}" for name, value in found.fixed.items())
    return "\n".join(textwrap.wrap(", ".join(items), 70))


def _name_of(found: Scan, name: str, logarithmic: bool = False) -> str:
    item = found._labels.get(name)
    if item is not None:
        return _label(item, logarithmic)
    return r"$\ln L$" if name == TOTAL else rf"$\ln L$ of {name}"


def _curve(found: Scan) -> Figure:
    figure = _new_figure(figsize=(6.4, 4.4), layout="constrained")
    axis = figure.add_subplot()
    values = found.values[found.show]
    axis.plot(found.axes[0], values, color=BLUE, lw=2.0)
    axis.set(xlabel=_name_of(found, found.over[0]), ylabel=_name_of(found, found.show))
    if _is_log(found.axes[0]):
        axis.set_xscale("log")
    if _is_log(values):
        axis.set_yscale("log")
    elif found.show not in found._labels and np.isfinite(values).any():
        top = np.nanmax(values)
        axis.set_ylim(max(np.nanmin(values), top - 4 * DEPTH) - 0.05 * DEPTH, top + 0.05 * DEPTH)
    if found.measured is not None:
        axis.axhline(found.measured, color=RED, lw=1.5, ls="--", label=f"measured {found.measured:.4g}")
        axis.legend(frameon=False)
    axis.set_title(_title(found), fontsize=9)
    return figure


def _contours(found: Scan) -> Figure:
    from matplotlib.ticker import MaxNLocator

    figure = _new_figure(figsize=(6.8, 5.2), layout="constrained")
    axis = figure.add_subplot()
    values = found.values[found.show].T
    logarithmic = found.show in found._labels and _is_log(values)
    shown = np.log10(values) if logarithmic else values
    good = shown[np.isfinite(shown)]
    if good.size:
        low, high = float(good.min()), float(good.max())
        if found.show not in found._labels:
            low = max(low, high - DEPTH)
        levels = MaxNLocator(13).tick_values(low, high if high > low else low + 1e-9 + abs(low))
        masked = np.ma.masked_invalid(np.maximum(shown, low) if found.show not in found._labels else shown)
        filled = axis.contourf(*found.axes, masked, levels=levels, cmap="cividis", extend="min")
        axis.contour(*found.axes, masked, levels=levels, colors="white", linewidths=0.4, alpha=0.6)
        if found.measured is not None and found.measured > 0.0:
            level = math.log10(found.measured) if logarithmic else found.measured
            axis.contour(*found.axes, masked, levels=[level], colors=[RED], linewidths=2.0, linestyles="-")
        figure.colorbar(filled, ax=axis, label=_name_of(found, found.show, logarithmic))
    axis.set_facecolor("0.85")
    axis.set(xlabel=_name_of(found, found.over[0]), ylabel=_name_of(found, found.over[1]))
    for values, which in zip(found.axes, (axis.set_xscale, axis.set_yscale), strict=True):
        if _is_log(values):
            which("log")
    notes = ["grey: not solved"] if found.failed else []
    notes += [f"red: the measured {found.measured:.4g}"] if found.measured is not None else []
    axis.set_title("\n".join(filter(None, [_title(found), ", ".join(notes)])), fontsize=9)
    return figure
