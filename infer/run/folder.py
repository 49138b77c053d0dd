"""The folder of a run: may it be written, resumed, overwritten; and the log in it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from ...errors import UserError
from ..problem.problem import Problem
from ..problem.provenance import differences, fingerprint, is_of_sources
from ..results.folder import CHECKPOINT, OWN_FILES, POSTERIOR, load
from ..results.removal import remove_result
from ..storage.atomic import MARK
from ..storage.checkpoint import Checkpoint
from ..storage.folder import make_folder, unwritable
from ..storage.lock import LOCK, locked

__all__ = ["log_to", "only_writer", "output_directory", "prepared"]

logger = logging.getLogger("relicfit")


def output_directory(problem: Problem, out: str | Path | None = None) -> Path:
    """Return where a run writes: ``--out``, or a folder named after the run file beside it."""
    if out is not None:
        return Path(out)
    if problem.path is None:
        return Path("runs") / problem.name
    # The last part of a name such as mchi_0.5 is no suffix.
    if problem.path.suffix == ".toml":
        return problem.path.with_suffix("")
    return problem.path.with_name(f"{problem.path.name}-result")


@contextmanager
def prepared(
    directory: Path,
    checkpoint: Checkpoint,
    problem: Problem,
    header: dict[str, Any],
    resume: bool,
    overwrite: bool,
    accept_changes: bool = False,
) -> Iterator[bool | None]:
    """Be the only writer of the folder: True to continue, False to begin, None if all is done already.

    With ``accept_changes`` a run goes on whose sources have changed, and the checkpoint keeps which.

    Raises
    ------
    UserError
        Where the folder must not or cannot be written, or another process writes there.
    """
    if resume and (directory / POSTERIOR).exists() and not checkpoint.exists:
        # Nothing is written, so that a folder that cannot be written is read all the same.
        _same_run(directory, header)
        yield None
        return
    with only_writer(directory):
        yield _prepare(directory, checkpoint, problem, header, resume, overwrite, accept_changes)


@contextmanager
def only_writer(directory: Path) -> Iterator[None]:
    """Make a folder and be the only process that writes there as long as the context lasts.

    Raises
    ------
    UserError
        Where it cannot be written, or another process writes there.
    """
    with ExitStack() as stack:
        make_folder(directory)
        try:
            stack.enter_context(locked(directory))
        except OSError as error:
            raise unwritable(directory, error) from None
        yield


def _prepare(
    directory: Path,
    checkpoint: Checkpoint,
    problem: Problem,
    header: dict[str, Any],
    resume: bool,
    overwrite: bool,
    accept_changes: bool,
) -> bool:
    finished = (directory / POSTERIOR).exists()
    if resume and checkpoint.exists:
        _compare(checkpoint, directory, header, accept_changes)
        return True
    _refuse_to_replace_sources(directory, problem)
    if _holds_something(directory) and not overwrite:
        what = "a finished run" if finished else "an unfinished run" if checkpoint.exists else "files"
        advice = (
            "Use --resume to continue it, --overwrite to replace it"
            if checkpoint.exists
            else (
                "Use --overwrite to replace it"
                if finished
                else "Use --overwrite to write into it all the same"
            )
        )
        raise UserError(f"{directory}: holds {what} already. {advice}, or --out to write elsewhere.")
    try:
        remove_result(directory)
        checkpoint.create(header)
    except OSError as error:
        raise unwritable(directory, error) from None
    return False


def _holds_something(directory: Path) -> bool:
    """Tell whether a folder holds more than what a process leaves that was killed before it began."""
    return any(
        not (MARK in path.name or path.name.startswith(LOCK))
        and not (path.name == CHECKPOINT and path.is_dir() and not Checkpoint(path).exists)
        for path in directory.iterdir()
    )


def _compare(checkpoint: Checkpoint, directory: Path, header: dict[str, Any], accept_changes: bool) -> None:
    """Refuse a checkpoint of another run, or keep what has changed since where that is accepted."""
    changed = differences(checkpoint.header(), header)
    only_sources = all(map(is_of_sources, changed))
    if changed and not (accept_changes and only_sources):
        asked = [text for text in changed if not is_of_sources(text)] if accept_changes else changed
        hint = ", go on all the same with --accept-changes" if only_sources else ""
        raise UserError(
            f"{directory}: the checkpoint belongs to another run. Changed since: {'; '.join(asked)}. "
            f"Undo the changes to resume{hint}, or begin anew with --overwrite."
        )
    if changed:
        checkpoint.accept(header, changed)


def _refuse_to_replace_sources(directory: Path, problem: Problem) -> None:
    """Refuse to write over what the run is made from, which may lie in the same folder."""
    if problem.path is None:
        return
    sources = {problem.path, *(problem.path.parent / name for name in problem.content.get("sources", {}))}
    written = {(directory / name).resolve() for name in OWN_FILES}
    for path in sources:
        if path.resolve() in written:
            raise UserError(
                f"{path}: a result in {directory} would take its place. Choose another folder with --out."
            )


def _same_run(directory: Path, header: dict[str, Any]) -> None:
    before = load(directory).problem
    # The queue of a finished run is in its diagnostics; workers of today need not be those of then.
    header = {key: value for key, value in header.items() if key != "queue size"}
    changed = differences(fingerprint(before), header)
    if changed:
        raise UserError(
            f"{directory}: holds a finished run that differs: {'; '.join(changed)}. Use --overwrite to replace "
            "it, or --out to write elsewhere."
        )


@contextmanager
def log_to(path: Path, append: bool) -> Iterator[None]:
    """Send the log of a run into a file as long as the context lasts."""
    handler = _PatientFile(path, mode="a" if append else "w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    previous = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(previous)
        logger.removeHandler(handler)
        with suppress(OSError):
            handler.close()


class _PatientFile(logging.FileHandler):
    """A log that a full disk leaves with gaps, without a word for every line."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Pass over a line that cannot be written."""
