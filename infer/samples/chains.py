"""What ensembles of walkers leave: their chains in blocks, where they stand, and how far they have converged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["BURN_IN", "Chains", "Convergence", "EnsembleState"]

# The share of a chain that counts as burn-in.
BURN_IN = 0.3


@dataclass(frozen=True)
class Convergence:
    """State how far the ensembles are: every entry of ``problems`` is a sentence."""

    steps: int
    rhat: float
    ess: float
    autocorrelation: float
    acceptance: float
    problems: tuple[str, ...]

    @property
    def reached(self) -> bool:
        """Whether nothing is left to complain about."""
        return not self.problems


@dataclass
class EnsembleState:
    """Hold where one ensemble stands: all that the next step depends on."""

    coords: NDArray[np.float64]
    log_prob: NDArray[np.float64]
    blobs: NDArray[np.float64]
    random_state: dict[str, Any] | tuple[Any, ...]
    accepted: int = 0
    steps: int = 0


@dataclass
class Chains:
    """Hold the draws of all ensembles so far, as blocks along the steps.

    A block has ``cube`` (ensembles, steps, walkers, dim), ``log_likelihood`` and ``blobs`` alike.
    ``proposal`` holds the arrays of the density that some moves propose from, once it is fitted.
    """

    states: list[EnsembleState]
    blocks: list[dict[str, NDArray[np.float64]]] = field(default_factory=list)
    proposal: dict[str, NDArray[np.float64]] | None = None

    def joined(self, key: str) -> NDArray[np.float64]:
        """Return one quantity of all blocks, (ensembles, steps, walkers, ...)."""
        return np.concatenate([block[key] for block in self.blocks], axis=1)

    @property
    def steps(self) -> int:
        """The length of the chains."""
        return self.states[0].steps
