import re

import numpy as np
import pytest

from relicfit.infer.samplers.ensemble.convergence import converged
from relicfit.infer.samplers.ensemble.sampling import run_ensembles
from relicfit.infer.samplers.ensemble.settings import EmceeSettings
from relicfit.infer.samplers.ensemble.start import start
from relicfit.infer.samplers.session import StartError
from relicfit.infer.samples.arviz_adapter import effective_sample_size, rhat
from relicfit.infer.samples.chains import BURN_IN

WIDTHS = np.array([0.05, 0.02, 0.1])


def gaussian(cube):
    return -0.5 * np.sum(((cube - 0.5) / WIDTHS) ** 2, axis=1)


def two_far_modes(cube):
    """Two narrow peaks that no move connects, of equal height."""
    away = np.minimum(np.sum((cube - 0.1) ** 2, axis=1), np.sum((cube - 0.9) ** 2, axis=1))
    return -0.5 * away / 0.002**2


def sample(posterior, **settings):
    settings = EmceeSettings(**{"seed": 5, "walkers": 24, "max_steps": 6000} | settings)
    chains = start(posterior, settings)
    verdict = None
    for _, found in run_ensembles(posterior, settings, chains, 100):
        verdict = found or verdict
    return chains, verdict


def test_mean_and_width_of_a_gaussian(toy):
    chains, verdict = sample(toy(3, gaussian), ess=800)
    assert verdict.reached
    cube = chains.joined("cube")
    draws = cube[:, cube.shape[1] // 3 :].reshape(-1, 3)
    # Five standard errors: a false alarm in 10^6 per number.
    assert np.all(np.abs(draws.mean(0) - 0.5) < 5 * WIDTHS / np.sqrt(800))
    assert np.all(np.abs(draws.std(0) / WIDTHS - 1) < 5 / np.sqrt(2 * 800))


def test_a_wrong_width_fails_the_same_comparison(toy):
    chains, _ = sample(toy(3, lambda cube: 1.8 * gaussian(cube)), ess=800)
    cube = chains.joined("cube")
    draws = cube[:, cube.shape[1] // 3 :].reshape(-1, 3)
    assert np.any(np.abs(draws.std(0) / WIDTHS - 1) > 5 / np.sqrt(2 * 800))


def test_separated_modes_are_not_called_converged(toy):
    _, verdict = sample(toy(3, two_far_modes), walkers=10, max_steps=700, stretch=1.0, mixture=0.0)
    assert not verdict.reached
    assert verdict.rhat > 1.01


def test_a_mixture_connects_separated_modes_and_weighs_them(toy):
    chains, verdict = sample(toy(3, two_far_modes), walkers=10, stretch=1.0, ess=1000)
    assert verdict.reached
    cube = chains.joined("cube")
    draws = cube[:, int(BURN_IN * cube.shape[1]) :, :, 0]
    # Half of the mass is in each; a false alarm in 16000 tests of a binomial fraction.
    assert abs(np.mean(draws > 0.5) - 0.5) < 4 * 0.5 / np.sqrt(verdict.ess)


def test_the_mixture_is_frozen_after_the_warm_up(toy):
    settings = EmceeSettings(seed=5, walkers=24, max_steps=600, ess=1e7)
    chains = start(toy(3, gaussian), settings)
    seen = {}
    for now, _ in run_ensembles(toy(3, gaussian), settings, chains, 50):
        seen[now.steps] = None if now.proposal is None else now.proposal["means"].copy()
    assert seen[50] is not None
    assert not np.array_equal(seen[200], seen[400])
    assert all(np.array_equal(means, seen[400]) for steps, means in seen.items() if steps > 400)


def test_same_seed_same_chain_and_the_global_state_is_untouched(toy):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    first, _ = sample(
        toy(2, lambda cube: gaussian(np.column_stack([cube, 0.5 + 0 * cube[:, 0]]))), max_steps=200
    )
    np.random.seed(1)  # noqa: NPY002
    second, _ = sample(
        toy(2, lambda cube: gaussian(np.column_stack([cube, 0.5 + 0 * cube[:, 0]]))), max_steps=200
    )
    np.random.set_state(("MT19937", before, 624, 0, 0.0))  # noqa: NPY002
    assert np.array_equal(first.joined("cube"), second.joined("cube"))


def test_whole_half_ensembles_arrive_at_once(toy):
    sizes = []

    def logl(cube):
        sizes.append(len(cube))
        return gaussian(cube)

    sample(toy(3, logl), max_steps=100)
    assert set(sizes[10:]) <= {12, 24}


def test_start_refuses_an_impossible_likelihood(toy):
    with pytest.raises(StartError, match="finite"):
        start(toy(2, lambda cube: np.full(len(cube), -np.inf)), EmceeSettings(walkers=8))


def test_rhat_and_ess_tell_independent_chains_from_shifted_ones():
    rng = np.random.default_rng(0)
    good = rng.normal(size=(4, 2000))
    assert rhat(good) < 1.01
    assert rhat(good + np.arange(4)[:, None]) > 1.5
    assert effective_sample_size(good) == pytest.approx(8000, rel=0.15)
    assert effective_sample_size(good, "tail") == pytest.approx(8000, rel=0.25)
    slow = np.repeat(good[:, :200], 10, axis=1)
    assert effective_sample_size(slow) < 1500


def test_convergence_counts_autocorrelation_times_not_steps(toy):
    posterior = toy(2, lambda cube: gaussian(np.column_stack([cube, 0.5 + 0 * cube[:, 0]])))
    settings = EmceeSettings(walkers=8, max_steps=200, seed=1)
    chains = start(posterior, settings)
    for _ in run_ensembles(posterior, settings, chains, 200):
        pass
    verdict = converged(chains, settings)
    assert any("autocorrelation times" in problem for problem in verdict.problems)


def test_a_walker_that_never_moved_is_not_converged(toy):
    posterior = toy(3, gaussian)
    settings = EmceeSettings(walkers=24, max_steps=3000, seed=1, mixture=0.0)
    chains = start(posterior, settings)
    for _ in run_ensembles(posterior, settings, chains, 200):
        pass
    assert converged(chains, settings).reached
    for block in chains.blocks:
        block["cube"][0, :, 3] = chains.blocks[0]["cube"][0, 0, 3]
    verdict = converged(chains, settings)
    assert not verdict.reached
    assert np.isfinite(verdict.autocorrelation)


def test_a_walker_that_rests_for_a_while_is_named(toy):
    posterior = toy(3, gaussian)
    settings = EmceeSettings(walkers=24, seed=1)
    chains = start(posterior, settings)
    for _ in run_ensembles(posterior, settings, chains, 200):
        pass
    assert converged(chains, settings).reached
    cube = chains.joined("cube").copy()
    rest = cube.shape[1] // 4
    # Among the others of four ensembles a quarter of one walker is lost in the average.
    cube[2, -rest:, 5] = cube[2, -rest, 5]
    chains.blocks = [{**chains.blocks[0], "cube": cube}]
    problems = converged(chains, settings).problems
    assert any(re.match(rf"a walker stands still for {rest - 1} of", problem) for problem in problems)
