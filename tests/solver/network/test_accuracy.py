"""The achieved error against the one asked for, on random points of several classes of models."""

import numpy as np
import pytest

from relicfit.solver.cosmology import hubble
from relicfit.solver.network.description import Process, Species, Washout
from relicfit.solver.numerics.status import Status

from .networks import equilibrium_yield, solve

# Its tables are eight times finer, so that errors of tables count.
REFERENCE = 1e-8
# The error is at most the one asked for.
PROMISED = 1.0


def log_uniform(rng, low, high):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def annihilation(rng):
    return [Species("c", log_uniform(rng, 1, 1e4), 2)], [
        Process("c c -> SM SM", sigma_v=log_uniform(rng, 1e-11, 1e-6))
    ]


def p_wave(rng):
    mass, b = log_uniform(rng, 1, 1e4), log_uniform(rng, 1e-9, 1e-6)
    return [Species("c", mass, 2)], [Process("c c -> SM SM", sigma_v=lambda t: 6.0 * b * t / mass)]


def coscattering(rng):
    mass, strength, own = (
        log_uniform(rng, 50, 2e3),
        log_uniform(rng, 1e-17, 1e-10),
        log_uniform(rng, 1e-9, 1e-7),
    )
    species = [Species("a", mass, 2), Species("b", mass * (1.0 + log_uniform(rng, 0.01, 0.1)), 2)]
    return species, [
        Process("b b -> SM SM", sigma_v=own),
        Process("a b -> SM SM", sigma_v=0.05 * own),
        Process("b SM -> a SM", rate=lambda t: strength * t),
    ]


def conversion(rng):
    mass = log_uniform(rng, 50, 2e3)
    species = [Species("a", mass, 2), Species("b", mass * (1.0 + log_uniform(rng, 0.01, 0.1)), 2)]
    return species, [
        Process("b b -> SM SM", sigma_v=log_uniform(rng, 1e-9, 1e-7)),
        Process("b -> a SM", width=log_uniform(rng, 1e-16, 1e-10)),
    ]


def freeze_in(rng):
    mass = log_uniform(rng, 10, 1e4)
    species = [Species("B", mass, 2, bath=True), Species("X", 0.1 * mass, 2, start="empty")]
    return species, [Process("B -> X SM", width=mass * log_uniform(rng, 1e-24, 1e-15))]


def superwimp(rng):
    mass = log_uniform(rng, 100, 1e4)
    species = [Species("B", mass, 2), Species("X", 0.1 * mass, 2, start="empty")]
    return species, [
        Process("B B -> SM SM", sigma_v=log_uniform(rng, 1e-11, 1e-8)),
        Process("B -> X SM", width=mass * log_uniform(rng, 1e-24, 1e-19)),
    ]


def leptogenesis(rng):
    width = log_uniform(rng, 0.1, 200) * float(hubble(1e11))
    start = ("empty", "thermal")[rng.integers(2)]
    process = Process("N -> SM SM", width=width, epsilon=1e-6, charge="L")
    return [Species("N", 1e11, 2, start=start)], [process], [Washout("L", process="N -> SM SM")], ("L",)


def semi_annihilation(rng):
    return [Species("c", log_uniform(rng, 1, 1e4), 2)], [
        Process("c c -> SM SM", sigma_v=log_uniform(rng, 1e-11, 1e-7)),
        Process("c c -> c SM", sigma_v=log_uniform(rng, 1e-11, 1e-7)),
    ]


def two_components(rng):
    mass = log_uniform(rng, 10, 1e3)
    return [Species("a", mass * log_uniform(rng, 1.1, 5), 2), Species("b", mass, 2)], [
        Process("a a -> SM SM", sigma_v=log_uniform(rng, 1e-11, 1e-8)),
        Process("b b -> SM SM", sigma_v=log_uniform(rng, 1e-10, 1e-7)),
        Process("a a -> b b", sigma_v=log_uniform(rng, 1e-11, 1e-7)),
    ]


def three_to_two(rng):
    mass = log_uniform(rng, 0.01, 1)
    return [Species("S", mass, 1)], [Process("S S S -> S S", sigma_v2=log_uniform(rng, 10, 1e4) / mass**5)]


def asymmetric(rng):
    # Below eight decades of annihilated minority: beyond, errors of rates are amplified twenty times.
    mass, eta = log_uniform(rng, 1, 100), log_uniform(rng, 1e-13, 1e-11)
    symmetric = equilibrium_yield(mass, 2.0, mass / 3.0)
    minority = np.sqrt(symmetric**2 + 0.25 * eta**2) - 0.5 * eta
    species = [Species("c", mass, 2, start=minority + eta), Species("a", mass, 2, start=minority)]
    return species, [Process("c a -> SM SM", sigma_v=log_uniform(rng, 1e-10, 1e-8))]


CLASSES = (
    annihilation, p_wave, coscattering, conversion, freeze_in, superwimp, leptogenesis, semi_annihilation,
    two_components, three_to_two, asymmetric,
)  # fmt: skip


def errors(make, accuracy, points):
    """Return the errors of random points in units of the accuracy; every point must have a solution."""
    rng = np.random.default_rng(7)
    found = []
    for _ in range(points):
        network = make(rng)
        start = {"hottest": network[0][0].mass / 3.0} if make is asymmetric else {}
        here, reference = (solve(*network, accuracy=value, **start) for value in (accuracy, REFERENCE))
        assert here.status[0] == reference.status[0] == Status.OK
        stable = ~here.unstable[0]
        values, truth = (
            np.concatenate([item.yields[0][stable], item.charges[0]]) for item in (here, reference)
        )
        found.append(np.max(np.abs(values / truth - 1.0)) / accuracy)
    return np.array(found)


@pytest.mark.parametrize("make", CLASSES, ids=lambda item: item.__name__)
def test_the_error_is_the_one_asked_for(make):
    found = errors(make, 1e-4, 12)
    assert found.max() <= PROMISED


@pytest.mark.slow
@pytest.mark.parametrize("accuracy", [1e-3, 1e-4, 1e-6])
@pytest.mark.parametrize("make", CLASSES, ids=lambda item: item.__name__)
def test_the_error_is_the_one_asked_for_on_sixty_points(make, accuracy):
    found = errors(make, accuracy, 60)
    assert found.max() <= PROMISED
    # Not paid for with steps that nobody asked for.
    assert np.quantile(found, 0.95) > 1.0 / 50.0
