"""Progress bars: what is going on and how long it will take; quiet when nobody watches."""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType

from tqdm import tqdm

from ..problem.settings import EmceeSettings
from ..samplers.ensemble.sampling import BURN_IN, Chains, Convergence
from ..samplers.nested.sampling import Progress

__all__ = ["ChainBar", "CountBar", "NestedBar", "length_wanted"]

SECONDS_BETWEEN_UPDATES = 0.2


def length_wanted(convergence: Convergence, settings: EmceeSettings) -> float:
    """Return how long chains should be in units of their length, by autocorrelation times and sample size."""
    kept = (1.0 - BURN_IN) * convergence.steps / convergence.autocorrelation
    return max(settings.autocorrelations / kept, settings.ess / max(convergence.ess, 1e-9))


class _Bar:
    def __init__(self, total: int | None, unit: str, enabled: bool, form: str) -> None:
        self.bar = tqdm(
            total=total,
            unit=unit,
            disable=not (enabled and sys.stderr.isatty()),
            dynamic_ncols=True,
            leave=False,
            bar_format=form,
        )
        self.shown = 0.0

    def due(self) -> bool:
        now = time.monotonic()
        if self.bar.disable or now - self.shown < SECONDS_BETWEEN_UPDATES:
            return False
        self.shown = now
        return True

    def __enter__(self):
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.close()


class NestedBar(_Bar):
    """Show a nested run: the share of the way to the stop, judged by what is left of the evidence."""

    def __init__(self, dlogz: float, enabled: bool = True) -> None:
        """Begin; ``dlogz`` is where the run will stop."""
        super().__init__(100, "%", enabled, "{desc} |{bar}| {percentage:3.0f} % [{elapsed}<{remaining}]")
        self.dlogz = dlogz
        self.first: float | None = None

    def update(self, progress: Progress) -> None:
        """Show where the run stands."""
        if not self.due():
            return
        # The remaining evidence falls about linearly in its logarithm once the peak is inside.
        left = math.log1p(min(progress.remaining, 1e9) / self.dlogz)
        self.first = max(self.first or left, left)
        self.bar.n = min(99, round(100 * (1.0 - left / self.first))) if self.first > 0.0 else 99
        batch = f", batch {progress.batch}" if progress.batch else ""
        self.bar.set_description_str(
            f"nested: {progress.iterations} iterations, {progress.calls} calls "
            f"({100 * progress.iterations / max(1, progress.calls):.2g} % efficient){batch}, "
            f"ln Z {progress.log_evidence:.2f}, left {progress.remaining:.2g}"
        )


class ChainBar(_Bar):
    """Show an ensemble run: steps, and what the last check said."""

    def __init__(self, settings: EmceeSettings, enabled: bool = True) -> None:
        """Begin; the total is the step limit, which a converging run does not reach."""
        super().__init__(settings.max_steps, "step", enabled, "{desc} [{elapsed}]")
        self.settings = settings
        self.begin = time.monotonic()
        self.check = "first check at 200 steps"

    def update(self, chains: Chains, convergence: Convergence | None) -> None:
        """Show where the run stands."""
        if convergence is not None:
            length = (1.0 - BURN_IN) * convergence.steps / convergence.autocorrelation
            more = max(0.0, length_wanted(convergence, self.settings) - 1.0)
            left = tqdm.format_interval(more * (time.monotonic() - self.begin))
            self.check = (
                f"R-hat {convergence.rhat:.3f} (wanted {self.settings.rhat:g}), "
                f"{length:.0f} of {self.settings.autocorrelations:g} autocorrelation times, "
                f"ESS {convergence.ess:.0f} of {self.settings.ess:g}, "
                f"{100 * convergence.acceptance:.0f} % accepted, at least {left} left"
            )
        if self.due():
            count = len(chains.states) * len(chains.states[0].coords)
            self.bar.set_description_str(f"emcee: {count} walkers, step {chains.steps}, {self.check}")


class CountBar(_Bar):
    """Show how many of a known number of tasks are done."""

    def __init__(self, unit: str, enabled: bool = True) -> None:
        """Begin."""
        super().__init__(
            1, unit, enabled, "{desc} |{bar}| {n_fmt} of {total_fmt} {unit} [{elapsed}<{remaining}]"
        )

    def update(self, done: int, total: int) -> None:
        """Show where the work stands."""
        self.bar.total = total
        if self.due():
            self.bar.n = done
            self.bar.refresh()
