"""Simulation-based calibration of a run file (Talts et al. 2018, arXiv:1804.06788).

Draw parameters from the prior, simulate the data that they would give, infer, and rank the truth among
the posterior draws. If prior, solver, likelihood and sampler fit together, the ranks are uniform. Besides
the parameters the log-likelihood is ranked, which sees a wrong width at once (Modrák et al. 2023,
arXiv:2211.02383).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ...errors import UserError
from ...solver.numerics.status import Status
from ..execution.executors import WorkerLost
from ..execution.workers import model_of, source_of
from ..problem.problem import Problem, problem_from
from ..problem.provenance import differences, fingerprint
from ..problem.settings import DynestySettings
from ..samplers.nested.sampling import run_nested
from ..storage.atomic import Checkpoint, write_text
from ..target.posterior import Posterior
from .uniformity import Uniformity, uniformity

__all__ = ["Calibration", "CalibrationSettings", "calibrate", "prior_recovery", "simulate_one"]

# Posterior draws among which the truth is ranked: 64 possible ranks.
DRAWS = 63
LOG_LIKELIHOOD = "log_likelihood"
# The share of correct run files that the verdict accuses, over all quantities together.
FALSE_ALARM = 0.01
# Draws from the prior before it is given up that one can be solved.
ATTEMPTS = 1000
RECORD = "calibration.json"
# A ripple on the constant likelihood, so that points can be ordered: it changes ln Z by less than itself.
RIPPLE = 1e-6


@dataclass(frozen=True)
class CalibrationSettings:
    """Hold how the simulations are inferred: nested runs with fewer live points than usual."""

    live_points: int = 100
    dlogz: float = 0.1
    seed: int = 1


@dataclass(frozen=True)
class Calibration:
    """Hold ranks of the truth and the verdict.

    Attributes
    ----------
    name : str
    ranks : mapping of str to list of int
        For each sampled parameter and the log-likelihood, between 0 and 63.
    tests : mapping of str to Uniformity
    prior_log_evidence : float
        ln Z with a constant likelihood; zero if all is well.
    prior_p_value : float
        Whether the posterior is then the prior, over all parameters together.
    """

    name: str
    ranks: dict[str, list[int]]
    tests: dict[str, Uniformity]
    prior_log_evidence: float
    prior_p_value: float

    @property
    def count(self) -> int:
        """The number of simulations."""
        return len(next(iter(self.ranks.values())))

    @property
    def p_value(self) -> float:
        """The smallest p-value of all quantities, corrected for their number."""
        smallest = min(test.p_value for test in self.tests.values())
        return 1.0 - (1.0 - smallest) ** len(self.tests)

    @property
    def passed(self) -> bool:
        """Whether the ranks look uniform; a correct run file fails once in a hundred times."""
        return self.p_value >= FALSE_ALARM

    def __str__(self) -> str:
        """Return the table printed on the screen."""
        lines = [
            f"{self.name}: {self.count} simulations from the prior, truth ranked among {DRAWS} posterior draws",
            f"{'quantity':<26}{'p (ECDF band)':<16}{'p (chi-squared)':<16}",
        ]
        lines += [
            f"{name:<26}{test.p_ecdf:<16.3g}{test.p_chi_squared:<16.3g}" for name, test in self.tests.items()
        ]
        lines.append(
            f"constant likelihood: ln Z = {self.prior_log_evidence:+.4f}, posterior against prior p = "
            f"{self.prior_p_value:.2g}"
        )
        verdict = (
            "calibrated as far as this many simulations tell"
            if self.passed
            else "NOT CALIBRATED: prior, solver, likelihood and sampler do not fit together"
        )
        lines.append(
            f"{verdict} (p = {self.p_value:.2g} over all quantities; a correct file falls below "
            f"{FALSE_ALARM:g} once in {1 / FALSE_ALARM:.0f})"
        )
        return "\n".join(lines)

    def write(self, directory: Path) -> list[Path]:
        """Write text and picture, and return the paths of all files."""
        from ..storage.atomic import write_atomically
        from .picture import calibration_plot

        write_text(directory / "calibration.txt", f"{self}\n")
        figure = calibration_plot(self)
        write_atomically(directory / "calibration.png", lambda path: figure.savefig(path, dpi=150))
        return [directory / name for name in ("calibration.txt", "calibration.png", RECORD)]


def simulate_one(source: str, index: int, settings: CalibrationSettings) -> dict[str, int]:
    """Draw, simulate, infer and rank once; the result depends on the arguments alone.

    Parameters
    ----------
    source : str
        The run file, see `source_of`.
    index : int
        The number of the simulation, which selects its random numbers.
    settings : CalibrationSettings
    """
    posterior = model_of(source)
    problem = posterior.problem
    rng = np.random.default_rng([settings.seed, index])
    theta, observables = _solved_draw(posterior, rng)
    values = posterior._named(theta, observables)
    content = problem.content | {
        "likelihoods": {
            key: {
                item.name.replace("_", "-"): value
                for item in term.options()
                if (value := getattr(term, item.name)) is not None
            }
            for key, term in zip(
                problem.content["likelihoods"],
                (term.simulate(values, rng) for term in problem.likelihoods),
                strict=True,
            )
        },
        "sampler": _sampler(problem, settings, int(rng.integers(2**32))),
    }
    simulated = Posterior(problem_from(content, name=problem.name))
    with TemporaryDirectory() as folder:
        run = run_nested(simulated, simulated.problem.sampler, Checkpoint(Path(folder)))
    weight = np.exp(run.log_weight - run.log_weight.max())
    chosen = rng.choice(len(weight), DRAWS, p=weight / weight.sum())
    drawn = problem.prior.from_unit(run.cube[chosen])
    ranks = {
        name: int(np.sum(drawn[:, column] < theta[0, column]))
        for column, name in enumerate(posterior.parameter_names)
        if name in posterior.names
    }
    truth = float(simulated.evaluate(theta).log_likelihood[0])
    own = run.log_likelihood[chosen]
    # Equal values, of an upper limit far away say, are ordered by chance.
    ties = int(rng.integers(np.sum(own == truth) + 1))
    return ranks | {LOG_LIKELIHOOD: int(np.sum(own < truth)) + ties}


def _solved_draw(posterior: Posterior, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    for _ in range(ATTEMPTS):
        theta = posterior.prior.sample(rng, 1)
        found = posterior.evaluate(theta)
        if found.status[0] == Status.OK:
            return theta, found.observables
    raise UserError(f"{posterior.problem.name}: none of {ATTEMPTS} draws from the prior can be solved.")


def _sampler(problem: Problem, settings: CalibrationSettings, seed: int) -> dict[str, Any]:
    own = problem.sampler if isinstance(problem.sampler, DynestySettings) else DynestySettings()
    found = DynestySettings(
        live_points=settings.live_points, dlogz=settings.dlogz, seed=seed, sample=own.sample, bound=own.bound,
        walks=own.walks, slices=own.slices, checkpoint_interval=86400.0, threads=1, queue_size=1,
    )  # fmt: skip
    return found.model_dump(by_alias=True, exclude_none=True)


class _Constant(Posterior):
    """The posterior of a likelihood that is constant but for a ripple: the prior."""

    def on_cube(self, cube: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cube = np.atleast_2d(cube)
        self.calls += len(cube)
        inside = np.all((cube > 0.0) & (cube < 1.0), axis=1)
        inside[inside] = self.prior.allowed(self.prior.from_unit(cube[inside]))
        ripple = RIPPLE * np.sin(1e4 * cube.sum(axis=1))
        return np.where(inside, ripple, -np.inf), np.zeros((len(cube), 1))


def prior_recovery(problem: Problem, settings: CalibrationSettings) -> tuple[float, float]:
    """Return ln Z and the p-value of posterior = prior for a constant likelihood."""
    from scipy.stats import ks_2samp

    constant = _Constant(problem)
    sampler = DynestySettings(**_sampler(problem, settings, settings.seed))
    with TemporaryDirectory() as folder:
        run = run_nested(constant, sampler, Checkpoint(Path(folder)))
    rng = np.random.default_rng([settings.seed, 7])
    weight = np.exp(run.log_weight)
    size = int(weight.sum() ** 2 / np.sum(weight**2))
    index = rng.choice(len(weight), size, p=weight / weight.sum())
    drawn = problem.prior.from_unit(run.cube[index])
    expected = problem.prior.sample(rng, 20 * size)
    columns = [problem.prior.names.index(name) for name in problem.prior.sampled]
    smallest = min(float(ks_2samp(drawn[:, i], expected[:, i]).pvalue) for i in columns)
    return run.log_evidence, 1.0 - (1.0 - smallest) ** len(columns)


def calibrate(
    problem: Problem,
    count: int,
    directory: Path,
    settings: CalibrationSettings | None = None,
    executor: tuple[Executor, int] | None = None,
    overwrite: bool = False,
    report: Callable[[int, int], object] = lambda done, total: None,
) -> Calibration:
    """Calibrate a run file and keep every simulation, so that more can follow.

    Parameters
    ----------
    problem : Problem
    count : int
        Simulations wanted; those found in the folder are not repeated.
    directory : path
    settings : CalibrationSettings, optional
    executor : (Executor, workers), optional
        Worker processes; one simulation is one task.
    overwrite : bool
        Begin anew.
    report : callable
        Told how many simulations are done, of how many.

    Raises
    ------
    UserError
        Where a likelihood cannot simulate data, or the folder belongs to another run file.
    """
    settings = settings or CalibrationSettings()
    refuse_what_cannot_simulate(problem)
    header = fingerprint(problem) | {f"calibration.{key}": value for key, value in vars(settings).items()}
    path = directory / RECORD
    ranks = {} if overwrite else _read(path, header)
    directory.mkdir(parents=True, exist_ok=True)
    missing = [index for index in range(count) if index not in ranks]
    for index, found in _simulations(source_of(problem), missing, settings, executor):
        ranks[index] = found
        record = {"header": header, "ranks": {str(key): ranks[key] for key in sorted(ranks)}}
        write_text(path, json.dumps(record, indent=1))
        report(len(ranks), count)
    table = [ranks[index] for index in range(count)]
    by_name = {name: [row[name] for row in table] for name in table[0]}
    tests = {name: uniformity(np.array(values), DRAWS + 1) for name, values in by_name.items()}
    return Calibration(problem.name, by_name, tests, *prior_recovery(problem, settings))


def refuse_what_cannot_simulate(problem: Problem) -> None:
    """Refuse likelihoods without a distribution of their data, all at once."""
    from ...likelihoods import Likelihood

    unable = [term.name for term in problem.likelihoods if type(term).simulate is Likelihood.simulate]
    if unable:
        raise UserError(
            f"calibrate: {', '.join(unable)} cannot simulate data: a limit is published without the "
            "distribution of what was measured. Remove it from a copy of the run file to calibrate the rest."
        )


def _simulations(
    source: str, indices: list[int], settings: CalibrationSettings, executor: tuple[Executor, int] | None
) -> Iterator[tuple[int, dict[str, int]]]:
    if executor is None:
        for index in indices:
            yield index, simulate_one(source, index, settings)
        return
    futures = {executor[0].submit(simulate_one, source, index, settings): index for index in indices}
    try:
        for future in as_completed(futures):
            yield futures[future], future.result()
    except BrokenExecutor as error:
        raise WorkerLost(
            f"a worker process ended ({error}). The simulations so far are kept: give the same command again."
        ) from None
    finally:
        for future in futures:
            future.cancel()


def _read(path: Path, header: dict[str, Any]) -> dict[int, dict[str, int]]:
    if not path.exists():
        return {}
    try:
        record = json.loads(path.read_text("utf-8"))
        before, ranks = record["header"], {int(key): value for key, value in record["ranks"].items()}
    except (ValueError, KeyError, AttributeError):
        raise UserError(f"{path}: not a record of this program. Begin anew with --overwrite.") from None
    changed = differences(before, json.loads(json.dumps(header)))
    if changed:
        raise UserError(
            f"{path}: belongs to another run file or version. Changed since: {'; '.join(changed)}. Begin anew "
            "with --overwrite, or choose another folder with --out."
        )
    return ranks
