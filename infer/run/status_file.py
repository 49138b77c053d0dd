"""The live status of a run: a small file that says where it stands, for people and for schedulers."""

from __future__ import annotations

import json
import math
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..problem.settings import EmceeSettings
from ..results.folder import STATUS
from ..samplers.ensemble.sampling import Chains, Convergence
from ..samplers.nested.sampling import Progress
from ..storage.atomic import write_text
from ..target.posterior import Posterior
from .progress import length_wanted

__all__ = ["LiveStatus"]

SECONDS_BETWEEN_WRITES = 1.0


class LiveStatus:
    """Write ``status.json`` while a run goes on, at most once a second, and how it ended.

    Keys: ``state`` (running, finished, interrupted, failed), ``stage``, ``evaluations``, ``efficiency``,
    ``log_evidence`` and ``remaining_log_evidence`` or ``rhat``, ``eta_seconds``, ``elapsed_seconds``,
    ``updated``, ``process``. What is not known yet is null.
    """

    def __init__(self, directory: Path, posterior: Posterior) -> None:
        """Begin to count the time."""
        self.path = directory / STATUS
        self.posterior = posterior
        self.begin = self.written = time.monotonic()
        self.content: dict[str, Any] = {}
        self._first_left: float | None = None

    def start(self, expected_seconds: float | None) -> None:
        """Say that the run has begun, and how long it may take."""
        self._write("running", stage="start", eta_seconds=expected_seconds)

    def nested(self, progress: Progress, dlogz: float) -> None:
        """Say where a nested run stands."""
        if not self._due():
            return
        # The remaining evidence falls about linearly in its logarithm once the peak is inside.
        left = math.log1p(min(progress.remaining, 1e9) / dlogz)
        self._first_left = max(self._first_left or left, left)
        done = 1.0 - left / self._first_left if self._first_left > 0.0 else 0.0
        elapsed = time.monotonic() - self.begin
        self._write(
            "running",
            stage=f"nested sampling, batch {progress.batch}" if progress.batch else "nested sampling",
            efficiency=progress.iterations / max(1, progress.calls),
            iterations=progress.iterations,
            log_evidence=progress.log_evidence,
            remaining_log_evidence=progress.remaining,
            eta_seconds=elapsed * (1.0 - done) / done if done > 0.05 else None,
        )

    def chains(self, chains: Chains, convergence: Convergence | None, settings: EmceeSettings) -> None:
        """Say where an ensemble run stands."""
        checked: dict[str, Any] = {}
        if convergence is not None:
            elapsed = time.monotonic() - self.begin
            checked = {
                "rhat": convergence.rhat,
                "effective_sample_size": convergence.ess,
                "efficiency": convergence.acceptance,
                "eta_seconds": elapsed * max(0.0, length_wanted(convergence, settings) - 1.0),
            }
            self.content |= checked
        if convergence is not None or self._due():
            self._write("running", stage="ensemble chains", steps=chains.steps)

    def end(self, state: str, message: str = "") -> None:
        """Say how the run ended: finished, interrupted or failed."""
        self._write(state, eta_seconds=0.0 if state == "finished" else None, message=message or None)

    def _due(self) -> bool:
        return time.monotonic() - self.written >= SECONDS_BETWEEN_WRITES

    def _write(self, state: str, **entries: Any) -> None:
        now = time.monotonic()
        self.written = now
        self.content |= entries
        self.content |= {
            "state": state,
            "evaluations": self.posterior.calls,
            "elapsed_seconds": round(now - self.begin, 1),
            "updated": datetime.now(UTC).isoformat(timespec="seconds"),
            "process": os.getpid(),
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
