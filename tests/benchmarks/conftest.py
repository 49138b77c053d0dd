"""Measurements of speed: run by `make bench`, skipped otherwise, since other work on a machine spoils them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence

import pytest

ENVIRONMENT_SWITCH = "RELICFIT_BENCH"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--bench", default=False) or os.environ.get(ENVIRONMENT_SWITCH):
        return
    here = os.path.dirname(os.path.abspath(__file__))
    skip = pytest.mark.skip(reason="a measurement of speed: make bench")
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(skip)


def interleaved(
    actions: Sequence[Callable[[], object]], rounds: int, clock: Callable[[], float] = time.thread_time
) -> list[float]:
    """Return the best time of each action in seconds; taking turns, all meet the same load."""
    best = [float("inf")] * len(actions)
    for _ in range(rounds):
        for i, action in enumerate(actions):
            start = clock()
            action()
            best[i] = min(best[i], clock() - start)
    return best


@pytest.fixture
def measure() -> Callable[..., list[float]]:
    return interleaved


@pytest.fixture
def table(capsys: pytest.CaptureFixture[str]) -> Callable[[str, Sequence[Sequence[object]]], None]:
    """Return a function that prints rows of a small table, headings first."""

    def show(title: str, rows: Sequence[Sequence[object]]) -> None:
        texts = [[str(cell) for cell in row] for row in rows]
        widths = [max(len(row[i]) for row in texts) for i in range(len(texts[0]))]
        with capsys.disabled():
            print(f"\n\n{title}")
            for row in texts:
                print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))

    return show
