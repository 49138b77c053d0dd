"""The momenta of the one stable species of a network, where its sources are known.

Known are the momenta of a species in equilibrium until it freezes out, and of one that begins empty and is made by
two-body decays alone: of particles in equilibrium, and of what is left of one of them after its own freeze-out.
Maxwell-Boltzmann statistics of decays; dark matter is light against the parent, the particle beside it need not be.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..constants import ZETA_3, ZETA_5
from ..cosmology import ENTROPY_FACTOR, cosmology_at, cosmology_table
from ..momentum.carried import cooled, late_decay
from ..momentum.decays import decay_table
from ..momentum.equilibrium import classical_momenta
from ..momentum.warmness import ENTROPY_STATES_TODAY, FERMI_MEAN, FERMI_MEAN_SQUARE
from ..numerics.bessel import k1_scaled
from ..numerics.kernel import kernel
from ..numerics.tables import lookup2, lookup_third

if TYPE_CHECKING:
    from .engine import Points, Solutions

__all__ = ["momenta_of", "source_of"]

FloatArray = NDArray[np.float64]
# Decays in equilibrium matter between these m/T of the parent.
LN_HOTTEST, LN_COLDEST, PANELS = math.log(0.02), math.log(40.0), 48
# Less than this part of the yield is not looked at: the error of the sum over panels.
LEFT_OVER = 0.01
# Where decays alone would make this many times the yield, what is made has come to equilibrium.
THERMALISED = 2.0
# The degrees of freedom of the whole Standard Model. A yield that is not below that of a light gas with them is that
# of particles that decoupled while they were light; a tenth is left for masses that count a little.
MOST_STATES, NEARLY = 106.75, 0.9
# ∫ q² f dq, ⟨q⟩ and ⟨q²⟩ of a light gas in equilibrium, by the statistics of a topology (0, 1, -1).
LIGHT_GAS = {
    0: (2.0, 3.0, 12.0),
    1: (1.5 * ZETA_3, FERMI_MEAN, FERMI_MEAN_SQUARE),
    -1: (2.0 * ZETA_3, math.pi**4 / (30.0 * ZETA_3), 12.0 * ZETA_5 / ZETA_3),
}


def source_of(scenario: Any) -> str | None:
    """Return "thermal" or "decays" where the momenta of dark matter are known, None where they are not."""
    topology = scenario.topology
    if len(scenario.stable) != 1:
        return None
    (dark,) = scenario.stable
    species = {item.name: item for item in scenario.species(scenario.middle)}
    start = species[topology.names[dark]].start
    making = [p for p in range(len(topology.kinds)) if _made(topology, p, dark) > 0]
    if not isinstance(start, str):
        return None
    if start == "thermal":
        # Decays of other solved species give momenta of their own.
        return None if any(topology.kinds[p] == "width" for p in making) else "thermal"
    involved = [p for p in range(len(topology.kinds)) if dark in topology.reactants[p] or p in making]
    known = all(topology.kinds[p] == "width" and dark not in topology.reactants[p] for p in involved)
    two = all(len(topology.products[p]) == 2 for p in making)
    # Of what two of them leave behind the parts are not known.
    solved = {topology.reactants[p] for p in making if topology.reactants[p][0] < topology.solved}
    plain = scenario.expansion(scenario.middle) is None
    return "decays" if making and known and two and len(solved) <= 1 and plain else None


def _made(topology: Any, p: int, dark: int) -> int:
    """Return how many particles of dark matter one reaction adds."""
    return int(topology.products[p].count(dark) - topology.reactants[p].count(dark))


def momenta_of(scenario: Any, points: Points, solutions: Solutions) -> tuple[FloatArray, FloatArray]:
    """Return ⟨y⟩ and ⟨y²⟩ (n,) of dark matter today."""
    (dark,) = scenario.stable
    masses, topology = points.masses(), points.topology
    final = solutions.yields[:, dark]
    cosmology = cosmology_table(points.constant)
    if scenario.momentum_source == "thermal":
        x = solutions.x_freeze_out[:, dark]
        found = np.full((points.size, 2), np.nan)
        for i in np.flatnonzero(np.isfinite(x)):
            found[i] = at_freeze_out(masses[i, dark], x[i], cosmology)
        most = MOST_STATES if points.constant is None else points.constant
        least = _light_gas(topology, dark, np.ones(1))[2] / most
        light = final > NEARLY * least
    else:
        found, made = _decays(points, masses, final, dark, cosmology)
        light = made > THERMALISED * final
    mean, square, _ = _light_gas(topology, dark, final)
    return np.where(light, mean, found[:, 0]), np.where(light, square, found[:, 1])


def _light_gas(topology: Any, dark: int, final: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Return ⟨y⟩, ⟨y²⟩ of particles that decoupled while they were light, and Y g_s of them at decoupling.

    Y = (45/2π⁴) (g/2g_s) ∫ q² f dq says what g_s was, and so d = [g_s0/g_s]^{1/3}.
    """
    number, mean, square = LIGHT_GAS[int(topology.statistics[dark])]
    states = topology.degrees[dark] * number / (2.0 * math.pi**2 * ENTROPY_FACTOR)
    d = np.cbrt(ENTROPY_STATES_TODAY * final / states)
    return mean * d, square * d * d, float(states)


