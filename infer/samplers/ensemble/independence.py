"""A Metropolis-Hastings move with proposals from a frozen mixture, wherever a walker stands."""

from __future__ import annotations

import numpy as np
from emcee.moves import MHMove
from numpy.typing import NDArray

from ..mixture import Mixture

__all__ = ["MixtureMove"]

Array = NDArray[np.float64]


class MixtureMove(MHMove):
    """Propose for all walkers at once from a mixture that was fitted to the chains and then left alone.

    Where the mixture is good walkers forget where they were within a few moves. Where it is not proposals are
    rejected: mix it with moves that follow the ensemble. The mixture must not change any more while draws
    are kept: detailed balance holds for a fixed density alone.
    """

    def __init__(self, mixture: Mixture) -> None:
        """Take the mixture to propose from."""
        super().__init__(self._propose)
        self.mixture = mixture

    def _propose(self, here: Array, random: np.random.RandomState) -> tuple[Array, Array]:
        """Return proposals (n, dim) and ln of the ratio of the densities here and there, (n,)."""
        proposed = self.mixture.draw(len(here), random)
        return proposed, self.mixture.log_density(here) - self.mixture.log_density(proposed)
