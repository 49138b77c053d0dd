import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kn

from relicfit.solver import cosmology
from relicfit.solver.constants import HBAR_GEV_S
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.lepton_pion import densities as lepton_pion
from relicfit.solver.scenarios.lepton_pion.channels import PHOTON_CHANNELS, RIGHT_CHANNELS
from relicfit.solver.scenarios.two_state import rates
from relicfit.solver.scenarios.two_state.rows import suppressed_width

FERMI = 1.1663787e-5
PION, NEUTRAL_PION = 0.13957039, 0.1349768
B0, F_PI = 22 * 0.093, 0.093
NAMES = ("omega_h2", "final_yield", "yield_1", "yield_2", "lifetime_s", "lifetime_1_s", "lifetime_2_s")


def evaluate(model, **point):
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == Status.OK
    return dict(zip((item.name for item in model.observables), observables[0], strict=True))


@pytest.mark.parametrize(
    ("masses", "couplings", "value"), [((0.1, 0.238), (1, 1), 3.813e-3), ((0.2, 0.24), (1, 100), 2.998e-8)]
)
def test_yields_have_their_reference_values(masses, couplings, value):
    found = evaluate(
        scenario("two-state"),
        mass_1=masses[0],
        mass_2=masses[1],
        coupling_2=couplings[0],
        coupling_12=couplings[1],
    )
    assert found["final_yield"] == pytest.approx(value, rel=5e-3, abs=0)


def test_decay_of_the_heavier_state_has_its_reference_width():
    assert FERMI**2 * rates.decay_width(0.1, 0.238) == pytest.approx(1.5667e-15, rel=1e-3, abs=0)


def test_closed_decay_goes_through_a_virtual_pion():
    mass_1, mass_2 = 0.1, 0.2

    def integrand(k2):
        root = math.sqrt(
            (mass_2**2 - (mass_1 + math.sqrt(k2)) ** 2) * (mass_2**2 - (mass_1 - math.sqrt(k2)) ** 2)
        )
        first = (F_PI * B0) ** 2 * (mass_2**2 + mass_1**2 - k2) * root / (32 * math.pi * mass_2**3)
        photons = 0.98823 * HBAR_GEV_S / 8.43e-17 * k2**2 / NEUTRAL_PION**3
        return first * photons / (k2 - NEUTRAL_PION**2) ** 2 / math.pi

    expected = quad(integrand, 0, (mass_2 - mass_1) ** 2, epsrel=1e-9, epsabs=0)[0]
    assert rates.decay_width(mass_1, mass_2) == pytest.approx(expected, rel=1e-6, abs=0)


def direct_density(process, t, mass_1, mass_2):
    """Return γ/C₁₂² with the pions one by one, by adaptive quadrature over energy and scattering angle."""
    total = 0.0
    for m, copies in ((PION, 2.0), (NEUTRAL_PION, 1.0)):
        if process == "conversion":
            incoming, outgoing, copies = (mass_2, m), (mass_1, m), 2.0 * copies
        else:
            # Charge conjugation; two π⁰ are identical.
            incoming, outgoing = (mass_2, mass_1), (m, m)
        threshold = max(sum(incoming), sum(outgoing))

        def integrand(w, incoming=incoming, outgoing=outgoing):
            s = w * w

            def momentum(pair):
                return math.sqrt(max((s - sum(pair) ** 2) * (s - (pair[0] - pair[1]) ** 2), 0.0)) / (2 * w)

            p, k = momentum(incoming), momentum(outgoing)
            e_1, e_3 = math.hypot(mass_2, p), math.hypot(outgoing[0], k)

            def square(cosine):
                if process == "conversion":
                    return 2 * B0**2 * (e_1 * e_3 - p * k * cosine)
                return B0**2 * (s - mass_1**2 - mass_2**2)

            over_angle = quad(square, -1, 1, epsrel=1e-8)[0]
            return w * w * kn(1, w / t) * 2 * p * k * over_angle / (8 * math.pi * s)

        total += copies * quad(integrand, threshold, threshold + 30 * t, epsrel=1e-6, epsabs=0)[0]
    return t / (32 * math.pi**4) * total


@pytest.mark.parametrize("temperature", [0.01, 0.1])
def test_densities_match_adaptive_quadrature(temperature):
    mass_1, mass_2 = 0.1, 0.21
    gap = rates.conversion_threshold(mass_2) / temperature
    found = rates.conversion_density(temperature, mass_1, mass_2) * math.exp(-gap)
    expected = direct_density("conversion", temperature, mass_1, mass_2)
    assert found == pytest.approx(expected, rel=1e-4, abs=0)
    gap = rates.coannihilation_threshold(mass_1, mass_2) / temperature
    found = rates.coannihilation_density(temperature, mass_1, mass_2) * math.exp(-gap)
    expected = direct_density("coannihilation", temperature, mass_1, mass_2)
    assert found == pytest.approx(expected, rel=1e-4, abs=0)


