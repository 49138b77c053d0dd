"""Where runs stand: what their folders say, and whether anybody still works on them."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import UserError
from .results.folder import CHECKPOINT, POSTERIOR, STATUS, Result
from .storage.checkpoint import Checkpoint
from .storage.process import birth_of, is_alive
from .wording import Shown, seconds, text_table

__all__ = ["RunStatus", "Standings", "standings"]

# A run whose process is not to be seen from here may work on another machine: it is given up when it has
# been silent for longer than this, in seconds. A single evaluation may take minutes.
SILENCE = 600.0


@dataclass(frozen=True)
class RunStatus:
    """Hold where one run stands.

    Attributes
    ----------
    directory : Path
    state : str
        ``running``, ``finished``, ``interrupted``, ``failed``, or ``dead``: it says that it runs, and no
        process does.
    stage : str
    evaluations : int or None
    elapsed, left, silent : float or None
        Seconds: of the run so far, of the run to come, since the last news.
    message : str
        What it said at its end, or how to go on.
    """

    directory: Path
    state: str
    stage: str = ""
    evaluations: int | None = None
    elapsed: float | None = None
    left: float | None = None
    silent: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Standings(Shown):
    """Hold where several runs stand; printing it gives a table."""

    runs: tuple[RunStatus, ...]

    def __str__(self) -> str:
        head = ("run", "state", "stage", "evaluations", "elapsed", "left", "")
        return "\n".join(text_table([head, *map(_row, self.runs)], [14, 12, 18, 12, 13, 13]))


def _row(run: RunStatus) -> tuple[str, ...]:
    def time(value: float | None) -> str:
        return "" if value is None else seconds(value)

    left = time(run.left) if run.state == "running" else ""
    evaluations = "" if run.evaluations is None else str(run.evaluations)
    return (str(run.directory), run.state, run.stage, evaluations, time(run.elapsed), left, run.message)


def standings(directories: Iterable[str | Path]) -> Standings:
    """Say where runs stand.

    Parameters
    ----------
    directories : iterable of path
        Result folders, or folders that hold some.

    Raises
    ------
    UserError
        Where a folder holds no run.
    """
    found: list[RunStatus] = []
    problems = []
    for directory in map(Path, directories):
        places = [directory] if _is_run(directory) else _runs_inside(directory)
        found += [_status(place) for place in places]
        if not places:
            problems.append(
                f"{directory}: no run here, neither finished nor begun. Give the folder of a run, or one that "
                "holds folders of runs, such as runs."
            )
    if problems:
        raise UserError(*problems)
    return Standings(tuple(found))


def _is_run(directory: Path) -> bool:
    marks = (STATUS, POSTERIOR, f"{CHECKPOINT}/header.json")
    return any((directory / mark).exists() for mark in marks)


def _runs_inside(directory: Path) -> list[Path]:
    if not directory.is_dir():
        return []
    return [place for place in sorted(directory.iterdir()) if place.is_dir() and _is_run(place)]


def _status(directory: Path) -> RunStatus:
    run = Result(directory)
    told = run.status
    saved = Checkpoint(run.path(CHECKPOINT)).exists
    if not told:
        if run.path(POSTERIOR).exists():
            return RunStatus(directory, "finished")
        return RunStatus(directory, "interrupted", message=_advice(saved))
    silent = _silence(told)
    state = str(told.get("state", "running"))
    message = str(told.get("message") or "")
    if state == "running":
        message = ""
        if not _alive(told, silent):
            state, message = "dead", _advice(saved)
    left = _number(told, "eta_seconds")
    if left is not None and silent is not None:
        left = max(0.0, left - silent)
    evaluations = _number(told, "evaluations")
    return RunStatus(
        directory,
        state,
        str(told.get("stage") or ""),
        None if evaluations is None else int(evaluations),
        _number(told, "elapsed_seconds"),
        left,
        silent,
        message,
    )


def _advice(saved: bool) -> str:
    return "--resume continues it" if saved else "nothing was saved; --overwrite begins anew"


def _number(told: dict[str, Any], key: str) -> float | None:
    value = told.get(key)
    return float(value) if isinstance(value, int | float) else None


def _silence(told: dict[str, Any]) -> float | None:
    try:
        said = datetime.fromisoformat(str(told.get("updated")))
        return max(0.0, (datetime.now(UTC) - said).total_seconds())
    except (TypeError, ValueError):
        return None


def _alive(told: dict[str, Any], silent: float | None) -> bool:
    """Tell whether a run that says it runs has a process here, or has spoken lately from elsewhere."""
    process = told.get("process")
    elsewhere = told.get("host", socket.gethostname()) != socket.gethostname()
    if isinstance(process, int) and not elsewhere:
        # Numbers of processes come back; earlier versions did not write when theirs was born.
        if is_alive(process) and told.get("birth", birth_of(process)) == birth_of(process):
            return True
        # Without the name of the machine the process may be on another one.
        elsewhere = "host" not in told
    return elsewhere and silent is not None and silent <= SILENCE
