"""A watch over evaluations that never end: a compiled kernel cannot be interrupted, but it can be named.

The watch looks at what a posterior has under way from a thread of its own. When an evaluation takes
longer than allowed, not counting the time to compile, it says which point hangs; the rows of a batch that
is overdue are tried one by one. The command line then ends the process; the last checkpoint
is on disk. Inside a notebook, which ending the process would destroy, it says so and goes on waiting.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from .posterior import Posterior, clock

__all__ = ["TimeLimit"]

# Looks per allowed time.
LOOKS = 10
LONGEST_SLEEP = 5.0
# Of the limit: a row of a batch that is overdue is stuck when it takes this long alone.
ALONE = 0.5

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
        # What has been named, or was found to be slow as a whole, with the time when to look again.
        looked: dict[tuple[int, float], float] = {}
        while not self._ended.wait(min(LONGEST_SLEEP, self.limit / LOOKS)):
            for thread, (begin, theta) in list(self.posterior.under_way.items()):
                elapsed = clock() - begin
                allowed = self.limit + (len(theta) - 1) * self.posterior.seconds_per_row
                if elapsed <= max(allowed, looked.get((thread, begin), 0.0)):
                    continue
                row = self._stuck(theta, thread, begin)
                looked[thread, begin] = math.inf if row is not None else 2.0 * (clock() - begin)
                if row is not None:
                    self._say(clock() - begin, row, len(theta))

    def _stuck(self, theta: NDArray[np.float64], thread: int, begin: float) -> NDArray[np.float64] | None:
        """Return the row of a batch that does not come back, evaluating each alone; None where all do."""
        if len(theta) == 1:
            return theta[0]
        tried = [(theta[0], clock())]

        def try_all() -> None:
            for row in theta:
                if self.posterior.under_way.get(thread, (None,))[0] != begin:
                    return  # it has come back meanwhile
                tried[0] = row, clock()
                self.posterior.try_alone(row)

        trial = threading.Thread(target=try_all, daemon=True)
        trial.start()
        while trial.is_alive():
            trial.join(0.1 * self.limit / LOOKS)
            row, start = tried[0]
            if trial.is_alive() and clock() - start > ALONE * self.limit:
                return row
        return None

    def _say(self, elapsed: float, row: NDArray[np.float64], rows: int) -> None:
        more = f" (one of a batch of {rows})" if rows > 1 else ""
        text = (
            f"an evaluation has taken {elapsed:.2g} s, more than sampler.point-time-limit = {self.limit:g} s a "
            f"point, at {self.posterior.point_text(row)}{more}"
        )
        logger.error(text)
        if self.act is not None:
            self.act(text)
