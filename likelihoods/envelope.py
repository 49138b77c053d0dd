"""The strongest of several limits along one variable, joined without steps where it changes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from .tables import ROUNDING, everywhere, fade

__all__ = ["Envelope", "Limit"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Limit:
    """Hold one limit, linear in ln x between its nodes and absent outside.

    Attributes
    ----------
    label : str
        What it is.
    nodes, values : (k,) array
        ln x and the strength that enters the likelihood, growing towards exclusion.
    merit : (k,) array
        What decides among limits at one x: the expected strength.
    """

    label: str
    nodes: Array
    values: Array
    merit: Array

    def covers(self, x: float) -> bool:
        """Return whether x is in the range of the limit."""
        return bool(self.nodes[0] <= x <= self.nodes[-1])

    def between(self, low: float, high: float) -> Limit:
        """Return the part of the limit between two values of ln x, its ends interpolated."""
        inner = self.nodes[(self.nodes > low) & (self.nodes < high)]
        nodes = np.concatenate(([low], inner, [high]))
        return Limit(self.label, nodes, *(np.interp(nodes, self.nodes, y) for y in (self.values, self.merit)))


class Envelope:
    """Choose the limit of the highest merit at every x.

    Where the choice changes and the values differ, the weaker side is altered over ``join`` in ln x, so
    that the result is continuous and exact at the nodes of the stronger one.
    """

    def __init__(self, limits: list[Limit], join: float) -> None:
        self._limits = limits
        pieces = self._choose()
        self.pieces = [(limit.label, low, high) for limit, low, high in pieces]
        self.blocks = _blocks(pieces)
        self.nodes, self.values = self._join(pieces, join)
        self._edges, self.labels = _intervals(pieces)
        self._inside = np.array([label != "" for label in self.labels])

    def _choose(self) -> list[tuple[Limit, float, float]]:
        edges = {float(node) for limit in self._limits for node in limit.nodes}
        for one, other in combinations(self._limits, 2):
            shared = np.array(sorted(x for x in edges if one.covers(x) and other.covers(x)))
            gap = np.interp(shared, one.nodes, one.merit) - np.interp(shared, other.nodes, other.merit)
            for k in np.flatnonzero(gap[:-1] * gap[1:] < 0.0):
                edges.add(float(shared[k] + (shared[k + 1] - shared[k]) * gap[k] / (gap[k] - gap[k + 1])))
        pieces: list[tuple[Limit, float, float]] = []
        for low, high in pairwise(sorted(edges)):
            best = self._best(0.5 * (low + high))
            if best is None:
                continue
            if pieces and pieces[-1][0] is best and pieces[-1][2] == low:
                pieces[-1] = (best, pieces[-1][1], high)
            else:
                pieces.append((best, low, high))
        return pieces

    def _best(self, x: float) -> Limit | None:
        active = [limit for limit in self._limits if limit.covers(x)]
        return max(active, key=lambda limit: np.interp(x, limit.nodes, limit.merit), default=None)

    def _value(self, x: float) -> float:
        best = self._best(x)
        if best is None:
            raise ValueError(f"no limit at ln x = {x:g}")
        return float(np.interp(x, best.nodes, best.values))

    def _join(self, pieces: list[tuple[Limit, float, float]], join: float) -> tuple[Array, Array]:
        points: dict[float, float] = {}
        for limit, low, high in pieces:
            for x in (low, *limit.nodes[(limit.nodes > low) & (limit.nodes < high)], high):
                value = float(np.interp(x, limit.nodes, limit.values))
                points[float(x)] = max(value, points.get(float(x), -np.inf))
        for (left, low, x), (right, start, high) in pairwise(pieces):
            if x != start:
                continue
            rise = np.interp(x, right.nodes, right.values) - np.interp(x, left.nodes, left.values)
            if abs(rise) < ROUNDING:
                continue
            other = max(x - join, low) if rise > 0.0 else min(x + join, high)
            value = self._value(other)
            inner = [y for y in points if min(x, other) < y < max(x, other)]
            for y in inner:
                del points[y]
            points[other] = value
        nodes = np.array(sorted(points))
        return nodes, np.array([points[x] for x in nodes])

    def __call__(self, ln_x: Array) -> Array:
        """Return the strength (n,) at ln x (n,)."""
        return np.interp(ln_x, self.nodes, self.values)

    def place(self, ln_x: Array) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        """Return where there is a limit, and which: the index into ``labels``."""
        where = self._edges.searchsorted(ln_x)
        return self._inside[where], where

    def faded(self, log_likelihood: Array, ln_x: Array) -> tuple[Array, NDArray[np.bool_], NDArray[np.intp]]:
        """Return a log-likelihood faded out where there is no limit, where there is one, and which.

        The last array indexes ``labels``.
        """
        inside, where = self.place(ln_x)
        if not everywhere(inside):
            weight = np.zeros_like(ln_x)
            for low, high in self.blocks:
                weight = np.maximum(weight, fade(ln_x, low, high))
            log_likelihood = log_likelihood * weight
        return log_likelihood, inside, where


def _blocks(pieces: list[tuple[Limit, float, float]]) -> list[tuple[float, float]]:
    blocks: list[tuple[float, float]] = []
    for _, low, high in pieces:
        if blocks and blocks[-1][1] == low:
            blocks[-1] = (blocks[-1][0], high)
        else:
            blocks.append((low, high))
    return blocks


def _intervals(pieces: list[tuple[Limit, float, float]]) -> tuple[Array, list[str]]:
    """Return the edges between pieces and the label of each interval, empty where there is no limit."""
    edges: list[float] = []
    labels = [""]
    for limit, low, high in pieces:
        if edges and abs(edges[-1] - ROUNDING - low) < ROUNDING:
            edges[-1] = low - ROUNDING
            labels[-1] = limit.label
        else:
            edges.append(low - ROUNDING)
            labels.append(limit.label)
        edges.append(high + ROUNDING)
        labels.append("")
    return np.array(edges), labels
