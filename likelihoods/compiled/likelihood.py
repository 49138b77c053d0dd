"""A likelihood whose rows are compiled: the part that is the same for all of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..analyses import AnalysisLikelihood
from ..tables import domain, gather, rows_of

__all__ = ["CompiledLikelihood"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class CompiledLikelihood(AnalysisLikelihood):
    """Sum compiled functions of rows; a subclass states them in `rows` and where they do not hold in `flags`."""

    @abstractmethod
    def rows(self) -> tuple[tuple[Any, ...], ...]:
        """Return for each term its compiled function and what it takes besides observables and their domain."""

    @abstractmethod
    def flags(self, values: Array) -> dict[str, Mask]:
        """Return at which of the physical values (k, n) of the observables each flag (n,) is raised."""

    @cached_property
    def _terms(self) -> tuple[tuple[Any, ...], ...]:
        return tuple((function, domain(self.needs), *fixed) for function, *fixed in self.rows())

    def log_likelihood(self, observables: Mapping[str, Array]) -> Array:
        """Return the log-likelihood (n,)."""
        values = rows_of(observables, self.needs)
        terms = [function(values, *fixed) for function, *fixed in self._terms]
        return terms[0] if len(terms) == 1 else np.sum(terms, axis=0)

    def evaluate(self, observables: Mapping[str, Array]) -> tuple[Array, dict[str, Mask]]:
        """Return the log-likelihood (n,) and the flags."""
        values, good = gather(observables, self.needs)
        raised = {sentence: good & flag for sentence, flag in self.flags(values).items()}
        return self.log_likelihood(observables), raised
