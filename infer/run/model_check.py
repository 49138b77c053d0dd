"""A look at the model at a few points of the prior, before a run relies on it."""

from __future__ import annotations

import numpy as np

from ...errors import UserError
from ..problem.problem import Problem
from ..problem.user_files import line_in_user_file

__all__ = ["doubts_about"]

# Points in the middle of the prior and to either side, the same in every run.
QUANTILES = (0.5, 0.25, 0.8)


def doubts_about(problem: Problem) -> tuple[str, ...]:
    """Return what the scenario itself finds doubtful at three points of the prior.

    Raises
    ------
    UserError
        Where a rate of the scenario cannot be meant, or code of a user fails over the question.
    """
    dim = problem.prior.dim
    # Neighbouring parameters differ, so that no point is special.
    cube = np.array([[q if i % 2 == 0 else 1.0 - q for i in range(dim)] for q in QUANTILES]).reshape(-1, dim)
    theta = problem.prior.from_unit(cube)
    theta = theta[problem.prior.allowed(theta)]
    if not len(theta):
        return ()
    try:
        return problem.scenario.check(theta)
    except UserError:
        raise
    except Exception as error:
        names = [item.name for item in problem.scenario.parameters]
        points = "; ".join(
            ", ".join(f"{name} = {value:.6g}" for name, value in zip(names, row, strict=True))
            for row in theta
        )
        raise UserError(
            f"{line_in_user_file(error)}{problem.scenario.name}: {type(error).__name__}: {error}, while the model was "
            f"looked at before the run, at {points}."
        ) from error
