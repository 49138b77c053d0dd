"""Pictures of a posterior: marginals against priors and profiles, predictions against data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...likelihoods import Likelihood, Measurement
from ...solver.scenario import Observable, Parameter
from ..results.folder import Result
from ..samples.profile import LEVELS_2D, profile_1d, profile_2d
from ..style import BLUE, GREY, RED, grid, label, legend_above, new_figure, own_settings
from .run_samples import Samples

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "marginals_plot",
    "measurements",
    "predictions_plot",
    "profile_plot",
]

FloatArray = NDArray[np.float64]
CELLS = 40
CELLS_2D = 24


def measurements(likelihoods: tuple[Likelihood, ...]) -> dict[str, Measurement]:
    """Return the measurements among likelihoods, by their names; limits have none."""
    return {term.name: found for term in likelihoods if (found := term.measurement()) is not None}


@own_settings
def marginals_plot(samples: Samples) -> Figure:
    """Draw the marginal posterior of every parameter, its prior, and the profile likelihood."""
    figure, axes = grid(len(samples.names), 3.1, 2.5)
    for axis, name in zip(axes, samples.names, strict=True):
        edges = samples.edges(name, CELLS)
        posterior, _ = np.histogram(samples.draws(name), edges, density=True)
        prior, _ = np.histogram(samples.prior(name), edges, density=True)
        profile = profile_1d(samples.everything(name), samples.log_likelihood, edges)
        top = max(posterior.max(), 1e-300)
        axis.stairs(posterior / top, edges, color=BLUE, fill=True, alpha=0.35, label="marginal posterior")
        axis.stairs(posterior / top, edges, color=BLUE, lw=1.5)
        axis.stairs(prior / top, edges, color=GREY, ls="--", lw=1.4, label="prior")
        axis.plot(profile.centres, np.exp(profile.best), color=RED, lw=1.6, label="profile likelihood")
        axis.set(xlabel=samples.label(name), ylim=(0.0, 1.12), yticks=[])
    legend_above(figure, axes[0])
    return figure


@own_settings
def profile_plot(samples: Samples) -> Figure | None:
    """Draw the two-dimensional profile likelihoods of all pairs, with 68 and 95 % bands."""
    size = len(samples.names)
    if size < 2:
        return None
    figure = new_figure(figsize=(2.1 * (size - 1) + 1.2, 2.0 * (size - 1) + 0.9), layout="constrained")
    axes = figure.subplots(size - 1, size - 1, squeeze=False, sharex="col", sharey="row")
    for row in range(1, size):
        for column in range(size - 1):
            axis = axes[row - 1, column]
            if column >= row:
                axis.set_visible(False)
                continue
            _profile_panel(axis, samples, samples.names[column], samples.names[row])
            if row == size - 1:
                axis.set_xlabel(samples.label(samples.names[column]))
            if column == 0:
                axis.set_ylabel(samples.label(samples.names[row]))
    return figure


def _profile_panel(axis: Axes, samples: Samples, x: str, y: str) -> None:
    edges = samples.edges(x, CELLS_2D), samples.edges(y, CELLS_2D)
    found = profile_2d(samples.everything(x), samples.everything(y), samples.log_likelihood, *edges)
    depth = -2.0 * found.best.T
    one, two = LEVELS_2D
    shade = np.where(depth <= one, 2.0, np.where(depth <= two, 1.0, np.nan))
    axis.pcolormesh(*edges, shade, cmap="Blues", vmin=0.0, vmax=2.6, rasterized=True)
    best = np.argmax(samples.log_likelihood)
    axis.plot(samples.everything(x)[best], samples.everything(y)[best], "P", color=RED, ms=7, mec="white")


@own_settings
def predictions_plot(result: Result, measured: dict[str, Measurement]) -> Figure | None:
    """Draw the posterior prediction of every measured observable with the measurement."""
    items = {item.name: item for item in result.problem.scenario.observables}
    shown = {name: item for name, item in measured.items() if item.observable in items}
    if not shown:
        return None
    figure, axes = grid(len(shown), 4.2, 2.9)
    for axis, (name, found) in zip(axes, shown.items(), strict=True):
        values = np.abs(result.observables[found.observable].to_numpy().ravel())
        values = values[np.isfinite(values) & (values > 0.0)]
        _prediction(axis, values, found, items[found.observable])
        axis.set_title(name)
    legend_above(figure, axes[0])
    return figure


def _prediction(axis: Axes, values: FloatArray, found: Measurement, item: Observable | Parameter) -> None:
    if found.logarithmic:
        values, centre, scale = np.log10(values), math.log10(found.value), found.error / math.log(10.0)
    else:
        centre, scale = found.value, found.error
    low, high = min(values.min(), centre - 4 * scale), max(values.max(), centre + 4 * scale)
    edges = np.linspace(low, high, CELLS + 1)
    height, _ = np.histogram(values, edges, density=True)
    x = np.linspace(low, high, 400)
    density = np.exp(-0.5 * ((x - centre) / scale) ** 2) / (scale * math.sqrt(2.0 * math.pi))
    axis.stairs(height, edges, color=BLUE, fill=True, alpha=0.35, label="posterior prediction")
    axis.plot(x, density, color=RED, lw=1.6, label="measurement with all errors")
    axis.set(xlabel=label(item, found.logarithmic), yticks=[])
