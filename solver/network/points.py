"""The points of a network: what the user states at each, and the rates called once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ..cosmology import cosmology_table
from .averages import Nodes, averaged_amplitude, averaged_sigma, energies_of
from .description import BATH, Process, Species, Washout
from .expansion import EarlyMatter, Faster, history
from .grid import Grid
from .tables import Recipe, build_columns
from .topology import Topology

__all__ = ["Points", "Tables", "called", "rates_of", "tables_of"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Points:
    """Hold what the user states at n points.

    Attributes
    ----------
    topology : Topology
    species, processes, washouts : sequences
        In the order of the topology's making; numbers broadcast over (n, 1).
    size : int
        n.
    hottest : (n,) array or None
        The temperature at the start, GeV.
    coldest : (n,) array or None
        That at the end; None where yields and charges are followed until they are settled.
    charges_until : (n,) array or None
        The temperature that freezes charges.
    expansion : EarlyMatter, Faster or None
    constant : float or None
        g_* where it is constant.
    refinement : int
        How many panels of the thermal averages stand for one.
    """

    topology: Topology
    species: Sequence[Species]
    processes: Sequence[Process]
    washouts: Sequence[Washout]
    size: int
    hottest: FloatArray | None = None
    coldest: FloatArray | None = None
    charges_until: FloatArray | None = None
    expansion: EarlyMatter | Faster | None = None
    constant: float | None = None
    refinement: int = 1

    def column(self, value: Any) -> FloatArray:
        """Return a number of every point, (n,)."""
        return np.array(np.broadcast_to(np.asarray(value, dtype=np.float64).ravel(), (self.size,)))

    def masses(self) -> FloatArray:
        """Return the masses of all species, (n, all), in the order of the topology."""
        by_name = {item.name: item.mass for item in self.species} | {BATH: 0.0}
        return np.ascontiguousarray(np.array([self.column(by_name[name]) for name in self.topology.names]).T)


@dataclass(frozen=True, eq=False)
class Tables:
    """Hold what the engine reads of n points.

    Attributes
    ----------
    values : (n, cells, 4 C) array
        Cubic pieces; `relicfit.solver.network.tables` says of what.
    shifts : (n, P + W) array
        What was taken off the logarithms of rates, times T.
    good, closed : (n,) bool arrays
        Whether all rates are numbers that are zero or more, and whether a decay by ``width`` is closed.
    """

    values: FloatArray
    shifts: FloatArray
    good: NDArray[np.bool_]
    closed: NDArray[np.bool_]

    def row(self, i: int) -> Tables:
        """Return the tables of one point."""
        rows = slice(i, i + 1)
        return Tables(
            self.values[rows].copy(),
            self.shifts[rows].copy(),
            self.good[rows].copy(),
            self.closed[rows].copy(),
        )

    @classmethod
    def joined(cls, rows: Sequence[Tables]) -> Tables:
        """Return tables of several points as one; the shorter ones end in zeros."""
        if len(rows) == 1:
            return rows[0]
        cells = max(item.values.shape[1] for item in rows)
        values = np.zeros((len(rows), cells, rows[0].values.shape[2]))
        for i, item in enumerate(rows):
            values[i, : item.values.shape[1]] = item.values[0]
        return cls(
            values,
            np.concatenate([item.shifts for item in rows]),
            np.concatenate([item.good for item in rows]),
            np.concatenate([item.closed for item in rows]),
        )


def tables_of(points: Points, masses: FloatArray, grid: Grid) -> Tables:
    """Return the tables of n points; each is what it would be alone."""
    topology = points.topology
    n, processes, washouts = points.size, len(topology.kinds), len(topology.by_process)
    temperature, own = grid.temperatures(), grid.own()
    factor, dilution = history(points.expansion, temperature, points.constant)
    # What lies beyond the end of a point belongs to others of its batch: the rates need not exist there.
    raw = np.where(own[:, None, :], rates_of(points, masses, grid), 0.0)
    washing = np.zeros((n, washouts, grid.nodes))
    for w, item in enumerate(points.washouts):
        if item.rate is not None:
            found = called(item.rate, temperature, f"washout of {item.charge}: rate", "T")
            washing[:, w] = np.where(own, found, 0.0)
    sums = np.array([[masses[:, list(side)].sum(axis=1) for side in both] for both in _sides(topology)])
    within = [masses[:, [i for i in left if i < topology.solved]].sum(axis=1) for left in topology.reactants]
    heaviest = np.ascontiguousarray(np.stack([sums.max(axis=1), np.array(within)], axis=1).transpose(2, 0, 1))
    closed = np.zeros(n, dtype=np.bool_)
    for p, kind in enumerate(topology.kinds):
        if kind == "width":
            closed |= (sums[p, 1] > sums[p, 0]) & (raw[:, p].max(axis=1) > 0.0)
    by_process = topology.by_process
    shifts = np.hstack(
        [
            heaviest[:, :, 0] - heaviest[:, :, 1],
            *[heaviest[:, [p], 0] if p >= 0 else np.zeros((n, 1)) for p in by_process],
        ]
    )
    values = np.empty((n, grid.cells, 4 * (1 + topology.solved + processes + washouts)))
    recipe, plasma, first = _recipe(topology), cosmology_table(points.constant), grid.first
    good = np.empty(n, dtype=np.bool_)
    for i in range(n):
        good[i] = build_columns(
            recipe, plasma, first[i], grid.step, masses[i], heaviest[i], raw[i], washing[i], factor[i], dilution[i],
            values[i],
        )  # fmt: skip
    return Tables(values, np.ascontiguousarray(shifts), good, closed)


def rates_of(points: Points, masses: FloatArray, grid: Grid, later: float = 0.0) -> FloatArray:
    """Return the rates of all processes (n, P, nodes) at the nodes, or between them by a part of a step."""
    temperature = grid.temperatures(later)
    found = [
        _rate(points, p, item, masses, grid, later, temperature) for p, item in enumerate(points.processes)
    ]
    return np.stack(found, axis=1)


def _sides(topology: Topology) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return list(zip(topology.reactants, topology.products, strict=True))


def _rate(
    points: Points,
    p: int,
    process: Process,
    masses: FloatArray,
    grid: Grid,
    later: float,
    temperature: FloatArray,
) -> FloatArray:
    """Return the rate of a process on the grid, in the units in which it is stated or averaged."""
    kind = points.topology.kinds[p]
    where = f'"{process.reaction}": {kind}'
    value = getattr(process, kind)
    if kind not in ("sigma", "amplitude2"):
        return called(value, temperature, where, "T")
    left = tuple(masses[:, i] for i in points.topology.reactants[p])
    right = tuple(masses[:, i] for i in points.topology.products[p])
    into = sum(right) if kind == "amplitude2" else 0.0
    threshold = np.maximum(left[0] + left[1], into)
    counts = grid.own().sum(axis=1)
    coldest = temperature[np.arange(points.size), counts - 1]
    energies = energies_of(
        threshold, temperature[:, 0], coldest, process.poles, process.thresholds, points.refinement
    )

    def function(s: FloatArray) -> FloatArray:
        return called(value, s, where, "s")

    nodes = Nodes(grid.first + later * grid.step, grid.step, counts, temperature.shape[1])
    if kind == "sigma":
        return averaged_sigma(function, (left[0], left[1]), energies, nodes)
    return averaged_amplitude(function, (left[0], left[1]), (right[0], right[1]), energies, nodes)


def called(value: Any, argument: FloatArray, where: str, name: str) -> FloatArray:
    """Return a number or a function of T or s at all points, broadcast over them.

    Raises
    ------
    UserError
        Where the shape is another than that of the argument.
    """
    with np.errstate(all="ignore"):
        found = np.asarray(value(argument) if callable(value) else value, dtype=np.float64)
    try:
        return np.broadcast_to(found, argument.shape)
    except ValueError:
        raise UserError(
            f"{where}: an array of shape {found.shape} for {name} of shape {argument.shape}; return a number or that "
            "shape, points along the first axis."
        ) from None


def _recipe(topology: Topology) -> Recipe:
    processes, everything = len(topology.kinds), len(topology.names)
    power = np.zeros((processes, everything))
    reactants = np.zeros((processes, topology.solved))
    decaying = np.full(processes, -1)
    entropy = np.zeros(processes)
    for p, kind in enumerate(topology.kinds):
        left = topology.reactants[p]
        inside = [i for i in left if i < topology.solved]
        for i in inside:
            reactants[p, i] += 1.0
        if kind in ("density", "amplitude2"):
            entropy[p] = -1.0
            for i in inside:
                power[p, i] -= 1.0
        elif kind == "rate":
            for i in inside[1:]:
                power[p, i] -= 1.0
        else:
            entropy[p] = len(left) - 1.0
            for i in left:
                power[p, i] += float(i >= topology.solved)
        if kind == "width":
            decaying[p] = left[0]
    return Recipe(
        topology.solved, topology.degrees, topology.statistics, power, reactants, entropy,
        np.log(topology.symmetry), decaying, np.array(topology.by_process, dtype=np.int64), topology.carriers,
    )  # fmt: skip
