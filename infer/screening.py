"""Let a likelihood know what a proposal must exceed, where that spares it work."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dynesty.internal_samplers import RSliceSampler, RWalkSampler, UniformBoundSampler

__all__ = ["PLAIN", "SCREENED", "wanted_above"]

_wanted = threading.local()


def wanted_above() -> float:
    """Return the threshold below which this thread has no use for a likelihood."""
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
