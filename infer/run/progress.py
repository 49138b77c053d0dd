"""Progress: bars where somebody watches, in a terminal or a notebook, a line a minute where nobody does."""

from __future__ import annotations

import logging
import sys
import time
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Self

from tqdm import tqdm

from ..samplers.session import Standing

__all__ = ["CountBar", "RunBar"]

SECONDS_BETWEEN_UPDATES = 0.2
SECONDS_BETWEEN_LINES = 60.0

logger = logging.getLogger("relicfit")


def in_notebook() -> bool:
    """Tell whether this runs in the kernel of a notebook that can show a bar, which takes ipywidgets."""
    if "IPython" not in sys.modules or find_spec("ipywidgets") is None:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and hasattr(shell, "kernel")


def watched() -> bool:
    """Tell whether a bar would be seen."""
    return sys.stderr.isatty() or in_notebook()


def bar_class() -> type[tqdm[Any]]:
    """Return the bar of notebooks, or that of terminals."""
    if not in_notebook():
        return tqdm
    from tqdm.notebook import tqdm_notebook

    return tqdm_notebook


class _Bar:
    def __init__(self, total: int | None, unit: str, enabled: bool, form: str) -> None:
        self.bar = bar_class()(
            total=total,
            unit=unit,
            disable=not (enabled and watched()),
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.close()


class RunBar(_Bar):
    """Show a run by what its sampler says: a sentence, the share of the way, the time left.

    The sentence also goes to the log once a minute, and to standard error where that is no terminal.
    """

    def __init__(self, enabled: bool = True) -> None:
        """Begin."""
        self.enabled, self.told = enabled, time.monotonic()
        super().__init__(100, "%", enabled, "{desc} |{bar}| {percentage:3.0f} % [{elapsed}]")

    def update(self, standing: Standing) -> None:
        """Show where the run stands."""
        left = standing.seconds_left
        more = "" if left is None else f", {tqdm.format_interval(left)} left"
        self._tell(standing.sentence + more)
        if not self.due():
            return
        self.bar.n = round(100 * (standing.share or 0.0))
        self.bar.set_description_str(standing.sentence + more)

    def _tell(self, sentence: str) -> None:
        now = time.monotonic()
        if now - self.told < SECONDS_BETWEEN_LINES:
            return
        self.told = now
        logger.info(sentence)
        if self.enabled and not watched():
            print(f"{time.strftime('%H:%M:%S')} {sentence}", file=sys.stderr, flush=True)


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
