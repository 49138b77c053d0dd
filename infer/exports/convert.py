"""A run as pandas, GetDist and anesthetic hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .table import SampleTable, needed

if TYPE_CHECKING:
    import pandas

__all__ = ["to_anesthetic", "to_dataframe", "to_getdist"]

# What GetDist calls the kinds of samples.
GETDIST_SAMPLERS = {"nested": "nested", "mcmc": "mcmc", "independent": "uncorrelated"}


def to_dataframe(table: SampleTable) -> pandas.DataFrame:
    """Return a row per sample: parameters, observables, ``weight``, ``log_likelihood``, ``log_prior``.

    Walkers have a column ``chain``. Symbols and units are under ``attrs``.
    """
    import pandas

    columns: dict[str, Any] = {name: table.values[:, i] for i, name in enumerate(table.names)}
    columns |= {"weight": table.weights, "log_likelihood": table.log_likelihood, "log_prior": table.log_prior}
    if table.kind == "mcmc":
        columns["chain"] = table.chain
    frame = pandas.DataFrame(columns)
    frame.attrs = {
        "name": table.name,
        "units": {item.name: item.unit for item in table.quantities},
        "latex": {item.name: item.symbol for item in table.quantities},
    }
    return frame


def to_getdist(table: SampleTable) -> Any:
    """Return `getdist.MCSamples` with labels, the ends of the priors, weights and -ln of the posterior density.

    Raises
    ------
    UserError
        Where GetDist is not installed.
    """
    getdist = needed("getdist")
    table = table.complete()
    minus_log_posterior = -(table.log_likelihood + table.log_prior)
    columns: list[Any] = [table.values, table.weights, minus_log_posterior]
    if table.kind == "mcmc":
        parts = [table.chain == index for index in np.unique(table.chain)]
        columns[1] = np.ones(len(table.weights))
        columns = [[column[part] for part in parts] for column in columns]
    values, weights, minus = columns
    return getdist.MCSamples(
        samples=values,
        weights=weights,
        loglikes=minus,
        names=[item.name if item.sampled else f"{item.name}*" for item in table.quantities],
        labels=[item.latex for item in table.quantities],
        ranges={
            item.name: [end if np.isfinite(end) else None for end in (item.lower, item.upper)]
            for item in table.quantities
            if item.sampled
        },
        sampler=GETDIST_SAMPLERS[table.kind],
        name_tag=table.name,
        ignore_rows=0,
    )


def to_anesthetic(table: SampleTable) -> Any:
    """Return anesthetic's ``NestedSamples``, with birth contours, for a static nested run; else ``MCMCSamples``.

    Its ln Z is relative to the points with a finite likelihood inside the constraints.

    Raises
    ------
    UserError
        Where anesthetic is not installed.
    """
    anesthetic = needed("anesthetic")
    about = {
        "columns": list(table.names),
        "labels": [f"${item.latex}$" for item in table.quantities],
        "logL": table.log_likelihood,
        "label": table.name,
    }
    if table.birth is not None:
        return anesthetic.NestedSamples(data=table.values, logL_birth=table.birth, **about)
    return anesthetic.MCMCSamples(data=table.values, weights=table.weights, **about)
