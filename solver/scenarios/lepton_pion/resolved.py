"""The abundance momentum by momentum: without the assumption that χ has the momenta of equilibrium.

Pauli blocking included, the collision term is linear in f(p): at fixed y = p/T_γ today

    df/du = k_y (f - f_eq),    u = ln T,    k_y = Γ(p, T)/(H Z),    Γ = Γ^</f_eq,

with Γ^< the production per state of χ. It is solved like the equation of the yield, of which it is the version without
kinetic equilibrium: Y = (45/2π² g_s0) (g/2π²) ∫ dy y² f.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ...cosmology import cosmology_at
from ...momentum.carried import cooled
from ...momentum.warmness import ENTROPY_STATES_TODAY
from ...numerics.kernel import kernel
from ...numerics.quadrature import gauss_legendre
from .evolution import GAUSS_NODES, ln_thermal_width, quark_share, relaxed, thermal_yield
from .rates import PION_LN_T, cubic_at, cubic_cell, decay_share
from .spectra import (
    HOT_LN_T,
    HOT_STEP,
    POSITIONS,
    SPECTRUM_LN_T,
    SPECTRUM_STEP,
    fill_decay_spectrum,
    mass_spectra,
    normalise,
    reach_at,
)

__all__ = ["RESOLVED", "Resolution", "resolution", "resolve"]

# The momenta that are followed: nodes in the root of y.
RESOLVED = 32
ROOTS, ROOT_WEIGHTS = gauss_legendre(RESOLVED)
# The largest y at least, for what is thermal below the QCD transition.
THERMAL_Y = 24.0
# Of Y = (45/2π² g_s0) (g/2π²) ∫ dy y² f.
YIELD_PER_STATES = 45.0 / (2.0 * math.pi**2 * ENTROPY_STATES_TODAY)


class Resolution(NamedTuple):
    """Hold the spectra with which χ of one mass is produced, ln s + (E - M)/T at `POSITIONS`.

    Attributes
    ----------
    scatterings, decays : (temperatures, positions) arrays
        On the grid of `SPECTRUM_LN_T`; of decays nothing is asked where none is open.
    share : (temperatures,) array
        Which part of the rate decays are, on the grid of the pion rates.
    quark : (hot temperatures, positions) array
        ln s + q of light χ on the grid of `HOT_LN_T`.
    """

    scatterings: np.ndarray
    decays: np.ndarray
    share: np.ndarray
    quark: np.ndarray


@kernel
def resolution(table, ln_widths, mass, m_lepton, left, quantum):
    """Return the spectra of one mass.

    Parameters
    ----------
    table : Spectra
    ln_widths : (temperatures,) array
        Of `pion_widths`.
    mass, m_lepton : float
        In GeV.
    left, quantum : bool
        Whether the operator is that of left-handed leptons; whether the bath has Fermi and Bose statistics.
    """
    share = decay_share(ln_widths, mass, m_lepton, left)
    scatterings = mass_spectra(table, mass)
    decays = np.zeros(scatterings.shape)
    if np.max(share) > 0.0:
        for i in range(decays.shape[0]):
            temperature = math.exp(SPECTRUM_LN_T[i])
            fill_decay_spectrum(decays[i], temperature, mass, m_lepton, left, quantum)
            normalise(decays[i], temperature, mass)
    return Resolution(scatterings, decays, share, table.quark)


@kernel
def cubic_row(out, values, start, step, ln_t):
    """Fill a row (m,) with the cubics through the four nearest of rows (n, m) of a grid, held beyond it."""
    cell, first, second, third, fourth = cubic_cell(values.shape[0] - 1, (ln_t - start) / step)
    for node in range(out.shape[0]):
        out[node] = (
            first * values[cell - 1, node]
            + second * values[cell, node]
            + third * values[cell + 1, node]
            + fourth * values[cell + 2, node]
        )


@kernel
def mix(values, others, share):
    """Replace logarithms by those of a mean in which others have a share."""
    for node in range(values.shape[0]):
        values[node] = np.logaddexp(math.log1p(-share) + values[node], math.log(share) + others[node])


@kernel
def fill_spectrum(out, room, spectra_here, production, ln_t):
    """Fill ln s + (E - M)/T at `POSITIONS` of all that produces χ at ln T; ``room`` is another such row."""
    temperature, mass = math.exp(ln_t), production.mass
    hot = quark_share(production, ln_t)
    if hot < 1.0:
        cubic_row(out, spectra_here.scatterings, SPECTRUM_LN_T[0], SPECTRUM_STEP, ln_t)
        share = min(max(cubic_at(spectra_here.share, PION_LN_T[0], ln_t), 0.0), 1.0)
        if share > 0.0:
            cubic_row(room, spectra_here.decays, SPECTRUM_LN_T[0], SPECTRUM_STEP, ln_t)
            if share < 1.0:
                mix(out, room, share)
            else:
                out[:] = room
    if hot > 0.0:
        cubic_row(room, spectra_here.quark, HOT_LN_T[0], HOT_STEP, ln_t)
        reach = reach_at(temperature)
        for node in range(room.shape[0]):
            # Those of light χ, at the same momenta.
            q = reach * POSITIONS[node] * POSITIONS[node]
            z = mass / temperature
            room[node] += q * q / (math.hypot(q, z) + z) - q
        if hot < 1.0:
            mix(out, room, hot)
        else:
            out[:] = room
    normalise(out, temperature, mass)


@kernel
def fill_slopes(out, values):
    """Fill the slopes per node of a monotone cubic (Fritsch & Butland 1984): no overshoot where little is produced."""
    last = values.shape[0] - 1
    out[0], out[last] = values[1] - values[0], values[last] - values[last - 1]
    for node in range(1, last):
        before, after = values[node] - values[node - 1], values[node + 1] - values[node]
        product = before * after
        out[node] = 2.0 * product / (before + after) if product > 0.0 else 0.0


@kernel
def spectrum_at(values, slopes, position):
    """Return s e^{(E - M)/T} at a position between no momentum and the largest, held beyond."""
    last = values.shape[0] - 1
    here = min(position, 1.0) * last
    cell = min(int(here), last - 1)
    t = here - cell
    low, high = values[cell], values[cell + 1]
    left, right = slopes[cell], slopes[cell + 1]
    rise = high - low
    return math.exp(
        low + t * (left + t * (3.0 * rise - 2.0 * left - right + t * (left + right - 2.0 * rise)))
    )


@kernel
def occupation(q, z, fermi):
    """Return f_eq, 1 - f_eq of fermions (1 of classical particles) and E/T at q = p/T, z = M/T."""
    energy = math.hypot(q, z)
    boltzmann = math.exp(-energy)
    if not fermi:
        return boltzmann, 1.0, energy
    empty = 1.0 / (1.0 + boltzmann)
    return boltzmann * empty, empty, energy


@kernel
def largest_y(hottest, cosmology):
    """Return the largest y that is followed from a temperature in GeV on."""
    return max(THERMAL_Y, reach_at(hottest) * cooled(cosmology, math.log(hottest)))


@kernel
def resolve(found, y, production, spectra_here, thermal, record, rows, cosmology, trail):
    """Follow f momentum by momentum along a trajectory of `decouple`, whose yields it replaces; return Y, Y⟨y⟩, Y⟨y²⟩.

    Parameters
    ----------
    found, y : (`RESOLVED`,) arrays
        Receive f per state of χ today and its y.
    production : Production
    spectra_here : Resolution
    thermal : bool
        Whether χ starts in equilibrium, or not at all.
    record : (cells + 1, `RECORDED`) array
        Of which the first ``rows`` are used.
    trail : (m, 3) array
        Every row that fits receives Y, N₁ and N₂; one without rows records nothing.
    """
    count = min(rows, record.shape[0])
    mass = production.mass
    fastest = largest_y(math.exp(record[0, 0]), cosmology)
    measure = np.empty(RESOLVED)
    norm = YIELD_PER_STATES * math.exp(production.ln_states)
    at_hot, at_cold = np.empty(RESOLVED), np.empty(RESOLVED)
    cells = np.empty((RESOLVED, 3, 3))
    spectrum, slopes = np.empty(POSITIONS.shape[0]), np.empty(POSITIONS.shape[0])
    d, temperature = cooled(cosmology, record[0, 0]), math.exp(record[0, 0])
    for j in range(RESOLVED):
        y[j] = fastest * ROOTS[j] * ROOTS[j]
        measure[j] = norm * y[j] * y[j] * 2.0 * fastest * ROOTS[j] * ROOT_WEIGHTS[j]
        at_hot[j] = occupation(y[j] / d, mass / temperature, production.fermi)[0]
        found[j] = at_hot[j] if thermal else 0.0
    value, first, second = 0.0, 0.0, 0.0
    for row in range(count):
        if row > 0:
            hot, cold = record[row - 1, 0], record[row, 0]
            size = hot - cold
            for i in range(3):
                ln_t = cold + size * GAUSS_NODES[i]
                _, _, ln_density, inverse_hz, ln_share = thermal_yield(production, ln_t, cosmology)
                _, _, inverse_z = cosmology_at(cosmology, ln_t)
                fill_spectrum(spectrum, slopes, spectra_here, production, ln_t)
                fill_slopes(slopes, spectrum)
                temperature, d = math.exp(ln_t), cooled(cosmology, ln_t)
                z, reach = mass / temperature, reach_at(temperature)
                # Γ^< = Γ_T ∫ q² f_eq dq · s, the integral being n_eq 2π²/(g T³).
                width = ln_thermal_width(production, ln_t, ln_density, ln_share)
                strength = (
                    size * inverse_hz * math.exp(width + ln_density - 3.0 * ln_t - production.ln_states + z)
                )
                for j in range(RESOLVED):
                    q = y[j] / d
                    full, empty, energy = occupation(q, z, production.fermi)
                    rate = strength * spectrum_at(spectrum, slopes, math.sqrt(q / reach)) / empty
                    cells[j, 0, i] = rate
                    cells[j, 1, i] = full
                    cells[j, 2, i] = size * full * empty * (energy - q * q / energy * inverse_z)
            temperature, d = math.exp(cold), cooled(cosmology, cold)
            for j in range(RESOLVED):
                at_cold[j] = occupation(y[j] / d, mass / temperature, production.fermi)[0]
                found[j] = relaxed(found[j], cells[j], at_hot[j], at_cold[j])[0]
            at_hot, at_cold = at_cold, at_hot
        value, first, second = 0.0, 0.0, 0.0
        for j in range(RESOLVED):
            value += measure[j] * found[j]
            first += measure[j] * found[j] * y[j]
            second += measure[j] * found[j] * y[j] * y[j]
        record[row, 1] = value
        if row < trail.shape[0]:
            trail[row, 0], trail[row, 1], trail[row, 2] = value, first, second
    return value, first, second
