"""Pictures of a report: marginals against priors and profiles, predictions against data, convergence."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...likelihoods import Likelihood
from ...solver.scenario import Observable, Parameter
from ..diagnostics.insertion import insertion_ranks
from ..results.folder import Result
from ..samplers.ensemble.sampling import walkers_of
from ..samples.profile import LEVELS_2D, profile_1d, profile_2d
from .corner import BLUE, GREEN, LOG_SPAN, PALETTE, RED, _label, _new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "Measurement",
    "Samples",
    "autocorrelation_plot",
    "chains_plot",
    "marginals_plot",
    "measurements",
    "nested_plot",
    "predictions_plot",
    "profile_plot",
]

FloatArray = NDArray[np.float64]
CELLS = 40
CELLS_2D = 24
# Kept steps are half an autocorrelation time apart: after these nothing may be left.
LAGS = 30
PRIOR_DRAWS = 20_000
GREY = "0.45"


@dataclass(frozen=True)
class Measurement:
    """Hold a measured observable: value and total error, of its logarithm if ``logarithmic``."""

    observable: str
    value: float
    error: float
    logarithmic: bool
    label: str


def measurements(likelihoods: tuple[Likelihood, ...]) -> list[Measurement]:
    """Return the measurements among likelihoods: those with a value and an error; limits have none."""
    found = []
    for term in likelihoods:
        value, width = getattr(term, "measured", None), getattr(term, "width", None)
        if value is None or width is None or len(term.needs) != 1:
            continue
        # The asymmetry compares logarithms, its width is that of ln Y.
        logarithmic = term.name == "baryon-asymmetry"
        found.append(Measurement(term.needs[0], value, width, logarithmic, term.name))
    return found


class Samples:
    """Give draws, all samples and prior draws of a run by the name of a sampled parameter, on plot axes."""

    def __init__(self, result: Result, rng: np.random.Generator) -> None:
        self.result = result
        self.problem = result.problem
        self.names = tuple(self.problem.prior.sampled)
        self.items = {item.name: item for item in self.problem.scenario.parameters}
        prior = self.problem.prior.sample(rng, PRIOR_DRAWS)
        columns = [item.name for item in self.problem.scenario.parameters]
        self._prior = {name: prior[:, columns.index(name)] for name in self.names}
        self._draws = {name: result.posterior[name].to_numpy().ravel() for name in self.names}
        if "nested_samples" in result.data.children:
            samples = result.data["nested_samples"].to_dataset()
            self._all = {name: samples[name].to_numpy() for name in self.names}
            self.log_likelihood = samples["log_likelihood"].to_numpy()
        else:
            terms = result.data["log_likelihood"].to_dataset()
            self._all = self._draws
            self.log_likelihood = sum(terms[name].to_numpy().ravel() for name in terms.data_vars)

    def is_logarithmic(self, name: str) -> bool:
        """Tell whether a parameter is shown by its logarithm."""
        low, high = self.problem.prior.bounds(name)
        return low > 0.0 and high / low > LOG_SPAN

    def _axis(self, name: str, values: FloatArray) -> FloatArray:
        return np.log10(values) if self.is_logarithmic(name) else values

    def draws(self, name: str) -> FloatArray:
        """Return equally weighted posterior draws."""
        return self._axis(name, self._draws[name])

    def walks(self, name: str) -> FloatArray:
        """Return the kept draws of emcee (ensembles, steps, walkers)."""
        values = self._axis(name, self.result.posterior[name].to_numpy())
        return values.reshape(len(values), -1, walkers_of(self.problem.sampler, len(self.names)))

    def prior(self, name: str) -> FloatArray:
        """Return prior draws."""
        return self._axis(name, self._prior[name])

    def everything(self, name: str) -> FloatArray:
        """Return every sample of the run, whatever its weight."""
        return self._axis(name, self._all[name])

    def label(self, name: str) -> str:
        """Return the axis label."""
        return _label(self.items[name], self.is_logarithmic(name))

    def edges(self, name: str, cells: int) -> FloatArray:
        """Return cells over nearly all of the prior and all of the posterior."""
        values = np.concatenate([np.quantile(self.prior(name), [0.002, 0.998]), self.draws(name)])
        return np.linspace(values.min(), values.max() + 1e-12 * np.ptp(values), cells + 1)


def marginals_plot(samples: Samples) -> Figure:
    """Draw the marginal posterior of every parameter, its prior, and the profile likelihood."""
    figure, axes = _grid(len(samples.names), 3.1, 2.5)
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
    _legend_above(figure, axes[0])
    return figure


def profile_plot(samples: Samples) -> Figure | None:
    """Draw the two-dimensional profile likelihoods of all pairs, with 68 and 95 % bands."""
    size = len(samples.names)
    if size < 2:
        return None
    figure = _new_figure(figsize=(2.1 * (size - 1) + 1.2, 2.0 * (size - 1) + 0.9), layout="constrained")
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


def predictions_plot(result: Result, measured: list[Measurement]) -> Figure | None:
    """Draw the posterior prediction of every measured observable with the measurement."""
    items = {item.name: item for item in result.problem.scenario.observables}
    shown = [item for item in measured if item.observable in items]
    if not shown:
        return None
    figure, axes = _grid(len(shown), 4.2, 2.9)
    for axis, found in zip(axes, shown, strict=True):
        values = np.abs(result.observables[found.observable].to_numpy().ravel())
        values = values[np.isfinite(values) & (values > 0.0)]
        _prediction(axis, values, found, items[found.observable])
    _legend_above(figure, axes[0])
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
    axis.set(xlabel=_label(item, found.logarithmic), yticks=[], title=found.label)


def nested_plot(result: Result) -> Figure:
    """Draw where the evidence comes from, and the insertion ranks, which should be flat."""
    samples = result.data["nested_run"].to_dataset()
    log_volume = samples["log_volume"].to_numpy()
    logl, weight = samples["log_likelihood"].to_numpy(), np.exp(samples["log_weight"].to_numpy())
    figure = _new_figure(figsize=(6.4, 5.6), layout="constrained")
    left, right = figure.subplots(2, 1)
    top = logl.max()
    shown = logl > top - 40.0
    left.plot(-log_volume[shown], logl[shown] - top, color=BLUE, lw=1.5)
    left.set(xlabel=r"$-\ln$ (enclosed prior volume)", ylabel=r"$\ln(L/L_{\rm max})$")
    mass = left.twinx()
    cells = np.linspace(-log_volume.max(), -log_volume.min(), 60)
    share, _ = np.histogram(-log_volume, cells, weights=weight)
    mass.stairs(share / max(share.max(), 1e-300), cells, color=GREEN, fill=True, alpha=0.3)
    mass.set(ylim=(0.0, 1.6), yticks=[])
    left.set_title("likelihood (line) and posterior mass (area)", fontsize=10)
    ranks, sizes = insertion_ranks(logl, samples["born"].to_numpy())
    if len(ranks):
        count = 20
        height, edges = np.histogram((ranks + 0.5) / sizes, np.linspace(0.0, 1.0, count + 1))
        right.stairs(height, edges, color=BLUE, fill=True, alpha=0.35)
        mean = len(ranks) / count
        spread = math.sqrt(mean * (1.0 - 1.0 / count))
        right.axhspan(mean - 2 * spread, mean + 2 * spread, color=GREY, alpha=0.25, lw=0)
        right.set(xlabel="rank of new live points / number of live points", ylabel="count", ylim=(0, None))
    right.set_title("insertion ranks; grey: 95 % of flat histograms", fontsize=10)
    return figure


def chains_plot(samples: Samples) -> Figure:
    """Draw the mean over the walkers of every ensemble against its kept steps, after the burn-in."""
    figure, axes = _grid(len(samples.names), 3.1, 2.2)
    for axis, name in zip(axes, samples.names, strict=True):
        chains = samples.walks(name).mean(axis=2)
        for color, chain in zip(PALETTE * len(chains), chains, strict=False):
            axis.plot(np.arange(chain.size), chain, color=color, lw=0.9)
        axis.set(xlabel="kept step", ylabel=samples.label(name))
    return figure


def autocorrelation_plot(samples: Samples) -> Figure:
    """Draw the autocorrelation of the kept draws of a walker against the lag, for every parameter."""
    figure = _new_figure(figsize=(6.4, 3.2), layout="constrained")
    axis = figure.subplots()
    for color, name in zip(PALETTE * len(samples.names), samples.names, strict=False):
        walks = samples.walks(name)
        curve = autocorrelation(walks)[: min(LAGS, max(1, walks.shape[1] // 2))]
        axis.plot(np.arange(curve.size), curve, "o-", ms=3, lw=1.3, color=color, label=samples.label(name))
    ensembles, steps, walkers = walks.shape
    spread = 2.0 / math.sqrt(max(1, ensembles * steps * walkers))
    axis.axhspan(-spread, spread, color=GREY, alpha=0.3, lw=0)
    axis.set(xlabel="lag in kept steps", ylabel="autocorrelation", ylim=(min(-0.1, axis.get_ylim()[0]), 1.05))
    axis.legend(frameon=False)
    return figure


def autocorrelation(walks: FloatArray) -> FloatArray:
    """Return the autocorrelation (steps,) of walks (ensembles, steps, walkers) about their common mean."""
    steps = walks.shape[1]
    centred = walks - walks.mean()
    # Padded with zeros, or the end would be correlated with the beginning.
    power = np.abs(np.fft.rfft(centred, 2 * steps, axis=1)) ** 2
    total = np.fft.irfft(power, 2 * steps, axis=1)[:, :steps].mean(axis=(0, 2))
    unbiased = total / np.arange(steps, 0, -1)
    return unbiased / unbiased[0] if unbiased[0] > 0.0 else np.ones(steps)


def _grid(count: int, width: float, height: float) -> tuple[Figure, list[Axes]]:
    # Two panels side by side are still legible on a phone.
    columns = min(2, count)
    rows = math.ceil(count / columns)
    figure = _new_figure(figsize=(width * columns, height * rows + 0.5), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for axis in axes[count:]:
        axis.set_visible(False)
    return figure, list(axes[:count])


def _legend_above(figure: Figure, axis: Axes) -> None:
    handles, labels = axis.get_legend_handles_labels()
    side_by_side = len(figure.axes) > 1
    figure.legend(handles, labels, loc="outside upper center", ncols=3 if side_by_side else 1, frameon=False)
