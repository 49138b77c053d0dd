"""From draws of the parameters that stay to draws of all: conditionals, exact weights, branches."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...solver.inverse import ABUNDANCES, COUPLINGS
from ...solver.numerics.status import Status
from ..draws import Draws, kish, systematic_resample
from ..nested_outcome import NestedRun
from .cells import draw_inner, inner_shift
from .conditional import WIDE, draw_outer, log_value
from .curve import MOST_ANCHORS
from .grid import REFERENCE
from .posterior import MeasuredPosterior
from .trend import Trend

__all__ = ["Branch", "Completion", "complete_chains", "complete_nested"]

Array = NDArray[np.float64]

# Samples of a nested run with less than this share of the largest weight are thinned: their parameters cost
# as many calls as any other's.
THIN_BELOW = 0.3
# Where |dln(observable)/dln(parameter)| is smaller the branch is a plateau.
FLAT_SLOPE = 0.1
# The step in the unit interval over which a parameter's logarithm is differentiated.
STEP = 1e-4
# A branch with so few of the draws may be a wiggle of the interpolation: its draws are solved again, so far aside.
RARE, ASIDE = 0.05, 0.01
# A conditional is right where it was tried if the integrand is so near to it (ln).
RIGHT = 0.3
# Points whose integral turns out to be so much smaller (ln) than it seemed will have no weight.
HOPELESS = 3.0
# Completed draws of chains per effective sample.
PER_EFFECTIVE = 1.5


@dataclass(frozen=True)
class Branch:
    """Hold what one branch of solutions contributes.

    Attributes
    ----------
    name : str
        "freeze-in" where an abundance rises with a coupling, "freeze-out" where it falls, "plateau" where
        it hardly changes; "rising" and "falling" for other quantities.
    mass : float
        Its share of the posterior.
    log_evidence : float
        ln of its part of the evidence; NaN for chains.
    """

    name: str
    mass: float
    log_evidence: float


@dataclass(frozen=True)
class Completion:
    """Say how well the conditionals matched the likelihood.

    Attributes
    ----------
    efficiency : float
        Kish's effective share of the completed draws under their exact weights.
    largest : float
        The largest weight over the sum.
    log_shift, log_shift_error : float
        ln of the mean weight, by which the evidence was corrected, and its error.
    branches : tuple of Branch
        The heaviest first.
    pilot_calls : int
        Solver calls before the run.
    """

    efficiency: float
    largest: float
    log_shift: float
    log_shift_error: float
    branches: tuple[Branch, ...]
    pilot_calls: int


@dataclass(frozen=True)
class _Completed:
    cube: Array
    log_likelihood: Array
    blobs: Array
    log_ratio: Array
    branch: NDArray[np.str_]


def _complete(
    target: MeasuredPosterior, cube: Array, log_integral: Array, blobs: Array, rng: np.random.Generator
) -> _Completed:
    """Draw the parameters that give way for points (n, dim), and weigh them by the likelihood there."""
    trend, anchors, count = _probed(target, cube, log_integral, blobs, rng)
    shares = rng.random((len(cube), 2))
    u, log_density, slope, level, _ = _outer_draws(
        target, trend, anchors, count, shares[:, 0], np.arange(len(cube))
    )
    w = np.full(len(cube), REFERENCE)
    if len(target.chosen) > 1:
        # The second parameter's conditional follows from a solve at the first one's draw.
        level = _levels(target, trend, cube, u, level, np.arange(len(cube)))[0]
        inner = [
            draw_inner(level[i], trend.shift[i], target.tables[1], shares[i, 1]) for i in range(len(cube))
        ]
        w, inner_density = np.array(inner).reshape(-1, 2).T
        log_density = log_density + inner_density
    full = target.points(cube, u, w)
    theta = target.full.prior.from_unit(full)
    found = target.full.evaluate(theta)
    blob = np.column_stack([found.terms, found.observables, found.status])
    with np.errstate(invalid="ignore"):
        ratio = found.log_likelihood - log_integral - log_density
    ratio = np.where(np.isfinite(log_density) & np.isfinite(found.log_likelihood), ratio, -np.inf)
    solved = found.status == int(Status.OK)
    stretch, _ = target.coordinates.stretch(target.measurements[0], found.observables)
    distance = target.measurements[0].distance(found.observables[:, target.chosen[0].column], solved, stretch)
    branch = _branches(target, full, distance, slope, np.isfinite(ratio))
    return _Completed(full, found.log_likelihood, blob, ratio, branch)


def _outer_draws(
    target: MeasuredPosterior,
    trend: Trend,
    anchors: Array,
    count: NDArray[np.int64],
    shares: Array,
    rows: NDArray[np.int64],
) -> Array:
    """Return what `draw_outer` says of some rows, (5, rows)."""
    drawn = [
        draw_outer(trend.row(i), anchors[i], count[i], *target.tables, WIDE, share)
        for i, share in zip(rows, shares, strict=True)
    ]
    return np.array(drawn).reshape(-1, 5).T


def _levels(
    target: MeasuredPosterior, trend: Trend, cube: Array, u: Array, level: Array, rows: NDArray[np.int64]
) -> tuple[Array, Array, Array, Array]:
    """Solve some rows at places of the first parameter.

    Returns
    -------
    level, first, rest, w : (rows,) arrays
        The second distance at the reference, the first distance, the other likelihoods, and where on the
        second parameter's interval they were solved.
    """
    if len(target.chosen) == 1:
        solved, _ = target.solve(target.points(cube[rows], u, np.full(len(rows), REFERENCE)))
        return np.zeros(len(rows)), solved[0], solved[-1], np.full(len(rows), REFERENCE)
    w = np.array(
        [draw_inner(x, trend.shift[i], target.tables[1], 0.5)[0] for i, x in zip(rows, level, strict=True)]
    )
    solved, _ = target.solve(target.points(cube[rows], u, w))
    shift = np.array([inner_shift(trend.shift[i], x) for i, x in zip(rows, w, strict=True)])
    return solved[1] - shift, solved[0], solved[-1], w


def _probed(
    target: MeasuredPosterior, cube: Array, log_integral: Array, blobs: Array, rng: np.random.Generator
) -> tuple[Trend, Array, NDArray[np.int64]]:
    """Return conditionals that have been tried: with anchors at draws from themselves until one was right.

    Whether to go on depends on the draws before, never on the one that is kept, which therefore comes from a
    known density.
    """
    trend, anchors, count = target.conditionals(cube, blobs)
    hopeless = log_integral - target.peak - HOPELESS
    target.tell(cube, trend, anchors, count, hopeless)
    active = np.flatnonzero(count < MOST_ANCHORS)
    while len(active):
        u, log_density, _, level, now = _outer_draws(
            target, trend, anchors, count, rng.random(len(active)), active
        )
        found, first, rest, w = _levels(target, trend, cube, u, level, active)
        value = np.array(
            [
                log_value(first[k], rest[k], found[k], trend.shift[i], *target.tables)
                for k, i in enumerate(active)
            ]
        )
        with np.errstate(invalid="ignore"):
            right = np.abs(value - log_density - now) < RIGHT
        again = ~right & (now > hopeless[active])
        columns = [u, first, rest, w]
        if len(target.chosen) > 1:
            columns.append(
                found + np.array([inner_shift(trend.shift[i], x) for i, x in zip(active, w, strict=True)])
            )
        anchors[active, count[active], : len(columns)] = np.column_stack(columns)
        count[active] += 1
        active = active[again & (count[active] < MOST_ANCHORS)]
    return trend, anchors, count


def _branches(
    target: MeasuredPosterior, full: Array, distance: Array, slope: Array, counts: NDArray[np.bool_]
) -> NDArray[np.str_]:
    """Name the branch of every draw (n, d), from the slope of its distance (n,) along the unit interval.

    That is the interpolated ``slope``. In branches with few draws, those that ``counts`` says have any weight
    are solved once more.
    """
    branch = _named(target, full, slope)
    label, number = np.unique(branch, return_counts=True)
    rare = np.flatnonzero(np.isin(branch, label[number < RARE * len(branch)]) & counts)
    if len(rare):
        column = target.chosen[0].cube
        aside = full[rare].copy()
        step = np.where(aside[:, column] < 0.5, ASIDE, -ASIDE)
        aside[:, column] += step
        (there, *_), status = target.solve(aside)
        solved = status == int(Status.OK)
        rare = rare[solved]
        slope = slope.copy()
        slope[rare] = (there[solved] - distance[rare]) / step[solved]
        branch[rare] = _named(target, full[rare], slope[rare])
    return branch


def _named(target: MeasuredPosterior, full: Array, slope: Array) -> NDArray[np.str_]:
    first = target.chosen[0]
    column = target.full.parameter_names.index(first.parameter)
    around = []
    for step in (-STEP, STEP):
        moved = full.copy()
        moved[:, first.cube] = np.clip(moved[:, first.cube] + step, STEP**2, 1.0 - STEP**2)
        around.append((target.full.prior.from_unit(moved)[:, column], moved[:, first.cube]))
    (low, u_low), (high, u_high) = around
    middle = 0.5 * np.abs(high + low)
    per_log = slope * (u_high - u_low) / ((high - low) / np.where(middle > 0.0, middle, 1.0))
    names = ("rising", "falling")
    if first.parameter in COUPLINGS and first.observable in ABUNDANCES:
        names = ("freeze-in", "freeze-out")
    return np.where(np.abs(per_log) < FLAT_SLOPE, "plateau", np.where(per_log > 0.0, *names))


def _summary(
    target: MeasuredPosterior, done: _Completed, log_weight: Array, log_evidence: float
) -> tuple[Completion, Array]:
    """Return what the weights say, and the final weights (ln, normalised) of weighted draws."""
    total = log_weight + done.log_ratio
    if not total.max() > -np.inf:
        raise RuntimeError(
            "none of the completed draws has a likelihood: the conditionals of the measured coordinates miss "
            "it; remove sampler.measured"
        )
    weight = np.exp(log_weight - np.logaddexp.reduce(log_weight))
    ratio = np.exp(done.log_ratio - (top := done.log_ratio.max()))
    mean = float(np.sum(weight * ratio))
    spread = float(np.sum(weight**2 * (ratio - mean) ** 2))
    final = total - np.logaddexp.reduce(total)
    share = np.exp(final)
    masses = {name: float(share[done.branch == name].sum()) for name in np.unique(done.branch)}
    log_shift = math.log(mean) + float(top)
    branches = tuple(
        Branch(str(name), mass, log_evidence + log_shift + math.log(mass) if mass > 0.0 else -math.inf)
        for name, mass in sorted(masses.items(), key=lambda item: -item[1])
    )
    return Completion(
        kish(final) / kish(log_weight),
        float(share.max()),
        log_shift,
        math.sqrt(spread) / mean,
        branches,
        target.pilot.calls,
    ), final


def complete_nested(run: NestedRun, target: MeasuredPosterior, seed: int) -> tuple[NestedRun, Completion]:
    """Return a run over all parameters, with exact weights and evidence.

    Samples of little weight are thinned, which leaves every expectation unchanged.
    """
    rng = np.random.default_rng([seed, 8])
    keep = np.minimum(1.0, np.exp(run.log_weight - run.log_weight.max()) / THIN_BELOW)
    chosen = np.flatnonzero(rng.random(len(keep)) < keep)
    log_weight = run.log_weight[chosen] - np.log(keep[chosen])
    # What samplers see is the log-likelihood: the integral with the peaks of the measurements.
    done = _complete(target, run.cube[chosen][:, :], run.log_likelihood[chosen], run.blobs[chosen], rng)
    found, final = _summary(target, done, log_weight, run.log_evidence)
    log_evidence = run.log_evidence + found.log_shift
    possible = np.isfinite(done.log_likelihood)
    mean = float(np.sum(np.exp(final[possible]) * done.log_likelihood[possible]))
    return replace(
        run,
        cube=done.cube,
        log_likelihood=done.log_likelihood,
        log_weight=final,
        log_volume=run.log_volume[chosen],
        blobs=done.blobs,
        log_evidence=log_evidence,
        log_evidence_error=math.hypot(run.log_evidence_error, found.log_shift_error),
        information=mean - log_evidence,
        calls=target.calls + found.pilot_calls,
        insertion={key: values[chosen] for key, values in run.insertion.items()},
    ), found


def complete_chains(
    draws: Draws, target: MeasuredPosterior, effective: float, seed: int
) -> tuple[Draws, Completion]:
    """Return draws of all parameters, resampled by their exact weights within each chain."""
    rng = np.random.default_rng([seed, 8])
    chains, count, dim = draws.cube.shape
    thin = max(1, int(chains * count / (PER_EFFECTIVE * effective)))
    cube, logl, blobs = (values[:, ::thin] for values in (draws.cube, draws.log_likelihood, draws.blobs))
    count = cube.shape[1]
    done = _complete(target, cube.reshape(-1, dim), logl.reshape(-1), blobs.reshape(chains * count, -1), rng)
    found, _ = _summary(target, done, np.zeros(chains * count), math.nan)
    index = np.concatenate(
        [
            chain * count + systematic_resample(np.exp(ratio - ratio.max()), count, rng)
            for chain, ratio in enumerate(done.log_ratio.reshape(chains, count))
        ]
    )
    best = int(np.argmax(done.log_likelihood))
    return Draws(
        cube=done.cube[index].reshape(chains, count, -1),
        blobs=done.blobs[index].reshape(chains, count, -1),
        log_likelihood=done.log_likelihood[index].reshape(chains, count),
        best=done.cube[best],
        best_log_likelihood=float(done.log_likelihood[best]),
    ), found
