"""The axes of a corner picture: which quantities, over which ranges, with which ticks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError, unknown_name
from ...solver.scenario import unit_in_latex
from ..exports.table import Quantity, SampleTable
from ..wording import WIDE, latex_interval
from .words import Words

__all__ = ["Axis", "axes_of", "title"]

FloatArray = NDArray[np.float64]
# The share of the posterior beyond each end of an axis, and the room that is left beyond.
BEYOND, MARGIN = 1e-3, 0.06
# Steps of ticks on a logarithmic axis over less than this many decades.
FEW_DECADES = 1.6
STEPS = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Axis:
    """Hold a quantity and the range it is drawn over, in the coordinate of the axis.

    The coordinate is the quantity itself, or its decimal logarithm where it spans decades.
    """

    quantity: Quantity
    low: float
    high: float

    def coordinate(self, values: FloatArray | float) -> FloatArray:
        """Return values on the axis, NaN where they have no place on it."""
        values = np.asarray(values, dtype=np.float64)
        if not self.quantity.decades:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(values > 0.0, np.log10(values), np.nan)

    @property
    def bounds(self) -> tuple[float, float]:
        """The ends of the prior on the axis."""
        low, high = (float(self.coordinate(end)) for end in (self.quantity.lower, self.quantity.upper))
        return (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)

    @property
    def label(self) -> str:
        """The symbol and the unit."""
        unit = self.quantity.unit
        return f"${self.quantity.symbol}$" + (f" [${unit_in_latex(unit)}$]" if unit else "")

    def ticks(self, most: int) -> tuple[list[float], list[str]]:
        """Return where ticks stand, not at the very ends, and what they say."""
        room = 0.04 * (self.high - self.low)
        low, high = self.low + room, self.high - room
        if not self.quantity.decades:
            return _linear(low, high, most)
        if high - low < FEW_DECADES:
            first = math.floor(low)
            marks = [
                (math.log10(step) + power, step * 10.0**power)
                for power in range(first, math.ceil(high) + 1)
                for step in STEPS
            ]
            inside = [(at, value) for at, value in marks if low <= at <= high]
            inside = inside[:: max(1, math.ceil(len(inside) / most))]
            return [at for at, _ in inside], [_number(value) for _, value in inside]
        powers = range(math.ceil(low), math.floor(high) + 1)
        stride = max(1, math.ceil(len(powers) / most))
        # As many as there is room for; of equal choices multiples of the stride, the same in every picture.
        chosen = max(
            ([power for power in powers if power % stride == offset] for offset in range(stride)), key=len
        )
        return [float(power) for power in chosen], [f"$10^{{{power}}}$" for power in chosen]


def _linear(low: float, high: float, most: int) -> tuple[list[float], list[str]]:
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    places = [float(at) for at in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high)]
    places = [at for at in places if low <= at <= high]
    largest = max((abs(at) for at in places), default=1.0)
    if largest and not 1e-3 <= largest < 1e5:
        power = math.floor(math.log10(largest))
        return places, [rf"${at / 10.0**power:g}\times10^{{{power}}}$" if at else "$0$" for at in places]
    formatter = ScalarFormatter(useOffset=False)
    formatter.create_dummy_axis()
    return places, formatter.format_ticks(places)


def _number(value: float) -> str:
    if 1e-3 < value < 1e5:
        return f"${value:g}$"
    power = math.floor(math.log10(value) + 1e-9)
    step = round(value / 10.0**power)
    return rf"$10^{{{power}}}$" if step == 1 else rf"${step}\!\times\!10^{{{power}}}$"


def axes_of(tables: Sequence[SampleTable], words: Words) -> list[Axis]:
    """Return the axes of a picture of runs.

    Raises
    ------
    UserError
        Where a name is unknown, or a quantity has the same value everywhere or was not always computed.
    """
    known: dict[str, list[SampleTable]] = {}
    for table in tables:
        for name in table.names:
            known.setdefault(name, []).append(table)
    for where, wanted in (
        ("show", [*words.show]),
        ("range", [*words.ranges]),
        ("truths", [*(words.truths or ())]),
    ):
        for name in wanted:
            if name not in known:
                raise UserError(f"{where}: {unknown_name('parameter or observable', name, known)}")
    several = {
        name: units
        for name, holders in known.items()
        if len(units := {_of(table, name).unit for table in holders}) > 1
    }
    for name in set(words.show) & set(several):
        found = " and ".join(repr(unit) for unit in sorted(several[name]))
        raise UserError(
            f"show {name}: it is another quantity in each run, with the units {found}; leave it out."
        )
    known = {name: holders for name, holders in known.items() if name not in several}
    if words.show:
        still = [name for name in words.show if not _varies(name, known[name])]
        if still:
            raise UserError(
                f"show {still[0]}: it has the same value at all samples, or was not computed at some; leave it out."
            )
        names = list(dict.fromkeys(words.show))
    else:
        names = [
            name
            for name, holders in known.items()
            if _of(holders[0], name).featured and _varies(name, holders)
        ]
        names.sort(key=lambda name: not _of(known[name][0], name).sampled)
    return [_axis(name, known[name], words.ranges) for name in names]


def _of(table: SampleTable, name: str) -> Quantity:
    return table.quantities[table.names.index(name)]


def _varies(name: str, holders: Sequence[SampleTable]) -> bool:
    columns = [table.column(name)[table.weights > 0.0] for table in holders]
    return all(np.isfinite(values).all() and np.ptp(values) > 0.0 for values in columns)


def _axis(name: str, holders: Sequence[SampleTable], ranges: Mapping[str, tuple[float, float]]) -> Axis:
    quantity = _of(holders[0], name)
    wanted = ranges.get(name)
    if any(not _of(table, name).decades for table in holders) or (wanted and not wanted[0] > 0.0):
        quantity = Quantity(**{**vars(quantity), "decades": False})
    axis = Axis(quantity, 0.0, 1.0)
    if wanted:
        return Axis(quantity, *(float(axis.coordinate(end)) for end in wanted))
    lows, highs = [], []
    for table in holders:
        values = axis.coordinate(table.column(name))
        low, high = np.quantile(values, (BEYOND, 1.0 - BEYOND), weights=table.weights, method="inverted_cdf")
        room = MARGIN * (high - low)
        own = Axis(Quantity(**{**vars(_of(table, name)), "decades": quantity.decades}), 0.0, 1.0).bounds
        lows.append(max(low - room, own[0]))
        highs.append(min(high + room, own[1]))
    return Axis(quantity, float(min(lows)), float(max(highs)))


def title(axis: Axis, values: FloatArray, weights: FloatArray) -> str:
    """Return median and 68 % interval; of the exponent where they span decades."""
    low, middle, high = (
        float(value)
        for value in np.quantile(values, (0.16, 0.5, 0.84), weights=weights, method="inverted_cdf")
    )
    wide = max(middle - low, high - middle) > WIDE * abs(middle)
    if wide and axis.quantity.decades:
        return rf"$10^{{{_errors(*(math.log10(value) for value in (low, middle, high)))}}}$"
    # About zero errors are read more easily than a range.
    if wide and 1e-2 < max(high - middle, middle - low) < 1e4:
        return f"${_errors(low, middle, high)}$"
    return f"${latex_interval(low, middle, high)}$"


def _errors(low: float, middle: float, high: float) -> str:
    down, up = middle - low, high - middle
    smallest = min((error for error in (down, up) if error > 0.0), default=1.0)
    digits = min(max(0, 1 - math.floor(math.log10(smallest))), 4)
    return f"{middle:.{digits}f}_{{-{down:.{digits}f}}}^{{+{up:.{digits}f}}}"
