"""The time of an evaluation of the lepton-pion scenarios, and its ratio to an integration with scipy."""

import math
import time

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kve

from relicfit.solver import cosmology
from relicfit.solver.constants import FERMI_CONSTANT
from relicfit.solver.numerics.batch import set_threads, threads
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.lepton_pion import channels, densities

# Milliseconds of processor time, single thread, warm tables.
BUDGET_MS = 2.0


@pytest.fixture(autouse=True)
def single_thread(request):
    if not request.config.getoption("--bench"):
        pytest.skip("a speed measurement; run with --bench")
    before = threads()
    set_threads(1)
    yield
    set_threads(before)


def cpu_ms(function, repeats):
    """Return the least processor time of a call in milliseconds, after a first that compiles."""
    function()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return 1e3 * min(times)


def prior_draws(model, count):
    rng = np.random.default_rng(1)
    columns = []
    for item in model.parameters:
        if item.prior is not None and "loguniform" in item.prior:
            low, high = item.prior["loguniform"]
            columns.append(low * (high / low) ** rng.uniform(size=count))
        else:
            columns.append(np.full(count, item.default))
    return np.column_stack(columns)


@pytest.mark.parametrize("production", ["freeze-in", "freeze-out"])
@pytest.mark.parametrize("chirality", ["R", "L"])
def test_full_evaluation_is_within_the_budget(production, chirality):
    model = scenario("lepton-pion", production=production, chirality=chirality)
    theta = prior_draws(model, 200)
    batch = cpu_ms(lambda: model.evaluate(theta), 5) / len(theta)
    single = cpu_ms(lambda: model.evaluate(theta[0]), 50)
    print(f"\nlepton-pion {chirality} {production}: {batch:.3f} ms in a batch, {single:.3f} ms alone")
    assert batch < BUDGET_MS
    assert single < BUDGET_MS


@pytest.mark.parametrize("name", ["leptoquark-mediator", "two-state"])
def test_other_scenarios_are_within_twice_the_budget(name):
    model = scenario(name)
    if name == "two-state":
        theta = np.tile([0.2, 0.24, 1.0, 100.0, 0.237], (100, 1))
    else:
        theta = prior_draws(model, 200)
    batch = cpu_ms(lambda: model.evaluate(theta), 5) / len(theta)
    print(f"\n{name}: {batch:.3f} ms in a batch")
    assert batch < 2.0 * BUDGET_MS


def direct_yield(mass, coupling):
    """Return the freeze-out yield by scipy: quad over the energy of every channel, Radau for the yield."""
    nodes = np.geomspace(1.5e-3, 0.15, 60)
    muon = 0.1056583755

    def density(channel, t):
        threshold = channels.smallest_energy(channel, mass, muon)

        def integrand(w):
            scaled = kve(1, w / t) * math.exp((threshold - w) / t)
            return w * w * scaled * channels.reduced_cross_section(channel, w, mass, muon, False, True)

        integral = quad(integrand, threshold, threshold + 40 * t, epsrel=1e-5, epsabs=0, limit=100)[0]
        return t / (32 * math.pi**4) * integral * math.exp((mass - threshold) / t)

    def scaled_equilibrium(t):
        return 4 * mass**2 * t * kve(2, mass / t) / (2 * math.pi**2)

    width = [sum(density(c, t) for c in channels.RIGHT_CHANNELS) / scaled_equilibrium(t) for t in nodes]
    hz = cosmology.hubble(nodes) * cosmology.entropy_factor(nodes)
    ln_rate = CubicSpline(np.log(nodes), np.log((coupling * FERMI_CONSTANT) ** 2 * np.array(width) / hz))
    ln_eq = np.log([scaled_equilibrium(t) for t in nodes]) - mass / nodes
    ln_yield_eq = CubicSpline(np.log(nodes), ln_eq - np.log(cosmology.entropy_density(nodes)))

    def slope(x, w):
        return -np.exp(ln_rate(-x)) * (1 - np.exp(-w)) + ln_yield_eq(-x, 1)

    span = (-math.log(nodes[-1]), -math.log(nodes[0]))
    solved = solve_ivp(slope, span, [0.0], method="Radau", rtol=1e-6, atol=1e-6)
    return math.exp(solved.y[0, -1] + ln_yield_eq(math.log(nodes[0])))


def test_ratio_to_a_direct_integration_with_scipy():
    assert densities.closed_window(0.1056583755)[0] < 0.2
    model = scenario("lepton-pion", production="freeze-out")
    theta = model.theta(dict(mass=0.2, coupling=5.5))
    ours = cpu_ms(lambda: model.evaluate(theta), 50)
    start = time.process_time()
    expected = direct_yield(0.2, 5.5)
    direct = 1e3 * (time.process_time() - start)
    print(f"\nlepton-pion: {ours:.3f} ms, scipy (abundance alone) {direct:.0f} ms, ratio {direct / ours:.0f}")
    assert model.evaluate(theta)[0][0, 1] == pytest.approx(expected, rel=5e-3, abs=0)
    assert direct > 20 * ours


@pytest.mark.parametrize(
    ("production", "statistics"), [("freeze-out", "mb"), ("freeze-out", "quantum"), ("freeze-in", "quantum")]
)
def test_momenta_that_are_resolved_against_one_equation(production, statistics):
    options = dict(production=production, statistics=statistics)
    plain, resolved = (
        scenario("lepton-pion", kinetic=kinetic, **options) for kinetic in ("equilibrium", "resolved")
    )
    theta = prior_draws(plain, 100)
    ratio = cpu_ms(lambda: resolved.evaluate(theta), 5) / cpu_ms(lambda: plain.evaluate(theta), 5)
    print(f"\nlepton-pion {production} {statistics}: momentum by momentum {ratio:.1f} times one equation")
    assert ratio < 40.0
