"""When to stop hoping: a posterior so thin that more likelihood calls give hardly any effective samples."""

from __future__ import annotations

from typing import Any, Protocol

from .settings import NautilusSettings

__all__ = ["Patience"]

# Effective samples per likelihood call that are worth going on for; the shipped run files give 0.1 to 0.6.
SMALLEST_YIELD = 0.005
# Batches over which the yield is taken: a single heavy sample takes the effective number back for a while.
WINDOW = 60
# Live sets of likelihood calls after which an exploration that has not come to its end never will; 20 to 60 are
# usual.
LONGEST_EXPLORATION = 400


class Progress(Protocol):
    """What is asked of a run: how far it is."""

    @property
    def calls(self) -> int:
        """Evaluations so far."""
        ...

    @property
    def effective(self) -> float:
        """The effective number of samples so far."""
        ...

    @property
    def explored(self) -> bool:
        """Whether the exploration has ended."""
        ...


class Patience:
    """Follow the effective number of samples from batch to batch.

    It counts calls, not seconds, so that a run that was interrupted ends where it would have ended.
    """

    def __init__(self, settings: NautilusSettings, state: dict[str, Any] | None = None) -> None:
        """Begin with nothing seen, or go on from the state that an earlier life of the run has left."""
        self.longest = LONGEST_EXPLORATION * settings.live_points
        self.since: int = state["since"] if state else 0
        self.history: list[tuple[int, float]] = list(state["history"]) if state else []

    @property
    def state(self) -> dict[str, Any]:
        """What there is to remember."""
        return {"since": self.since, "history": list(self.history)}

    def renew(self, run: Progress) -> None:
        """Begin again: whoever resumes a run that was given up wants it to go on."""
        self.since, self.history = run.calls, []

    def is_over(self, run: Progress) -> bool:
        """Look at the run after a batch, and return whether it is of no use to go on."""
        if not run.explored:
            return run.calls - self.since >= self.longest
        self.history.append((run.calls, run.effective))
        if len(self.history) <= WINDOW:
            return False
        calls, effective = self.history[-1 - WINDOW]
        first = self.history[0][0]
        recent = (run.effective - effective) / (run.calls - calls)
        overall = run.effective / (run.calls - first)
        return recent < SMALLEST_YIELD and overall < SMALLEST_YIELD
