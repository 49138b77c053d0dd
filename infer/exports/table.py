"""The weighted samples of a run as one table, with what is known of each column."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...priors import spans_decades
from ...solver.scenario import Observable, Parameter, unit_in_latex
from ..problem.problem import Problem
from ..samples.draws import kish

if TYPE_CHECKING:
    import xarray

__all__ = ["Quantity", "SampleTable", "birth_contours", "has_weights", "needed", "sample_table"]

FloatArray = NDArray[np.float64]
# The share of the posterior beyond each end of what a prediction is said to span.
TAIL = 1e-3
# Draws resampled from weights are as many as these are worth, and rounded; independent ones are more.
LARGER = 1.05


@dataclass(frozen=True)
class Quantity:
    """Hold what is known of a column.

    Attributes
    ----------
    name, symbol, unit, description : str
        The symbol in LaTeX without dollar signs.
    sampled : bool
        Whether it is a sampled parameter; otherwise it is predicted.
    lower, upper : float
        The ends of the prior; infinite where it has none, and for what is predicted.
    decades : bool
        Whether its logarithm is the better coordinate.
    featured : bool
        Whether the corner picture shows it when nobody says what to show.
    """

    name: str
    symbol: str
    unit: str
    description: str
    sampled: bool
    lower: float = -math.inf
    upper: float = math.inf
    decades: bool = False
    featured: bool = True

    @property
    def latex(self) -> str:
        """The symbol with its unit, in LaTeX without dollar signs."""
        return rf"{self.symbol}\;[{unit_in_latex(self.unit)}]" if self.unit else self.symbol


@dataclass(frozen=True)
class SampleTable:
    """Hold the samples of a run, weighted where its sampler gives weights.

    Attributes
    ----------
    name : str
        That of the run.
    quantities : tuple of Quantity
        Sampled parameters, then observables, in the order of the columns.
    values : (n, k) array
        NaN where an observable was not computed.
    weights, log_likelihood, log_prior : (n,) arrays
        The weights add up to one.
    chain : (n,) int array
        Which chain a draw belongs to; zeros for a sampler without chains.
    birth : (n,) array, optional
        ln L of the contour above which a sample of a nested run was drawn, -inf for the first ones.
    kind : str
        ``nested`` for weighted samples, ``mcmc`` for walkers, ``independent`` for independent draws.
    """

    name: str
    quantities: tuple[Quantity, ...]
    values: FloatArray
    weights: FloatArray
    log_likelihood: FloatArray
    log_prior: FloatArray
    chain: NDArray[np.int64]
    birth: FloatArray | None
    kind: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(item.name for item in self.quantities)

    def column(self, name: str) -> FloatArray:
        """Return one column (n,)."""
        return self.values[:, self.names.index(name)]

    def complete(self) -> SampleTable:
        """Return the samples of positive weight and the columns that are known at all of them.

        Most tools take neither NaN nor weights of zero.
        """
        kept = self.weights > 0.0
        values = self.values[kept]
        known: NDArray[np.bool_] = np.asarray(np.isfinite(values).all(axis=0))
        return SampleTable(
            self.name,
            tuple(item for item, good in zip(self.quantities, known, strict=True) if good),
            values[:, known],
            self.weights[kept],
            self.log_likelihood[kept],
            self.log_prior[kept],
            self.chain[kept],
            None if self.birth is None else self.birth[kept],
            self.kind,
        )


def has_weights(tree: xarray.DataTree) -> bool:
    """Tell whether weighted samples say more than the draws: not where a finish drew again, independently."""
    if "nested_samples" not in tree.children:
        return False
    size = kish(tree["nested_samples"]["log_weight"].to_numpy())
    draws = tree["posterior"].sizes
    return bool(draws["chain"] * draws["draw"] < LARGER * size)


def sample_table(tree: xarray.DataTree, problem: Problem, nested: bool = False) -> SampleTable:
    """Return the samples of a run from the groups of its file and its problem.

    These are the weighted samples, or the draws where there are more of them than the weights are worth; with
    ``nested`` the weighted ones in any case, where there are some.
    """
    sampled = tuple(problem.prior.sampled)
    weighted = has_weights(tree) or (nested and "nested_samples" in tree.children)
    items: tuple[Parameter | Observable, ...] = (
        *problem.scenario.parameters,
        *problem.scenario.observables,
    )
    known = {item.name: item for item in items}
    predicted = [name for name in map(str, tree["observables"].data_vars) if name in known]
    names = [*sampled, *predicted]
    birth = None
    if weighted:
        data = tree["nested_samples"].to_dataset()
        columns = [data[name].to_numpy() for name in names]
        weights = np.exp(data["log_weight"].to_numpy())
        log_likelihood = data["log_likelihood"].to_numpy()
        chain = np.zeros(len(weights), dtype=np.int64)
        if "nested_run" in tree.children:
            run = tree["nested_run"].to_dataset()
            birth = birth_contours(*(run[key].to_numpy() for key in ("log_likelihood", "born", "batch")))
    else:
        draws, seen = tree["posterior"].to_dataset(), tree["observables"].to_dataset()
        columns = [(draws if name in sampled else seen)[name].to_numpy().ravel() for name in names]
        terms = tree["log_likelihood"].to_dataset()
        log_likelihood = np.sum([terms[name].to_numpy().ravel() for name in terms.data_vars], axis=0)
        weights = np.ones(len(log_likelihood))
        chains, count = draws.sizes["chain"], draws.sizes["draw"]
        chain = np.repeat(np.arange(chains), count)
    values = np.column_stack(columns)
    theta = problem.prior.complete(values[:, : len(sampled)])
    return SampleTable(
        problem.name,
        tuple(
            _quantity(known[name], problem, values[:, i], weights, name in sampled)
            for i, name in enumerate(names)
        ),
        values,
        weights / weights.sum(),
        log_likelihood,
        problem.prior.log_density(theta),
        chain,
        birth,
        "nested" if weighted else "independent" if chain.max(initial=0) == 0 else "mcmc",
    )


def _quantity(
    item: Parameter | Observable, problem: Problem, values: FloatArray, weights: FloatArray, sampled: bool
) -> Quantity:
    about = (item.name, item.symbol, item.unit, item.description)
    if sampled:
        low, high = problem.prior.bounds(item.name)
        return Quantity(*about, True, float(low), float(high), problem.prior.spans_decades(item.name))
    # Samples of hardly any weight lie anywhere.
    good = np.isfinite(values) & (weights > 0.0)
    ends = (TAIL, 1.0 - TAIL)
    decades = good.any() and spans_decades(
        *map(float, np.quantile(values[good], ends, weights=weights[good], method="inverted_cdf"))
    )
    return Quantity(*about, False, decades=bool(decades), featured=bool(getattr(item, "featured", False)))


def birth_contours(
    log_likelihood: FloatArray, born: NDArray[np.int64], batch: NDArray[np.int64]
) -> FloatArray | None:
    """Return ln L of the contour (n,) above which each sample of a nested run was drawn.

    A sample born at iteration t took the place of the t-th dead one; see
    `relicfit.infer.diagnostics.insertion.insertion_ranks`. None for a dynamic run: where the later batches
    of one start is not on file.
    """
    if len(np.unique(batch)) != 1:
        return None
    iteration = born - born.min()
    return np.where(iteration > 0, log_likelihood[np.maximum(iteration, 1) - 1], -np.inf)


def needed(package: str) -> ModuleType:
    """Return a package that relicfit does not come with.

    Raises
    ------
    UserError
        Where it is not installed.
    """
    try:
        return import_module(package)
    except ImportError:
        raise UserError(
            f"{package} is not installed. Install it, for example by pip install 'relicfit[tools]'."
        ) from None
