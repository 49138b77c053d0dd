"""Thermal averages of σ(s) and |M(s)|²: one set of energies for all temperatures, dense where it must be."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..numerics.bessel import k2_and_ratio
from ..numerics.exponential import fast_exp
from ..numerics.kernel import kernel
from ..numerics.quadrature import gauss_legendre

__all__ = ["Energies", "Nodes", "averaged_amplitude", "averaged_sigma", "energies_of"]

FloatArray = NDArray[np.float64]

NODES, WEIGHTS = gauss_legendre(8)
PANELS_PER_DECADE = 6
# In units of the temperature: kinetic energies below and above weigh nothing.
LEAST_ENERGY = 1e-5
HIGHEST_ENERGY_OVER_T = 60.0
NEGLIGIBLE_EXPONENT = 45.0
# In units of the masses: colder, s minus threshold drowns in rounding and the power law goes on.
COLDEST_OVER_THRESHOLD = 2e-5
WIDTHS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 40.0, 100.0, 300.0)
# Averages at every other node of the grid; between them a cubic.
STRIDE = 2

Energies = tuple[FloatArray, FloatArray]


class Nodes(NamedTuple):
    """Hold where averages are wanted: u = ln(1/T) of the first node (n,), the step, nodes of each point and of all."""

    first: FloatArray
    step: float
    counts: NDArray[np.int64]
    most: int


def energies_of(
    threshold: FloatArray,
    hottest: FloatArray,
    coldest: FloatArray,
    poles: Sequence[Any] = (),
    thresholds: Sequence[Any] = (),
    refinement: int = 1,
) -> Energies:
    """Return energies above the threshold, √s - m_a - m_b, and their weights, each (n, E).

    Parameters
    ----------
    threshold, hottest, coldest : (n,) arrays
        In GeV.
    poles : sequence of (mass, width)
    thresholds : sequence of energies
    refinement : int
        How many panels stand for one.
    """
    low = LEAST_ENERGY * np.maximum(coldest, COLDEST_OVER_THRESHOLD * threshold)
    high = HIGHEST_ENERGY_OVER_T * hottest
    places = [np.broadcast_to(np.ravel(item), threshold.shape) for item in thresholds]
    for mass, width in poles:
        mass = np.broadcast_to(np.ravel(mass), threshold.shape)
        width = np.broadcast_to(np.ravel(width), threshold.shape)
        places += [mass + sign * factor * width for factor in WIDTHS for sign in (1.0, -1.0)]
    rows = []
    for i in range(threshold.size):
        count = math.ceil(PANELS_PER_DECADE * math.log10(high[i] / low[i]))
        edges = low[i] * (high[i] / low[i]) ** (np.arange(count + 1) / count)
        extra = np.array([place[i] - threshold[i] for place in places])
        extra = extra[(extra > low[i]) & (extra < high[i])]
        edges = np.unique(np.concatenate([[0.0], edges, extra]))
        if refinement > 1:
            parts = np.arange(refinement) / refinement
            edges = np.append((edges[:-1, None] + np.diff(edges)[:, None] * parts).ravel(), edges[-1])
        width = np.diff(edges)[:, None]
        energy = edges[:-1, None] + width * NODES
        weight = width * WEIGHTS
        # Like √ε at the threshold.
        energy[0], weight[0] = edges[1] * NODES**2, 2.0 * edges[1] * NODES * WEIGHTS
        rows.append((energy.ravel(), weight.ravel()))
    longest = max(energy.size for energy, _ in rows)
    energies, weights = np.empty((len(rows), longest)), np.zeros((len(rows), longest))
    for i, (energy, weight) in enumerate(rows):
        energies[i, : energy.size], energies[i, energy.size :] = energy, energy[-1]
        weights[i, : weight.size] = weight
    return energies, weights


@kernel
def integrals(energies, factors, threshold, u0, step, values):
    """Write ∫ factor(ε) eˣ K₁(√s/T) exp(-ε/T) dε at every other node of the grid."""
    ln_root = np.log(energies + threshold)
    for g in range(0, values.size, STRIDE):
        u = u0 + step * g
        per_t = math.exp(u)
        total = 0.0
        for e in range(energies.size):
            exponent = energies[e] * per_t
            if exponent > NEGLIGIBLE_EXPONENT:
                break
            if factors[e] != 0.0:
                z = (energies[e] + threshold) * per_t
                k2, ratio = k2_and_ratio(z, ln_root[e] + u)
                total += factors[e] * k2 * ratio / (z * z) * fast_exp(-exponent)
        values[g] = total
    return


@kernel
def between(values, slope_end):
    """Fill the logarithms between every other node by a cubic through four of them.

    The last node of an even number continues the line before it, by ``slope_end`` a step.
    """
    last = values.size - 1
    for g in range(1, last, STRIDE):
        if g >= 3 and g + 3 <= last:
            values[g] = (9.0 * (values[g - 1] + values[g + 1]) - values[g - 3] - values[g + 3]) / 16.0
        else:
            values[g] = 0.5 * (values[g - 1] + values[g + 1])
    if last % STRIDE:
        values[last] = values[last - 1] + slope_end
    return


@kernel
def average_rows(energies, factors, thresholds, first, second, u0, step, counts, two_body, averages):
    """Write the averages of all points; see `averaged_sigma` and `averaged_amplitude`."""
    for i in range(averages.shape[0]):
        # No more nodes than the point has alone: what stands at their end must not depend on other points.
        nodes = counts[i]
        values = averages[i, :nodes]
        integrals(energies[i], factors[i], thresholds[i], u0[i], step, values)
        for g in range(0, nodes, STRIDE):
            u = u0[i] + step * g
            if two_body:
                k2_first, _ = k2_and_ratio(first[i] * math.exp(u), math.log(first[i]) + u)
                k2_second, _ = k2_and_ratio(second[i] * math.exp(u), math.log(second[i]) + u)
                values[g] *= 0.25 * math.exp(5.0 * u) / (k2_first * k2_second)
            else:
                values[g] *= math.exp(-u)
            # Where it is zero or no number, the table says so.
            values[g] = math.log(values[g]) if values[g] > 0.0 else values[g] - 1e5
        cold = -math.log(COLDEST_OVER_THRESHOLD * thresholds[i]) if two_body else np.inf
        for g in range(2 * STRIDE, nodes, STRIDE):
            if u0[i] + step * g > cold and g > 2 * STRIDE:
                values[g] = 2.0 * values[g - STRIDE] - values[g - 2 * STRIDE]
        even = nodes - 1 - (nodes - 1) % STRIDE
        between(values, (values[even] - values[even - STRIDE]) / STRIDE)
        for g in range(nodes):
            shift = 0.0 if two_body else thresholds[i] * math.exp(u0[i] + step * g)
            values[g] = math.exp(values[g] - shift) if values[g] == values[g] else math.nan
    return


def averaged_sigma(
    sigma: Callable[[FloatArray], Any],
    masses: tuple[FloatArray, FloatArray],
    energies: Energies,
    nodes: Nodes,
) -> FloatArray:
    """Return ⟨σv⟩ on the grid, (n, nodes), zero beyond the nodes of a point, by Gondolo and Gelmini for two masses.

    ⟨σv⟩ = ∫ σ λ(s, m_a², m_b²) K₁(√s/T)/√s ds/(8 m_a² m_b² T K₂(m_a/T) K₂(m_b/T)), Nucl. Phys. B 360 (1991)
    145, eq. (3.8), with λ the triangle function.
    """
    first, second = masses
    threshold = first + second
    above, weights = energies
    root = above + threshold[:, None]
    with np.errstate(all="ignore"):
        value = np.broadcast_to(np.asarray(sigma(root**2), dtype=np.float64), root.shape)
    triangle = above * (above + 2.0 * threshold[:, None]) * (root**2 - (first - second)[:, None] ** 2)
    averages = np.zeros((root.shape[0], nodes.most))
    average_rows(above, value * triangle * weights, threshold, first, second, *nodes[:3], True, averages)
    return averages


def averaged_amplitude(
    amplitude2: Callable[[FloatArray], Any],
    incoming: tuple[FloatArray, FloatArray],
    outgoing: tuple[FloatArray, FloatArray],
    energies: Energies,
    nodes: Nodes,
) -> FloatArray:
    """Return the reactions per volume and time in equilibrium on the grid, (n, nodes), in GeV⁴.

    γ = T/(128 π⁵) ∫ ds p_in p_out |M|² K₁(√s/T)/√s with the momenta in the centre of mass.
    """
    threshold = np.maximum(incoming[0] + incoming[1], outgoing[0] + outgoing[1])
    above, weights = energies
    root = above + threshold[:, None]
    value = np.broadcast_to(np.asarray(amplitude2(root**2), dtype=np.float64), root.shape)
    momenta = momentum(root, *incoming) * momentum(root, *outgoing)
    averages = np.zeros((root.shape[0], nodes.most))
    factors = value * momenta * weights / (64.0 * math.pi**5)
    average_rows(above, factors, threshold, threshold, threshold, *nodes[:3], False, averages)
    return averages


def momentum(root: FloatArray, first: FloatArray, second: FloatArray) -> FloatArray:
    """Return the momentum of two particles in their centre of mass at energies (n, E)."""
    first, second = first[:, None], second[:, None]
    triangle = (root - first - second) * (root + first + second) * (root**2 - (first - second) ** 2)
    return np.sqrt(np.maximum(triangle, 0.0)) / (2.0 * root)
