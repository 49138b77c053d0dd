"""Pictures of whether to believe a run: evidence and insertion ranks, traces, autocorrelation."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..diagnostics.insertion import insertion_ranks
from ..results.folder import Result
from ..style import BLUE, GREEN, GREY, PALETTE, grid, new_figure, own_settings
from .run_samples import Samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["autocorrelation", "autocorrelation_plot", "chains_plot", "nested_plot"]

FloatArray = NDArray[np.float64]
# Kept steps are half an autocorrelation time apart: after these nothing may be left.
LAGS = 30


@own_settings
def nested_plot(result: Result) -> Figure:
    """Draw where the evidence comes from, and the insertion ranks, which should be flat."""
    samples = result.data["nested_run"].to_dataset()
    log_volume = samples["log_volume"].to_numpy()
    logl, weight = samples["log_likelihood"].to_numpy(), np.exp(samples["log_weight"].to_numpy())
    figure = new_figure(figsize=(6.4, 5.6), layout="constrained")
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
    ranks, sizes = insertion_ranks(
        logl, samples["born"].to_numpy(), np.random.default_rng(result.problem.sampler.seed)
    )
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


@own_settings
def chains_plot(samples: Samples) -> Figure:
    """Draw the mean over the walkers of every ensemble against its kept steps, after the burn-in."""
    figure, axes = grid(len(samples.names), 3.1, 2.2)
    for axis, name in zip(axes, samples.names, strict=True):
        chains = samples.walks(name).mean(axis=2)
        for color, chain in zip(PALETTE * len(chains), chains, strict=False):
            axis.plot(np.arange(chain.size), chain, color=color, lw=0.9)
        axis.set(xlabel="kept step", ylabel=samples.label(name))
    return figure


@own_settings
def autocorrelation_plot(samples: Samples) -> Figure:
    """Draw the autocorrelation of the kept draws of a walker against the lag, for every parameter."""
    figure = new_figure(figsize=(6.4, 3.2), layout="constrained")
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
