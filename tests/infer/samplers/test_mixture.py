"""Mixtures of Student-t densities: densities, draws, and a move with exact detailed balance."""

import emcee
import numpy as np
import pytest
from scipy.stats import kstest, multivariate_t

from relicfit.infer.samplers.ensemble.independence import MixtureMove
from relicfit.infer.samplers.mixture import Mixture, fit_mixture

RNG_SEED = 3
# Of a right sampler a test falls below once in ten thousand.
SMALLEST_P = 1e-4


def crossed():
    """Return draws of two crossed sheets."""
    rng = np.random.default_rng(RNG_SEED)
    first = rng.normal([0.5, 0.5], [0.15, 0.01], (1500, 2))
    second = rng.normal([0.5, 0.5], [0.01, 0.15], (1500, 2))
    return np.concatenate([first, second])


def test_density_is_that_of_student_t_parts_and_the_uniform_one():
    mixture = fit_mixture(crossed(), np.random.default_rng(1), parts=3)
    points = np.random.default_rng(2).uniform(-0.2, 1.2, (200, 2))
    wanted = sum(
        share * multivariate_t(mean, factor @ factor.T, mixture.degrees).pdf(points)
        for share, mean, factor in zip(mixture.shares, mixture.means, mixture.factors, strict=True)
    )
    inside = np.all((points > 0) & (points < 1), axis=1)
    wanted = (1 - mixture.uniform) * wanted + mixture.uniform * inside
    assert np.exp(mixture.log_density(points)) == pytest.approx(wanted, rel=1e-10)


@pytest.mark.parametrize("make", [np.random.default_rng, np.random.RandomState])
def test_draws_follow_the_density(make):
    mixture = Mixture(np.array([1.0]), np.array([[0.5]]), np.array([[[0.05]]]), uniform=0.0 + 1e-12)
    drawn = mixture.draw(4000, make(4))
    assert kstest((drawn[:, 0] - 0.5) / 0.05, "t", args=(mixture.degrees,)).pvalue > SMALLEST_P


def test_fit_does_not_depend_on_the_order_of_magnitude_of_a_direction():
    draws = crossed()
    thin = 0.5 + (draws - 0.5) * [1.0, 1e-2]
    gain = [
        np.mean(fit_mixture(d, np.random.default_rng(1)).log_density(d) - np.log(scale))
        for d, scale in ((draws, 1.0), (thin, 1e2))
    ]
    assert gain[0] == pytest.approx(gain[1], abs=0.05)


def test_fit_takes_few_or_identical_draws():
    few = fit_mixture(np.array([[0.3, 0.4], [0.31, 0.42], [0.29, 0.4]]), np.random.default_rng(1))
    same = fit_mixture(np.full((50, 2), 0.5), np.random.default_rng(1))
    for mixture in (few, same):
        assert np.all(np.isfinite(mixture.log_density(np.random.default_rng(2).random((9, 2)))))


def chain_of(move, steps=800):
    def log_probability(cube):
        inside = np.all((cube > 0) & (cube < 1), axis=1)
        return np.where(inside, -0.5 * np.sum(((cube - 0.5) / 0.1) ** 2, axis=1), -np.inf)

    start = np.random.default_rng(5).uniform(0.4, 0.6, (16, 2))
    np.random.seed(6)  # noqa: NPY002
    sampler = emcee.EnsembleSampler(16, 2, log_probability, vectorize=True, moves=move)
    sampler.run_mcmc(start, steps)
    # Some steps apart draws are nearly independent: they are tested as if they were.
    return sampler.get_chain()[50::10].reshape(-1, 2)


def poor_mixture():
    """Return a mixture that is off and too narrow: only the ratio of densities makes up for it."""
    return Mixture(np.array([1.0]), np.array([[0.56, 0.45]]), np.tile(0.07 * np.eye(2), (1, 1, 1)))


def test_move_leaves_the_posterior_as_it_is_whatever_the_mixture():
    drawn = chain_of(MixtureMove(poor_mixture()))
    assert kstest((drawn[:, 0] - 0.5) / 0.1, "norm").pvalue > SMALLEST_P


def test_a_move_without_the_ratio_of_densities_would_be_noticed():
    move = MixtureMove(poor_mixture())
    move.get_proposal = lambda here, random: (move.mixture.draw(len(here), random), np.zeros(len(here)))
    drawn = chain_of(move)
    assert kstest((drawn[:, 0] - 0.5) / 0.1, "norm").pvalue < SMALLEST_P
