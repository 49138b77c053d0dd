"""Points of a network to yields: rates called once for all points, tables, then the compiled driver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..cosmology import cosmology_table
from ..numerics.status import Status
from .driver import LAST, solve_points
from .grid import Grid, step_for
from .points import Points, tables_of
from .rates import Network
from .shared import Shared
from .tables import equilibrium_curves
from .topology import Topology

__all__ = ["Points", "Solutions", "equilibrium_yields", "network_of", "solve_network", "span_of"]

FloatArray = NDArray[np.float64]

# In GeV: below it g_* is constant, and nucleosynthesis long over.
COLDEST_END = 1e-8
# In units of the heaviest mass, where the evolution starts: with all in equilibrium, or with something to fill.
START_THERMAL = 1.0
START_EMPTY = 100.0
# Residual annihilations change a yield by x_f/x; this over the accuracy ends the first attempt.
TAIL_OVER_ACCURACY = 300.0
SLOWEST_END = 1e-6
SETTLED = LAST.index("settled")
UNDECAYED = int(Status.UNDECAYED)


@dataclass(frozen=True, eq=False)
class Solutions:
    """Hold the outcome of n points.

    Attributes
    ----------
    status : (n,) int array
    yields : (n, N), charges : (n, M) arrays
    x_freeze_out : (n, N) array
        Where Y is last 2.5 times its equilibrium value, NaN if never.
    unstable : (n, N) bool array
    response : (n, K, N + M) array
        Derivatives of yields and charges by the logarithms of the parameters in ``power``.
    last : (n, 5) array
        `relicfit.solver.network.driver.LAST`.
    """

    status: NDArray[np.int64]
    yields: FloatArray
    charges: FloatArray
    x_freeze_out: FloatArray
    unstable: NDArray[np.bool_]
    response: FloatArray
    last: FloatArray


def solve_network(
    points: Points,
    accuracy: float,
    path: FloatArray | None = None,
    responses: bool = False,
    shared: Shared | None = None,
) -> Solutions:
    """Solve n points, each by the same operations as if it were alone.

    Points whose yields are not settled where most are get a second, longer table.

    Parameters
    ----------
    points : Points
    accuracy : float
        The relative error wanted.
    path : (rows, 1 + N + M) array, optional
        For a single point: receives u, yields and charges at every step.
    responses : bool
        Whether to carry the derivatives by the parameters in ``power``.
    shared : Shared, optional
        The tables, where points share them.
    """
    masses = points.masses()
    hottest, last = span_of(points, masses, accuracy)
    everywhere = np.ones(points.size, dtype=np.bool_)
    if points.coldest is not None:
        return _solve(points, masses, hottest, last, False, accuracy, path, responses, shared, everywhere)
    found = _solve(points, masses, hottest, last, True, accuracy, path, responses, shared, everywhere)
    again = (found.last[:, SETTLED] == 0.0) & (last > COLDEST_END) & np.isin(found.status, (0, UNDECAYED))
    if again.any():
        last = np.where(again, COLDEST_END, last)
        more = _solve(points, masses, hottest, last, True, accuracy, path, responses, shared, again)
        for name in ("status", "yields", "charges", "x_freeze_out", "response", "last"):
            getattr(found, name)[again] = getattr(more, name)[again]
    return found


def span_of(points: Points, masses: FloatArray, accuracy: float) -> tuple[FloatArray, FloatArray]:
    """Return the temperatures at the start and at the end of the first attempt, (n,) each."""
    hottest = points.hottest
    if hottest is None:
        hottest = (START_THERMAL if _all_thermal(points) else START_EMPTY) * masses.max(axis=1)
    if points.coldest is not None:
        return hottest, points.coldest
    lightest = masses[:, : points.topology.solved].min(axis=1)
    last = np.maximum(COLDEST_END, lightest * min(SLOWEST_END, accuracy / TAIL_OVER_ACCURACY))
    return hottest, np.minimum(last, 0.1 * hottest)


def _all_thermal(points: Points) -> bool:
    return not points.topology.charges and all(
        item.bath or (isinstance(item.start, str) and item.start == "thermal") for item in points.species
    )


def _solve(
    points: Points,
    masses: FloatArray,
    hottest: FloatArray,
    coldest: FloatArray,
    stops: bool,
    accuracy: float,
    path: FloatArray | None,
    responses: bool,
    shared: Shared | None,
    wanted: NDArray[np.bool_],
) -> Solutions:
    topology = points.topology
    u0, u_end = -np.log(hottest), -np.log(coldest)
    grid = Grid(u0, u_end, step_for(accuracy))
    n, solved, charges = points.size, topology.solved, len(topology.charges)
    if shared is None:
        tables, which = tables_of(points, masses, grid), np.arange(n)
        offsets = np.zeros(tables.shifts.shape)
    else:
        tables, which = shared.tables(grid, wanted)
        offsets = shared.offsets
    kept = len(topology.parameters) if responses else 0
    values = np.full((n, (1 + kept) * (solved + charges)), np.nan)
    x_freeze_out = np.full((n, solved), np.nan)
    last = np.zeros((n, len(LAST)))
    given = np.where(tables.good[which], 0, int(Status.BAD_RATE)).astype(np.int64)
    given[tables.closed[which]] = int(Status.CLOSED_CHANNEL)
    given[~wanted] = -1
    u_charge = np.full(n, np.inf) if points.charges_until is None else -np.log(points.charges_until)
    unstable = _unstable(topology, masses)
    solve_points(
        network_of(topology, kept), u0, grid.step, tables.values, which, np.ascontiguousarray(masses[:, :solved]),
        tables.shifts, offsets, _epsilon(points), unstable, _starts(points), u_end, u_charge, accuracy,
        points.constant is not None, stops,
        values, x_freeze_out, last, given, np.empty((0, 1 + solved + charges)) if path is None else path,
    )  # fmt: skip
    blocks = values.reshape(n, 1 + kept, solved + charges)
    return Solutions(
        given, blocks[:, 0, :solved].copy(), blocks[:, 0, solved:].copy(), x_freeze_out, unstable,
        blocks[:, 1:].copy(), last,
    )  # fmt: skip


def network_of(topology: Topology, kept: int) -> Network:
    """Return what the kernels read of a topology, with the first parameters of its powers."""
    ins, outs = (topology.ins >= 0).sum(axis=1), (topology.outs >= 0).sum(axis=1)
    sides = np.column_stack([topology.ins, topology.outs, ins, outs, topology.reversible]).astype(np.int64)
    simple = topology.solved == 1 and max(ins.max(), outs.max()) <= 2
    return Network(
        sides,
        topology.nu,
        topology.conserved,
        topology.source,
        topology.terms,
        topology.powers[:kept],
        topology.plain,
        bool(simple),
    )


def _unstable(topology: Topology, masses: FloatArray) -> NDArray[np.bool_]:
    """Return which species some reaction turns, one at a time, into something lighter, (n, N)."""
    unstable = np.zeros((len(masses), topology.solved), dtype=np.bool_)
    for p, j in enumerate(topology.turned):
        if j >= 0:
            outs = [i for i in topology.products[p] if i < topology.solved]
            unstable[:, j] |= np.all(masses[:, outs] < masses[:, [j]], axis=1)
    return unstable


def _epsilon(points: Points) -> FloatArray:
    given = [0.0 if item.epsilon is None else item.epsilon for item in points.processes]
    return np.ascontiguousarray(np.array([points.column(value) for value in given]).T)


def _starts(points: Points) -> FloatArray:
    by_name = {item.name: item.start for item in points.species}
    named = {"thermal": np.nan, "empty": 0.0}
    given = [by_name[name] for name in points.topology.names[: points.topology.solved]]
    values = [named[item] if isinstance(item, str) else item for item in given]
    return np.ascontiguousarray(np.array([points.column(value) for value in values]).T)


def equilibrium_yields(points: Points, temperature: FloatArray) -> FloatArray:
    """Return the equilibrium yields of the solved species at temperatures (m,), (N, m), of a single point."""
    topology = points.topology
    u = -np.log(temperature)
    return equilibrium_curves(
        topology.solved, topology.degrees, topology.statistics, points.masses()[0], u,
        cosmology_table(points.constant),
    )  # fmt: skip
