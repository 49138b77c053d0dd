"""A look at a model before a run: rates at a few points, their scales, and whether grids resolve them."""

from __future__ import annotations

import inspect
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError, did_you_mean
from ..constants import GEV2_TO_CM2, GEV2_TO_PB, HBAR_C_GEV_M, HBAR_GEV_S
from .engine import span_of
from .grid import PADDING, Grid, step_for
from .points import Points, rates_of, tables_of
from .scaling import unscaled
from .topology import Topology

__all__ = ["check"]

# Rates are compared where T is a twentieth of the mass.
X_TYPICAL = 20.0
# A cross-section above the unitarity limit by this cannot be meant; one that leaves this Ωh² neither.
ABOVE_UNITARITY = 1e3
LARGEST_OMEGA = 1e6
# The thermal cross-section for Ωh² = 0.12, in GeV⁻².
CANONICAL = 1.9e-9
OBSERVED = 0.12
# Units that a number may have been given in, and what turns them into powers of GeV.
FACTORS = {
    "cm^3/s": HBAR_GEV_S / (GEV2_TO_CM2 * 100.0 * HBAR_C_GEV_M),
    "pb": 1.0 / GEV2_TO_PB,
}
# A difference that is compared: rates below this many times the expansion do not matter.
LN_NEGLIGIBLE_RATE = math.log(1e-6)
SHARE_OF_ACCURACY = 1.0 / 3.0


def check(scenario: Any, theta: NDArray[np.float64]) -> tuple[str, ...]:
    """Return sentences about what is doubtful; see `NetworkScenario.check`."""
    points = scenario.points(theta)
    masses = points.masses()
    hottest, coldest = span_of(points, masses, scenario.accuracy)
    grid = Grid(-np.log(hottest), -np.log(coldest), step_for(scenario.accuracy))
    temperature = grid.temperatures()
    raw = rates_of(points, masses, grid)
    topology = scenario.topology
    starts = {item.name: item.start for item in points.species}
    names = topology.names[: topology.solved]
    thermal = {
        j for j, name in enumerate(names) if isinstance(starts[name], str) and starts[name] == "thermal"
    }
    wrong = []
    for p, reaction in enumerate(topology.reactions):
        found = _of_rate(topology, thermal, p, raw[:, p], masses, temperature)
        wrong += [f'{_where(scenario, reaction)}"{reaction}": {text}' for text in found]
    wrong += _powers_that_fail(scenario, theta)
    if wrong:
        raise UserError(*wrong)
    known = [item.name for item in scenario.parameters]
    doubtful = [
        f"power: {name!r} is no parameter; it is known to sensitivities alone.{did_you_mean(name, known)}"
        for name in topology.parameters
        if name not in known
    ]
    doubtful += _double_counting(topology, raw) + _missing_decays(scenario, masses)
    doubtful += _grids(scenario, points, masses, grid)
    fine, status = scenario.evaluate(theta)
    finer, _ = replace(scenario, accuracy=max(0.1 * scenario.accuracy, 1e-9)).evaluate(theta)
    names = [item.name for item in scenario.observables]
    for k, name in enumerate(names):
        if name.startswith(("omega_h2", "charge", "yield")) and (status == 0).any():
            with np.errstate(all="ignore"):
                miss = np.nanmax(np.abs(fine[status == 0, k] / finer[status == 0, k] - 1.0), initial=0.0)
            if miss > scenario.accuracy:
                doubtful.append(f"{name}: changes by {miss:.1e} with a tighter integration.")
    return tuple(dict.fromkeys(doubtful))