@pytest.mark.parametrize(
    ("mass_1", "mass_2", "coupling_2", "coupling_12"),
    [(0.2, 0.24, 1.0, 100.0), (0.1, 0.238, 1.0, 1.0), (0.3, 0.4, 0.1, 3.0), (0.15, 0.2, 300.0, 0.05)],
)
def test_yields_match_radau_on_the_plain_yields(mass_1, mass_2, coupling_2, coupling_12):
    # The equations in Y rather than ln(Y/Yeq), rates without tables, the solver of scipy.
    hot, cold = math.log(0.15), math.log(mass_1 / 80)
    nodes = np.linspace(cold, hot, 120)
    t = np.exp(nodes)
    muon = 0.1056583755
    low, high = lepton_pion.closed_window(muon)

    def density(mass):
        return np.array([4 * mass**2 * x * kn(2, mass / x) / (2 * math.pi**2) for x in t])

    n_1, n_2, s = density(mass_1), density(mass_2), cosmology.entropy_density(t)
    gamma_2 = sum(
        lepton_pion.reaction_density(channel, t, mass_2)
        for channel in RIGHT_CHANNELS
        if channel not in PHOTON_CHANNELS or low < mass_2 < high
    )
    gamma_2 += np.array(
        [
            lepton_pion.decay_density(4, mass_2, x, lepton_pion.width_chi_to_lepton_pion(mass_2, muon, False))
            for x in t
        ]
    )
    convert = np.array([rates.conversion_density(x, mass_1, mass_2) for x in t])
    convert *= np.exp(-rates.conversion_threshold(mass_2) / t)
    pair = np.array([rates.coannihilation_density(x, mass_1, mass_2) for x in t])
    pair *= np.exp(-rates.coannihilation_threshold(mass_1, mass_2) / t)
    dilation = np.array([kn(1, mass_2 / x) / kn(2, mass_2 / x) for x in t])
    c_2, c_12 = (coupling_2 * FERMI) ** 2, (coupling_12 * FERMI) ** 2
    hz = cosmology.hubble(t) * cosmology.entropy_factor(t)
    columns = (
        c_2 * gamma_2 / n_2 / hz,
        c_12 * (convert / n_2 + rates.decay_width(mass_1, mass_2) * dilation) / hz,
        c_12 * pair * s / (n_1 * n_2) / hz,
        n_1 / s,
        n_2 / s,
    )
    splines = [CubicSpline(nodes, np.log(column)) for column in columns]

    def coefficients(x):
        return [math.exp(spline(-x)) for spline in splines]

    def slope(x, y):
        r_2, r_21, k_co, eq_1, eq_2 = coefficients(x)
        exchange = r_21 * (y[1] - eq_2 / eq_1 * y[0])
        both = k_co * (y[0] * y[1] - eq_1 * eq_2)
        return [exchange - both, -exchange - both - r_2 * (y[1] - eq_2)]

    def jacobian(x, y):
        r_2, r_21, k_co, eq_1, eq_2 = coefficients(x)
        ratio = eq_2 / eq_1
        return [
            [-r_21 * ratio - k_co * y[1], r_21 - k_co * y[0]],
            [r_21 * ratio - k_co * y[1], -r_21 - k_co * y[0] - r_2],
        ]

    start = coefficients(-hot)[3:]
    solved = solve_ivp(slope, (-hot, -cold), start, method="Radau", jac=jacobian, rtol=1e-6, atol=1e-16)
    assert solved.success
    point = dict(mass_1=mass_1, mass_2=mass_2, coupling_2=coupling_2, coupling_12=coupling_12)
    model = scenario("two-state")
    path = model.evolve(model.theta(point))
    ours = np.interp(math.log(80), np.log(path.time), np.log(path.curves[0].values))
    assert math.exp(ours) == pytest.approx(solved.y[0, -1], rel=3e-3, abs=0)


@pytest.mark.parametrize("accuracy", [1e-2, 1e-3, 1e-4, 1e-5])
def test_accuracy_is_kept(accuracy):
    points = np.array(
        [
            [0.2, 0.24, 1.0, 100.0, 0.237],
            [0.1, 0.238, 1.0, 1.0, 0.237],
            [0.5, 0.9, 10.0, 1.0, 0.237],
            [1.6, 1.9, 0.3, 0.5, 0.237],
        ]
    )
    tight = scenario("two-state", accuracy=1e-8).evaluate(points)[0][:, 1]
    found = scenario("two-state", accuracy=accuracy).evaluate(points)[0][:, 1]
    np.testing.assert_allclose(found, tight, rtol=accuracy)


