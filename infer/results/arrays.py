"""The groups of ``posterior.nc``: those that ArviZ knows, plus our own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...solver.scenario import Observable, Parameter
from ..diagnostics.verdict import Diagnostics
from ..problem.provenance import versions
from ..problem.toml import dump
from ..samples.draws import Draws
from ..samples.nested_run import NestedRun, WeightedRun
from ..storage.revision import revision
from ..target.posterior import Posterior

if TYPE_CHECKING:
    import xarray

__all__ = ["as_tree"]


def as_tree(posterior: Posterior, draws: Draws, diagnostics: Diagnostics) -> xarray.DataTree:
    """Arrange a run in the groups that ArviZ knows, plus our own."""
    import xarray

    chains, count = draws.cube.shape[:2]
    theta = posterior.prior.from_unit(draws.cube.reshape(-1, posterior.dim))
    blobs = draws.blobs.reshape(chains * count, -1)
    groups: dict[str, Mapping[str, NDArray]] = {
        "posterior": _named(posterior.parameter_names, theta, posterior.names),
        "observables": _named(posterior.observable_names, posterior.columns.observables(blobs)),
        "log_likelihood": _named(posterior.term_names, posterior.columns.terms(blobs)),
        "log_prior": {"log_prior": posterior.prior.log_density(theta)},
        "sample_stats": {"lp": draws.log_likelihood.reshape(-1) + posterior.prior.log_density(theta)},
    }
    tree = {
        name: xarray.Dataset(
            {key: (("chain", "draw"), values.reshape(chains, count)) for key, values in columns.items()},
            coords={"chain": np.arange(chains), "draw": np.arange(count)},
        )
        for name, columns in groups.items()
    }
    if draws.weighted is not None:
        tree["nested_samples"] = _weighted(posterior, draws.weighted)
        if isinstance(draws.weighted, NestedRun):
            tree["nested_run"] = _nested_run(draws.weighted)
    for name in ("posterior", "observables", "nested_samples"):
        if name in tree:
            _describe(tree[name], posterior)
    root = xarray.Dataset(attrs=_attributes(posterior, diagnostics))
    return xarray.DataTree.from_dict({"/": root, **tree})


def _describe(data: xarray.Dataset, posterior: Posterior) -> None:
    """Say of every quantity its unit, its symbol in LaTeX and what it is."""
    items: tuple[Parameter | Observable, ...] = (
        *posterior.scenario.parameters,
        *posterior.scenario.observables,
    )
    for item in items:
        if item.name in data:
            data[item.name].attrs = {
                "units": item.unit,
                "latex": item.symbol,
                "long_name": item.description,
            }


def _named(
    names: tuple[str, ...], table: NDArray[np.float64], keep: tuple[str, ...] | None = None
) -> dict[str, NDArray[np.float64]]:
    return {name: table[:, i] for i, name in enumerate(names) if keep is None or name in keep}


def _weighted(posterior: Posterior, run: WeightedRun) -> xarray.Dataset:
    import xarray

    theta = posterior.prior.from_unit(run.cube)
    columns = {
        **_named(posterior.parameter_names, theta, posterior.names),
        **_named(posterior.observable_names, posterior.columns.observables(run.blobs)),
        **{f"log_likelihood_{name}": run.blobs[:, i] for i, name in enumerate(posterior.term_names)},
        "log_likelihood": run.log_likelihood,
        "log_weight": run.log_weight,
    }
    return xarray.Dataset({name: (("sample",), values) for name, values in columns.items()})


def _nested_run(run: NestedRun) -> xarray.Dataset:
    """Arrange what the sampler did, iteration by iteration."""
    import xarray

    columns = {
        "log_likelihood": run.log_likelihood,
        "log_weight": run.log_weight,
        "log_volume": run.log_volume,
        **run.insertion,
    }
    return xarray.Dataset({name: (("sample",), values) for name, values in columns.items()})


def _attributes(posterior: Posterior, diagnostics: Diagnostics) -> dict[str, Any]:
    problem = posterior.problem
    numbers = {k: v for k, v in diagnostics.numbers.items() if isinstance(v, int | float)}
    return {
        "created_by": "relicfit",
        "scenario": problem.scenario.name,
        "sampler": problem.sampler.name,
        "run_file": dump(problem.content),
        "versions": json.dumps(versions(problem)),
        "revision": revision(),
        "seed": problem.sampler.seed,
        "converged": int(diagnostics.converged),
        **numbers,
    }
