"""Tables of published numbers: reading them, interpolating in logarithms, and fading out at their edges.

The files in ``data/`` are comma-separated, with a header of ``# key: value`` lines that states source,
quantity, units, grade and accuracy.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "FADE",
    "TINY",
    "LogCurve",
    "Table",
    "domain",
    "everywhere",
    "fade",
    "faded",
    "gather",
    "ln",
    "load",
    "only_good",
    "power_law_ends",
    "rows_of",
    "within",
]

Array = NDArray[np.float64]

# Beyond the edge of a table a log-likelihood falls to zero within this interval of the logarithm: a sampler
# meets a slope, not a step, and nothing farther than 5 % outside the data is constrained.
FADE = 0.05

# Stands for zero where a logarithm is taken; far below every rate and coupling, above the subnormals.
TINY = 1e-300

ROUNDING = 1e-12  # of the logarithm of an edge: a point on the edge is inside


class Table:
    """Hold the columns of a data file: numbers as (rows,) arrays, names as lists, and its header."""

    def __init__(self, header: Mapping[str, str], columns: Mapping[str, list[str]]) -> None:
        self.header = header
        self._text = columns

    def names(self, column: str) -> list[str]:
        """Return a column of names."""
        return self._text[column]

    def numbers(self, column: str, **where: str) -> Array:
        """Return numbers, empty entries NaN, of the rows where other columns equal the names given."""
        rows = range(len(self._text[column]))
        chosen = [i for i in rows if all(self._text[key][i] == name for key, name in where.items())]
        return np.array([float(self._text[column][i] or "nan") for i in chosen])


@cache
def load(name: str) -> Table:
    """Read ``data/<name>.csv``, once."""
    text = (files(__package__) / "data" / f"{name}.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    header = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    titles, *rows = (line.split(",") for line in lines if line and not line.startswith("#"))
    return Table(header, {title: [row[i] for row in rows] for i, title in enumerate(titles)})


# What each observable may be; anything else, and NaN, is unphysical. A width of 1e100 per second is far
# beyond the Planck scale, and its square is still a finite number.
SMALLEST, LARGEST = np.nextafter(0.0, 1.0), 1e100
DOMAIN = {
    "mass": (SMALLEST, LARGEST),
    "m_phi": (SMALLEST, LARGEST),
    "delta_m": (0.0, LARGEST),
    "ctau_m": (0.0, np.inf),
    "branching_mu": (0.0, 1.0 + 1e-9),  # rounding
    "branching_e": (0.0, 1.0 + 1e-9),
    "width_gamma_gamma": (0.0, LARGEST),
    "width_electron_positron": (0.0, LARGEST),
    "width_neutrino_gamma": (0.0, LARGEST),
    "contact_coupling": (0.0, 1e60),
    "mediator_mass": (SMALLEST, LARGEST),
    "wdm_equivalent_mass_keV": (SMALLEST, LARGEST),
    "omega_h2": (0.0, LARGEST),
    "delta_n_eff": (0.0, 1e60),
    "br_pion": (0.0, 1.0),
    "br_neutral_pion": (0.0, 1.0),
}


@cache
def domain(names: tuple[str, ...]) -> Array:
    """Return the lowest and the highest physical values of observables, (2, k)."""
    return np.array([DOMAIN[name] for name in names]).T.copy()


def rows_of(observables: Mapping[str, Array], names: tuple[str, ...]) -> Array:
    """Return observables as rows of one contiguous array (k, n)."""
    return np.array([observables[name] for name in names], dtype=np.float64)


def gather(observables: Mapping[str, Array], names: tuple[str, ...]) -> tuple[Array, NDArray[np.bool_]]:
    """Return observables as rows of one array, and where all of them are physical.

    Returns
    -------
    values : (k, n) array
        Contiguous, because numpy's logarithm of a strided array may differ in the last bit from that of
        a single number, and a batch must equal its rows. Columns with an unphysical value are ones.
    good : (n,) array
        Whether every value is a number in its ``DOMAIN``.
    """
    rows = [observables[name] for name in names]
    if rows[0].size == 1:
        return _gather_one([row.item() for row in rows], names)
    values = rows_of(observables, names)
    lowest, highest = domain(names)
    good = np.logical_and.reduce((values >= lowest[:, None]) & (values <= highest[:, None]), axis=0)
    return (values if everywhere(good) else np.where(good, values, 1.0)), good


def _gather_one(row: list[float], names: tuple[str, ...]) -> tuple[Array, NDArray[np.bool_]]:
    # The overhead of a dozen array operations on one point is what a sampler without batches pays.
    good = all(DOMAIN[name][0] <= value <= DOMAIN[name][1] for name, value in zip(names, row, strict=True))
    return np.array([row if good else [1.0] * len(row)]).T, np.array([good])


def everywhere(mask: NDArray[np.bool_]) -> bool:
    """Return whether a mask holds in every element, faster than its method ``all`` on short arrays."""
    return np.count_nonzero(mask) == mask.size


def within(ln_x: Array, low: float, high: float) -> NDArray[np.bool_]:
    """Return whether ln x is in [low, high], the edges included whatever their rounding."""
    if ln_x.size == 1:
        return np.array([low - ROUNDING <= ln_x.item() <= high + ROUNDING])
    return (ln_x >= low - ROUNDING) & (ln_x <= high + ROUNDING)


def ln(values: Array) -> Array:
    """Return the logarithm of non-negative values, that of zero about -691."""
    return np.log(np.maximum(values, TINY))


def only_good(log_likelihood: Array, good: NDArray[np.bool_]) -> Array:
    """Return the log-likelihood where observables are physical, ``-inf`` elsewhere."""
    return log_likelihood if everywhere(good) else np.where(good, log_likelihood, -np.inf)


def fade(x: Array, low: float, high: float, width: float = FADE) -> Array:
    """Return 1 inside [low, high] and 0 farther than ``width`` outside, with a continuous slope."""
    u = np.minimum(x - low, high - x) / width + 1.0
    u = np.minimum(np.maximum(u, 0.0), 1.0)
    return u * u * (3.0 - 2.0 * u)


def faded(log_likelihood: Array, ln_x: Array, low: float, high: float) -> tuple[Array, NDArray[np.bool_]]:
    """Return a log-likelihood faded out beyond [low, high] of ln x, and where ln x is inside."""
    inside = within(ln_x, low, high)
    if not everywhere(inside):
        log_likelihood = log_likelihood * fade(ln_x, low, high)
    return log_likelihood, inside


class LogCurve:
    """Interpolate ln y linearly in ln x; constant beyond the ends."""

    def __init__(self, x: Array, y: Array) -> None:
        order = np.argsort(x, kind="stable")
        self.x = np.log(np.asarray(x, dtype=float)[order])
        self.y = np.log(np.asarray(y, dtype=float)[order])
        self.low, self.high = float(self.x[0]), float(self.x[-1])

    def __call__(self, ln_x: Array) -> Array:
        """Return ln y (n,) at ln x (n,)."""
        return np.interp(ln_x, self.x, self.y)


def power_law_ends(curve: LogCurve, reach: float = 10.0) -> LogCurve:
    """Return a curve continued as a power law at both ends, over ``reach`` in ln x."""
    longer = LogCurve(np.ones(1), np.ones(1))
    first = (curve.y[1] - curve.y[0]) / (curve.x[1] - curve.x[0])
    last = (curve.y[-1] - curve.y[-2]) / (curve.x[-1] - curve.x[-2])
    longer.x = np.concatenate(([curve.low - reach], curve.x, [curve.high + reach]))
    longer.y = np.concatenate(([curve.y[0] - reach * first], curve.y, [curve.y[-1] + reach * last]))
    longer.low, longer.high = curve.low, curve.high
    return longer
