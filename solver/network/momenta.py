"""The momenta of the one stable species of a network, where its sources are known.

Known are the momenta of a species in equilibrium until it freezes out, and of one that begins empty and is made by
two-body decays alone: of particles in equilibrium, and of what is left of one of them after its own freeze-out.
Maxwell-Boltzmann statistics; dark matter is light against the parent, the particle beside it need not be.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..cosmology import (
    COLDEST_FIT,
    ENTROPY_FACTOR,
    HOTTEST_FIT,
    HUBBLE_FACTOR,
    entropy_factor,
    g_s,
    hubble,
)
from ..momentum.decays import decay_moments
from ..momentum.warmness import ENTROPY_STATES_TODAY

if TYPE_CHECKING:
    from .engine import Points, Solutions

__all__ = ["momenta_of", "source_of"]

FloatArray = NDArray[np.float64]
# Decays in equilibrium matter between these m/T of the parent.
HOTTEST, COLDEST, NODES = 0.02, 40.0, 48
# Less than this part of the yield is not looked at: the error of the sum over nodes.
LEFT_OVER = 0.01
PLASMA_NODES = 4000


def source_of(scenario: Any) -> str | None:
    """Return "thermal" or "decays" where the momenta of dark matter are known, None where they are not."""
    topology = scenario.topology
    if len(scenario.stable) != 1:
        return None
    (dark,) = scenario.stable
    species = {item.name: item for item in scenario.species(scenario.middle)}
    start = species[topology.names[dark]].start
    making = [p for p in range(len(topology.kinds)) if _made(topology, p, dark)]
    if not isinstance(start, str):
        return None
    if start == "thermal":
        # Decays of other solved species give momenta of their own.
        return None if any(topology.kinds[p] == "width" for p in making) else "thermal"
    involved = [p for p in range(len(topology.kinds)) if dark in topology.reactants[p] or p in making]
    known = all(topology.kinds[p] == "width" and dark not in topology.reactants[p] for p in involved)
    two = all(len(topology.products[p]) == 2 for p in making)
    plain = scenario.expansion(scenario.middle) is None
    return "decays" if making and known and two and plain else None


def _made(topology: Any, p: int, dark: int) -> int:
    """Return how many particles of dark matter one reaction adds."""
    return int(topology.products[p].count(dark) - topology.reactants[p].count(dark)) * (
        dark in topology.products[p]
    )


def momenta_of(scenario: Any, points: Points, solutions: Solutions) -> tuple[FloatArray, FloatArray]:
    """Return ⟨y⟩ and ⟨y²⟩ (n,) of dark matter today."""
    (dark,) = scenario.stable
    masses = points.masses()
    if scenario.momentum_source == "thermal":
        return _thermal(masses[:, dark], solutions.x_freeze_out[:, dark], points.constant)
    return _decays(points, masses, solutions.yields[:, dark], dark)


@lru_cache(maxsize=4)
def _plasma(constant: float | None) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return ln T, and on it d = [g_s0/g_s(T)]^{1/3}, ln(s H Z) and ln H."""
    ln_t = np.linspace(np.log(COLDEST_FIT), np.log(HOTTEST_FIT), PLASMA_NODES)
    t = np.exp(ln_t)
    if constant is None:
        states, expansion, z_factor = g_s(t), hubble(t), entropy_factor(t)
    else:
        states, z_factor = np.full(t.size, constant), np.ones(t.size)
        expansion = HUBBLE_FACTOR * np.sqrt(constant) * t**2
    diluted = ENTROPY_FACTOR * states * t**3 * expansion * z_factor
    return ln_t, (ENTROPY_STATES_TODAY / states) ** (1.0 / 3.0), np.log(diluted), np.log(expansion)


def _cooled(ln_t: FloatArray, constant: float | None) -> FloatArray:
    """Return d at ln T."""
    nodes, d, _, _ = _plasma(constant)
    return np.interp(ln_t, nodes, d)


def _thermal(mass: FloatArray, x: FloatArray, constant: float | None) -> tuple[FloatArray, FloatArray]:
    """Return ⟨y⟩ and ⟨y²⟩ of equilibrium at freeze-out."""
    from scipy.special import kve

    k2 = kve(2, x)
    d = _cooled(np.log(mass / x), constant)
    mean = 2.0 * (x * x + 3.0 * x + 3.0) / (x * x * k2)
    return mean * d, 3.0 * x * kve(3, x) / k2 * d * d


