"""A report is written; one that fails is told of and takes no results with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from ..results.folder import REPORT, Result
from ..storage.atomic import write_text
from .run_page import run_report

__all__ = ["attempt", "try_report", "write_report"]


def write_report(result: Result) -> Path:
    """Write ``report.html`` into the folder of a finished run and return its path."""
    path = result.path(REPORT)
    write_text(path, run_report(result))
    return path


def try_report(result: Result) -> None:
    """Write the report of a run that has just finished, whatever becomes of it."""
    attempt(lambda: write_report(result), result.directory)


def attempt(write: Callable[[], object], directory: Path) -> None:
    """Write a report; a failure is told and never takes the results with it."""
    try:
        write()
    except Exception as error:
        print(
            f"{directory}: the report could not be written ({type(error).__name__}: {error}); the results are "
            "complete, and `relicfit report` tries again.",
            file=sys.stderr,
        )
