"""The best fit: the largest likelihood and the largest posterior density, from many starts."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from .problem.overrides import Overrides
from .problem.problem import Problem, load_problem
from .target.posterior import Posterior
from .target.time_limit import TimeLimit
from .wording import Shown, text_table

__all__ = ["BestFit", "BestFits", "best_point", "bestfit"]

FloatArray = NDArray[np.float64]

# Prior draws among which the best are starting points.
DRAWS = 4000
STARTS = 8
# Starts that end within this of the best ln L agree with it.
AGREEMENT = 0.01
# A coordinate of the unit cube nearer to an end than this sits on the boundary of the prior.
BOUNDARY = 1e-3
# Agreeing starts that end further apart in the unit cube than this are different places.
SAME_PLACE = 0.02
# Stands for minus infinity: far below every likelihood, yet a number.
IMPOSSIBLE = 1e30
# Where numbers stand on a screen.
COLUMN = (27,)


@dataclass(frozen=True)
class BestFit(Shown):
    """Hold one maximum.

    Attributes
    ----------
    of : str
        ``"likelihood"``, or ``"posterior"``: the density in the parameters, or in the logarithm of those
        that span decades.
    parameters, terms, observables : dict of str to float
    log_likelihood, log_prior : float
    agreeing, starts : int
        How many of the starts ended at this value.
    at_boundary : list of str
        Parameters at an end of their prior.
    not_determined : dict of str to (float, float)
        Parameters in which agreeing starts ended at different places, and the range of these.
    """

    of: str
    parameters: dict[str, float]
    terms: dict[str, float]
    observables: dict[str, float]
    log_likelihood: float
    log_prior: float
    agreeing: int
    starts: int
    at_boundary: list[str]
    not_determined: dict[str, tuple[float, float]]

    def __str__(self) -> str:
        """Return the text for the screen."""
        lines = [
            f"largest {self.of}: ln L = {self.log_likelihood:.6g}, ln prior density = {self.log_prior:.6g}"
        ]
        cells = [(f"  {name}", f"= {value:.8g}") for name, value in self.parameters.items()]
        cells += [(f"  ln L {name}", f"= {value + 0.0:.4g}") for name, value in self.terms.items()]
        lines += text_table(cells, COLUMN)
        lines.append(f"  {self.agreeing} of {self.starts} starts agree within {AGREEMENT:g} in ln L")
        if self.agreeing == 1:
            lines.append("  only one start ended here: there may be a better maximum; raise --starts")
        if self.not_determined:
            spans = ", ".join(
                f"{name} {low:.4g} to {high:.4g}" for name, (low, high) in self.not_determined.items()
            )
            lines.append(f"  but at different places, this is one of many: {spans}")
        if self.at_boundary:
            lines.append(f"  at the boundary of the prior: {', '.join(self.at_boundary)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class BestFits(Shown):
    """Hold the maximum of the likelihood and that of the posterior density."""

    name: str
    likelihood: BestFit
    posterior: BestFit

    def as_json(self) -> str:
        """Return everything as JSON."""
        return json.dumps(asdict(self), indent=1)

    def __str__(self) -> str:
        """Return both for the screen, with the observables at the largest likelihood."""
        lines = [f"{self.name}", str(self.likelihood)]
        observables = self.likelihood.observables.items()
        lines += text_table([(f"  {name}", f"= {value:.6g}") for name, value in observables], COLUMN)
        note = "(a density depends on its coordinates: ln x here where x spans decades)"
        return "\n".join([*lines, "", str(self.posterior), note])


def bestfit(
    file: str | Path,
    starts: int = STARTS,
    overrides: Overrides = (),
    on_stall: Callable[[str], object] | None = None,
) -> BestFits:
    """Find the best fits of a run file.

    The best of some thousand prior draws are polished by Nelder and Mead's simplex on the unit cube, which
    asks for no derivatives and takes walls of zero likelihood. The starts are the same at every call.

    Parameters
    ----------
    file : path
    starts : int
    overrides : sequence of (key, value)
        As for a run.
    on_stall : callable, optional
        Called from another thread with a sentence when a point takes longer than its limit.

    Raises
    ------
    UserError
        Where nothing is left to fit or no prior draw has a finite likelihood.
    """
    problem = load_problem(file, overrides)
    posterior = Posterior(problem)
    if not 1 <= starts <= 10_000:
        raise UserError(f"--starts: found {starts}; 1 to 10000 are allowed.")
    problem.need_something_to_sample()
    with TimeLimit(posterior, problem.sampler.point_time_limit, on_stall):
        cube, logl = _prior_draws(posterior)
        return BestFits(
            problem.name,
            _maximise(posterior, "likelihood", cube, logl, starts),
            _maximise(posterior, "posterior", cube, logl, starts),
        )


def best_point(problem: Problem, starts: int = STARTS) -> FloatArray:
    """Return the parameters (d,) of largest likelihood of a problem; the point itself where all are fixed."""
    posterior = Posterior(problem)
    if posterior.dim == 0:
        return problem.prior.from_unit(np.empty((1, 0)))[0]
    best = _maximise(posterior, "likelihood", *_prior_draws(posterior), starts)
    return np.array([best.parameters[name] for name in posterior.parameter_names])


def _prior_draws(posterior: Posterior) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(posterior.problem.sampler.seed)
    cube = rng.random((DRAWS, posterior.dim))
    logl, _ = posterior.on_cube(cube)
    if not np.isfinite(logl).any():
        reasons = "; ".join(f"{count} points: {reason}" for reason, count in posterior.rejected.most_common())
        raise UserError(
            f"{posterior.problem.name}: none of {DRAWS} prior draws has a finite likelihood. {reasons}"
        )
    return cube, logl


def _log_prior(posterior: Posterior, cube: FloatArray) -> FloatArray:
    """Return the log-density of the prior, per unit of ln x where x spans decades.

    A density has its maximum where its coordinate puts it; these are the coordinates that plots use.
    """
    theta = posterior.prior.from_unit(cube)
    total = posterior.prior.log_density(theta)
    for name in filter(posterior.prior.spans_decades, posterior.names):
        total = total + np.log(theta[:, posterior.parameter_names.index(name)])
    return total


def _maximise(posterior: Posterior, of: str, cube: FloatArray, logl: FloatArray, starts: int) -> BestFit:
    from scipy.optimize import minimize

    with_prior = of == "posterior"

    def cost(point: FloatArray) -> float:
        value = float(posterior.on_cube(point[None, :])[0][0])
        if with_prior and math.isfinite(value):
            value += float(_log_prior(posterior, point[None, :])[0])
        return -value if math.isfinite(value) else IMPOSSIBLE

    score = logl + (_log_prior(posterior, cube) if with_prior else 0.0)
    chosen = _apart(cube[np.argsort(-score)][: np.isfinite(score).sum()], starts)
    ends = []
    for start in chosen:
        point = start
        # A simplex that has collapsed is blown up again: once is enough for a curved ridge.
        for size in (0.05, 0.01):
            simplex = np.vstack(
                [point, _clipped(point + size * np.where(point < 0.5, 1.0, -1.0) * np.eye(len(point)))]
            )
            done = minimize(
                cost, point, method="Nelder-Mead",
                options={"initial_simplex": simplex, "xatol": 1e-8, "fatol": 1e-8, "maxfev": 600 * len(point)},
            )  # fmt: skip
            point = done.x
        ends.append((float(done.fun), point))
    best, point = min(ends, key=lambda item: item[0])
    theta = posterior.prior.from_unit(point[None, :])
    found = posterior.evaluate(theta)
    alike = np.array([end for value, end in ends if value <= best + AGREEMENT])
    places = posterior.prior.from_unit(alike)
    apart = {
        name: (float(column.min()), float(column.max()))
        for name, u in zip(posterior.names, alike.T, strict=True)
        if np.ptp(u) > SAME_PLACE
        for column in [places[:, posterior.parameter_names.index(name)]]
    }
    return BestFit(
        of,
        dict(zip(posterior.parameter_names, theta[0].tolist(), strict=True)),
        dict(zip(posterior.term_names, found.terms[0].tolist(), strict=True)),
        dict(zip(posterior.observable_names, found.observables[0].tolist(), strict=True)),
        float(found.log_likelihood[0]),
        float(_log_prior(posterior, point[None, :])[0]),
        len(alike),
        len(ends),
        [name for name, u in zip(posterior.names, point, strict=True) if min(u, 1.0 - u) < BOUNDARY],
        apart,
    )


def _clipped(points: FloatArray) -> FloatArray:
    return np.clip(points, 1e-6, 1.0 - 1e-6)


def _apart(ordered: FloatArray, count: int) -> FloatArray:
    """Return the best of ordered points of which no two are near each other."""
    chosen = [ordered[0]]
    for point in ordered[1:]:
        if len(chosen) >= count:
            break
        if np.min(np.linalg.norm(np.array(chosen) - point, axis=1)) > 0.1:
            chosen.append(point)
    return np.array(chosen)
