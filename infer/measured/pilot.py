"""The pilot: how observables depend on the parameters that give way, learned before the run.

At points spread evenly over the other parameters the measured observable is solved for on a grid of the
parameter that gives way. A fit through these points tells, at any point, roughly where roots are, how
steep they are and how far to trust that. Then single points are solved where that leads to expect a
posterior, round by round, until the fit is good there or has cost enough. A run asks the solver where the
fit is not to be trusted. Its result does not rest on the fit: the draws carry exact weights. A poor fit
costs calls, not truth.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from .conditional import NORMAL, at_places, draw_outer, expect, nothing
from .coordinates import Coordinates
from .grid import OUTER_NODES
from .refinement import refined
from .survey import Survey
from .trend import REST_MARGIN, Pilot, Trend, fitted

__all__ = ["fly", "ordered"]

Array = NDArray[np.float64]


# Points spread evenly over the prior, more if they do not predict nine in ten of each other this well, in
# widths of the measurement.
EVEN = (64, 128)
GOOD = 0.2
# ... and in rounds where a posterior is expected, until half of them are predicted that well.
WHOLE, WHOLE_ROUNDS = 96, 3
FAIR = 0.35
# Then rounds of single points, until every other is predicted this well before they are solved: the first
# observable in widths, the other likelihoods (ln).
ADDED = (128, 128, 256, 256, 512, 512, 1024, 1024, 1536, 1536)
GOOD_REST = 0.05
# They are drawn from the expected integral to such a power, the last for all later rounds: wider than it.
POWERS = (0.3, 0.5, 0.7, 0.9)
CANDIDATES = 4096
MOVES = 5
# What is expected is an average over shifts of the fit by so many of its errors: a root that it just misses
# is a place to look.
SHIFTS = np.array([-1.5, -0.75, 0.0, 0.75, 1.5])


def ordered(coordinates: Coordinates) -> Coordinates:
    """Put first the measurement whose observable does not depend on the other's parameter."""
    if len(coordinates.chosen) < 2:
        return coordinates
    swapped = Coordinates(coordinates.posterior, coordinates.chosen[::-1], coordinates.measurements[::-1])
    for these in (coordinates, swapped):
        survey = Survey(these)
        try:
            survey.add(survey.draw(8))
        except UserError:
            continue
        return these
    return coordinates


def fly(coordinates: Coordinates) -> Pilot:
    """Solve points spread over the prior, then more where the fit expects a posterior.

    Raises
    ------
    UserError
        Where the first observable depends on the second parameter as well.
    """
    before = coordinates.posterior.calls
    survey, width = Survey(coordinates), coordinates.measurements[0].width
    rng = np.random.default_rng(0)
    for count in EVEN:
        survey.add(survey.draw(count))
        pilot = fitted(survey.points, survey.values, survey.rest_top)
        if _error(pilot, survey, 0.9) <= GOOD * width:
            break
    for _ in range(WHOLE_ROUNDS):
        if _error(pilot, survey, 0.5) <= FAIR * width:
            break
        survey.add(_chosen(survey, pilot, POWERS[0], WHOLE, rng))
        pilot = fitted(survey.points, survey.values, survey.rest_top)
    pilot = _refined(pilot, survey, rng)
    return replace(pilot, calls=coordinates.posterior.calls - before)


def _error(pilot: Pilot, survey: Survey, share: float) -> float:
    """Return how well a share of the points are predicted by the others where they come closest."""
    outer = survey.values[:, : len(OUTER_NODES)]
    closest = np.argmin(np.abs(outer), axis=1)
    return float(np.quantile(pilot.trust[np.arange(len(outer)), closest, 0], share))


