"""Signals that ask a run to stop: Ctrl-C, and what batch systems send before the time is up."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["BudgetSpent", "Interrupted", "listening", "stop_now"]

# Those that this machine has: Windows knows two of them.
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1") if hasattr(signal, name)
)


class Interrupted(KeyboardInterrupt):
    """Report that a run was asked to stop.

    Attributes
    ----------
    number : int
        The signal.
    unsaved : str
        Why the state could not be saved, "" where it was.
    """

    def __init__(self, number: int = signal.SIGINT, unsaved: str = "") -> None:
        super().__init__()
        self.number, self.unsaved = int(number), unsaved


class BudgetSpent(Interrupted):
    """Report that the time allowed is over."""


@contextmanager
def listening(act: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Let ``act`` answer the signals as long as the context lasts; outside the main thread nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.signal(number, act) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            # None stands for a handler that was not set from Python and cannot be set again.
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)


def stop_now(number: int, frame: FrameType | None) -> None:
    """Stop at once, where there is nothing to save."""
    raise Interrupted(number)
