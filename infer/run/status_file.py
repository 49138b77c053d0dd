"""The live status of a run: a small file that says where it stands, for people and for schedulers."""

from __future__ import annotations

import json
import math
import os
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..results.folder import STATUS
from ..samplers.session import Standing
from ..storage.atomic import write_text
from ..storage.process import birth_of
from ..target.target import Target

__all__ = ["LiveStatus"]

SECONDS_BETWEEN_WRITES = 1.0


class LiveStatus:
    """Write ``status.json`` while a run goes on, at most once a second, and how it ended.

    Keys: ``state`` (running, finished, interrupted, failed), ``stage``, ``evaluations``, ``efficiency``,
    what the sampler tells (such as ``log_evidence`` or ``rhat``), ``eta_seconds``, ``elapsed_seconds``,
    ``updated``, ``process``. What is not known yet is null.
    """

    def __init__(self, directory: Path, target: Target) -> None:
        """Begin to count the time."""
        self.path = directory / STATUS
        self.target = target
        self.begin = self.written = time.monotonic()
        self.content: dict[str, Any] = {}
        self._turn = threading.Lock()

    def start(self, expected_seconds: float | None) -> None:
        """Say that the run has begun, and how long it may take."""
        self._write("running", stage="start", eta_seconds=expected_seconds)

    def update(self, standing: Standing) -> None:
        """Say where the run stands."""
        if time.monotonic() - self.written >= SECONDS_BETWEEN_WRITES:
            self._write(
                "running", stage=standing.stage, eta_seconds=standing.seconds_left, **standing.numbers
            )

    def beat(self) -> None:
        """Say that the run lives, where nothing else has been heard of it."""
        if self.content.get("state") == "running":
            self._write("running")

    def end(self, state: str, message: str = "") -> None:
        """Say how the run ended: finished, interrupted or failed."""
        self._write(state, eta_seconds=0.0 if state == "finished" else None, message=message or None)

    def _write(self, state: str, **entries: Any) -> None:
        with self._turn:
            # A sign of life that comes late must not say that a run goes on which has ended.
            if not (state == "running" and self.content.get("state", state) != state):
                self._write_in_turn(state, entries)

    def _write_in_turn(self, state: str, entries: dict[str, Any]) -> None:
        now = time.monotonic()
        self.written = now
        self.content |= entries
        self.content |= {
            "state": state,
            "evaluations": self.target.calls,
            "elapsed_seconds": round(now - self.begin, 1),
            "updated": datetime.now(UTC).isoformat(timespec="seconds"),
            "process": os.getpid(),
            "birth": birth_of(os.getpid()),
            "host": socket.gethostname(),
        }
        plain = {
            key: None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in self.content.items()
        }
        try:
            write_text(self.path, json.dumps(plain, indent=1) + "\n")
        except OSError:
            # A full disk will be reported by the checkpoint; the status is no reason to stop.
            return
