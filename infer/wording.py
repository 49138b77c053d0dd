"""Numbers, times and tables as people read them: one way of each for screens, pages and pictures."""

from __future__ import annotations

import csv
import html
import io
import math
import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from ..errors import UserError

__all__ = [
    "WIDE",
    "Shown",
    "csv_text",
    "interval",
    "latex_interval",
    "latex_text",
    "latex_with_error",
    "log_with_error",
    "names_of",
    "parse_duration",
    "percent",
    "seconds",
    "span",
    "text_table",
    "two_decimals",
    "with_error",
]

# Errors beyond this share of the middle are read more easily as a range.
WIDE = 0.6
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Shown:
    """Show in a notebook what is printed on a screen: columns as tables, the rest as it stands."""

    def _repr_html_(self) -> str:
        return as_html(str(self))


def as_html(text: str) -> str:
    """Return printed text as HTML: lines of as many columns, two spaces or more apart, are a table with a head."""
    parts: list[str] = []
    for count, lines in groupby(text.split("\n"), lambda line: len(_cells(line))):
        block = list(lines)
        if count < 2 or len(block) < 2:
            parts.append(f"<pre>{html.escape(chr(10).join(block))}</pre>" if any(block) else "")
            continue
        rows = [
            "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in _cells(line)) + "</tr>"
            for tag, line in zip(["th", *["td"] * (len(block) - 1)], block, strict=True)
        ]
        parts.append(f"<table>{''.join(rows)}</table>")
    return "".join(parts)


def _cells(line: str) -> list[str]:
    return re.split(r" {2,}", line.strip())


def interval(low: float, middle: float, high: float) -> str:
    """Return a value between two bounds: with errors to two digits, or with the range where it is wide."""
    down, up = middle - low, high - middle
    if max(down, up) > WIDE * abs(middle):
        return f"{_short(middle)} ({_short(low)} to {_short(high)})"
    smallest = min((error for error in (down, up) if error > 0.0), default=0.0)
    if not math.isfinite(middle) or smallest == 0.0:
        return f"{middle:.4g}"
    exponent = math.floor(math.log10(abs(middle))) if middle != 0.0 else 0
    # Very large or very small numbers read better with a power of ten in common.
    power = exponent if abs(exponent) >= 4 else 0
    scale = 10.0**power
    digits = max(0, 1 - math.floor(math.log10(smallest / scale)))
    if digits > 8:
        return f"{middle:.6g} -{down:.2g} +{up:.2g}"
    body = f"{middle / scale:.{digits}f} -{down / scale:.{digits}f} +{up / scale:.{digits}f}"
    return f"({body})e{power:+d}" if power else body


def _short(value: float) -> str:
    """Return two significant digits, without an exponent where the number is of ordinary size."""
    text = f"{value:.2g}"
    return f"{float(text):.0f}" if 10.0 <= abs(value) < 1e5 else text


def span(low: float, high: float) -> str:
    """Return a range to three digits."""
    return f"{low:.3g} to {high:.3g}"


def with_error(value: float, error: float) -> str:
    """Return a value with its error, the error to two digits and the value to match."""
    if not (math.isfinite(value) and math.isfinite(error) and error > 0.0):
        return f"{value:.4g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{digits}f} ± {error:.{digits}f}"


def two_decimals(value: float) -> str:
    """Return a logarithm: smaller differences mean nothing, and a rounded zero has no sign."""
    return f"{round(float(value), 2) + 0.0:.2f}"


def log_with_error(value: float, error: float, sign: str = "") -> str:
    """Return a logarithm with its error for a screen; with ``sign="+"`` the sign of a change is written."""
    return f"{value:{sign}.2f} +- {error:.2f}"


def latex_interval(low: float, middle: float, high: float) -> str:
    """Return a value between two bounds for a formula of LaTeX, as `interval` writes it for a screen."""
    text = interval(low, middle, high)
    if " to " in text:
        value, first, _, last = text.replace("(", "").replace(")", "").split(" ")
        return rf"{_power(value)}\ ({_power(first)}\ \mathrm{{to}}\ {_power(last)})"
    if " -" not in text:
        return _power(text)
    body, _, exponent = text.partition(")e")
    value, down, up = body.lstrip("(").split(" ")
    errors = f"{_power(value)}_{{{_power(down)}}}^{{{_power(up)}}}"
    return rf"({errors})\times10^{{{int(exponent)}}}" if exponent else errors


def _power(number: str) -> str:
    mantissa, _, exponent = number.partition("e")
    return rf"{mantissa}\times10^{{{int(exponent)}}}" if exponent else mantissa


def latex_with_error(value: float, error: float) -> str:
    """Return a logarithm with its error for a formula of LaTeX."""
    return rf"{two_decimals(value)}\pm{error:.2f}"


def latex_text(text: str) -> str:
    """Return a text for LaTeX, its special characters escaped."""
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "".join(special.get(c, f"\\{c}" if c in "#$%&_{}" else c) for c in text)


def percent(share: float) -> str:
    """Return a share of one in per cent; a small one is not rounded to none."""
    return "<0.1 %" if share < 0.001 else f"{100.0 * share:.3g} %"


def seconds(value: float) -> str:
    """Return a time in the unit a person would use."""
    for unit, size in (("days", UNITS["d"]), ("hours", UNITS["h"]), ("minutes", UNITS["m"])):
        if value >= 2.0 * size:
            return f"{value / size:.2g} {unit}"
    return f"{value:.2g} seconds"


def parse_duration(text: str) -> float:
    """Return the seconds of a text such as ``90``, ``90s``, ``10m``, ``1h30m`` or ``2d``.

    Raises
    ------
    UserError
        Where the text is something else.
    """
    found = re.fullmatch(r"(?:\d+(?:\.\d*)?[smhd])+|\d+(?:\.\d*)?", text.strip())
    if not found:
        raise UserError(f"--budget {text}: expected a time such as 90s, 10m, 1h30m or 2d.")
    parts = re.findall(r"(\d+(?:\.\d*)?)([smhd]?)", text)
    return sum(float(number) * UNITS[unit or "s"] for number, unit in parts)


def names_of(text: str | Sequence[str]) -> list[str]:
    """Return the names of a text with commas between them, or of a list."""
    parts = text.split(",") if isinstance(text, str) else text
    return [part.strip() for part in parts if part.strip()]


def text_table(rows: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """Return the lines of a table for a screen.

    Parameters
    ----------
    rows : sequence of sequences of str
        The head, if any, is one of them.
    widths : sequence of int
        Of all columns but the last; one that holds a longer text is wider.
    """
    longest = [max((len(row[i]) for row in rows), default=0) + 1 for i in range(len(widths))]
    chosen = [*map(max, widths, longest), 0]
    return [
        "".join(f"{cell:<{width}}" for cell, width in zip(row, chosen, strict=True)).rstrip() for row in rows
    ]


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return a table, its head first, as CSV with Unix line ends."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
