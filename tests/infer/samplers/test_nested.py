"""Evidences with known values; a wrong target must fail the same comparison."""

import math

import numpy as np
import pytest
from scipy.special import gammaln, logsumexp

from relicfit.infer.samplers.nested.sampling import run_nested
from relicfit.infer.samplers.nested.settings import DynestySettings
from relicfit.infer.samplers.session import Session, StartError
from relicfit.infer.storage.checkpoint import Checkpoint

# Each comparison allows four quoted errors: with a Gaussian error a false alarm in 16,000.
ALLOWED_SIGMA = 4.0


def gaussian(width):
    def logl(cube):
        return -0.5 * np.sum(((cube - 0.5) / width) ** 2, axis=1)

    return logl, lambda dim: 0.5 * dim * math.log(2 * math.pi * width**2)


def shell(cube):
    radius = np.linalg.norm(cube - 0.5, axis=1)
    return -0.5 * ((radius - 0.3) / 0.01) ** 2


def shell_log_evidence(dim):
    r = np.linspace(0.2, 0.4, 20001)
    area = math.log(2) + 0.5 * dim * math.log(math.pi) - gammaln(0.5 * dim)
    return logsumexp(area + (dim - 1) * np.log(r) - 0.5 * ((r - 0.3) / 0.01) ** 2 + math.log(r[1] - r[0]))


def half_impossible(cube):
    logl = -0.5 * np.sum(((cube - 0.7) / 0.05) ** 2, axis=1)
    return np.where(cube[:, 0] < 0.5, -np.inf, logl)


CASES = {
    "gaussian": (3, gaussian(0.02)[0], gaussian(0.02)[1](3)),
    "shell": (3, shell, shell_log_evidence(3)),
    "plateau-of-minus-infinity": (2, half_impossible, math.log(2 * math.pi * 0.05**2)),
    "constant": (2, lambda cube: np.full(len(cube), 1.25), 1.25),
}


def sample(toy, tmp_path, dim, logl, **settings):
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.create({})
    defaults = {"live_points": 150, "dlogz": 0.05, "walks": 15, "seed": 11}
    return run_nested(toy(dim, logl), DynestySettings(**defaults | settings), Session(checkpoint))


@pytest.mark.parametrize("case", CASES)
def test_evidence_matches_closed_form(case, toy, tmp_path):
    dim, logl, truth = CASES[case]
    run = sample(toy, tmp_path, dim, logl)
    assert abs(run.log_evidence - truth) < ALLOWED_SIGMA * run.log_evidence_error + 1e-9


@pytest.mark.parametrize(
    "settings", [{"sample": "rslice", "slices": 4}, {"method": "dynamic", "posterior_samples": 800}]
)
def test_every_method_finds_the_evidence_of_a_gaussian(settings, toy, tmp_path):
    dim, logl, truth = CASES["gaussian"]
    run = sample(toy, tmp_path, dim, logl, **settings)
    assert abs(run.log_evidence - truth) < ALLOWED_SIGMA * run.log_evidence_error


def test_a_wrong_target_fails_the_same_comparison(toy, tmp_path):
    dim, logl, truth = CASES["gaussian"]
    run = sample(toy, tmp_path, dim, lambda cube: logl(cube) + 2.0)
    assert abs(run.log_evidence - truth) > ALLOWED_SIGMA * run.log_evidence_error


def test_posterior_moments_of_a_gaussian(toy, tmp_path):
    run = sample(toy, tmp_path, 2, gaussian(0.05)[0], live_points=300)
    weight = np.exp(run.log_weight)
    mean = np.average(run.cube, axis=0, weights=weight)
    size = weight.sum() ** 2 / (weight**2).sum()
    # Five standard errors in two coordinates: a false alarm in a million.
    assert np.all(np.abs(mean - 0.5) < 5 * 0.05 / math.sqrt(size))


def test_weights_are_normalised(toy, tmp_path):
    run = sample(toy, tmp_path, 2, gaussian(0.05)[0])
    assert np.exp(run.log_weight).sum() == pytest.approx(1.0, abs=1e-6)


def test_information_of_a_gaussian(toy, tmp_path):
    run = sample(toy, tmp_path, 3, gaussian(0.02)[0])
    truth = -CASES["gaussian"][2] - 1.5
    # H scatters like ln Z does.
    assert abs(run.information - truth) < 5 * run.log_evidence_error


def test_threads_give_what_one_thread_gives_at_the_same_queue_size(toy, tmp_path):
    dim, logl, _ = CASES["gaussian"]
    runs = [
        sample(
            toy, tmp_path / str(threads), dim, logl, queue_size=4, threads=threads, live_points=60, dlogz=0.5
        )
        for threads in (1, 2)
    ]
    assert np.array_equal(runs[0].cube, runs[1].cube)
    assert runs[0].log_evidence == runs[1].log_evidence


def test_an_impossible_likelihood_is_refused_with_reasons(toy, tmp_path):
    with pytest.raises(StartError, match="0 have a finite likelihood"):
        sample(toy, tmp_path, 2, lambda cube: np.full(len(cube), -np.inf), live_points=20)
