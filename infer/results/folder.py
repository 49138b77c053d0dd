"""Result folders: what is written, and what is read back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ..diagnostics.verdict import Diagnostics
from ..problem.problem import Problem, problem_from
from ..problem.provenance import revision, versions
from ..problem.toml import dump
from ..samplers.nested.outcome import NestedRun
from ..samples.draws import Draws
from ..storage.atomic import Checkpoint, write_atomically, write_text
from ..target.posterior import Posterior
from .table import Row, as_csv, as_text

if TYPE_CHECKING:
    import xarray

__all__ = ["OWN_FILES", "Result", "load", "write_result"]

POSTERIOR = "posterior.nc"
SUMMARY = "summary.csv"
DIAGNOSTICS = "diagnostics.json"
RUN_FILE = "run.toml"
LOG = "run.log"
CORNER = "corner.png"
TEXT = "summary.txt"
REPORT = "report.html"
STATUS = "status.json"
CHECKPOINT = "checkpoint"
OWN_FILES = (POSTERIOR, SUMMARY, DIAGNOSTICS, RUN_FILE, LOG, CORNER, TEXT, REPORT, STATUS)


@dataclass(frozen=True)
class Result:
    """Give access to a finished run.

    Attributes
    ----------
    directory : Path
    """

    directory: Path

    @cached_property
    def data(self) -> xarray.DataTree:
        """All groups of ``posterior.nc``: posterior, observables, log_likelihood, log_prior, ..."""
        import xarray

        with xarray.open_datatree(self.directory / POSTERIOR, engine="h5netcdf") as tree:
            return tree.load()

    @property
    def posterior(self) -> xarray.Dataset:
        """The equally weighted draws of the sampled parameters, (chain, draw)."""
        return self.data["posterior"].to_dataset()

    @property
    def observables(self) -> xarray.Dataset:
        """The predictions at the draws, (chain, draw)."""
        return self.data["observables"].to_dataset()

    @cached_property
    def diagnostics(self) -> dict[str, Any]:
        """The content of ``diagnostics.json``."""
        return json.loads((self.directory / DIAGNOSTICS).read_text("utf-8"))

    @property
    def converged(self) -> bool:
        """Whether the run met its convergence criteria."""
        return bool(self.diagnostics["converged"])

    @property
    def log_evidence(self) -> float | None:
        """ln Z, None for a run of emcee."""
        return self.diagnostics["numbers"].get("log_evidence")

    @property
    def log_evidence_error(self) -> float | None:
        """The error of ln Z, None for a run of emcee."""
        return self.diagnostics["numbers"].get("log_evidence_error")

    @cached_property
    def summary(self) -> dict[str, dict[str, float | str]]:
        """The table of ``summary.csv``: a mapping of columns for every parameter and observable."""
        import csv

        with open(self.directory / SUMMARY, encoding="utf-8", newline="") as handle:
            table = list(csv.DictReader(handle))
        texts = {"kind", "unit"}
        return {
            row["name"]: {k: v if k in texts else float(v) for k, v in row.items() if k != "name"}
            for row in table
        }

    @cached_property
    def problem(self) -> Problem:
        """The scenario, prior and likelihoods, rebuilt from the resolved run file."""
        import tomllib

        return problem_from(
            tomllib.loads((self.directory / RUN_FILE).read_text("utf-8")), name=self.directory.name
        )

    def __str__(self) -> str:
        """Return the text printed at the end of the run."""
        return (self.directory / TEXT).read_text("utf-8")


def load(directory: str | Path) -> Result:
    """Open a result folder.

    Raises
    ------
    UserError
        Where the folder holds no finished run.
    """
    directory = Path(directory)
    if not (directory / POSTERIOR).exists():
        if Checkpoint(directory / CHECKPOINT).exists:
            hint = "It holds an unfinished run: give its run file to `relicfit run` with --resume."
        else:
            hint = "Give the folder that `relicfit run` wrote, for example runs/quickstart."
        raise UserError(f"{directory}: no finished run here ({POSTERIOR} is missing). {hint}")
    return Result(directory)


def write_result(
    directory: Path,
    posterior: Posterior,
    draws: Draws,
    diagnostics: Diagnostics,
    rows: list[Row],
) -> Result:
    """Write the files of a finished run; ``posterior.nc`` comes last and marks it finished."""
    problem = posterior.problem
    text = as_text(rows, posterior, diagnostics)
    write_text(directory / RUN_FILE, dump(problem.content))
    write_text(directory / SUMMARY, as_csv(rows))
    write_text(directory / TEXT, text + "\n")
    content = diagnostics.as_dict() | {"versions": versions(), "revision": revision()}
    write_text(directory / DIAGNOSTICS, json.dumps(content, indent=1) + "\n")
    tree = as_tree(posterior, draws, diagnostics)
    write_atomically(directory / POSTERIOR, lambda path: tree.to_netcdf(path, engine="h5netcdf"))
    return Result(directory)


def as_tree(posterior: Posterior, draws: Draws, diagnostics: Diagnostics) -> xarray.DataTree:
    """Arrange a run in the groups that ArviZ knows, plus our own."""
    import xarray

    chains, count = draws.cube.shape[:2]
    theta = posterior.prior.from_unit(draws.cube.reshape(-1, posterior.dim))
    terms = len(posterior.term_names)
    groups: dict[str, Mapping[str, NDArray]] = {
        "posterior": _named(posterior.parameter_names, theta, posterior.names),
        "observables": _named(
            posterior.observable_names, draws.blobs.reshape(chains * count, -1)[:, terms:-1]
        ),
        "log_likelihood": _named(posterior.term_names, draws.blobs.reshape(chains * count, -1)[:, :terms]),
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
        tree["nested_samples"] = _nested(posterior, draws)
        tree["nested_run"] = _nested_run(draws.weighted)
    root = xarray.Dataset(attrs=_attributes(posterior, diagnostics))
    return xarray.DataTree.from_dict({"/": root, **tree})


def _named(
    names: tuple[str, ...], table: NDArray[np.float64], keep: tuple[str, ...] | None = None
) -> dict[str, NDArray[np.float64]]:
    return {name: table[:, i] for i, name in enumerate(names) if keep is None or name in keep}


def _nested(posterior: Posterior, draws: Draws) -> xarray.Dataset:
    import xarray

    run = draws.weighted
    theta = posterior.prior.from_unit(run.cube)
    terms = len(posterior.term_names)
    columns = {
        **_named(posterior.parameter_names, theta, posterior.names),
        **_named(posterior.observable_names, run.blobs[:, terms:-1]),
        **{f"log_likelihood_{name}": run.blobs[:, i] for i, name in enumerate(posterior.term_names)},
        "log_likelihood": run.log_likelihood,
        "log_weight": run.log_weight,
        "log_volume": run.log_volume,
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
        "versions": json.dumps(versions()),
        "revision": revision(),
        "seed": problem.sampler.seed,
        "converged": int(diagnostics.converged),
        **numbers,
    }
