"""The folder of a run: may it be written, resumed, overwritten; and the log in it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import UserError
from ..problem.problem import Problem
from ..problem.provenance import differences, fingerprint
from ..results.folder import OWN_FILES, POSTERIOR, load
from ..storage.checkpoint import Checkpoint

__all__ = ["log_to", "output_directory", "prepare"]

logger = logging.getLogger("relicfit")


def output_directory(problem: Problem, out: str | Path | None = None) -> Path:
    """Return where a run writes: ``--out``, or a folder named after the run file beside it."""
    if out is not None:
        return Path(out)
    return problem.path.with_suffix("") if problem.path is not None else Path("runs") / problem.name


def prepare(
    directory: Path, checkpoint: Checkpoint, header: dict[str, Any], resume: bool, overwrite: bool
) -> bool | None:
    """Make the folder ready: True to continue, False to begin, None if all is done already."""
    finished = (directory / POSTERIOR).exists()
    try:
        if resume and checkpoint.exists:
            changed = differences(checkpoint.header(), header)
            if changed:
                raise UserError(
                    f"{directory}: the checkpoint belongs to another run. Changed since: "
                    + "; ".join(changed)
                    + ". Undo the changes to resume, or begin anew with --overwrite."
                )
            return True
        if resume and finished:
            _same_run(directory, header)
            return None
        if directory.exists() and not directory.is_dir():
            raise UserError(
                f"{directory}: a file is in the way of the result folder. Choose another with --out."
            )
        if directory.is_dir() and any(directory.iterdir()) and not overwrite:
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
        directory.mkdir(parents=True, exist_ok=True)
        if not os.access(directory, os.W_OK):
            raise PermissionError(13, "permission denied")
        for name in OWN_FILES:
            (directory / name).unlink(missing_ok=True)
        checkpoint.create(header)
    except OSError as error:
        raise UserError(
            f"{directory}: cannot be written ({error.strerror or error}). Choose another folder with --out."
        ) from None
    return False


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
    handler = logging.FileHandler(path, mode="a" if append else "w", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    previous = logger.level
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(previous)
        logger.removeHandler(handler)
        handler.close()
