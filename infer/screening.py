"""Let a likelihood know what a proposal must exceed, where that spares it work."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from dynesty.internal_samplers import RSliceSampler, RWalkSampler, UniformBoundSampler
from emcee.moves import DEMove, StretchMove
from numpy.typing import NDArray

from .guided import GuidedMove

__all__ = [
    "PLAIN",
    "SCREENED",
    "ScreenedDEMove",
    "ScreenedGuidedMove",
    "ScreenedStretchMove",
    "wanted_above",
]

_wanted = threading.local()


def wanted_above() -> float | NDArray[np.float64]:
    """Return the thresholds below which this thread has no use for a likelihood: one, or one a row."""
    return getattr(_wanted, "above", -math.inf)


@contextmanager
def _only_above(threshold: float) -> Iterator[None]:
    _wanted.above = float(threshold)
    try:
        yield
    finally:
        _wanted.above = -math.inf


class _ScreenedUniform(UniformBoundSampler):
    @staticmethod
    def sample(args: Any) -> Any:
        with _only_above(args.loglstar):
            return UniformBoundSampler.sample(args)


class _ScreenedWalk(RWalkSampler):
    @staticmethod
    def sample(args: Any) -> Any:
        with _only_above(args.loglstar):
            return RWalkSampler.sample(args)


class _ScreenedSlice(RSliceSampler):
    @staticmethod
    def sample(args: Any) -> Any:
        with _only_above(args.loglstar):
            return RSliceSampler.sample(args)


PLAIN = {"unif": UniformBoundSampler, "rwalk": RWalkSampler, "rslice": RSliceSampler}
SCREENED = {"unif": _ScreenedUniform, "rwalk": _ScreenedWalk, "rslice": _ScreenedSlice}


class _ScreenedMove:
    """Draw beforehand what decides on acceptance, and tell the likelihood what a proposal must exceed.

    The numbers are those that emcee draws again after the evaluation: the chain is the same to the last bit.
    """

    def propose(self, model: Any, state: Any) -> Any:
        self._state = state
        try:
            return super().propose(model, state)
        finally:
            _wanted.above = -math.inf

    def get_proposal(
        self, here: NDArray[np.float64], others: list[NDArray[np.float64]], random: np.random.RandomState
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        proposed, factors = super().get_proposal(here, others, random)
        before = random.get_state()
        chance = np.log(random.rand(len(here)))
        random.set_state(before)
        walker = np.all(self._state.coords[:, None, :] == here[None, :, :], axis=2).argmax(axis=0)
        _wanted.above = self._state.log_prob[walker] + chance - factors
        return proposed, factors


class ScreenedStretchMove(_ScreenedMove, StretchMove):
    """The stretch move, with thresholds."""


class ScreenedDEMove(_ScreenedMove, DEMove):
    """Differential evolution, with thresholds."""


class ScreenedGuidedMove(_ScreenedMove, GuidedMove):
    """Proposals from a guess of the posterior, with thresholds."""
