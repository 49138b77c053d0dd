"""What an unfinished run has so far: its state taken from a copy, ended at once, written to a folder of its own."""

from __future__ import annotations

import math
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...errors import UserError
from ..diagnostics.verdict import completed
from ..problem.problem import Problem
from ..problem.provenance import differences
from ..results.folder import CHECKPOINT, Result, write_result
from ..results.removal import remove_result
from ..results.table import summarise
from ..samplers.sampler import sampler_of
from ..samplers.session import Session, StartError
from ..storage.checkpoint import Checkpoint
from ..target.posterior import Posterior
from .folder import only_writer

__all__ = ["write_so_far"]

# Limits of samplers that end a run; one that is passed already ends it where it stands.
LIMITS = ("max_calls", "max_steps")
# The run may write while its checkpoint is copied: then another copy is made.
COPIES = 5


def write_so_far(problem: Problem, directory: Path, header: dict[str, Any]) -> Result:
    """Write a result from the checkpoint of a run, which may go on meanwhile and is not touched.

    Parameters
    ----------
    problem : Problem
    directory : Path
        Of the run; the result goes beside it, into a folder whose name ends in ``-so-far``.
    header : dict
        What the checkpoint must have been written with.

    Raises
    ------
    UserError
        Where there is no checkpoint, it belongs to another run, or holds too little.
    """
    checkpoint = Checkpoint(directory / CHECKPOINT)
    if not (checkpoint.folder / "state").exists():
        raise UserError(
            f"{directory}: no unfinished run with a saved state here: there is nothing to show yet."
        )
    changed = differences(checkpoint.header(), header)
    if changed:
        raise UserError(f"{directory}: the checkpoint belongs to another run: {'; '.join(changed)}.")
    posterior = Posterior(problem)
    sampler = sampler_of(problem)
    cut = {name: 1 for name in LIMITS if name in type(problem.sampler).model_fields}
    settings = problem.sampler.model_copy(update=cut)
    outcome = _ended(checkpoint.folder, lambda session: sampler.sample(posterior, settings, session))
    draws = sampler.draws(outcome, settings)
    diagnostics = completed(sampler.judge(outcome, draws, posterior, problem.sampler), draws, posterior)
    text = "the run goes on or was stopped: this is what it had when it was saved last"
    diagnostics = replace(diagnostics, converged=False, problems=[text, *diagnostics.problems])
    place = directory.with_name(f"{directory.name}-so-far")
    with only_writer(place):
        remove_result(place)
        return write_result(place, posterior, draws, diagnostics, summarise(posterior, draws))


def _ended(folder: Path, sample: Any) -> Any:
    """Return the outcome of a run that is ended at its saved state, in a copy of its checkpoint."""
    for attempt in range(COPIES):
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / "run" / CHECKPOINT
            try:
                shutil.copytree(folder, copy)
                return sample(Session(Checkpoint(copy), interval=math.inf))
            except StartError as error:
                raise UserError(f"{folder}: too early to show anything ({error})") from None
            except (OSError, shutil.Error, UserError):
                if attempt == COPIES - 1:
                    raise
    raise AssertionError
