"""What samplers take per effective sample on the shipped run files, and how far their ln Z is from the truth."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from relicfit.infer.problem.problem import Problem, load_problem
from relicfit.infer.run.sample import Lent, sample
from relicfit.infer.storage.checkpoint import Checkpoint
from relicfit.infer.target.posterior import Posterior
from relicfit.solver.numerics.batch import set_threads, threads

RUNS = Path(__file__).resolve().parents[2] / "runs"
# Deviations of ln Z in units of both errors; one seed is one draw.
LARGEST_PULL = 4.0
# How much dearer than the stored figure an effective sample may be; calls do not depend on the machine's load.
LARGEST_FACTOR = 1.5
# Points of the cube evaluated before the clock runs: one alone and a batch compile all kernels.
WARM_UP = 64


@dataclass(frozen=True)
class Case:
    """Hold one row of the table.

    Attributes
    ----------
    run, sampler : str
        A file of runs/ and what samples it, at its defaults.
    log_evidence, log_evidence_error : float
        By the mean of the likelihood over scrambled Sobol points of the prior, 2^17 or 2^18 a scrambling; the error is
        that of the mean over scramblings.
    calls : float
        Likelihood calls per effective sample, measured with seed 1.
    wanted_ms : float, optional
        CPU time per effective sample that is aimed at, in milliseconds; not asserted.
    settings : tuple of (str, value)
        Overrides, where the file has changed since its reference was computed.
    """

    run: str
    sampler: str
    log_evidence: float
    log_evidence_error: float
    calls: float
    wanted_ms: float | None = None
    settings: tuple[tuple[str, Any], ...] = ()


COLD = (
    ("parameters.mass", {"loguniform": [15e-6, 0.245]}),
    (
        "likelihoods",
        {
            name: {}
            for name in (
                "relic-density", "stability", "cmb-decay", "voyager-decay", "x-ray-lines", "pion-decay",
                "lhc-lepton-met",
            )
        },
    ),
)  # fmt: skip
CASES = [
    Case("quickstart", "nautilus", -4.4994, 0.0022, 3.01, 1.2),
    Case("thermal-freeze-in", "nautilus", -5.8624, 0.0035, 4.99, 7.0),
    Case(
        "conversion-leptogenesis", "nautilus", -6.8456, 0.0041, 3.22, 2.5, (("options.cp_source", "paper"),)
    ),
    Case("lepton-pion-freeze-in", "nautilus", -7.1282, 0.0039, 3.57, 1.4, COLD),
    Case("two-state-freeze-out", "nautilus", -6.1075, 0.0019, 3.27, 5.0),
    Case("quickstart", "dynesty", -4.4994, 0.0022, 9.73),
    Case("quickstart", "emcee", -4.4994, 0.0022, 7.95),
]
HEADINGS = (
    "run file", "sampler", "effective", "calls/eff.", "CPU ms/eff.", "wanted", "ln Z", "reference", "pull"
)  # fmt: skip


@pytest.fixture(autouse=True)
def single_thread():
    before = threads()
    set_threads(1)
    yield
    set_threads(before)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Load what samplers load, before anything is timed."""
    short = [("sampler", {"name": "nautilus", "effective-samples": 400})]
    sampled(load_problem(RUNS / "quickstart.toml", short), tmp_path_factory.mktemp("loaded"))


def sampled(problem: Problem, folder: Path) -> tuple[dict[str, Any], float]:
    """Return the numbers of a run's diagnostics and its CPU seconds: sampling, checkpoints, finish and verdict."""
    compiled = Posterior(problem)
    cube = np.random.default_rng(1).random((WARM_UP, compiled.dim))
    compiled.on_cube(cube)
    compiled.on_cube(cube[:1])
    checkpoint = Checkpoint(folder / "checkpoint")
    checkpoint.create({})
    begin = time.process_time()
    _, diagnostics = sample(Posterior(problem), checkpoint, False, Lent())
    return diagnostics.numbers, time.process_time() - begin


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.run}-{case.sampler}")
def test_evidence_agrees_with_brute_force_at_the_stored_calls_per_sample(case, loaded, tmp_path, table):
    sampler = {"name": case.sampler, "seed": 1, "threads": 1}
    problem = load_problem(RUNS / f"{case.run}.toml", [("sampler", sampler), *case.settings])
    numbers, seconds = sampled(problem, tmp_path)
    effective = numbers["effective_sample_size"]
    calls = numbers["likelihood_calls"] / effective
    # That of the draws: of the finish where there is one, which is the sharper.
    finished = "finish_" if "finish_log_evidence" in numbers else ""
    value, error = numbers[f"{finished}log_evidence"], numbers[f"{finished}log_evidence_error"]
    pull = (value - case.log_evidence) / math.hypot(error, case.log_evidence_error)
    row = (
        case.run, case.sampler, f"{effective:.0f}", f"{calls:.2f}", f"{1e3 * seconds / effective:.2f}",
        f"{case.wanted_ms:g}" if case.wanted_ms else "", f"{value:.4f} +- {error:.4f}",
        f"{case.log_evidence:.4f} +- {case.log_evidence_error:.4f}", f"{pull:+.1f}",
    )  # fmt: skip
    table("An effective sample, everything counted, and the evidence", [HEADINGS, row])
    assert abs(pull) < LARGEST_PULL
    assert calls < LARGEST_FACTOR * case.calls
