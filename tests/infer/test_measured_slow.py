"""Measured coordinates on the scenarios themselves: every root, and evidences against direct integrals."""

import math

import numpy as np
import pytest
from scipy.stats import qmc

from relicfit.infer.config import problem_from
from relicfit.infer.measured.completion import complete_nested
from relicfit.infer.measured.posterior import MeasuredPosterior
from relicfit.infer.nested import run_nested
from relicfit.infer.posterior import Posterior
from relicfit.infer.storage import Checkpoint

pytestmark = pytest.mark.slow

COUPLINGS = 400
POINTS = 2000
SCENARIOS = {
    "thermal-freeze-out": {
        "mass": {"loguniform": [1e-2, 1e2]},
        "delta": {"uniform": [0.2, 1.0]},
        "coupling": {"loguniform": [1e-12, 1e-1]},
    },
    "thermal-freeze-in": {
        "mass": {"loguniform": [1e-2, 1e2]},
        "delta": {"uniform": [0.2, 1.0]},
        "reheating_temperature": {"loguniform": [1e-2, 1e6]},
        "coupling": {"loguniform": [1e-12, 1e-1]},
    },
    "conversion-leptogenesis": {
        "m_chi": {"loguniform": [150, 700]},
        "delta_m": {"loguniform": [1, 20]},
        "lambda_H": {"loguniform": [0.1, 2]},
        "B_1": {"uniform": [0.5, 0.99]},
        "coupling": {"loguniform": [1e-7, 1e-4]},
        "i1_over_xi": 1e-2,
    },
}


def problem(name, error, **sampler):
    return problem_from(
        {
            "scenario": name,
            "parameters": SCENARIOS[name],
            "likelihoods": {"relic-density": {"theory-error": error}},
            "sampler": {"measured": {"relic-density": "coupling"}} | sampler,
        },
        name=name,
    )


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_root_of_a_dense_scan_is_missed(name):
    error = 0.05
    target = MeasuredPosterior(problem(name, error))
    cube = np.random.default_rng(5).random((POINTS, target.dim))
    found = target.roots(cube)
    u = (np.arange(COUPLINGS) + 0.5) / COUPLINGS
    roots, missed = 0, []
    for row, places in zip(cube, found, strict=True):
        full = target.points(np.tile(row, (COUPLINGS, 1)), u, np.full(COUPLINGS, 0.5))
        distance = target.solve(full)[0][0]
        at = np.interp(places, u, distance) if len(places) else np.empty(0)
        for i in np.flatnonzero(distance[1:] * distance[:-1] < 0.0):
            roots += 1
            # At the same place, or, where the abundance hardly changes, at the same abundance.
            near = np.abs(places - u[i]) < 0.01
            same = (np.abs(at) < 0.2 * error) & (np.abs(places - u[i]) < 0.2)
            if not np.any(near | same):
                missed.append((row.tolist(), float(u[i]), places.tolist()))
    print(f"{name}: {roots} roots, {len(missed)} missed")
    assert roots > 300
    assert missed == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_evidence_and_means_are_those_of_a_direct_integral(name, tmp_path):
    """The direct integral: quasi-random points of all parameters but the coupling, a fine grid of that."""
    error = 0.2
    task = problem(name, error, **{"live-points": 400, "seed": 2})
    target = MeasuredPosterior(task)
    checkpoint = Checkpoint(tmp_path / "state")
    checkpoint.create({})
    run = run_nested(target, task.sampler, checkpoint)
    done, found = complete_nested(run, target, 2)
    posterior = Posterior(task)
    points, fine, repeats = 256, 400, 4
    u = (np.arange(fine) + 0.5) / fine
    sums = []
    for repeat in range(repeats):
        cube = qmc.Sobol(target.dim, seed=repeat).random(points)
        full = target.points(np.repeat(cube, fine, axis=0), np.tile(u, points), np.full(points * fine, 0.5))
        theta = posterior.prior.from_unit(full)
        weight = np.exp(posterior.evaluate(theta).log_likelihood)
        sums.append([weight.mean(), *(weight @ full / len(full))])
    sums = np.array(sums)
    z, z_error = sums[:, 0].mean(), sums[:, 0].std(ddof=1) / math.sqrt(repeats)
    pull = (done.log_evidence - math.log(z)) / math.hypot(done.log_evidence_error, z_error / z)
    print(f"{name}: ln Z {done.log_evidence:.3f} +- {done.log_evidence_error:.3f}, direct {math.log(z):.3f} +- "
          f"{z_error / z:.3f}, efficiency {found.efficiency:.2f}")  # fmt: skip
    assert abs(pull) < 4.0
    weight = np.exp(done.log_weight)
    size = 1.0 / np.sum(weight**2)
    for k in range(posterior.dim):
        means = sums[:, 1 + k] / sums[:, 0]
        mean = float(np.sum(weight * done.cube[:, k]))
        spread = math.sqrt(float(np.sum(weight * (done.cube[:, k] - mean) ** 2)) / size)
        direct = means.std(ddof=1) / math.sqrt(repeats)
        assert abs(mean - means.mean()) < 4.0 * math.hypot(spread, direct), posterior.names[k]
