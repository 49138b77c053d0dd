"""What the likelihoods of a scenario cost against its solver: single points, and rows of a batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.target.posterior import Posterior
from relicfit.solver.numerics.batch import set_threads, threads

RUNS = Path(__file__).resolve().parents[2] / "runs"
POINTS = 100


@pytest.fixture(autouse=True)
def single_thread():
    before = threads()
    set_threads(1)
    yield
    set_threads(before)


@pytest.mark.parametrize(
    "name",
    ["conversion-leptogenesis", "lepton-pion-freeze-in", "lepton-pion-freeze-out", "leptoquark-freeze-in"],
)
def test_all_likelihoods_of_a_run_file_cost_less_than_its_solver(name, measure, table):
    posterior = Posterior(load_problem(RUNS / f"{name}.toml"))
    cube = np.random.default_rng(1).random((POINTS, posterior.dim))
    theta = posterior.prior.from_unit(cube)
    observables, status = posterior.scenario.evaluate(theta)
    theta, observables = theta[status == 0], observables[status == 0]
    rows = [posterior._read(t[None, :], o[None, :]) for t, o in zip(theta, observables, strict=True)]
    together = posterior._read(theta, observables)

    def likelihoods_alone():
        for row in rows:
            for term in posterior.likelihoods:
                term.log_likelihood(row)

    def solver_alone():
        for row in theta:
            posterior.scenario.evaluate(row[None, :])

    def likelihoods_batched():
        for term in posterior.likelihoods:
            term.log_likelihood(together)

    actions = [
        likelihoods_alone,
        solver_alone,
        likelihoods_batched,
        lambda: posterior.scenario.evaluate(theta),
    ]
    for action in actions:
        action()
    times = [1e6 * seconds / len(theta) for seconds in measure(actions, 7)]
    alone, solver, batched, batch = times
    table(
        f"{name}, microseconds per point",
        [("", "likelihoods", "solver", "ratio"), ("single", f"{alone:.0f}", f"{solver:.0f}", f"{alone / solver:.2f}"),
         ("batch", f"{batched:.1f}", f"{batch:.0f}", f"{batched / batch:.2f}")],
    )  # fmt: skip
    assert alone < solver
    assert batched < batch
