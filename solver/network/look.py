"""How fast every process of a network is at a point: its rate over the expansion where T is the mass."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .engine import network_of, span_of
from .points import tables_of
from .rates import FORWARD, PER_UNIT, SPECIES_ROWS, set_coefficients
from .tables import GRID_STEP

if TYPE_CHECKING:
    from .scenario import NetworkScenario

__all__ = ["Speed", "speeds"]


class Speed(NamedTuple):
    """Hold how often a particle of a species takes part in a process per expansion time, in equilibrium."""

    reaction: str
    species: str
    temperature: float
    rate_over_hubble: float


def speeds(scenario: NetworkScenario, theta: NDArray[np.float64]) -> tuple[Speed, ...]:
    """Return the speed of every process at a point (d,), for its first solved participant at T = m.

    Above 1e9 where all participants are near equilibrium the engine slows a process down: such rates read 1e9.
    """
    points = scenario.points(np.asarray(theta, dtype=np.float64)[None, :])
    topology, masses = scenario.topology, points.masses()
    hottest, coldest = span_of(points, masses, scenario.accuracy)
    solved = masses[:, : topology.solved]
    hottest, coldest = np.maximum(hottest, solved.max(axis=1)), np.minimum(coldest, 0.5 * solved.min(axis=1))
    u0, u_end = -np.log(hottest), -np.log(coldest)
    cells = math.ceil(float((u_end - u0)[0]) / GRID_STEP) + 1
    tables, shifts, _, _ = tables_of(points, masses, u0, u_end, cells)
    sides = network_of(topology, 0).sides
    species = np.zeros((SPECIES_ROWS, topology.solved))
    rates, washing = np.zeros((3, len(sides))), np.zeros(len(topology.terms) + 1)
    found = []
    for p, reaction in enumerate(topology.reactions):
        involved = [i for i in (*topology.reactants[p], *topology.products[p]) if i < topology.solved]
        j = involved[0]
        mass = float(masses[0, j])
        set_coefficients(
            sides, tables[0], solved[0].copy(), shifts[0], u0[0], -math.log(mass), species, rates, washing
        )
        found.append(
            Speed(reaction, topology.names[j], mass, float(rates[FORWARD, p] * species[PER_UNIT, j]))
        )
    return tuple(found)