@kernel
def at_freeze_out(mass, x, cosmology):
    """Return ⟨y⟩ and ⟨y²⟩ of particles with the momenta of equilibrium at m/T = x."""
    mean, square = classical_momenta(x)
    d = cooled(cosmology, math.log(mass / x))
    return mean * d, square * d * d


def _decays(
    points: Points, masses: FloatArray, final: FloatArray, dark: int, cosmology: Any
) -> tuple[FloatArray, FloatArray]:
    """Return ⟨y⟩, ⟨y²⟩ (n, 2), and the yield (n,) of decays in equilibrium alone."""
    topology, moments = points.topology, decay_table("mb", "mb", 0.0)
    hottest = np.full(points.size, np.inf) if points.hottest is None else points.hottest
    total, later = np.zeros((points.size, 3)), np.zeros((points.size, 2))
    widths = [points.column(item.width) if item.width is not None else None for item in points.processes]
    for p, width in enumerate(widths):
        count = _made(topology, p, dark)
        if count <= 0 or width is None:
            continue
        (parent,) = topology.reactants[p]
        beside = next((i for i in topology.products[p] if i != dark), dark)
        mass = masses[:, parent]
        # Of χ where the parent is at rest, over half the parent's mass: p/T scales with it.
        chi, other = masses[:, dark] / mass, masses[:, beside] / mass
        beta = np.sqrt(np.clip((1.0 - (chi + other) ** 2) * (1.0 - (chi - other) ** 2), 0.0, None))
        strength = topology.degrees[parent] * count * width
        for i in range(points.size):
            fill_decays(total[i], mass[i], beta[i], hottest[i], strength[i], cosmology, moments)
        if parent < topology.solved:
            own = [w for w, left in zip(widths, topology.reactants, strict=True) if left == (parent,)]
            whole = sum((w for w in own if w is not None), np.zeros(points.size))
            for i in range(points.size):
                later[i] = late_decay(0.5 * mass[i] * beta[i], whole[i], math.inf, cosmology)
    made = total[:, 0]
    left = np.where(final - made < LEFT_OVER * final, 0.0, final - made)
    with np.errstate(invalid="ignore", divide="ignore"):
        return (total[:, 1:] + left[:, None] * later) / (made + left)[:, None], made


@kernel
def fill_decays(out, mass, beta, hottest, strength, cosmology, moments):
    """Add Y, Y⟨y⟩ and Y⟨y²⟩ (3,) that decays of a particle in equilibrium make, ∫ d ln z Γ K₁/K₂ n_eq/(s H Z).

    Parameters
    ----------
    mass, hottest : float
        Of the parent, and the temperature at the start, in GeV.
    beta : float
        By which momenta are less than those of light products.
    strength : float
        States of the parent times Γ in GeV times how many are made.
    cosmology, moments : Table
    """
    begin = max(math.log(mass / hottest), LN_HOTTEST)
    if not begin < LN_COLDEST:
        return
    step = (LN_COLDEST - begin) / PANELS
    for i in range(PANELS):
        ln_z = begin + (i + 0.5) * step
        ln_t = math.log(mass) - ln_z
        z, temperature = math.exp(ln_z), math.exp(ln_t)
        hubble, entropy, inverse_z = cosmology_at(cosmology, ln_t)
        made = strength * mass * mass * k1_scaled(z) * math.exp(-z) * inverse_z * step
        made /= 2.0 * math.pi**2 * entropy * hubble * temperature**4
        _, mean = lookup2(moments, ln_z)
        square = lookup_third(moments, ln_z)
        d = beta * cooled(cosmology, ln_t)
        out[0] += made
        out[1] += made * mean * d
        out[2] += made * square * d * d
