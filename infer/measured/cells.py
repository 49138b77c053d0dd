"""The density of a measurement along an interval on which its distance is piecewise linear: exact integrals.

However narrow the peak of the density, nothing of it is missed between nodes: the integral over a cell is a
difference of its primitive, which `quantity.Measurement` tabulates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...solver.numerics.kernel import kernel
from .grid import INNER_GRID

__all__ = [
    "Table",
    "area",
    "cell",
    "density_at",
    "draw_inner",
    "inner_mass",
    "inner_shift",
    "inner_values",
    "inside",
    "linear",
    "smooth",
]

Array = NDArray[np.float64]

Table = tuple[Array, Array, Array, Array]
FLAT = 1e-12


@kernel
def smooth(nodes: Array, values: Array, where: Array) -> Array:
    """Interpolate by cubics on equidistant nodes, with central slopes limited so that no extremum appears."""
    n = len(nodes)
    slopes = np.zeros(n)
    for i in range(1, n - 1):
        left = (values[i] - values[i - 1]) / (nodes[i] - nodes[i - 1])
        right = (values[i + 1] - values[i]) / (nodes[i + 1] - nodes[i])
        if left * right > 0.0:
            slopes[i] = np.copysign(min(0.5 * abs(left + right), 3.0 * min(abs(left), abs(right))), left)
    slopes[0] = (values[1] - values[0]) / (nodes[1] - nodes[0])
    slopes[n - 1] = (values[n - 1] - values[n - 2]) / (nodes[n - 1] - nodes[n - 2])
    found = np.empty(len(where))
    i = 0
    for k in range(len(where)):
        x = where[k]
        if x <= nodes[0]:
            found[k] = values[0] + slopes[0] * (x - nodes[0])
            continue
        if x >= nodes[n - 1]:
            found[k] = values[n - 1] + slopes[n - 1] * (x - nodes[n - 1])
            continue
        while i < n - 2 and x > nodes[i + 1]:
            i += 1
        h = nodes[i + 1] - nodes[i]
        t = (x - nodes[i]) / h
        a, b = values[i], values[i + 1]
        found[k] = (
            a * (1.0 + 2.0 * t) * (1.0 - t) ** 2
            + b * t * t * (3.0 - 2.0 * t)
            + h * (slopes[i] * t * (1.0 - t) ** 2 + slopes[i + 1] * t * t * (t - 1.0))
        )
    return found


@kernel
def linear(nodes: Array, values: Array, x: float) -> float:
    n = len(nodes)
    if x <= nodes[0]:
        return values[0]
    if x >= nodes[n - 1]:
        return values[n - 1]
    i = np.searchsorted(nodes, x, side="right") - 1
    share = (x - nodes[i]) / (nodes[i + 1] - nodes[i])
    return values[i] + share * (values[i + 1] - values[i])


@kernel
def _bin(x: float, ends: Array, count: int) -> int:
    return min(max(int((x - ends[0]) / (ends[1] - ends[0]) * count), 0), count - 1)


@kernel
def density_at(x: float, table: Table) -> float:
    ends, density, _, _ = table
    if x < ends[0] or x > ends[1]:
        return 0.0
    return density[_bin(x, ends, len(density))]


@kernel
def area(a: float, b: float, table: Table) -> float:
    """Return the integral of the density between two distances, in either order."""
    ends, density, before, after = table
    low, high = max(min(a, b), ends[0]), min(max(a, b), ends[1])
    if high <= low:
        return 0.0
    n = len(density)
    i, j = _bin(low, ends, n), _bin(high, ends, n)
    if i == j:
        return density[i] * (high - low)
    step = (ends[1] - ends[0]) / n
    parts = density[i] * (ends[0] + (i + 1) * step - low) + density[j] * (high - ends[0] - j * step)
    # Full bins between, from the side where the sums are small.
    whole = before[j] - before[i + 1] if before[j] <= after[i + 1] else after[i + 1] - after[j]
    return max(parts + whole, 0.0)


@kernel
def cell(a: float, b: float, width: float, table: Table) -> float:
    """Return the integral over a cell on which the distance runs from a to b."""
    if abs(b - a) < FLAT:
        return width * density_at(0.5 * (a + b), table)
    return width * area(a, b, table) / abs(b - a)


@kernel
def inside(a: float, b: float, share: float, table: Table) -> float:
    """Return the distance below which a share of the integral from a to b lies, by bisection."""
    total = area(a, b, table)
    low, high = a, b
    for _ in range(60):
        middle = 0.5 * (low + high)
        if area(a, middle, table) < share * total:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@kernel
def inner_values(shift: Array) -> Array:
    """Return the shift on INNER_GRID, continued to both ends."""
    n = len(shift)
    values = np.empty(n + 2)
    values[1 : n + 1] = shift
    first = (shift[1] - shift[0]) / (INNER_GRID[2] - INNER_GRID[1])
    last = (shift[n - 1] - shift[n - 2]) / (INNER_GRID[n] - INNER_GRID[n - 1])
    values[0] = shift[0] - first * INNER_GRID[1]
    values[n + 1] = shift[n - 1] + last * (1.0 - INNER_GRID[n])
    return values


@kernel
def inner_shift(shift: Array, w: float) -> float:
    """Return the shift of the second distance at a place of its parameter's interval."""
    return linear(INNER_GRID, inner_values(shift), w)


@kernel
def inner_mass(level: float, values: Array, table: Table) -> float:
    """Return the integral over the second parameter at a level of the second distance."""
    total = 0.0
    for i in range(len(values) - 1):
        total += cell(level + values[i], level + values[i + 1], INNER_GRID[i + 1] - INNER_GRID[i], table)
    return total


@kernel
def draw_inner(level: float, shift: Array, table: Table, share: float) -> tuple[float, float]:
    """Return where a share of the second parameter's conditional lies, and the logarithm of its density.

    Where the conditional is empty that is the point that comes closest, with density zero.
    """
    values = inner_values(shift)
    total = inner_mass(level, values, table)
    if not total > 0.0:
        best, place = np.inf, 0.5
        for i in range(len(values)):
            off = max(table[0][0] - level - values[i], level + values[i] - table[0][1])
            if off < best:
                best, place = off, INNER_GRID[i]
        return place, -np.inf
    wanted = share * total
    last = len(values) - 2
    for i in range(len(values) - 1):
        a, b = level + values[i], level + values[i + 1]
        width = INNER_GRID[i + 1] - INNER_GRID[i]
        mass = cell(a, b, width, table)
        if wanted <= mass or i == last:
            part = min(max(wanted / mass, 0.0), 1.0) if mass > 0.0 else 0.5
            if abs(b - a) < FLAT:
                return INNER_GRID[i] + part * width, np.log(density_at(0.5 * (a + b), table) / total)
            x = inside(a, b, part, table)
            return INNER_GRID[i] + width * (x - a) / (b - a), np.log(density_at(x, table) / total)
        wanted -= mass
    return 0.5, -np.inf
