"""The engine against values that independent integrations (Radau, hand-written equations) confirm."""

from math import pi

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kve

from relicfit.solver.constants import OMEGA_H2_PER_YIELD_GEV
from relicfit.solver.cosmology import entropy_density, entropy_factor, hubble
from relicfit.solver.network.description import Process, Species, Washout
from relicfit.solver.network.expansion import EarlyMatter, Faster
from relicfit.solver.network.grid import PADDING, Grid
from relicfit.solver.network.points import Points, rates_of
from relicfit.solver.network.topology import topology_of
from relicfit.solver.numerics.status import Status

from .networks import SV_CM3_S, coscattering, equilibrium_yield, feeble, singlet, solve, wimp

TIGHT, DENSITY, LOOSE = 3e-4, 2e-3, 1e-3


def close(value, tolerance):
    return pytest.approx(value, rel=tolerance, abs=0.0)


def yields(result):
    assert result.status[0] == Status.OK
    return result.yields[0]


@pytest.mark.parametrize(
    ("mass", "coupling", "final", "omega"),
    [
        (55.0, 0.01, 6.78881e-12, 0.102446),
        (60.0, 0.002, 1.79956e-12, 0.029627),
        (62.51, 0.00065, 1.27215e-12, 0.0216989),
        (150.0, 0.042967, 3.40257e-12, 0.138355),
        (500.0, 0.15029, 9.01659e-13, 0.12134),
        (1000.0, 0.30903, 4.44867e-13, 0.119505),
    ],
)
def test_scalar_singlet_on_and_off_the_resonance(mass, coupling, final, omega):
    network = singlet(mass, coupling)
    here = yields(solve(*network, hottest=mass / 2, coldest=mass / 1000))
    assert here[0] == close(final, LOOSE)
    today = yields(solve(*network, hottest=mass / 2))
    assert today[0] * mass * OMEGA_H2_PER_YIELD_GEV == close(omega, DENSITY)


@pytest.mark.parametrize(
    ("rates", "constant", "expected"),
    [
        ({"sigma_v": 1.9e-9}, None, 4.19894e-12),
        ({"sigma_v": 1.9e-9}, 100.0, 3.66954e-12),
        ({"sigma_v": lambda t: 6.0 * 5e-8 * t / 100.0}, None, 1.32592e-12),
    ],
)
def test_weakly_interacting_particle(rates, constant, expected):
    result = solve(*wimp(**rates), constant=constant, hottest=50.0, coldest=0.1)
    assert yields(result)[0] == close(expected, TIGHT)


def test_canonical_cross_section_gives_the_observed_abundance():
    result = solve(*wimp(sigma_v=2.2e-26 * SV_CM3_S))
    assert yields(result)[0] * 100.0 * OMEGA_H2_PER_YIELD_GEV == close(0.114934, DENSITY)


@pytest.mark.parametrize(
    ("network", "coldest", "expected"),
    [
        (coscattering(1e-8), 0.5, 9.70374e-13),
        (coscattering(1e-15), 0.5, 1.14648e-12),
        (coscattering(1e-16), 0.5, 3.76987e-12),
        (coscattering(0.0, 1e-13, 0.0), 0.2, 1.21829e-12),
    ],
)
def test_pair_with_coscattering_and_conversion(network, coldest, expected):
    result = solve(*network, hottest=250.0, coldest=coldest)
    assert yields(result).sum() == close(expected, TIGHT)


def test_fast_conversion_is_coannihilation():
    """The sum of both yields follows one equation with an effective cross-section (Griest and Seckel, eq. (10))."""
    u = np.linspace(-np.log(250.0), -np.log(0.5), 4001)
    t = np.exp(-u)
    s, x = entropy_density(t), 500.0 / t
    # Without e^-x, which underflows.
    first, second = (m**2 * t * kve(2, m / t) * np.exp((500.0 - m) / t) / (pi**2 * s) for m in (500.0, 510.0))
    total = first + second
    effective = (2e-8 * second**2 + 2.0 * 1e-9 * first * second) / total**2
    clock = s / (hubble(t) * entropy_factor(t))
    table = CubicSpline(u, [np.log(total) - x, np.log(effective * clock)], axis=1)

    def slope(u, ln_y):
        ln_q, ln_rate = table(u)
        return -np.exp(ln_rate) * (np.exp(ln_y) - np.exp(2.0 * ln_q - ln_y))

    found = solve_ivp(
        slope, u[[0, -1]], table(u[0])[:1], method="Radau", rtol=1e-8, atol=1e-9, first_step=1e-6
    )
    assert np.exp(found.y[0, -1]) == close(9.70374e-13, TIGHT)
    both = yields(solve(*coscattering(1e-8), hottest=250.0, coldest=0.5)).sum()
    assert both == close(np.exp(found.y[0, -1]), 1e-5)


