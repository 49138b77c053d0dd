"""The engine against scipy's Radau with equations written by hand, model by model."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kve

from relicfit.solver.constants import PLANCK_MASS
from relicfit.solver.cosmology import entropy_density, entropy_factor, g_rho, g_s, hubble
from relicfit.solver.network.description import Process, Species, Washout
from relicfit.solver.network.expansion import EarlyMatter, Faster

from .networks import HIGGS, coscattering, feeble, singlet, singlet_sigma, singlet_width, solve, wimp

pytestmark = pytest.mark.slow

AGREEMENT = 2e-5
ENGINE = 1e-6
RELATIVE, ABSOLUTE = 1e-9, 1e-11


def plasma(u):
    """Return T, the entropy density and -dt/dlnT at u = -ln T."""
    temperature = np.exp(-u)
    clock = 1.0 / (hubble(temperature) * entropy_factor(temperature))
    return temperature, float(entropy_density(temperature)), float(clock)


def equilibrium(mass, degrees, temperature, entropy):
    x = mass / temperature
    return degrees * mass**2 * temperature * kve(2, x) * np.exp(-x) / (2.0 * np.pi**2) / entropy


def dilation(mass, temperature):
    return kve(1, mass / temperature) / kve(2, mass / temperature)


def radau(slope, hottest, coldest, start):
    span = (-np.log(hottest), -np.log(coldest))
    result = solve_ivp(slope, span, start, method="Radau", rtol=RELATIVE, atol=ABSOLUTE)
    assert result.success
    return result.y[:, -1]


def test_a_single_particle():
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(100.0, 2, t, s)
        return [-c * s * 1.9e-9 * (y - q * q / y)]

    _, s, _ = plasma(-np.log(50.0))
    final = np.exp(radau(slope, 50.0, 0.1, [np.log(equilibrium(100.0, 2, 50.0, s))]))
    found = solve(*wimp(sigma_v=1.9e-9), accuracy=ENGINE, hottest=50.0, coldest=0.1)
    assert found.yields[0, 0] == pytest.approx(final[0], rel=AGREEMENT, abs=0.0)


@pytest.mark.parametrize(("strength", "width"), [(1e-15, 0.0), (1e-16, 0.0), (0.0, 1e-13)])
def test_a_pair_with_conversion(strength, width):
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y1, y2 = np.exp(ln_y)
        q1, q2 = equilibrium(500.0, 2, t, s), equilibrium(510.0, 2, t, s)
        both = c * s * 1e-9 * (y1 * y2 - q1 * q2)
        own = c * s * 2e-8 * (y2**2 - q2**2)
        converted = c * (strength * t + width * dilation(510.0, t)) * (y2 - y1 * q2 / q1)
        return [(converted - both) / y1, (-converted - both - own) / y2]

    _, s, _ = plasma(-np.log(250.0))
    start = np.log([equilibrium(500.0, 2, 250.0, s), equilibrium(510.0, 2, 250.0, s)])
    final = np.exp(radau(slope, 250.0, 2.0, start)).sum()
    found = solve(*coscattering(strength, width), accuracy=ENGINE, hottest=250.0, coldest=2.0)
    assert found.yields[0].sum() == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def test_two_components():
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y1, y2 = np.exp(ln_y)
        q1, q2 = equilibrium(200.0, 2, t, s), equilibrium(100.0, 2, t, s)
        into = c * s * 1e-8 * (y1**2 - (q1 / q2 * y2) ** 2)
        first, second = c * s * 1e-10 * (y1**2 - q1**2), c * s * 1e-9 * (y2**2 - q2**2)
        return [(-into - first) / y1, (into - second) / y2]

    _, s, _ = plasma(-np.log(100.0))
    start = np.log([equilibrium(200.0, 2, 100.0, s), equilibrium(100.0, 2, 100.0, s)])
    final = np.exp(radau(slope, 100.0, 0.5, start))
    species = [Species("a", 200.0, 2), Species("b", 100.0, 2)]
    processes = [
        Process("a a -> SM SM", sigma_v=1e-10),
        Process("b b -> SM SM", sigma_v=1e-9),
        Process("a a -> b b", sigma_v=1e-8),
    ]
    found = solve(species, processes, accuracy=ENGINE, hottest=100.0, coldest=0.5)
    assert found.yields[0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def test_a_parent_that_fills_dark_matter():
    width = 1e-16

    def slope(u, y):
        t, s, c = plasma(u)
        q, q_x = equilibrium(1000.0, 2, t, s), equilibrium(100.0, 2, t, s)
        return [c * width * dilation(1000.0, t) * q * (1.0 - 1e-6 * y[0] / q_x) * 1e6]

    final = 1e-6 * radau(slope, 3e4, 10.0, [0.0])[0]
    species = [Species("B", 1000.0, 2, bath=True), Species("X", 100.0, 2, start="empty")]
    found = solve(species, [Process("B -> X SM", width=width)], accuracy=ENGINE, hottest=3e4, coldest=10.0)
    assert found.yields[0, 0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


@pytest.mark.parametrize("strength", [0.5, 10.0])
def test_leptogenesis(strength):
    mass, epsilon = 1e11, 1e-6
    width = strength * float(hubble(mass))

    def slope(u, y):
        t, s, c = plasma(u)
        q = equilibrium(mass, 2, t, s)
        rate = c * width * dilation(mass, t)
        # n_l = 2 T³/π² carriers; inverse decays take half of γ for each.
        washout = 0.5 * rate * q * s / (2.0 * t**3 / np.pi**2)
        return [-rate * (y[0] - q), 1e6 * epsilon * rate * (y[0] - q) - washout * y[1]]

    final = radau(slope, 1e13, 1e9, [0.0, 0.0])[1] * 1e-6
    found = solve(
        [Species("N", mass, 2, start="empty")],
        [Process("N -> SM SM", width=width, epsilon=epsilon, charge="L")],
        [Washout("L", process="N -> SM SM")],
        ("L",),
        accuracy=ENGINE, hottest=1e13, coldest=1e9,
    )  # fmt: skip
    assert found.charges[0, 0] == pytest.approx(final, rel=1e-4, abs=0.0)


def test_three_to_two():
    strength = 1000.0 / 0.1**5

    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(0.1, 1, t, s)
        return [-c * s**2 * strength / 6.0 * (y**2 - y * q)]

    _, s, _ = plasma(-np.log(0.05))
    final = np.exp(radau(slope, 0.05, 2e-4, [np.log(equilibrium(0.1, 1, 0.05, s))]))
    processes = [Process("S S S -> S S", sigma_v2=strength)]
    found = solve([Species("S", 0.1, 1)], processes, accuracy=ENGINE, hottest=0.05, coldest=2e-4)
    assert found.yields[0, 0] == pytest.approx(final[0], rel=1e-4, abs=0.0)


def relic(rate, mass, degrees, hottest, coldest, expansion=lambda t: 1.0):
    """Return the final yield of one particle whose rate(T) replaces ⟨σv⟩, by Radau."""

    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(mass, degrees, t, s)
        return [-c / expansion(t) * s * rate(t) * (y - q * q / y)]

    _, s, _ = plasma(-np.log(hottest))
    return float(np.exp(radau(slope, hottest, coldest, [np.log(equilibrium(mass, degrees, hottest, s))]))[0])


@pytest.mark.parametrize(("mass", "coupling"), [(55.0, 0.01), (62.51, 0.00065), (150.0, 0.042967)])
def test_a_scalar_singlet_with_adaptive_averages(mass, coupling):
    width = float(singlet_width(np.array(mass), coupling))
    edges = [HIGGS + sign * f * width for f in (0.0, 1.0, 3.0, 10.0, 100.0) for sign in (1, -1)]
    edges += [2 * 80.377, 2 * 91.1876, 2 * HIGGS, 2 * 172.76]

    def average(t):
        low, high = 2.0 * mass, 2.0 * mass + 60.0 * t
        inside = sorted(
            {low, high, low + t, low + 5 * t, low + 20 * t, *(e for e in edges if low < e < high)}
        )

        # P. Gondolo and G. Gelmini, eq. (3.8), with √s = 2m + w²: the threshold is smooth in w.
        def integrand(w):
            root = low + w * w
            sigma = float(singlet_sigma(np.array([root**2]), mass, coupling)[0])
            return 4 * w * root**2 * sigma * (root**2 - low**2) * kve(1, root / t) * np.exp(-(root - low) / t)

        pieces = [
            quad(integrand, np.sqrt(a - low), np.sqrt(b - low), epsrel=1e-9, epsabs=0.0, limit=200)[0]
            for a, b in itertools.pairwise(inside)
        ]
        return sum(pieces) / (8.0 * mass**4 * t * kve(2, mass / t) ** 2)

    u = np.linspace(-np.log(0.5 * mass), -np.log(1e-3 * mass), 260)
    table = CubicSpline(u, np.log([average(t) for t in np.exp(-u)]))
    final = relic(lambda t: float(np.exp(table(-np.log(t)))), mass, 1, 0.5 * mass, 1e-3 * mass)
    found = solve(*singlet(mass, coupling), accuracy=ENGINE, hottest=0.5 * mass, coldest=1e-3 * mass)
    assert found.yields[0, 0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def test_a_p_wave_and_a_faster_expansion():
    final = relic(lambda t: 6.0 * 5e-8 * t / 100.0, 100.0, 2, 50.0, 0.1)
    found = solve(*wimp(sigma_v=lambda t: 3e-9 * t), accuracy=ENGINE, hottest=50.0, coldest=0.1)
    assert found.yields[0, 0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)

    def factor(t):
        return np.sqrt(1 + (t / 0.02) ** 2)

    final = relic(lambda t: 1.9e-9, 100.0, 2, 50.0, 0.01, factor)
    found = solve(
        *wimp(sigma_v=1.9e-9), accuracy=ENGINE, hottest=50.0, coldest=0.01, expansion=Faster(factor)
    )
    assert found.yields[0, 0] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def test_early_matter_that_makes_entropy():
    """Number, matter and temperature over the scale factor, with plain densities."""
    ratio, at, reheating, sigma_v = 1e-3, 60.0, 5e-3, 1.9e-9
    width = float(hubble(reheating))

    def slopes(matter, t):
        # Densities over 3 M_Pl²/(8 π): of radiation it is H².
        radiation, s = float(hubble(t)) ** 2, float(entropy_density(t))
        h = np.sqrt(radiation + matter)
        # dS/dN over S: Γ ρ_φ/(H s T), with s T = 4/3 g_s/g_ρ ρ.
        share = 4.0 / 3.0 * float(g_s(t) / g_rho(t))
        made = width / h * matter / (radiation * share)
        cooling = float(entropy_factor(t)) * (1.0 - made / 3.0)
        return h, s, made, cooling

    def slope(n, state):
        ln_matter, ln_t, ln_y = state
        h, s, made, cooling = slopes(np.exp(ln_matter), t := np.exp(ln_t))
        y, q = np.exp(ln_y), equilibrium(100.0, 2, t, s)
        return [-3.0 - width / h, -cooling, -made - s * sigma_v / h * (y - q * q / y)]

    # From the history's begin to the start of the reactions, then in equilibrium from there.
    def history(n, state):
        _, _, _, cooling = slopes(np.exp(state[0]), np.exp(state[1]))
        return [-3.0 - width / slopes(np.exp(state[0]), np.exp(state[1]))[0], -cooling]

    def arrives(temperature):
        def event(n, state):
            return state[1] - np.log(temperature)

        event.terminal = True
        return event

    tight = {"method": "Radau", "rtol": RELATIVE, "atol": ABSOLUTE}
    begin = [np.log(ratio * float(hubble(at)) ** 2), np.log(at)]
    there = solve_ivp(history, (0.0, 30.0), begin, events=arrives(50.0), **tight).y[:, -1]
    _, s, _ = plasma(-np.log(50.0))
    start = [*there, np.log(equilibrium(100.0, 2, 50.0, s))]
    final = solve_ivp(slope, (0.0, 40.0), start, events=arrives(1e-3), **tight).y[:, -1]
    found = solve(*wimp(sigma_v=sigma_v), accuracy=ENGINE, hottest=50.0, coldest=1e-3,
                  expansion=EarlyMatter(ratio, at, reheating))  # fmt: skip
    assert found.yields[0, 0] == pytest.approx(np.exp(final[2]), rel=1e-4, abs=0.0)


def test_semi_annihilation():
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(100.0, 2, t, s)
        return [-c * s * 1e-9 * (y - q * q / y) - 0.5 * c * s * 1e-9 * (y - q)]

    _, s, _ = plasma(-np.log(50.0))
    final = np.exp(radau(slope, 50.0, 0.1, [np.log(equilibrium(100.0, 2, 50.0, s))]))
    processes = [Process("c c -> SM SM", sigma_v=1e-9), Process("c c -> c SM", sigma_v=1e-9)]
    found = solve([Species("c", 100.0, 2)], processes, accuracy=ENGINE, hottest=50.0, coldest=0.1)
    assert found.yields[0, 0] == pytest.approx(final[0], rel=AGREEMENT, abs=0.0)


def test_asymmetric_dark_matter():
    eta, hottest = 8e-11, 10.0 / 3.0

    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q = np.exp(ln_y[0]), equilibrium(10.0, 2, t, s)
        return [-c * s * 3e-9 * ((y + eta) - q * q / y)]

    _, s, _ = plasma(-np.log(hottest))
    middle = equilibrium(10.0, 2, hottest, s)
    minority = np.sqrt(middle**2 + 0.25 * eta**2) - 0.5 * eta
    final = np.exp(radau(slope, hottest, 0.01, [np.log(minority)]))
    species = [Species("c", 10.0, 2, start=minority + eta), Species("a", 10.0, 2, start=minority)]
    found = solve(
        species, [Process("c a -> SM SM", sigma_v=3e-9)], accuracy=ENGINE, hottest=hottest, coldest=0.01
    )
    assert found.yields[0, 1] == pytest.approx(final[0], rel=1e-4, abs=0.0)


def test_a_parent_that_freezes_out_and_decays():
    width, sigma_v = 1e-22, 1e-10

    def slope(u, state):
        t, s, c = plasma(u)
        b, x = np.exp(state[0]), state[1]
        q, q_x = equilibrium(1000.0, 2, t, s), equilibrium(100.0, 2, t, s)
        decay = c * width * dilation(1000.0, t)
        back = q / q_x * 1e-12 * x / b if q_x > 1e-250 else 0.0
        return [-c * s * sigma_v * (b - q * q / b) - decay * (1.0 - back), 1e12 * decay * b * (1.0 - back)]

    _, s, _ = plasma(-np.log(3e4))
    final = 1e-12 * radau(slope, 3e4, 3e-3, [np.log(equilibrium(1000.0, 2, 3e4, s)), 0.0])[1]
    found = solve(*feeble(width, late=True), accuracy=ENGINE, hottest=3e4, coldest=3e-3)
    assert found.yields[0, 1] == pytest.approx(final, rel=AGREEMENT, abs=0.0)


def made(density, hottest, coldest):
    """Return the yield of two particles a reaction, made without losses at g_* = 100."""
    h, s = np.sqrt(4 * np.pi**3 / 45 * 100.0) / PLANCK_MASS, 2 * np.pi**2 / 45 * 100.0
    edges = np.geomspace(coldest, hottest, 40)
    return sum(
        quad(lambda t: density(t) / (h * t**2 * s * t**3 * t), a, b, epsrel=1e-9, epsabs=0.0)[0]
        for a, b in itertools.pairwise(edges)
    )


def test_freeze_in_by_scattering():
    mass, amplitude = 50.0, 1e-22

    def density(t):
        def integrand(root):
            momenta = 0.5 * root * np.sqrt(0.25 * root**2 - mass**2)
            return 2.0 * momenta * amplitude * kve(1, root / t) * np.exp(-root / t)

        edges = 2 * mass + t * np.array([0.0, 5.0, 60.0])
        whole = sum(quad(integrand, *pair, epsrel=1e-9, epsabs=0.0)[0] for pair in itertools.pairwise(edges))
        return t / (128.0 * np.pi**5) * whole

    expected = 2.0 * made(density, 5e6, 0.5)
    processes = [Process("SM SM -> X X", amplitude2=lambda s: amplitude)]
    found = solve([Species("X", mass, 1, start="empty")], processes, accuracy=ENGINE, constant=100.0,
                  hottest=5e6, coldest=0.5)  # fmt: skip
    assert found.yields[0, 0] == pytest.approx(expected, rel=AGREEMENT, abs=0.0)


def test_two_heavy_neutrinos():
    masses, strengths, epsilons = (1e11, 3e11), (2.0, 8.7), (1e-6, -3e-6)
    h, s_3 = np.sqrt(4 * np.pi**3 / 45 * 106.75) / PLANCK_MASS, 2 * np.pi**2 / 45 * 106.75

    def slope(u, y):
        t = np.exp(-u)
        c, s = 1.0 / (h * t**2), s_3 * t**3
        rates, charge, washout = [], 0.0, 0.0
        for i, (m, k, e) in enumerate(zip(masses, strengths, epsilons, strict=True)):
            q = equilibrium(m, 2, t, s)
            rate = c * k * h * masses[0] ** 2 * (m / masses[0]) ** 2 * dilation(m, t)
            rates.append(-rate * (y[i] - q))
            charge += 1e6 * e * rate * (y[i] - q)
            washout += 0.5 * rate * q * s / (2.0 * t**3 / np.pi**2)
        return [*rates, charge - washout * y[2]]

    final = 1e-6 * radau(slope, 1e14, 1e9, [0.0, 0.0, 0.0])[2]
    species = [Species(f"N{i}", m, 2, start="empty") for i, m in enumerate(masses, 1)]
    processes = [
        Process(f"N{i} -> SM SM", width=k * h * masses[0] ** 2 * (m / masses[0]) ** 2, epsilon=e, charge="L")
        for i, (m, k, e) in enumerate(zip(masses, strengths, epsilons, strict=True), 1)
    ]
    washouts = [Washout("L", process=f"N{i} -> SM SM") for i in (1, 2)]
    found = solve(
        species, processes, washouts, ("L",), accuracy=ENGINE, constant=106.75, hottest=1e14, coldest=1e9
    )
    assert found.charges[0, 0] == pytest.approx(final, rel=1e-4, abs=0.0)


def test_forbidden_annihilation():
    def slope(u, ln_y):
        t, s, c = plasma(u)
        y, q, q_a = np.exp(ln_y[0]), equilibrium(1.0, 2, t, s), equilibrium(1.2, 3, t, s)
        # Half of ⟨σv⟩ n_A² reactions make two each.
        return [c * s * 1e-6 * q_a**2 * (1.0 / y - y / q**2)]

    _, s, _ = plasma(-np.log(0.5))
    final = np.exp(radau(slope, 0.5, 0.01, [np.log(equilibrium(1.0, 2, 0.5, s))]))
    species = [Species("A", 1.2, 3, bath=True), Species("c", 1.0, 2)]
    found = solve(species, [Process("A A -> c c", sigma_v=1e-6)], accuracy=ENGINE, hottest=0.5, coldest=0.01)
    assert found.yields[0, 0] == pytest.approx(final[0], rel=AGREEMENT, abs=0.0)
