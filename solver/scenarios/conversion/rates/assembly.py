"""The rates the Boltzmann equations need: annihilation, and conversion by scattering.

`direct_rates` integrates them at any point, slowly. For solves there is

* ``rate_tables_of(options) -> RateTables``: the tables of one set of options, a NamedTuple for kernels,
  built at first use and kept on disk;
* the kernel ``fill_rates(tables, m_chi, delta_m, lambda_H, x_end, pieces) -> Table``, which writes the
  cubic pieces of one point into the array ``pieces`` (shape `PIECES_SHAPE`, reused from point to point)
  and returns them as a `relicfit.solver.numerics.tables.Table` over ln x, x = m_chi/T, that reaches from
  below x = 0.02 to at least ``x_end``. Its three functions, four coefficients each, are

      0: <sigma v> in GeV⁻²,   1: R_A,   2: R_B,

  the plain values, not their logarithms (R vanishes where scattering is switched off);
* `direct_table`, the same Table from `direct_rates`, for tests.

R_A and R_B are the rates of phi gamma -> chi l and phi lbar -> chi gamma per phi in units of the vacuum
width of phi -> chi l, so that the conversion rate is Gamma_i [K₁/K₂(m_phi/T) + R_A + R_B].
The tables cover `M_PHI_RANGE` (GeV) and `GAP_RANGE` (Delta m/m_phi); beyond, ``fill_rates`` gives NaN.
They are good to 1e-4, and within 10 MeV of a threshold at x > 1000 to a few 1e-3. Where the regulator is
a fixed lepton mass, R_B keeps only the logarithm of that mass and is good to 1e-4 (2e-3) of
1 + R_A + R_B for Delta m above 0.3 GeV (0.05 GeV).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from .... import constants
from ....numerics.table_store import is_stored, source_files, store_folder, stored_arrays
from . import (
    annihilation,
    bound_states,
    electroweak,
    grid,
    scattering,
    sommerfeld,
    tables,
    thermal_average,
    two_body,
)
from .direct import fixed_lepton_masses, thermal_lepton_mass
from .options import RateOptions
from .pieces import RateTables

__all__ = ["rate_tables_of"]

SOURCES = (
    annihilation,
    constants,
    electroweak,
    grid,
    scattering,
    sommerfeld,
    tables,
    thermal_average,
    two_body,
)
_building = Lock()


@lru_cache(maxsize=16)
def rate_tables_of(options: RateOptions) -> RateTables:
    """Return the tables of a set of options, from memory, from disk, or newly built.

    The first call on a machine takes some ten seconds and says so on stderr.
    """
    with _building:
        return _assemble(options)


def _stored(folder: Path, name: str, build: Callable[[], NDArray[np.float64]]) -> NDArray[np.float64]:
    return stored_arrays(folder, name, lambda: {"table": build()})["table"]


def _assemble(options: RateOptions) -> RateTables:
    folder = store_folder(source_files(SOURCES))
    fixed = fixed_lepton_masses(options)
    with_yukawa = options.sommerfeld == "coulomb+yukawa"
    parts: dict[str, tuple] = {"annihilation": (tables.annihilation_table,)}
    if with_yukawa:
        parts["yukawa"] = (tables.yukawa_table,)
    if options.scattering:
        parts["photon"] = (tables.photon_scattering_table, float(options.photon_mass))
        regulators = tables.COLLINEAR_MASSES if fixed else (thermal_lepton_mass(options),)
        for name, mass in zip(("lepton", "lighter_lepton"), regulators, strict=False):
            parts[name] = (tables.lepton_scattering_table, mass)
    files = {name: "-".join([name, *(f"{item:.12g}" for item in part[1:])]) for name, part in parts.items()}
    if not all(is_stored(folder, name) for name in files.values()):
        print(
            "relicfit: building the annihilation and conversion tables (once, about 10 s) ...",
            file=sys.stderr,
            flush=True,
        )
    table = {name: _stored(folder, files[name], partial(*part)) for name, part in parts.items()}
    x = grid.x_nodes()
    edges, crowding = grid.mass_axis()
    masses = grid.mass_nodes()
    per_power = table["annihilation"]
    strengths = np.zeros(2)
    if with_yukawa:
        per_power = np.concatenate([per_power, table["yukawa"]], axis=1)
        strengths[:] = sommerfeld.higgs_strength(1.0, 1.0), sommerfeld.z_strength(1.0)
    conversion = np.zeros((0, 3, len(x)))
    if options.scattering:
        slope = np.zeros_like(table["lepton"])
        if fixed:
            heavier, lighter = tables.COLLINEAR_MASSES
            slope = (table["lepton"] - table["lighter_lepton"]) / math.log(heavier / lighter)
        conversion = np.stack([table["photon"], table["lepton"], slope], axis=1)
    return RateTables(
        edges,
        crowding,
        per_power,
        masses[:, None] ** 2 * annihilation.s_wave(masses),
        strengths,
        sommerfeld.coulomb_average(x) - 1.0 if options.sommerfeld != "none" else np.zeros_like(x),
        bound_states.CAPTURE_FACTOR * bound_states.capture_average(x) * options.bound_states,
        bound_states.ionisation_per_capture(x),
        conversion,
        np.array(fixed, dtype=np.float64),
    )