@pytest.mark.parametrize(
    ("width", "expected"), [(1e-22, 7.58866e-13), (1e-16, 7.58798e-7), (1e-14, 7.521e-5), (1e-12, 0.00351028)]
)
def test_freeze_in_by_decays_up_to_equilibrium(width, expected):
    result = solve(*feeble(width), hottest=3e4, coldest=1.0)
    assert yields(result)[0] == close(expected, TIGHT)


def test_freeze_in_by_decays_matches_the_analytic_yield():
    result = solve(*feeble(1e-20, m_x=10.0), constant=100.0, hottest=1e6, coldest=10.0)
    assert yields(result)[0] == close(8.00483e-11, TIGHT)


def test_parent_that_freezes_out_and_decays_late():
    result = solve(*feeble(1e-22, late=True), hottest=3e4)
    assert yields(result)[1] == close(7.87786e-12, TIGHT)


def leptogenesis(strengths, epsilons, start, masses=(1e11,)):
    """Return a network of heavy neutrinos whose K is that of decays, with the charge n_{B-L}/s."""
    species, processes, washouts = [], [], []
    expansion = float(hubble(1e11)) * np.sqrt(106.75 / g_at(1e11))
    for i, (k, epsilon, mass) in enumerate(zip(strengths, epsilons, masses, strict=True), start=1):
        species.append(Species(f"N{i}", mass, 2, start=start))
        reaction = f"N{i} -> SM SM"
        processes.append(
            Process(
                reaction,
                width=k * expansion * (mass / 1e11) ** 2,
                epsilon=epsilon,
                charge="B-L",
                power={"K": 1},
            )
        )
        washouts.append(Washout("B-L", process=reaction, carrier=2, power={"K": 1}))
    return species, processes, washouts, ("B-L",)


def g_at(temperature):
    from relicfit.solver.cosmology import g_rho

    return float(g_rho(temperature))


# From n/s to n over 8 T³/(3 π²), at g_* = 106.75.
PER_COMOVING = 2.0 * pi**2 / 45.0 * 106.75 * 3.0 * pi**2 / 8.0


@pytest.mark.parametrize(
    ("strengths", "epsilons", "start", "masses", "expected"),
    [
        ((0.1,), (1e-6,), "empty", (1e11,), 6.57453e-9),
        ((1.0,), (1e-6,), "thermal", (1e11,), 4.14385e-7),
        ((10.0,), (1e-6,), "empty", (1e11,), 2.36993e-8),
        ((182.014,), (0.00022065,), "thermal", (1e11,), 1.7159e-7),
        ((2.0, 8.7), (1e-6, -3e-6), "empty", (1e11, 3e11), 1.32782e-7),
    ],
)
def test_leptogenesis(strengths, epsilons, start, masses, expected):
    network = leptogenesis(strengths, epsilons, start, masses)
    result = solve(*network, constant=106.75, hottest=1e14, coldest=1e8)
    assert result.status[0] == Status.OK
    assert result.charges[0, 0] * PER_COMOVING == close(expected, TIGHT)


@pytest.mark.parametrize(
    ("annihilation", "semi", "expected"), [(1e-9, 1e-9, 5.31254e-12), (0.0, 2e-9, 7.97186e-12)]
)
def test_semi_annihilation(annihilation, semi, expected):
    species = [Species("chi", 100.0, 2, numbers={"Z3": 1}, antiparticles=True)]
    processes = [
        Process("chi chi -> SM SM", sigma_v=annihilation),
        Process("chi chi -> chi SM", sigma_v=semi),
    ]
    result = solve(species, processes, hottest=50.0, coldest=0.1)
    assert yields(result)[0] == close(expected, TIGHT)


