"""Quantum statistics of the contact operator: factors on its rates and momenta of what it makes, from tables.

The tables hold K = γ/γ_MB of all channels together and ⟨q⟩, ⟨q²⟩ of χ at production, q = p/T, with quantum and with
Maxwell-Boltzmann statistics, with point-like pions and with their form factor. In the mass of χ they are linear in ln M
between
nodes on the same side of every threshold, held beyond the last and joined smoothly across the threshold, over what
the rates take to exchange photon processes for decays; in ln T they are cubic splines.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...constants import NEUTRAL_PION_MASS, PION_MASS
from ...cosmology import g_s
from ...momentum.warmness import ENTROPY_STATES_TODAY
from ...numerics.kernel import kernel
from .inputs import LEPTON_MASSES
from .rates import FADE_WIDTH, PION_LN_T, QUARK_LN_T

__all__ = ["MomentumTable", "momentum_table", "pion_momenta", "thresholds"]

Array = NDArray[np.float64]
# The lightest node, 1 keV, stands for vanishing mass: nothing changes below this.
LIGHTEST_NODE = 1e-3  # GeV
STATISTICS = {"quantum": ("K", "q1", "q2"), "mb": (None, "mb1", "mb2")}


class MomentumTable(NamedTuple):
    """Hold factors and momenta of one lepton, chirality and choice of statistics.

    Attributes
    ----------
    ln_edges, joins : (pieces - 1,) arrays
        ln of the masses (GeV) where a channel opens or closes, and half of what is joined across them.
    first, last : (pieces,) int arrays
        The nodes of each piece.
    ln_mass : (nodes,) array
    pion : (nodes, 3, temperatures) array
        ln K, ⟨q⟩ d and ⟨q²⟩ d² on the grid of the pion rates, d = [g_s0/g_s(T)]^{1/3}.
    quark : (3, temperatures) array
        The same of light χ on the grid of the quark rates.
    """

    ln_edges: Array
    joins: Array
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    ln_mass: Array
    pion: Array
    quark: Array


def thresholds(lepton: str, chirality: str) -> list[float]:
    """Return the masses of χ (GeV) at which a decay among χ, leptons and pions opens or closes, in their order."""
    mass = LEPTON_MASSES[lepton]
    edges = {abs(PION_MASS - mass), PION_MASS + mass}
    return sorted(edges | ({NEUTRAL_PION_MASS} if chirality == "L" else set()))


@lru_cache(maxsize=4)
def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of a table of this package, by the names of their columns."""
    text = (files(__package__.rsplit(".", 2)[0]) / "data" / f"{name}.csv").read_text(encoding="utf-8")
    titles, *rows = (line.split(",") for line in text.splitlines() if line and not line.startswith("#"))
    return [dict(zip(titles, row, strict=True)) for row in rows]


def _splined(x: Array, rows: list[dict[str, str]], statistics: str, wanted: Array) -> Array:
    """Return ln K, ⟨q⟩ and ⟨q²⟩ of rows at nodes x, splined onto wanted x; ln q goes on as a line beyond them."""
    from scipy.interpolate import CubicSpline

    found = []
    for order, column in enumerate(STATISTICS[statistics]):
        values = np.ones(len(x)) if column is None else np.array([float(row[column]) for row in rows])
        spline = CubicSpline(x, np.log(values), bc_type="natural")
        inside = np.clip(wanted, x[0], x[-1])
        curve = spline(inside)
        if order:
            curve = curve + spline(inside, 1) * (wanted - inside)
        found.append(np.exp(curve) if order else curve)
    return np.array(found)


def _cooled(values: Array, ln_t: Array) -> Array:
    """Multiply ⟨qⁿ⟩ by dⁿ."""
    cooling = (ENTROPY_STATES_TODAY / g_s(np.exp(ln_t))) ** (1.0 / 3.0)
    return values * np.array([np.ones_like(cooling), cooling, cooling**2])


@lru_cache(maxsize=32)
def momentum_table(
    lepton: str, chirality: str, statistics: str, pion_form_factor: str = "rho"
) -> MomentumTable:
    """Return the table of a lepton and chirality.

    Parameters
    ----------
    lepton, chirality : str
        "e", "mu", "tau"; "R", "L".
    statistics : str
        "quantum" or "mb".
    pion_form_factor : str
        "rho" or "none"; the scalar operator of left-handed leptons has no vector current.
    """
    rho = pion_form_factor == "rho" and chirality == "R"
    rows = [
        row
        for row in read_table("momentum_pion_rho" if rho else "momentum_pion")
        if row["lepton"] == lepton and row["chirality"] == chirality
    ]
    masses = sorted({float(row["M_GeV"]) for row in rows})
    nodes = []
    for mass in masses:
        here = [row for row in rows if float(row["M_GeV"]) == mass]
        ln_t = np.log([float(row["T_GeV"]) for row in here])
        nodes.append(_cooled(_splined(ln_t, here, statistics, PION_LN_T), PION_LN_T))
    edges = thresholds(lepton, chirality)
    first, last = [], []
    for low, high in pairwise([0.0, *edges, np.inf]):
        begin, end = bisect_left(masses, low), bisect_left(masses, high) - 1
        # A piece without a node of its own takes the next below.
        first.append(min(begin, end))
        last.append(end)
    light = [row for row in read_table("momentum_quark") if row["chirality"] == chirality]
    x = np.array([float(row["x"]) for row in light])
    wanted = LEPTON_MASSES[lepton] * np.exp(-QUARK_LN_T)
    quark = _cooled(_splined(x, light, statistics, wanted), QUARK_LN_T)
    ln_edges = np.log(edges)
    # Joins do not overlap.
    gaps = np.append(np.inf, np.append(np.diff(ln_edges), np.inf))
    joins = np.minimum(FADE_WIDTH, 0.5 * np.minimum(gaps[1:], gaps[:-1]))
    return MomentumTable(
        ln_edges,
        joins,
        np.array(first),
        np.array(last),
        np.log(np.maximum(masses, LIGHTEST_NODE)),
        np.array(nodes),
        quark,
    )


@kernel
def piece_momenta(table, piece, ln_mass):
    """Return what `pion_momenta` does from the nodes of one piece, held beyond its first and last."""
    node, last = table.first[piece], table.last[piece]
    while node + 1 < last and ln_mass > table.ln_mass[node + 1]:
        node += 1
    if node >= last:
        return table.pion[last].copy()
    span = table.ln_mass[node + 1] - table.ln_mass[node]
    share = min(max((ln_mass - table.ln_mass[node]) / span, 0.0), 1.0)
    return table.pion[node] + share * (table.pion[node + 1] - table.pion[node])


@kernel
def pion_momenta(table, mass):
    """Return ln K, ⟨q⟩ d and ⟨q²⟩ d² (3, temperatures) on the grid of the pion rates for one mass in GeV."""
    ln_mass = np.log(mass)
    for edge in range(table.ln_edges.shape[0]):
        distance = (ln_mass - table.ln_edges[edge]) / table.joins[edge]
        if distance < -1.0:
            return piece_momenta(table, edge, ln_mass)
        if distance < 1.0:
            below = piece_momenta(table, edge, ln_mass)
            above = piece_momenta(table, edge + 1, ln_mass)
            position = 0.5 * (distance + 1.0)
            return below + position * position * (3.0 - 2.0 * position) * (above - below)
    return piece_momenta(table, table.ln_edges.shape[0], ln_mass)
