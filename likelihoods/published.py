"""Published tables in files of a user's own: CSV, and CSV and YAML as HEPData writes them."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import UserError, unknown_name

__all__ = ["Points", "points_of", "read_columns", "with_points"]

Points = tuple[tuple[float, ...], ...]
YAML = (".yaml", ".yml")
# Of a table in memory; a file with more is no published limit.
MOST_ROWS = 100_000


def with_points(name: str, table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Return the table of a likelihood of a run file with the numbers of its ``file`` as ``points``.

    A resolved run file has them already: the file may have changed since, or be gone.
    """
    found = dict(table)
    if not isinstance(found.get("file"), str) or not found["file"] or "points" in found:
        return found
    where = f"likelihoods.{name}.file"
    columns = read_columns(folder / found["file"], where)
    over = found.get("over", "")
    axes = len(over) if isinstance(over, list | tuple) else 1
    wanted = found.get("columns", [])
    chosen = _chosen(
        columns, wanted if isinstance(wanted, list) else [wanted], axes + 1, f"likelihoods.{name}"
    )
    rows = [list(row) for row in zip(*chosen, strict=True) if all(map(math.isfinite, row))]
    if len(rows) > MOST_ROWS:
        raise UserError(f"{where}: {found['file']} has {len(rows)} rows; at most {MOST_ROWS} are read.")
    found["points"] = rows
    return found


def points_of(points: Any, width: int, where: str) -> Points:
    """Return rows of numbers, or say what is wrong with them."""
    rows = points if isinstance(points, list | tuple) else []
    good = all(
        isinstance(row, list | tuple)
        and len(row) == width
        and all(isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) for v in row)
        for row in rows
    )
    if len(rows) < 2 or not good:
        raise UserError(
            f"{where}: found {len(rows)} rows; at least two rows of {width} finite numbers are wanted. Give a file, "
            f"or points = [[...], [...]]."
        )
    return tuple(tuple(float(value) for value in row) for row in rows)


def _chosen(
    columns: Mapping[str, list[float]], wanted: list[Any], count: int, where: str
) -> list[list[float]]:
    names = list(columns)
    if not wanted:
        if len(names) < count:
            raise UserError(
                f"{where}.file: {count} columns are wanted, it has {', '.join(map(repr, names)) or 'none'}."
            )
        return [columns[name] for name in names[:count]]
    if len(wanted) != count:
        raise UserError(f"{where}.columns: found {len(wanted)} names; {count} are wanted.")
    found = []
    for name in map(str, wanted):
        # A beginning will do where it is that of one column: names in tables are long.
        match = [key for key in names if key == name] or [key for key in names if key.startswith(name)]
        if len(match) != 1:
            raise UserError(f"{where}.columns: {unknown_name('column', name, names)}")
        found.append(columns[match[0]])
    return found


def read_columns(path: Path, where: str) -> dict[str, list[float]]:
    """Return the columns of a file by their titles, NaN where there is no number.

    Raises
    ------
    UserError
        Where it cannot be read or holds no table.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise UserError(
            f"{where}: {path} cannot be read ({reason}). The path counts from the folder of the run file."
        ) from None
    found = _yaml_columns(text, where, path) if path.suffix.lower() in YAML else _csv_columns(text)
    lengths = {len(values) for values in found.values()}
    if not found or lengths == {0}:
        raise UserError(
            f"{where}: {path} holds no table: a line of titles, then lines of numbers are wanted."
        )
    if len(lengths) > 1:
        raise UserError(f"{where}: the columns of {path} have different lengths: {sorted(lengths)}.")
    return found


def _csv_columns(text: str) -> dict[str, list[float]]:
    """Return the columns of CSV; lines with # are comments.

    HEPData writes a block for each dependent variable, an empty line between; the first column is the same in
    all of them.
    """
    columns: dict[str, list[float]] = {}
    blocks: list[list[list[str]]] = [[]]
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if not line.strip():
            blocks.append([])
        else:
            blocks[-1] += list(csv.reader([line], skipinitialspace=True))
    for block in filter(None, blocks):
        titles, *rows = block
        for place, title in enumerate(titles):
            name = title.strip()
            if name not in columns:
                columns[name] = [_number(row[place]) if place < len(row) else math.nan for row in rows]
    return columns


def _yaml_columns(text: str, where: str, path: Path) -> dict[str, list[float]]:
    import yaml

    try:
        content = yaml.safe_load(text)
        variables = [*content["independent_variables"], *content["dependent_variables"]]
        return {_title(item["header"]): [_value(entry) for entry in item["values"]] for item in variables}
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            f"{where}: {path} is not a table of HEPData: independent_variables and dependent_variables with header "
            f"and values are wanted ({type(error).__name__}: {str(error).splitlines()[0]})."
        ) from None


def _title(header: Mapping[str, Any]) -> str:
    units = header.get("units")
    return f"{header['name']} [{units}]" if units else str(header["name"])


def _value(entry: Mapping[str, Any]) -> float:
    if "value" in entry:
        return _number(entry["value"])
    # A bin stands for its middle.
    return 0.5 * (_number(entry["low"]) + _number(entry["high"]))


def _number(value: Any) -> float:
    try:
        return float(str(value).strip())
    except ValueError:
        return math.nan