def two_components():
    species = [Species("chi1", 200.0, 2, antiparticles=True), Species("chi2", 100.0, 2, antiparticles=True)]
    processes = [
        Process("chi1 chi1 -> SM SM", sigma_v=1e-10, power={"sv1": 1}),
        Process("chi2 chi2 -> SM SM", sigma_v=1e-9, power={"sv2": 1}),
        Process("chi1 chi1 -> chi2 chi2", sigma_v=1e-8, power={"sv12": 1}),
    ]
    return species, processes


def test_two_components():
    result = solve(*two_components(), hottest=100.0, coldest=0.1)
    assert yields(result) == close([4.2703e-13, 7.85326e-12], TIGHT)


@pytest.mark.parametrize("start", [10.0 / 3.0, 1.0])
def test_asymmetric_dark_matter_conserves_its_asymmetry(start):
    eta = 8e-11
    middle = equilibrium_yield(10.0, 2.0, start)
    minority = np.sqrt(middle**2 + 0.25 * eta**2) - 0.5 * eta
    species = [
        Species("chi", 10.0, 2, numbers={"D": 1}, start=minority + eta),
        Species("anti", 10.0, 2, numbers={"D": -1}, start=minority),
    ]
    processes = [Process("chi anti -> SM SM", sigma_v=3e-9)]
    final = yields(solve(species, processes, hottest=start, coldest=0.01))
    # The sum is rounded before it is handed over.
    assert final[0] - final[1] == close(species[0].start - species[1].start, 1e-12)
    assert final[0] - final[1] == close(eta, 1e-8)
    if start > 1.0:
        assert final[1] == close(6.3952e-12, LOOSE)


def test_three_to_two():
    species = [Species("S", 0.1, 1)]
    processes = [Process("S S S -> S S", sigma_v2=1000.0 / 0.1**5)]
    result = solve(species, processes, hottest=0.05, coldest=2e-4)
    assert yields(result)[0] == close(1.94599e-9, TIGHT)


def test_faster_expansion():
    result = solve(
        *wimp(sigma_v=1.9e-9),
        hottest=50.0,
        coldest=0.01,
        expansion=Faster(lambda t: np.sqrt(1 + (t / 0.02) ** 2)),
    )
    assert yields(result)[0] == close(1.99194e-10, 5e-4)


def test_early_matter_dilutes():
    result = solve(*wimp(sigma_v=1.9e-9), hottest=50.0, expansion=EarlyMatter(1e-3, 60.0, 5e-3))
    assert yields(result)[0] * 13.485 == close(4.26284e-12, DENSITY)


def test_freeze_in_by_two_to_two():
    # γ = T/(128 π⁵) ∫ ds p_in p_out |M|² K₁/√s, as in arXiv:0911.1120, eq. (5.2) with ∫dΩ = 4π.
    species = [Species("X", 50.0, 1, start="empty")]
    processes = [Process("SM SM -> X X", amplitude2=lambda s: 1e-22)]
    result = solve(species, processes, constant=100.0, hottest=5e6, coldest=0.5)
    assert yields(result)[0] == close(1.584083e-12, TIGHT)


def test_an_amplitude_without_masses_has_its_closed_form():
    # γ = T⁴ |M|²/(128 π⁵): n = T³/π² of each, ⟨σv⟩ = |M|²/(32 π) ⟨1/(E₁ E₂)⟩ with ⟨1/E⟩ = 1/(2T). Neither a
    # factor four more (T/(32 π⁵) before the integral) nor one less would do.
    amplitude, temperature = 1e-3, 1e4
    topology = topology_of(
        [Species("X", 1.0, 1)], processes := [Process("SM SM -> X X", amplitude2=lambda s: amplitude)]
    )
    points = Points(topology, [Species("X", 1.0, 1)], processes, (), 1)
    u = np.array([-np.log(temperature)])
    density = rates_of(points, points.masses(), Grid(u, u + 0.1, 0.025))[0, 0, PADDING]
    assert density == close(temperature**4 * amplitude / (128.0 * pi**5), 1e-6)


