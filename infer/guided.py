"""A Metropolis-Hastings move with proposals from a guess of the posterior, wherever a walker stands."""

from __future__ import annotations

import numpy as np
from emcee.moves import RedBlueMove
from numpy.typing import NDArray
from scipy.stats import gaussian_kde

__all__ = ["GuidedMove"]

Array = NDArray[np.float64]

# The kernels are narrower than Scott's rule has it, which is made for one Gaussian: posteriors are curved.
NARROWER = 0.5


class GuidedMove(RedBlueMove):
    """Propose from kernels around points that are spread like the posterior is expected to be.

    Where the guess is good walkers forget where they were within a few moves. Where it is not proposals are
    rejected: mix it with moves that follow the ensemble.
    """

    def __init__(self, guess: Array) -> None:
        """Take points (n, dim)."""
        super().__init__()
        self.density = gaussian_kde(guess.T, lambda kde: NARROWER * kde.scotts_factor())

    def get_proposal(
        self, here: Array, others: list[Array], random: np.random.RandomState
    ) -> tuple[Array, Array]:
        """Return proposals (n, dim) and ln of the ratio of the densities here and there."""
        proposed = self.density.resample(len(here), seed=random).T
        return proposed, self.density.logpdf(here.T) - self.density.logpdf(proposed.T)