def test_lighter_state_lives_as_long_as_the_estimate_says():
    mass, c_2, c_12 = 0.3, 2 * FERMI, 5 * FERMI
    loop = FERMI**2 * mass**4 / (4 * math.pi) ** 4
    expected = loop * (c_2**2 * mass**4) * (c_12**2 * mass**4) * mass
    assert suppressed_width(mass, c_2, c_12) == pytest.approx(expected, rel=1e-12, abs=0)
    found = evaluate(scenario("two-state"), mass_1=mass, mass_2=0.4, coupling_2=2.0, coupling_12=5.0)
    assert found["lifetime_1_s"] == found["lifetime_s"]
    assert found["lifetime_s"] == pytest.approx(HBAR_GEV_S / expected, rel=1e-12, abs=0)


def test_heavier_state_decays_as_the_lepton_pion_model_and_to_the_lighter():
    from relicfit.solver.scenarios.lepton_pion.widths import partial_widths

    found = evaluate(scenario("two-state"), mass_1=0.1, mass_2=0.24, coupling_2=3.0, coupling_12=2.0)
    total = partial_widths(0.24, 3 * FERMI).sum() + (2 * FERMI) ** 2 * rates.decay_width(0.1, 0.24)
    assert found["lifetime_2_s"] == pytest.approx(HBAR_GEV_S / total, rel=1e-12, abs=0)


@pytest.mark.parametrize(("mass_1", "mass_2"), [(0.2, 0.15), (0.2, 0.2), (0.05, 0.08)])
def test_masses_the_model_does_not_cover_are_refused_as_values(mass_1, mass_2):
    model = scenario("two-state")
    observables, status = model.evaluate(np.array([mass_1, mass_2, 1.0, 1.0, 0.237]))
    assert status[0] == Status.BAD_INPUT
    assert np.isnan(observables).all()


def test_strong_links_keep_the_ratio_of_equilibrium():
    # Fast conversions tie Y₂/Y₁ to equilibrium long after both have left it.
    model = scenario("two-state")
    theta = model.theta(dict(mass_1=0.2, mass_2=0.24, coupling_2=1.0, coupling_12=1e4))
    path = model.evolve(theta)
    y_1, y_2, eq_1, eq_2 = (curve.values for curve in path.curves)
    late = (path.time > 30) & (path.time < 40)
    assert (y_1[late] > 3 * eq_1[late]).all()
    np.testing.assert_allclose(y_2[late] / y_1[late], eq_2[late] / eq_1[late], rtol=0.05)


def test_without_contact_equilibrium_is_diluted_only_by_entropy():
    model = scenario("two-state")
    found = evaluate(model, mass_1=0.3, mass_2=0.35, coupling_2=1e-10, coupling_12=1e-10)
    t = 0.15
    for mass, name in ((0.3, "yield_1"), (0.35, "yield_2")):
        n_eq = 4 * mass**2 * t * kn(2, mass / t) / (2 * math.pi**2)
        assert found[name] == pytest.approx(n_eq / cosmology.entropy_density(t), rel=1e-3, abs=0)


@pytest.mark.parametrize("lepton", ["mu", "e", "tau"])
@pytest.mark.parametrize("count", [400, pytest.param(6700, marks=pytest.mark.slow)])
def test_physical_bounds_hold_over_the_prior_box(lepton, count):
    # The slow variant makes 20,100 draws over the three leptons.
    model = scenario("two-state", lepton=lepton)
    rng = np.random.default_rng(21)
    mass_1 = 0.05 * (1.6 / 0.05) ** rng.uniform(size=count)
    mass_2 = mass_1 * (2.0 / mass_1) ** rng.uniform(size=count)
    couplings = 10 ** rng.uniform(-4, 3, size=(2, count))
    theta = np.column_stack([mass_1, mass_2, *couplings, 0.237 * np.exp(0.262 * rng.normal(size=count))])
    observables, status = model.evaluate(theta)
    covered = mass_1 + mass_2 > NEUTRAL_PION
    assert (status[covered] == Status.OK).all()
    assert (status[~covered] == Status.BAD_INPUT).all()
    found = observables[covered]
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    names = [item.name for item in model.observables]
    column = {name: found[:, names.index(name)] for name in NAMES}
    np.testing.assert_allclose(column["yield_1"] + column["yield_2"], column["final_yield"], rtol=1e-12)
    assert column["final_yield"].max() < 2 * 45 * 4 / (2 * math.pi**4 * 3.9)
    # τ₁ ∝ 1/(C₂ C₁₂)², τ₂ ∝ 1/C² of both together.
    stronger = theta[covered] * np.array([1.0, 1.0, 2.0, 2.0, 1.0])
    again = model.evaluate(stronger)[0]
    np.testing.assert_allclose(again[:, names.index("lifetime_1_s")] * 16, column["lifetime_1_s"], rtol=1e-10)
    np.testing.assert_allclose(again[:, names.index("lifetime_2_s")] * 4, column["lifetime_2_s"], rtol=1e-10)