def test_an_amplitude_and_its_cross_section_make_the_same_particles():
    mass, states, amplitude = 120.0, 2.0, 1e-22
    species = [Species("A", mass, states, bath=True), Species("X", 50.0, 1, start="empty")]

    def sigma(s):
        # |M|² averaged over states, flux 4 p √s, phase space p'/(4 π √s), half for identical products.
        p_in, p_out = np.sqrt(0.25 * s - mass**2), np.sqrt(0.25 * s - 50.0**2)
        return 0.5 * amplitude / states**2 * p_out / (16.0 * pi * s * p_in)

    # Of identical particles on either side the user divides: half for the reactants, half for the products.
    of_amplitude = [Process("A A -> X X", amplitude2=lambda s: 0.25 * amplitude)]
    of_sigma = [Process("A A -> X X", sigma=sigma)]
    first, second = (
        yields(solve(species, processes, constant=100.0, hottest=1e5, coldest=1.0))[0]
        for processes in (of_amplitude, of_sigma)
    )
    assert first == close(second, TIGHT)


def test_ultraviolet_freeze_in():
    species = [Species("X", 100.0, 1, start="empty")]
    processes = [Process("SM SM -> X SM", density=lambda t: t**8 / 1e12**4)]
    result = solve(species, processes, constant=100.0, hottest=1e6, coldest=10.0)
    assert yields(result)[0] == close(5.58843e-15, TIGHT)


def test_hot_relic_of_fermions():
    species = [Species("nu", 1e-6, 2, statistics="fd")]
    result = solve(
        species, [Process("nu nu -> SM SM", sigma_v=1e-30)], constant=100.0, hottest=1.0, coldest=1e-7
    )
    assert yields(result)[0] == close(4.16485e-3, TIGHT)


def test_dirac_pair_is_half_of_the_average():
    pairs = yields(solve(*wimp(degrees=4, sigma_v=4e-9, pairs=True), hottest=50.0, coldest=0.1))
    averaged = yields(solve(*wimp(degrees=4, sigma_v=2e-9), hottest=50.0, coldest=0.1))
    assert pairs[0] == close(4.12671e-12, TIGHT)
    assert pairs[0] == close(averaged[0], 1e-8)


def test_forbidden_annihilation():
    species = [Species("A", 1.2, 3, bath=True), Species("chi", 1.0, 2)]
    processes = [Process("A A -> chi chi", sigma_v=1e-6)]
    result = solve(species, processes, hottest=0.5, coldest=1e-3)
    assert yields(result)[0] == close(5.44751e-9, TIGHT)


def test_parent_that_does_not_decay_in_time_has_a_status():
    species = [Species("A", 300.0, 1), Species("C", 50.0, 1, start="empty")]
    processes = [Process("A A -> SM SM", sigma_v=1e-10), Process("A -> C SM", width=1e-35)]
    result = solve(species, processes, hottest=150.0, coldest=1e-5)
    assert result.status[0] == Status.UNDECAYED


def response(result, of, by):
    block = result.response[0, by]
    whole = np.concatenate([result.yields[0], result.charges[0]])
    return block[of] / whole[of]


def test_sensitivities():
    single = [Process("chi chi -> SM SM", sigma_v=1.9e-9, power={"sv": 1})]
    cases = [
        (
            solve([Species("chi", 100.0, 2)], single, hottest=50.0, coldest=0.1, responses=True),
            0,
            0,
            -0.95371,
        ),
        (solve(*singlet(55.0, 0.01), hottest=27.5, coldest=0.055, responses=True), 0, 0, None),
        (solve(*singlet(62.51, 0.00065), hottest=31.255, coldest=0.06251, responses=True), 0, 0, -1.9792),
        (solve(*two_components(), hottest=100.0, coldest=0.1, responses=True), 1, 1, -0.93995),
        (solve(*two_components(), hottest=100.0, coldest=0.1, responses=True), 0, 2, -0.94949),
        (
            solve(
                *leptogenesis((10.0,), (1e-6,), "empty"),
                constant=106.75,
                hottest=1e14,
                coldest=1e8,
                responses=True,
            ),
            1,
            0,
            -1.28621,
        ),
    ]
    for result, of, by, expected in cases:
        if expected is not None:
            assert response(result, of, by) == close(expected, LOOSE)