def _powers_that_fail(scenario: Any, theta: NDArray[np.float64]) -> list[str]:
    """Return where ``power`` does not say how a rate scales, though it did where tables were made to be shared."""
    topology, found = scenario.topology, []
    names = [item.name for item in scenario.parameters]
    shared = [] if scenario.scaling is None else list(scenario.scaling.columns)
    for k, name in enumerate(topology.parameters):
        column = names.index(name) if name in names else -1
        for row in theta:
            if column not in shared or not row[column] > 0.0:
                continue
            value = scenario.scaling.references[shared.index(column)]
            miss = unscaled(scenario, row, column, value, topology.powers[k])
            if miss is None:
                continue
            p, factor, wanted = miss
            if p < 0:
                found.append(
                    f"power: {name} changes masses, the start or the expansion, not rates alone; leave it out."
                )
            else:
                text = topology.reactions[p] if p < len(topology.reactions) else "washout"
                found.append(
                    f'{_where(scenario, text)}"{text}": power says that the rate becomes {wanted:.4g} times as large '
                    f"with {name} = {value:.4g}, and it becomes {factor:.4g} times as large; leave {name} out of power."
                )
            break
    return found


def _where(scenario: Any, reaction: str) -> str:
    """Return the file and line in which a reaction stands, "" where that is not known."""
    try:
        lines, start = inspect.getsourcelines(type(scenario))
        file = Path(inspect.getfile(type(scenario))).name
    except (OSError, TypeError):
        return ""
    numbers = [start + i for i, line in enumerate(lines) if reaction in line]
    numbers += [start + i for i, line in enumerate(lines) if "def processes" in line]
    return f"{file}, line {numbers[0]}: " if numbers else f"{file}: "


def _of_rate(
    topology: Topology,
    thermal: set[int],
    p: int,
    raw: NDArray[np.float64],
    masses: NDArray[np.float64],
    temperature: NDArray[np.float64],
) -> list[str]:
    """Return what is wrong with the rate (n, m) of a process."""
    kind = topology.kinds[p]
    if (raw < 0.0).any():
        return [f"negative rate ({raw.min():.3g}); rates are zero or more."]
    if not np.isfinite(raw).all():
        i, g = np.argwhere(~np.isfinite(raw))[0]
        return [f"{kind} is {raw[i, g]} at T = {temperature[i, g]:.3g} GeV; a finite number is wanted."]
    left = list(topology.reactants[p])
    heaviest = masses[:, left].max(axis=1)
    if kind == "width" and (raw[:, 0] > masses[:, left[0]]).any():
        i = int(np.argmax(raw[:, 0] / masses[:, left[0]]))
        return [f"width = {raw[i, 0]:.3g} GeV, above the mass of {masses[i, left[0]]:.4g} GeV."]
    if kind == "density":
        ratio = raw / temperature**4
        if ratio.max() > 1.0:
            i, g = np.unravel_index(np.argmax(ratio), ratio.shape)
            return [f"density = {raw[i, g]:.3g} GeV^4 at T = {temperature[i, g]:.3g} GeV, above T^4."]
    if kind not in ("sigma_v", "sigma"):
        return []
    typical = np.array(
        [np.interp(-math.log(m / X_TYPICAL), -np.log(t), row)
         for m, t, row in zip(heaviest, temperature, raw, strict=True)]
    )  # fmt: skip
    limit = 4.0 * math.pi / heaviest**2 * math.sqrt(X_TYPICAL / math.pi)
    if (typical > ABOVE_UNITARITY * limit).all():
        return [
            f"{kind} = {typical[0]:.2g} GeV^-2 at T = m/20: above the unitarity limit of {limit[0]:.2g} GeV^-2 for "
            f"{heaviest[0]:.4g} GeV.{_in_units(typical[0], limit[0])}"
        ]
    # Where nothing else changes it, and it begins in equilibrium.
    alone = left[0] in thermal and np.count_nonzero(topology.nu[:, left[0]]) == 1
    if alone and (typical > 0.0).all() and (CANONICAL * OBSERVED / typical > LARGEST_OMEGA).all():
        hint = _in_units(typical[0], limit[0])
        if hint:
            return [
                f"{kind} = {typical[0]:.2g} GeV^-2: nothing of {heaviest[0]:.4g} GeV freezes out with that.{hint}"
            ]
    return []


def _in_units(value: float, limit: float) -> str:
    """Return which unit would bring a cross-section in range, or nothing."""
    for unit, factor in FACTORS.items():
        if CANONICAL * OBSERVED / LARGEST_OMEGA < value * factor < limit:
            return f" {value:.2g} {unit} would be {value * factor:.2g} GeV^-2."
    return ""


