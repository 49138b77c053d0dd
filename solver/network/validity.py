"""The limits of validity of a network: what it assumes that a point does not fulfil."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..constants import HBAR_GEV_S
from ..momentum.observables import warmness_flags
from ..scenario import Flag

if TYPE_CHECKING:
    from .points import Points

__all__ = ["flags_of"]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# A thermal species should react this much faster than the Universe expands at the start.
EARLY_ENOUGH = 100.0
# Freeze-out at smaller m/T is that of a hot relic.
COLDEST_HOT = 3.0
# Decays after this many seconds meet the neutrons and protons of nucleosynthesis.
NUCLEOSYNTHESIS = 0.1
# A pole this near the threshold, as a part of it, feels how momenta are distributed.
NEAR_POLE = 0.1
# As many points at once when rates are called again.
FLAG_BLOCK = 256


def flags_of(scenario: Any) -> tuple[Flag, ...]:
    """Return the flags that may apply to a network."""
    topology = scenario.topology
    stable = [f"x_freeze_out_{topology.names[j]}" for j in scenario.stable]
    found = []
    if stable:
        found += [
            Flag("not-frozen", "a stable yield still changes by more than the accuracy at the end",
                 lambda p, o: o["remaining_change"] > scenario.accuracy),
        ]  # fmt: skip
        if scenario.momentum_source is None:
            found.append(
                Flag("hot", "freeze-out at m/T below 3: not cold",
                     lambda p, o: np.any([o[name] < COLDEST_HOT for name in stable], axis=0))
            )  # fmt: skip
        else:
            found += warmness_flags()
    if scenario.thermal:
        found.append(
            Flag("late-start", "a thermal species reacts slower than 100 H at the start: what it has there matters",
                 lambda p, o: o["rate_at_start"] < EARLY_ENOUGH)
        )  # fmt: skip

    def told(test: Any) -> Any:
        return lambda p, o: _in_blocks(scenario, test, p, o)

    if _decaying(scenario):
        found.append(
            Flag("late-decay", "an unstable particle lives longer than 0.1 s: its decays meet nucleosynthesis",
                 told(_late_decay))
        )  # fmt: skip
    if _annihilations(scenario):
        found.append(
            Flag(
                "unitarity",
                "a cross-section is above the s-wave unitarity limit at freeze-out",
                told(_unitarity),
            )
        )
    if _conversions(scenario) or any(len(item.poles) for item in scenario.processes(scenario.middle)):
        found.append(
            Flag("kinetic", "momenta may not be thermal: a pole within 10 % of the threshold, or a conversion that "
                 "decouples before freeze-out", told(_kinetic))
        )  # fmt: skip
    if any(
        item.start == "empty" for item in scenario.species(scenario.middle) if isinstance(item.start, str)
    ):
        found.append(
            Flag("degenerate", "the evolution begins below the largest mass: what is made depends on how it begins",
                 told(_degenerate))
        )  # fmt: skip
    return tuple(found)


def _in_blocks(
    scenario: Any,
    test: Any,
    parameters: Mapping[str, FloatArray],
    observables: Mapping[str, FloatArray],
) -> BoolArray:
    """Return the result (n,) of a test of points and their observables, where these are numbers."""
    theta = np.column_stack([np.atleast_1d(parameters[item.name]) for item in scenario.parameters]).astype(
        float
    )
    result = np.zeros(len(theta), dtype=np.bool_)
    # Elsewhere there is no answer whose validity could be doubted.
    whole = np.flatnonzero(np.isfinite(theta).all(axis=1))
    for first in range(0, whole.size, FLAG_BLOCK):
        rows = whole[first : first + FLAG_BLOCK]
        part = {name: np.atleast_1d(values)[rows] for name, values in observables.items()}
        result[rows] = test(scenario, scenario.points(theta[rows]), part)
    return result


def _decaying(scenario: Any) -> list[int]:
    """Return the solved species that are unstable and decay by a stated width."""
    topology = scenario.topology
    widths = {
        left[0] for left, kind in zip(topology.reactants, topology.kinds, strict=True) if kind == "width"
    }
    return sorted(i for i in widths if i < topology.solved and i not in scenario.stable)


def _late_decay(scenario: Any, points: Points, observables: Mapping[str, FloatArray]) -> BoolArray:
    topology = points.topology
    late = np.zeros(points.size, dtype=np.bool_)
    for i in _decaying(scenario):
        total = np.zeros(points.size)
        for p, process in enumerate(points.processes):
            if topology.kinds[p] == "width" and topology.reactants[p] == (i,):
                width = process.width(np.ones((points.size, 1))) if callable(process.width) else process.width
                total = total + points.column(width)
        late |= (total > 0.0) & (total < HBAR_GEV_S / NUCLEOSYNTHESIS)
    return late


def _annihilations(scenario: Any) -> list[tuple[int, int]]:
    """Return processes with a cross-section of two solved particles, and the first of these that is stable."""
    topology = scenario.topology
    return [
        (p, next(j for j in left if j in scenario.stable))
        for p, left in enumerate(topology.reactants)
        if topology.kinds[p] in ("sigma_v", "sigma")
        and all(i < topology.solved for i in left)
        and any(j in scenario.stable for j in left)
    ]


def _unitarity(scenario: Any, points: Points, observables: Mapping[str, FloatArray]) -> BoolArray:
    masses, names = points.masses(), points.topology.names
    above = np.zeros(points.size, dtype=np.bool_)
    for p, j in _annihilations(scenario):
        x = observables[f"x_freeze_out_{names[j]}"]
        a, b = (masses[:, i] for i in points.topology.reactants[p])
        reduced = a * b / (a + b)
        with np.errstate(invalid="ignore"):
            # K. Griest and M. Kamionkowski, Phys. Rev. Lett. 64 (1990) 615, eq. (4): π/(μ² v), averaged.
            limit = np.pi / reduced**2 * np.sqrt(x / np.pi)
            above |= _rates(points, masses, masses[:, j] / x)[:, p] > limit
    return above


def _conversions(scenario: Any) -> list[tuple[int, int]]:
    """Return processes that turn one solved species into a stable one that was in equilibrium."""
    topology = scenario.topology
    starts = {item.name: item.start for item in scenario.species(scenario.middle)}
    found = []
    for p, i in enumerate(topology.turned):
        for j in topology.products[p]:
            thermal = j < topology.solved and isinstance(starts[topology.names[j]], str)
            if i >= 0 and j in scenario.stable and thermal and starts[topology.names[j]] == "thermal":
                found += [(p, j)] if topology.kinds[p] in ("width", "rate") else []
    return found


def _kinetic(scenario: Any, points: Points, observables: Mapping[str, FloatArray]) -> BoolArray:
    masses, topology = points.masses(), points.topology
    doubtful = np.zeros(points.size, dtype=np.bool_)
    for p, process in enumerate(points.processes):
        threshold = masses[:, list(topology.reactants[p])].sum(axis=1)
        for mass, _ in process.poles:
            doubtful |= (threshold > 0.0) & (np.abs(points.column(mass) - threshold) < NEAR_POLE * threshold)
    conversions = _conversions(scenario)
    for j in {j for _, j in conversions}:
        temperature = masses[:, j] / observables[f"x_freeze_out_{topology.names[j]}"]
        rates = _rates(points, masses, temperature)
        total = np.zeros(points.size)
        for p in (p for p, other in conversions if other == j):
            total = total + rates[:, p]
        with np.errstate(invalid="ignore"):
            # Before it: the conversion is slower than the expansion where the density freezes.
            doubtful |= total < scenario.hubble(temperature)
    return doubtful


def _degenerate(scenario: Any, points: Points, observables: Mapping[str, FloatArray]) -> BoolArray:
    from .engine import span_of

    masses = points.masses()
    return span_of(points, masses, scenario.accuracy)[0] < masses.max(axis=1)


def _rates(points: Points, masses: FloatArray, temperature: FloatArray) -> FloatArray:
    """Return the rates (n, P) at one temperature of each point, NaN where there is none."""
    from .grid import PADDING, Grid
    from .points import rates_of

    good = np.isfinite(temperature) & (temperature > 0.0)
    u = -np.log(np.where(good, temperature, 1.0))
    with np.errstate(all="ignore"):
        rates = rates_of(points, masses, Grid(u, u, 0.025))[:, :, PADDING]
    return np.where(good[:, None], rates, np.nan)
