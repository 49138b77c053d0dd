"""The samples of a run on the axes of a plot: decades by their logarithm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..results.folder import Result
from ..style import label

__all__ = ["Samples"]

FloatArray = NDArray[np.float64]
PRIOR_DRAWS = 20_000


class Samples:
    """Give draws, all samples and prior draws of a run by the name of a sampled parameter, on plot axes."""

    def __init__(self, result: Result, rng: np.random.Generator) -> None:
        self.result = result
        self.problem = result.problem
        self.names = tuple(self.problem.prior.sampled)
        self.items = {item.name: item for item in self.problem.scenario.parameters}
        prior = self.problem.prior.sample(rng, PRIOR_DRAWS)
        columns = [item.name for item in self.problem.scenario.parameters]
        self._prior = {name: prior[:, columns.index(name)] for name in self.names}
        # Of each ensemble; 0 for a sampler without walkers.
        self.walkers = int(result.diagnostics["numbers"].get("walkers", 0))
        self._draws = {name: result.posterior[name].to_numpy().ravel() for name in self.names}
        if "nested_samples" in result.data.children:
            samples = result.data["nested_samples"].to_dataset()
            self._all = {name: samples[name].to_numpy() for name in self.names}
            self.log_likelihood = samples["log_likelihood"].to_numpy()
        else:
            terms = result.data["log_likelihood"].to_dataset()
            self._all = self._draws
            self.log_likelihood = np.sum([terms[name].to_numpy().ravel() for name in terms.data_vars], axis=0)

    def is_logarithmic(self, name: str) -> bool:
        """Tell whether a parameter is shown by its logarithm."""
        return self.problem.prior.spans_decades(name)

    def _axis(self, name: str, values: FloatArray) -> FloatArray:
        return np.log10(values) if self.is_logarithmic(name) else values

    def draws(self, name: str) -> FloatArray:
        """Return equally weighted posterior draws."""
        return self._axis(name, self._draws[name])

    def walks(self, name: str) -> FloatArray:
        """Return the kept draws of an ensemble sampler (ensembles, steps, walkers)."""
        values = self._axis(name, self.result.posterior[name].to_numpy())
        return values.reshape(len(values), -1, self.walkers)

    def prior(self, name: str) -> FloatArray:
        """Return prior draws."""
        return self._axis(name, self._prior[name])

    def everything(self, name: str) -> FloatArray:
        """Return every sample of the run, whatever its weight."""
        return self._axis(name, self._all[name])

    def label(self, name: str) -> str:
        """Return the axis label."""
        return label(self.items[name], self.is_logarithmic(name))

    def edges(self, name: str, cells: int) -> FloatArray:
        """Return cells over nearly all of the prior and all of the posterior."""
        values = np.concatenate([np.quantile(self.prior(name), [0.002, 0.998]), self.draws(name)])
        return np.linspace(values.min(), values.max() + 1e-12 * np.ptp(values), cells + 1)
