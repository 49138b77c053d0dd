"""How fast every process of a network is at a point: its rate over the expansion at T = m and where it is cold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .engine import network_of, span_of
from .grid import Grid, step_for
from .points import tables_of
from .rates import FORWARD, LN_EQ, PLAIN, SPECIES_ROWS, set_coefficients

if TYPE_CHECKING:
    from .scenario import NetworkScenario

__all__ = ["Speed", "speeds"]


# Where a thermal relic freezes out.
COLD = 25.0


class Speed(NamedTuple):
    """Hold how often a particle takes part in a process per expansion time, in equilibrium, at T = m and m/25."""

    reaction: str
    species: str
    mass: float
    at_mass: float
    at_freeze_out: float


def speeds(scenario: NetworkScenario, theta: NDArray[np.float64]) -> tuple[Speed, ...]:
    """Return the speed of every process at a point (d,), for its first solved participant."""
    points = scenario.points(np.asarray(theta, dtype=np.float64)[None, :])
    topology, masses = scenario.topology, points.masses()
    hottest, coldest = span_of(points, masses, scenario.accuracy)
    solved = masses[:, : topology.solved]
    hottest, coldest = np.maximum(hottest, solved.max(axis=1)), np.minimum(coldest, solved.min(axis=1) / COLD)
    grid = Grid(-np.log(hottest), -np.log(coldest), step_for(scenario.accuracy))
    tables = tables_of(points, masses, grid)
    sides = network_of(topology, 0).sides
    species = np.zeros((SPECIES_ROWS, topology.solved))
    # As yields, of which no rate is lowered.
    species[PLAIN] = 1.0
    rates, washing = np.zeros((3, len(sides))), np.zeros(len(topology.terms) + 1)
    nothing = np.zeros(tables.shifts.shape[1])

    def speed(p: int, j: int, temperature: float) -> float:
        set_coefficients(
            sides, tables.values[0], solved[0].copy(), tables.shifts[0], nothing, grid.start[0], grid.step,
            -math.log(temperature), species, rates, washing,
        )  # fmt: skip
        reactants = [i for i in topology.reactants[p] if i < topology.solved]
        weight = species[LN_EQ, reactants].sum() - species[LN_EQ, j]
        return float(rates[FORWARD, p] * np.exp(weight))

    found = []
    for p, reaction in enumerate(topology.reactions):
        j = next(i for i in (*topology.reactants[p], *topology.products[p]) if i < topology.solved)
        mass = float(masses[0, j])
        found.append(Speed(reaction, topology.names[j], mass, speed(p, j, mass), speed(p, j, mass / COLD)))
    return tuple(found)