def _decays(
    points: Points, masses: FloatArray, final: FloatArray, dark: int
) -> tuple[FloatArray, FloatArray]:
    topology = points.topology
    made, first, second = np.zeros((3, points.size))
    later_mean, later_square = np.zeros((2, points.size))
    moments = _light_moments()
    for p, process in enumerate(points.processes):
        count = _made(topology, p, dark)
        if count <= 0:
            continue
        (parent,) = topology.reactants[p]
        beside = next((i for i in topology.products[p] if i != dark), dark)
        mass, width = masses[:, parent], points.column(process.width)
        ratio = masses[:, beside] / mass
        # Y that counts slows χ down; p/T scales with the momentum at rest.
        beta = np.clip(1.0 - ratio**2, 0.0, None)
        hottest = np.full(points.size, np.inf) if points.hottest is None else points.hottest
        begin = np.log(np.maximum(mass / hottest, HOTTEST))
        span = np.log(COLDEST) - begin
        inside = span > 0.0
        ln_z = begin[:, None] + np.where(inside, span, 0.0)[:, None] * np.linspace(0.0, 1.0, NODES)
        weights = _source(ln_z, mass, topology.degrees[parent], width, points) * count
        q = [beta[:, None] ** n * np.interp(ln_z, moments[0], moments[n]) for n in (1, 2)]
        d = _cooled(np.log(mass)[:, None] - ln_z, points.constant)
        made += np.trapezoid(weights, ln_z, axis=1)
        first += np.trapezoid(weights * q[0] * d, ln_z, axis=1)
        second += np.trapezoid(weights * q[1] * d * d, ln_z, axis=1)
        if parent < topology.solved:
            # What is left of the parent decays at rest where 2H is its width: T ∝ t^{-1/2}.
            momentum = 0.5 * mass * beta
            mean, square = _late(momentum, points, parent)
            later_mean, later_square = mean, square
    left = np.maximum(final - made, 0.0)
    left = np.where(left < LEFT_OVER * final, 0.0, left)
    total = made + left
    with np.errstate(invalid="ignore", divide="ignore"):
        return (first + left * later_mean) / total, (second + left * later_square) / total


@lru_cache(maxsize=1)
def _light_moments() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return ln z and ⟨q⟩, ⟨q²⟩ of decays to light particles at m/T = z."""
    ln_z = np.linspace(np.log(HOTTEST), np.log(COLDEST), NODES)
    _, mean, square = decay_moments(np.exp(ln_z), "mb", "mb")
    return ln_z, mean, square


def _source(
    ln_z: FloatArray, mass: FloatArray, degrees: float, width: FloatArray, points: Points
) -> FloatArray:
    """Return dY/d ln z of decays in equilibrium, Γ K₁/K₂ n_eq/(s H Z)."""
    from scipy.special import k1

    ln_t = np.log(mass)[:, None] - ln_z
    rate = degrees * mass[:, None] ** 2 * np.exp(ln_t) * k1(np.exp(ln_z)) * width[:, None] / (2.0 * np.pi**2)
    nodes, _, ln_diluted, _ = _plasma(points.constant)
    found: FloatArray = rate / np.exp(np.interp(ln_t, nodes, ln_diluted))
    return found


def _late(momentum: FloatArray, points: Points, parent: int) -> tuple[FloatArray, FloatArray]:
    """Return ⟨y⟩ and ⟨y²⟩ of decays at rest with the whole width of the parent, e^{-Γt} with H = 1/2t."""
    topology = points.topology
    width = sum(
        (
            points.column(process.width)
            for p, process in enumerate(points.processes)
            if topology.kinds[p] == "width" and topology.reactants[p] == (parent,)
        ),
        np.zeros(points.size),
    )
    # Where H = Γ/2.
    ln_t, _, _, ln_hubble = _plasma(points.constant)
    with np.errstate(divide="ignore"):
        ln_cold = np.interp(np.log(0.5 * width), ln_hubble, ln_t)
    at_rest = momentum * np.exp(-ln_cold) * _cooled(ln_cold, points.constant)
    return 0.5 * np.sqrt(np.pi) * at_rest, at_rest**2
