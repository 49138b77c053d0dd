"""Evidences in closed form over twenty seeds: no seed far off, no bias, errors of the right size."""

import math

import numpy as np
import pytest
from scipy.special import gammaln, i0, logsumexp

from relicfit.infer.diagnostics.insertion import insertion_test
from relicfit.infer.samplers.nested.sampling import run_nested
from relicfit.infer.samplers.nested.settings import DynestySettings
from relicfit.infer.samplers.session import Session
from relicfit.infer.storage.checkpoint import Checkpoint

SEEDS = 20
# Of 20 standard normal pulls the mean lies beyond 0.67 (three standard errors) once in 370, each beyond four
# once in 16,000, and the root mean square outside 0.7 to 1.5 once in 40, nearly always below.
LARGEST_PULL = 4.0
LARGEST_MEAN = 0.67
RMS = (0.7, 1.5)


def gaussian(cube, width=0.05):
    return -0.5 * np.sum(((cube - 0.5) / width) ** 2, axis=1)


def gaussian_evidence(dim, width=0.05):
    return 0.5 * dim * math.log(2.0 * math.pi * width**2)


def shell(cube):
    return -0.5 * ((np.linalg.norm(cube - 0.5, axis=1) - 0.3) / 0.02) ** 2


def shell_evidence(dim):
    r = np.linspace(0.15, 0.45, 20001)
    area = math.log(2.0) + 0.5 * dim * math.log(math.pi) - gammaln(0.5 * dim)
    return float(
        logsumexp(area + (dim - 1) * np.log(r) - 0.5 * ((r - 0.3) / 0.02) ** 2 + math.log(r[1] - r[0]))
    )


def eggbox(cube):
    return 3.0 * np.cos(6.0 * math.pi * cube[:, 0]) + 3.0 * np.cos(6.0 * math.pi * cube[:, 1])


def plateau(cube):
    """A Gaussian down to two widths, and a constant floor beyond, which holds most of the evidence."""
    return np.maximum(gaussian(cube), math.log(FLOOR))


# Where the radius exceeds 2 widths the Gaussian is below exp(-2).
FLOOR = math.exp(-2.0)


def plateau_evidence():
    disc = 2.0 * math.pi * 0.05**2 * (1.0 - FLOOR)
    return math.log(disc + FLOOR * (1.0 - math.pi * (2.0 * 0.05) ** 2))


def mostly_impossible(cube):
    return np.where(cube[:, 0] < 0.9, -np.inf, -0.5 * np.sum(((cube - [0.95, 0.5]) / 0.01) ** 2, axis=1))


def spike(cube):
    """A broad Gaussian and a spike of a hundredth of its width with as much evidence."""
    return np.logaddexp(
        gaussian(cube, 0.1), gaussian(cube, 0.001) + gaussian_evidence(2, 0.1) - gaussian_evidence(2, 0.001)
    )


CASES = {
    "Gaussian in 2 dimensions": (2, gaussian, gaussian_evidence(2), {}),
    "Gaussian in 5 dimensions": (5, gaussian, gaussian_evidence(5), {"walks": 25}),
    "Gaussian in 10 dimensions": (10, gaussian, gaussian_evidence(10), {"walks": 40}),
    "shell in 2 dimensions": (2, shell, shell_evidence(2), {}),
    "shell in 5 dimensions": (5, shell, shell_evidence(5), {"walks": 40, "live_points": 150}),
    "eggbox": (2, eggbox, 2.0 * math.log(i0(3.0)), {"walks": 25}),
    "plateau": (2, plateau, plateau_evidence(), {}),
    "90 % impossible": (2, mostly_impossible, gaussian_evidence(2, 0.01), {}),
    # A spike of a ten-thousandth of the area is met by enough live points only.
    "spike": (2, spike, math.log(2.0) + gaussian_evidence(2, 0.1), {"live_points": 600}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_twenty_seeds_find_the_evidence_with_honest_errors(case, toy, tmp_path):
    dim, logl, truth, settings = CASES[case]
    pulls, passed = [], []
    for seed in range(SEEDS):
        checkpoint = Checkpoint(tmp_path / str(seed))
        checkpoint.create({})
        values = {"live_points": 100, "dlogz": 0.05, "walks": 20, "seed": seed} | settings
        run = run_nested(toy(dim, logl), DynestySettings(**values), Session(checkpoint))
        pulls.append((run.log_evidence - truth) / run.log_evidence_error)
        passed.append(insertion_test(run.log_likelihood, run.insertion["born"], seed=seed).passed)
    pulls = np.array(pulls)
    print(
        f"{case}: mean pull {pulls.mean():.2f}, rms {np.sqrt(np.mean(pulls**2)):.2f}, largest {abs(pulls).max():.2f}"
    )
    assert np.abs(pulls).max() < LARGEST_PULL
    assert abs(pulls.mean()) < LARGEST_MEAN
    assert RMS[0] < np.sqrt(np.mean(pulls**2)) < RMS[1]
    assert sum(passed) >= SEEDS - 1