def _refined(base: Pilot, survey: Survey, rng: np.random.Generator) -> Pilot:
    """Add corrections from points solved where the pilot leads to expect a posterior."""
    pilot, crowd = base, None
    width = survey.coordinates.measurements[0].width
    places, values = np.empty((0, survey.points.shape[1] + 1)), np.empty((0, 3))
    for turn, added in enumerate(ADDED):
        power = POWERS[min(turn, len(POWERS) - 1)]
        crowd = _crowd(pilot, survey, crowd, added, power, rng)
        points, u = _drawn(pilot, survey.coordinates, crowd, rng)
        if not len(points):
            return pilot
        solved = survey.single(points, u)
        missed = np.abs(solved - _at_places(pilot.trend(points), u))
        places = np.vstack([places, np.column_stack([points, u])])
        values = np.vstack([values, solved - _at_places(base.trend(points), u)])
        top = max(pilot.rest_top, float(solved[:, 1].max()) + REST_MARGIN)
        pilot = replace(base, refinement=refined(places, values), rest_top=top, crowd=crowd)
        error, rest_error, _ = np.median(missed, axis=0)
        if error < GOOD * width and rest_error < GOOD_REST:
            break
    return pilot


def _hopes(pilot: Pilot, points: Array, coordinates: Coordinates) -> Array:
    """Return the expected integrals (n, shifts), ln, with the trend shifted by its errors."""
    return expect(pilot.trend(points), *coordinates.tables, SHIFTS)


def _hope(pilot: Pilot, points: Array, coordinates: Coordinates) -> Array:
    return np.logaddexp.reduce(_hopes(pilot, points, coordinates), axis=1)


def _crowd(
    pilot: Pilot,
    survey: Survey,
    crowd: Array | None,
    count: int,
    power: float,
    rng: np.random.Generator,
) -> Array:
    """Return points (count, dim) distributed like the expected integral to a power.

    The first crowd is chosen among points spread evenly; it then moves by differential evolution
    (C. ter Braak, Stat. Comput. 16 (2006) 239), at no cost to the solver.
    """
    if crowd is None:
        crowd = _chosen(survey, pilot, power, count, rng)
    # A larger crowd begins with copies, which part at the first moves.
    crowd = crowd[np.arange(count) % len(crowd)]
    n, dim = crowd.shape
    here = power * _hope(pilot, crowd, survey.coordinates)
    for _ in range(MOVES):
        first, second = (rng.permutation(n) for _ in range(2))
        step = np.where(rng.random(n) < 0.2, 1.0, 2.38 / np.sqrt(2.0 * dim))[:, None]
        moved = crowd + step * (crowd[first] - crowd[second]) + 1e-3 * rng.standard_normal(crowd.shape)
        inside = survey.coordinates.allowed(moved)
        there = np.full(n, -np.inf)
        if inside.any():
            there[inside] = power * _hope(pilot, moved[inside], survey.coordinates)
        taken = np.log(rng.random(n)) < there - here
        crowd, here = np.where(taken[:, None], moved, crowd), np.where(taken, there, here)
    return crowd


def _chosen(survey: Survey, pilot: Pilot, power: float, count: int, rng: np.random.Generator) -> Array:
    """Return points (at most count, dim) drawn from evenly spread ones by the expected integral to a power."""
    points = survey.draw(CANDIDATES)
    expected = power * _hope(pilot, points, survey.coordinates)
    cumulative = np.cumsum(np.exp(expected - expected.max()))
    positions = (rng.random() + np.arange(count)) / count * cumulative[-1]
    return points[np.unique(np.searchsorted(cumulative, positions).clip(max=len(points) - 1))]


def _drawn(
    pilot: Pilot, coordinates: Coordinates, points: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Return points and a place on the interval for each, where a part of its expected integral is."""
    points = np.unique(points, axis=0)
    hopes = _hopes(pilot, points, coordinates)
    hopes -= np.max(hopes, axis=1, keepdims=True)
    share = np.cumsum(np.exp(hopes), axis=1)
    shift = SHIFTS[np.sum(rng.random((len(points), 1)) * share[:, -1:] > share, axis=1)]
    trend = pilot.trend(points)
    trend.outer[:] += shift[:, None] * trend.trust[:, :, 0]
    u = np.array(
        [
            draw_outer(trend.row(i), *nothing(), *coordinates.tables, NORMAL, rng.random())[0]
            for i in range(len(points))
        ]
    )
    good = np.isfinite(u)
    return points[good], u[good]


def _at_places(trend: Trend, u: Array) -> Array:
    """Return the first distance, the other likelihoods, and the second distance at its reference (n, 3)."""
    columns = [at_places(trend.outer, u), at_places(trend.rest, u)]
    columns.append(at_places(trend.inner, u) if trend.inner.size else np.zeros(len(u)))
    return np.column_stack(columns)
