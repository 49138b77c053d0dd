"""A figure as an address that holds the picture itself: vectors, or pixels where vectors would be too large."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["address", "pixels_across", "png"]

# Bytes: the corner picture of three parameters has 260 000 and grows with their square.
LARGEST = 300_000
# Of the screen; pixels are drawn finer, for those that have more.
DPI = 110
FINE = 1.4
# What an address may hold as it is: inside double quotes of HTML neither & nor ", inside an address no % and #.
PLAIN = " ='/:;,.()+*!?@$~[]{}|"


def address(figure: Figure) -> str:
    """Return a ``data:`` address with a figure as SVG, as PNG where that would take more than 300 kB."""
    buffer = io.BytesIO()
    # Without a date: the page of a run must not depend on the hour.
    figure.savefig(buffer, format="svg", dpi=FINE * DPI, metadata={"Date": None})
    found = "data:image/svg+xml," + quote(_shortened(buffer.getvalue().decode("utf-8")), safe=PLAIN)
    if len(found) <= LARGEST:
        return found
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=FINE * DPI)
    return png(buffer.getvalue())


def png(content: bytes) -> str:
    """Return a ``data:`` address with the bytes of a PNG."""
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


def pixels_across(figure: Figure) -> int:
    """Return the width of a figure on a screen that has room for it."""
    return round(figure.get_figwidth() * DPI)


def _shortened(svg: str) -> str:
    """Return a drawing without what no eye sees: comments, line ends, digits beyond a hundredth of a point."""
    text = re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r' d="[^"]*"', lambda path: re.sub(r"-?\d+\.\d{3,}", _two_digits, path[0]), text)
    # Letters are drawn, so the only quotation marks are those of attributes; the single ones need no escape.
    text = text.replace('"', "'") if "'" not in text else text
    return re.sub(r"> <", "><", re.sub(r"\s+", " ", text))


def _two_digits(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
