"""Priors from elsewhere: tables in files, posteriors of earlier runs, and classes of a user's own.

Tables and posteriors become numbers of the resolved run file, so that a run can be repeated where the file has changed
or is gone.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError, unknown_name
from ...likelihoods.published import read_columns
from ...priors import TABLE, Distribution, spans_decades
from ..storage.reading import read_own
from .user_files import UserFiles, is_reference

__all__ = ["POSTERIOR", "resolve_priors"]

POSTERIOR = "posterior"
SAMPLES = "posterior.nc"
# Points of the density of an earlier posterior, and how far beyond its draws it reaches, in bandwidths.
POINTS = 301
REACH = 3.0
FEWEST_DRAWS = 200

FloatArray = NDArray[np.float64]


def resolve_priors(
    parameters: dict[str, Any], files: UserFiles, problems: list[str]
) -> dict[str, type[Distribution]]:
    """Put numbers in the place of tables and posteriors named in a table of parameters; return a user's own kinds."""
    own: dict[str, type[Distribution]] = {}
    for name, value in parameters.items():
        if not isinstance(value, Mapping) or len(value) != 1:
            continue
        ((word, raw),) = value.items()
        where = f"parameters.{name}"
        try:
            if word == TABLE and (isinstance(raw, str) or (isinstance(raw, Mapping) and "file" in raw)):
                parameters[name] = {TABLE: from_file(raw, files.folder, f"{where}.{TABLE}")}
            elif word == POSTERIOR:
                parameters[name] = {TABLE: from_posterior(raw, name, files.folder, f"{where}.{POSTERIOR}")}
            elif is_reference(str(word)):
                own[word] = files.prior(str(word), where)
        except UserError as error:
            problems.extend(error.problems)
    return own


def from_file(raw: str | Mapping[str, Any], folder: Path, where: str) -> dict[str, Any]:
    """Return x and density of a file: its first two columns, or two by name."""
    table = {"file": raw} if isinstance(raw, str) else dict(raw)
    unknown = [key for key in table if key not in ("file", "columns")]
    if unknown or not isinstance(table["file"], str):
        raise UserError(f"{where}: a file is named by file and, where wanted, columns = [x, density].")
    columns = read_columns(folder / table["file"], where)
    wanted = table.get("columns", list(columns)[:2])
    if not isinstance(wanted, list) or len(wanted) != 2:
        raise UserError(f"{where}: two columns are wanted, x and density; found {', '.join(columns)}.")
    for key in wanted:
        if key not in columns:
            raise UserError(f"{where}.columns: {unknown_name('column', str(key), columns)}")
    rows = [
        row for row in zip(*(columns[key] for key in wanted), strict=True) if all(map(math.isfinite, row))
    ]
    x, density = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [])
    return {"x": x, "density": density, "origin": f"table {table['file']}"}


def from_posterior(raw: Any, name: str, folder: Path, where: str) -> dict[str, Any]:
    """Return the smoothed posterior of a parameter of an earlier run: a Gaussian kernel, reflected at the ends.

    It is one-dimensional: what the earlier posterior knew of correlations is lost.
    """
    table = {"run": raw} if isinstance(raw, str) else dict(raw) if isinstance(raw, Mapping) else {}
    if not isinstance(table.get("run"), str) or set(table) - {"run", "of"}:
        raise UserError(
            f'{where}: found {raw!r}; the folder of a run is wanted, {{ posterior = "runs/earlier" }}, or '
            '{ posterior = { run = "runs/earlier", of = "mass" } }.'
        )
    wanted = str(table.get("of", name))
    draws = _draws(folder / table["run"] / SAMPLES, wanted, where)
    different = len(np.unique(draws))
    if different < FEWEST_DRAWS:
        raise UserError(
            f"{where}: {table['run']} holds {different} different draws of {wanted}; {FEWEST_DRAWS} are wanted for a "
            "density. Run it longer, or write its interval as normal or lognormal."
        )
    x, density = smoothed(draws)
    return {
        "x": x.tolist(),
        "density": density.tolist(),
        "origin": f"posterior of {wanted} in {table['run']}",
    }


def smoothed(draws: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return points (`POINTS`,) and the density of draws (n,) there, in the logarithm where they span decades."""
    from scipy.stats import gaussian_kde

    # The bulk decides: the lowest of many flat draws lies decades below the others.
    decades = bool(draws.min() > 0.0) and spans_decades(*np.quantile(draws, [0.05, 0.95]))
    values = np.log(draws) if decades else draws
    low, high = float(values.min()), float(values.max())
    smooth = gaussian_kde(values, bw_method="silverman")
    width = math.sqrt(float(smooth.covariance[0, 0]))
    # Beyond the draws nothing is known, and a bound of the earlier prior may stand there: mass that the kernel puts
    # outside is reflected.
    points = np.linspace(low, high, POINTS)
    density = smooth(points)
    near = points < low + REACH * width
    density[near] += smooth(2.0 * low - points[near])
    near = points > high - REACH * width
    density[near] += smooth(2.0 * high - points[near])
    return (np.exp(points), density / np.exp(points)) if decades else (points, density)


def _draws(path: Path, name: str, where: str) -> FloatArray:
    import h5py

    try:
        with h5py.File(io.BytesIO(read_own(path)), "r") as file:
            groups = [file[group] for group in ("posterior", "observables") if group in file]
            known = {key: group[key] for group in groups for key in group if key not in ("chain", "draw")}
            if name not in known:
                raise UserError(f"{where}: {unknown_name('parameter', name, known)}")
            found = np.asarray(known[name][...], dtype=np.float64).ravel()
    except (OSError, KeyError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(
            f"{where}: {path} cannot be read ({reason}). The folder of a finished run is wanted; the path counts from "
            "the folder of the run file."
        ) from None
    return found[np.isfinite(found)]
