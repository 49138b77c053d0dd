"""A sign of life from a thread of its own, also while a compiled kernel keeps all others busy."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["Heartbeat"]


class Heartbeat:
    """Call a function every so many seconds as long as the context lasts; its failures to write are passed over."""

    def __init__(self, beat: Callable[[], object], seconds: float) -> None:
        """Take the function and the time between two calls."""
        self._beat, self._seconds = beat, seconds
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relicfit-heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """End."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(self._seconds):
            try:
                self._beat()
            except OSError:
                continue
