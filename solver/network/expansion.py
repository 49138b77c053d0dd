"""How the Universe expands: radiation, matter that decays, or faster than both."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["EarlyMatter", "Faster", "history"]

STEPS_PER_EFOLD = 200
# Below this share of the radiation the matter is gone.
GONE = 1e-10


@dataclass(frozen=True)
class EarlyMatter:
    """Hold an expansion with matter that decays into radiation.

    Attributes
    ----------
    ratio, at : float
        Its energy density over that of radiation at a temperature (GeV) before the reactions.
    reheating_temperature : float
        In GeV, where radiation alone would expand at the rate of its decays.
    """

    ratio: float
    at: float
    reheating_temperature: float


@dataclass(frozen=True)
class Faster:
    """Hold an expansion faster than radiation by a factor, a function of the temperature in GeV."""

    factor: Callable[[NDArray[np.float64]], Any]


def history(
    expansion: EarlyMatter | Faster | None, temperature: NDArray[np.float64], constant: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what multiplies -dt/dlnT of a Universe with radiation alone, and dlnS/du with S = a³ s.

    Parameters
    ----------
    expansion : EarlyMatter, Faster or None
    temperature : (n, m) array
        In GeV.
    constant : float or None
        A constant g_*.

    Returns
    -------
    factor, dilution : (n, m) arrays
    """
    if expansion is None:
        return np.ones_like(temperature), np.zeros_like(temperature)
    if isinstance(expansion, Faster):
        factor = np.broadcast_to(
            np.asarray(expansion.factor(temperature), dtype=np.float64), temperature.shape
        )
        return 1.0 / factor, np.zeros_like(temperature)
    from scipy.interpolate import CubicSpline

    u, ln_factor, growth = _early_matter(expansion, constant)
    here = np.clip(-np.log(temperature), u[0], u[-1])
    return np.exp(CubicSpline(u, ln_factor)(here)), CubicSpline(u, growth)(here)


@lru_cache(maxsize=8)
def _early_matter(
    expansion: EarlyMatter, constant: float | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return u = -ln T, the logarithm of the factor of -dt/dlnT, and dlnS/du along the history."""
    from ..cosmology import HUBBLE_FACTOR, cosmology_at, cosmology_table

    plasma = cosmology_table(constant)

    def radiation(t: float) -> tuple[float, float, float]:
        """Return ρ/(M_Pl² 3/8π), the share s T/ρ, and Z."""
        hubble, entropy, inverse_z = cosmology_at(plasma, math.log(t))
        # 4/3 g_s/g_ρ.
        share = 30.0 / math.pi**2 * entropy / (hubble / HUBBLE_FACTOR) ** 2
        return (hubble * t * t) ** 2, share, 1.0 / inverse_z

    width = math.sqrt(radiation(expansion.reheating_temperature)[0])

    def slopes(ln_t: float, ln_matter: float) -> tuple[float, float, float, float]:
        """Return dlnT/dN, dlnρ/dN, dlnS/dN and H over that of radiation, N the e-folds of expansion."""
        rho, share, z = radiation(math.exp(ln_t))
        matter = math.exp(ln_matter)
        hubble = math.sqrt(rho + matter)
        entropy = width / hubble * matter / (rho * share)
        return z * (entropy / 3.0 - 1.0), -3.0 - width / hubble, entropy, hubble / math.sqrt(rho)

    # It begins as matter that has hardly decayed.
    ln_t = math.log(expansion.at)
    ln_matter = math.log(expansion.ratio * radiation(expansion.at)[0])
    rows = []
    step = 1.0 / STEPS_PER_EFOLD
    while True:
        a = slopes(ln_t, ln_matter)
        z = radiation(math.exp(ln_t))[2]
        # -dt/dlnT = 1/(H (-dlnT/dN)), against 1/(H_rad Z).
        rows.append((-ln_t, math.log(z / (a[3] * -a[0])), a[2] / -a[0]))
        if a[3] ** 2 - 1.0 < GONE and ln_t < math.log(expansion.reheating_temperature):
            break
        b = slopes(ln_t + 0.5 * step * a[0], ln_matter + 0.5 * step * a[1])
        c = slopes(ln_t + 0.5 * step * b[0], ln_matter + 0.5 * step * b[1])
        d = slopes(ln_t + step * c[0], ln_matter + step * c[1])
        ln_t += step * (a[0] + 2.0 * b[0] + 2.0 * c[0] + d[0]) / 6.0
        ln_matter += step * (a[1] + 2.0 * b[1] + 2.0 * c[1] + d[1]) / 6.0
    u, ln_factor, growth = np.array(rows).T
    return u, ln_factor, growth
