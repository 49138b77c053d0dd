"""What a run lends a sampler: its saved state, the deadline, signals, lost workers and somebody to report to."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from types import FrameType, TracebackType
from typing import Any

from ...errors import UserError
from ..execution.pools import WorkerLost, WorkerPool
from ..storage.checkpoint import Checkpoint
from ..storage.graph import Known
from .stopping import BudgetSpent, Interrupted, listening

__all__ = ["BudgetSpent", "Interrupted", "Session", "Standing", "StartError"]

SECONDS_BETWEEN_REPORTS = 0.2
# Seconds for which a piece of work may go on after the run has been asked to stop.
PATIENCE = 10.0
# The share of the way from which on the time left can be told from the time gone.
TELLING_SHARE = 0.05

logger = logging.getLogger("relicfit")


class StartError(RuntimeError):
    """Report that the prior holds too few points with a finite likelihood to start from."""


@dataclass(frozen=True)
class Standing:
    """Say where a run stands, for the bar and the status file, which know no sampler.

    Attributes
    ----------
    stage : str
        What is going on, in two or three words.
    sentence : str
        One line for a person.
    share : float, optional
        How much of the way is done, between 0 and 1; None while nobody can tell.
    seconds_left : float, optional
        Filled in by the session.
    numbers : mapping of str to float
        What belongs into the status file.
    """

    stage: str
    sentence: str
    share: float | None = None
    seconds_left: float | None = None
    numbers: Mapping[str, float | None] = field(default_factory=dict)


class Session:
    """Keep the promises of a run while a sampler works.

    A sampler asks for its state with `load`, and calls `tick` after every piece of work with a function
    that saves. The session decides when to save, and raises when the run has to stop; the state is then on
    disk. It is a context: inside, Ctrl-C and the signals of batch systems wait for the next `tick`, a second one
    stops at once. A state that cannot be written is told once and tried again; sampling goes on.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        report: Callable[[Standing], object] | None = None,
        workers: WorkerPool | None = None,
        deadline: float = math.inf,
        interval: float = 20.0,
        continued: bool = True,
        beside: Callable[[], object] = lambda: None,
    ) -> None:
        """Work with a checkpoint, saved every ``interval`` seconds, until ``deadline`` on the monotonic clock.

        With ``continued`` false nothing is loaded: what lies in the folder is not of this run. ``beside`` writes
        what is kept beside the state, whenever that is written.
        """
        self.checkpoint = checkpoint
        self.continued = continued
        self.workers = workers
        self.deadline = deadline
        self.interval = interval
        self._beside = beside
        self._report = report
        self._stop = 0
        self._stop_since = math.inf
        self.unsaved = ""
        self._begin = self._saved_at = time.monotonic()
        self._reported_at = -math.inf
        self._first_share: float | None = None
        self._listening: AbstractContextManager[None] | None = None

    def load(self, known: Known | None = None, kinds: Mapping[str, Any] | None = None) -> Any | None:
        """Return the state of an earlier life of this run, None if there is none or the run begins anew.

        Parameters
        ----------
        known : Known, optional
            What the state holds beside plain data.
        kinds : mapping of str to type, optional
            The entries of the state and their types.

        Raises
        ------
        UserError
            Where the state is something else.
        """
        state = self.checkpoint.load(known) if self.continued else None
        if state is not None:
            wrong = not isinstance(state, dict) or any(
                not isinstance(state.get(name), kind) for name, kind in (kinds or {}).items()
            )
            if wrong:
                raise self.checkpoint.damaged()
        return state

    @contextmanager
    def making_sense(self) -> Iterator[None]:
        """Turn what goes wrong while a sampler takes up its state into one sentence about the state."""
        try:
            yield
        except UserError:
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            raise self.checkpoint.damaged() from None

    @property
    def must_stop(self) -> bool:
        """Whether the next `tick` will stop the run: for samplers that can cut a long piece of work short."""
        return bool(self._stop or self._lost or time.monotonic() >= self.deadline)

    @property
    def _lost(self) -> str:
        return self.workers.broken if self.workers is not None else ""

    def tick(
        self,
        save: Callable[[], object],
        standing: Callable[[], Standing] | None = None,
        *,
        can_save: bool = True,
        finished: bool = False,
    ) -> None:
        """Report, save when it is due, and stop when it is time.

        Parameters
        ----------
        save : callable
            Writes the state through the session's checkpoint.
        standing : callable, optional
            Says where the run stands; called when somebody wants to know.
        can_save : bool
            Whether the sampler is between two pieces of work.
        finished : bool
            Whether this was the last piece: a spent budget then no longer matters.

        Raises
        ------
        Interrupted, BudgetSpent
            After a signal and after the deadline, once the state is saved or cannot be.
        WorkerLost
            After the end of a worker process, once the state is saved.
        """
        now = time.monotonic()
        if standing is not None and self._report is not None:
            self._tell(standing, now, finished)
        if not can_save:
            return
        late = now >= self.deadline and not finished
        if self._stop or self._lost or late or now - self._saved_at >= self.interval:
            self.keep(save)
        if self._lost:
            how = f"could not be saved ({self.unsaved})" if self.unsaved else "is saved: use --resume"
            raise WorkerLost(f"a worker process ended ({self._lost}). The state {how}.")
        if self._stop:
            raise Interrupted(self._stop, self.unsaved)
        if late:
            raise BudgetSpent(unsaved=self.unsaved)

    def keep(self, save: Callable[[], object]) -> None:
        """Save, or warn that it cannot be done: a full disk does not end a run."""
        try:
            save()
            self._beside()
            if self.unsaved:
                self._say("the state can be saved again")
            self.unsaved = ""
        except OSError as error:
            reason = error.strerror or str(error)
            if not self.unsaved:
                self._say(f"the state cannot be saved ({reason}); sampling goes on, and it is tried again")
            self.unsaved = reason
        self._saved_at = time.monotonic()

    def _say(self, text: str) -> None:
        logger.warning(text)
        print(f"{self.checkpoint.folder}: {text}.", file=sys.stderr, flush=True)

    def look(self) -> None:
        """Stop within a piece of work that does not end, at any point of it and in any thread.

        A sampler calls this after every likelihood. Its state is that of the last checkpoint: what was done
        since is done again.

        Raises
        ------
        Interrupted, BudgetSpent
            Some time after the run has been asked to stop.
        """
        now = time.monotonic()
        if now >= min(self._stop_since, self.deadline) + PATIENCE:
            raise Interrupted(self._stop, self.unsaved) if self._stop else BudgetSpent(unsaved=self.unsaved)

    def _tell(self, standing: Callable[[], Standing], now: float, finished: bool) -> None:
        if now - self._reported_at < SECONDS_BETWEEN_REPORTS and not finished:
            return
        self._reported_at = now
        found = standing()
        left = None
        if found.share is not None:
            if self._first_share is None:
                self._first_share = found.share
            done = found.share - self._first_share
            if done > TELLING_SHARE:
                left = (now - self._begin) * max(0.0, 1.0 - found.share) / done
        assert self._report is not None
        self._report(replace(found, seconds_left=left))

    def __enter__(self) -> Session:
        """Listen to signals, in the main thread."""
        self._listening = listening(self._interrupt)
        self._listening.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave signals to whoever had them before."""
        if self._listening is not None:
            self._listening.__exit__(None, None, None)
            self._listening = None

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._stop:
            raise KeyboardInterrupt
        self._stop, self._stop_since = number, time.monotonic()
