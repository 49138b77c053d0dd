"""A watch over evaluations that never end: a compiled kernel cannot be interrupted, but it can be named.

The watch looks at what a posterior has under way from a thread of its own. When an evaluation takes
longer than allowed it says which point hangs. The command line then ends the process; the last checkpoint
is on disk. Inside a notebook, which ending the process would destroy, it says so and goes on waiting.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from .posterior import Posterior

__all__ = ["TimeLimit"]

# Looks per allowed time.
LOOKS = 5
LONGEST_SLEEP = 5.0

logger = logging.getLogger("relicfit")


class TimeLimit:
    """Call ``act`` with a sentence when an evaluation takes longer than ``limit`` seconds a point."""

    def __init__(
        self, posterior: Posterior, limit: float, act: Callable[[str], object] | None = None
    ) -> None:
        """Watch a posterior; a limit of zero watches nothing."""
        self.posterior, self.limit, self.act = posterior, limit, act
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="relicfit-time-limit", daemon=True)

    def __enter__(self) -> TimeLimit:
        """Begin to watch."""
        if self.limit > 0.0:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the watch."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        said: set[tuple[int, float]] = set()
        while not self._ended.wait(min(LONGEST_SLEEP, self.limit / LOOKS)):
            for thread, (begin, theta) in list(self.posterior.under_way.items()):
                elapsed = time.monotonic() - begin
                if elapsed <= self.limit * len(theta) or (thread, begin) in said:
                    continue
                said.add((thread, begin))
                self._say(elapsed, theta)

    def _say(self, elapsed: float, theta: NDArray[np.float64]) -> None:
        more = f" (the first of a batch of {len(theta)})" if len(theta) > 1 else ""
        text = (
            f"an evaluation has taken {elapsed:.0f} s, more than sampler.point-time-limit = {self.limit:g} s a "
            f"point, at {self.posterior.point_text(theta[0])}{more}"
        )
        logger.error(text)
        if self.act is not None:
            self.act(text)
