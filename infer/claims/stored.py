"""The numbers of the last build of the page: a table that tests compare with."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from .claim import Claim

__all__ = ["moved", "read_values", "values_as_text"]

FIELDS = ("claim", "ours")


def values_as_text(values: Mapping[str, float]) -> str:
    """Return numbers by name of the claim as comma-separated values."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(FIELDS)
    writer.writerows((name, f"{value:.6g}") for name, value in values.items())
    return buffer.getvalue()


def read_values(path: Path) -> dict[str, float]:
    """Return the numbers by name of the claim of a stored table."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["claim"]: float(row["ours"]) for row in csv.DictReader(file)}


def moved(claims: Sequence[Claim], values: Mapping[str, float], stored: Mapping[str, float]) -> list[str]:
    """Return what changed: a line for each claim whose number left its precision around the stored one."""
    lines = []
    for claim in claims:
        now, before = values[claim.id], stored.get(claim.id, math.nan)
        # A stored zero is one of rounding: no relative change of it means anything.
        allowed = claim.precision * abs(before) or claim.precision
        if not abs(now - before) <= allowed:
            lines.append(f"{claim.id}: {now:.6g}, stored {before:.6g}")
    return lines