def _double_counting(topology: Topology, raw: NDArray[np.float64]) -> list[str]:
    """Return pairs of reactions that are the same, or each other's inverse."""
    sides = [
        (tuple(sorted(left)), tuple(sorted(right)))
        for left, right in zip(topology.reactants, topology.products, strict=True)
    ]
    found = []
    for a in range(len(sides)):
        for b in range(a):
            texts = f'"{topology.reactions[b]}" and "{topology.reactions[a]}"'
            if sides[a] == sides[b][::-1] and topology.reversible[a] and topology.reversible[b]:
                found.append(
                    f"{texts} are each other's inverse, which detailed balance supplies: counted twice?"
                )
            elif sides[a] == sides[b] and np.array_equal(raw[:, a], raw[:, b]):
                found.append(f"{texts} have the same rate: counted twice?")
    return found


def _missing_decays(scenario: Any, masses: NDArray[np.float64]) -> list[str]:
    """Return stable species that could decay by their numbers, where nothing removes them."""
    topology = scenario.topology
    numbers = {item.name: dict(item.numbers) for item in scenario.species(scenario.middle)}
    found = []
    for j in scenario.stable:
        removed = any(topology.nu[p, j] < 0.0 for p in range(len(topology.nu)))
        lighter = [
            topology.names[i]
            for i in range(topology.solved)
            if (masses[:, i] < masses[:, j]).all()
            and numbers[topology.names[i]] == numbers[topology.names[j]] != {}
        ]
        if lighter and not removed:
            found.append(
                f"species {topology.names[j]}: heavier than {lighter[0]} with the same numbers, and nothing removes "
                "it: is a decay missing?"
            )
    return found


def _grids(
    scenario: Any,
    points: Points,
    masses: NDArray[np.float64],
    grid: Grid,
) -> list[str]:
    """Return the processes whose tables or thermal averages are coarser than the accuracy."""
    topology = scenario.topology
    allowed = SHARE_OF_ACCURACY * scenario.accuracy
    tables = tables_of(points, masses, grid)

    def ln_rates(later: float, refinement: int) -> NDArray[np.float64]:
        raw = rates_of(replace(points, refinement=refinement), masses, grid, later)
        shifted = tables.shifts[:, : raw.shape[1], None] / grid.temperatures(later)[:, None, :]
        with np.errstate(divide="ignore"):
            return np.log(raw) + shifted

    coarse, between, finer = ln_rates(0.0, 1), ln_rates(0.5, 1), ln_rates(0.0, 2)
    found = []
    for p, reaction in enumerate(topology.reactions):
        ln_k = tables.values[..., 4 * (1 + topology.solved + p)]
        f = coarse[:, p]
        with np.errstate(invalid="ignore"):
            # Between nodes, what the cubic pieces give against the function.
            cubic = (9.0 * (f[:, 1:-2] + f[:, 2:-1]) - f[:, :-3] - f[:, 3:]) / 16.0
            unsmooth = np.abs(
                cubic[:, PADDING - 1 : PADDING - 1 + grid.cells]
                - between[:, p, PADDING : PADDING + grid.cells]
            )
            coarseness = np.abs(finer[:, p] - f)[:, PADDING : PADDING + grid.cells]
        for values, what in (
            (unsmooth, "is not smooth in T: its table errs by"),
            (coarseness, "has a thermal average that changes with twice the panels, by"),
        ):
            values = np.where(np.isfinite(values) & (ln_k > LN_NEGLIGIBLE_RATE), values, 0.0)
            i, g = np.unravel_index(np.argmax(values), values.shape)
            if values[i, g] > allowed:
                t = math.exp(-(grid.start[i] + grid.step * g))
                advice = "; declare poles and thresholds" if "panels" in what else ""
                found.append(
                    f'{_where(scenario, reaction)}"{reaction}" {what} {values[i, g]:.1e} at T = {t:.3g} GeV{advice}.'
                )
    return found
