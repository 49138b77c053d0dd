"""Chains as text files, in the form that GetDist, cobaya, CosmoMC and anesthetic read."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

from ..storage.atomic import write_text
from ..storage.folder import make_folder
from .table import SampleTable

__all__ = ["write_chains"]

# Enough digits that a number is read back as it was.
FORMAT = "%.17g"


def write_chains(table: SampleTable, root: Path) -> list[Path]:
    """Write chain files and return their paths.

    ``ROOT.txt`` holds a line per sample: its weight, -ln of the posterior density, parameters, observables;
    with walkers ``ROOT_1.txt``, ... hold a chain each. ``ROOT.paramnames`` holds names, with an asterisk for
    what is predicted, and symbols; ``ROOT.ranges`` the ends of the priors, N for none.
    """
    table = table.complete()
    make_folder(root.parent)
    minus_log_posterior = -(table.log_likelihood + table.log_prior)
    weights = np.ones(len(table.weights)) if table.kind != "nested" else table.weights
    rows = np.column_stack([weights, minus_log_posterior, table.values])
    if table.kind == "mcmc":
        parts = {f"_{index + 1}.txt": rows[table.chain == index] for index in np.unique(table.chain)}
    else:
        parts = {".txt": rows}
    texts = {ending: _numbers(part) for ending, part in parts.items()}
    texts[".paramnames"] = "".join(
        f"{item.name}{'' if item.sampled else '*'}\t{item.latex}\n" for item in table.quantities
    )
    texts[".ranges"] = "".join(
        f"{item.name} {_end(item.lower)} {_end(item.upper)}\n" for item in table.quantities if item.sampled
    )
    paths = []
    for ending, text in texts.items():
        path = root.with_name(root.name + ending)
        write_text(path, text)
        paths.append(path)
    return paths


def _numbers(rows: np.ndarray) -> str:
    buffer = io.StringIO()
    np.savetxt(buffer, rows, fmt=FORMAT)
    return buffer.getvalue()


def _end(value: float) -> str:
    return f"{value:.17g}" if math.isfinite(value) else "N"
