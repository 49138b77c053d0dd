"""χ followed momentum by momentum: the equation of its number as a limit, independent integrals, published sizes."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline

from relicfit.solver import scenario
from relicfit.solver.constants import FERMI_CONSTANT, MUON_MASS, NEUTRAL_PION_MASS, PION_MASS
from relicfit.solver.cosmology import cosmology_table, entropy_factor, g_s, hubble
from relicfit.solver.scenarios.lepton_pion import evolution, moments, resolved, spectra
from relicfit.solver.scenarios.lepton_pion.abundance import production
from relicfit.solver.scenarios.lepton_pion.channels import RIGHT_CHANNELS
from relicfit.solver.scenarios.lepton_pion.densities import width_neutral_pion_to_chi
from relicfit.solver.scenarios.lepton_pion.rates import PION_LN_T, SMALLEST_RATE, add_decays
from relicfit.solver.scenarios.lepton_pion.sources import make_rule, production_at
from relicfit.solver.scenarios.lepton_pion.statistics import momentum_table, pion_momenta

NO_TRAIL = np.empty((0, 3))
TEMPERATURES = np.exp(spectra.SPECTRUM_LN_T)


def point(mass, coupling, fermi=False, lepton="mu"):
    """Return the rates of a point with the rates of Maxwell-Boltzmann statistics and point pions."""
    rates = production(mass, coupling * FERMI_CONSTANT, lepton, statistics="mb", pion_form_factor="none")
    return rates._replace(fermi=fermi)


def follow(rates, here, thermal, hottest=0.15):
    """Return Y, ⟨y⟩, ⟨y²⟩ with momenta resolved, the Y of one equation, y and f, and the trajectory."""
    record = np.empty((2000, evolution.RECORDED))
    coldest = evolution.coldest_temperature(rates.mass, MUON_MASS, False)
    plain, rows = evolution.decouple(rates, thermal, hottest, coldest, cosmology_table(), record)
    found, y = np.empty((2, resolved.RESOLVED))
    value, first, second = resolved.resolve(
        found, y, rates, here, thermal, record.copy(), rows, cosmology_table(), NO_TRAIL
    )
    return value, first / value, second / value, plain, y, found, record[:rows]


@pytest.fixture(scope="module")
def table():
    return spectra.spectra("mu", "R", False, "none")


@pytest.fixture(scope="module")
def left_table(table):
    # Scatterings have no part in it: any spectra of the right shape do.
    return table._replace(edges=np.empty(0), first=np.array([0, len(table.mass)]))


@pytest.mark.parametrize("fermi", [False, True])
@pytest.mark.parametrize(
    ("mass", "coupling", "thermal"), [(0.2, 5.5, True), (7e-6, 1e-3, False), (0.05, 0.1, True)]
)
def test_a_rate_without_momentum_dependence_gives_the_equation_of_the_number(mass, coupling, thermal, fermi):
    # The spectrum of production is then that of equilibrium, and kinetic equilibrium exact.
    rates = point(mass, coupling, fermi)
    q = np.array(
        [[spectra.momentum_at(n, t) / t for n in range(spectra.POSITIONS.size)] for t in TEMPERATURES]
    )
    energy = np.hypot(q, mass / TEMPERATURES[:, None])
    same = -np.log1p(np.exp(-energy)) if fermi else np.zeros_like(q)
    here = resolved.Resolution(same, same, np.zeros(2), same)
    value, _, _, plain, _, _, _ = follow(rates, here, thermal)
    assert value == pytest.approx(plain, rel=5e-3)


@pytest.mark.parametrize(
    ("parent", "daughter", "mass"), [(PION_MASS, MUON_MASS, 0.02), (NEUTRAL_PION_MASS, 0.0, 0.05)]
)
@pytest.mark.parametrize("temperature", [0.005, 0.1])
def test_the_spectrum_of_a_decay_has_its_closed_form(parent, daughter, mass, temperature):
    left = daughter == 0.0
    values = np.empty(spectra.POSITIONS.size)
    # At 50 MeV the charged decay is closed.
    spectra.fill_decay_spectrum(values, temperature, mass, MUON_MASS, left, False)
    spectra.normalise(values, temperature, mass)
    p = np.array([spectra.momentum_at(n, temperature) for n in range(values.size)])
    energy = np.hypot(p, mass)
    e_rest = (parent**2 + mass**2 - daughter**2) / (2.0 * parent)
    p_rest = math.sqrt(e_rest**2 - mass**2)
    low, high = (parent * (energy * e_rest + sign * p * p_rest) / mass**2 for sign in (-1.0, 1.0))
    expected = (np.exp(-(low - energy) / temperature) - np.exp(-(high - energy) / temperature)) / (p * energy)
    there = expected > 1e-12 * expected.max()
    ratio = np.exp(values[there]) / expected[there]
    np.testing.assert_allclose(ratio, ratio[np.argmax(expected[there])], rtol=2e-3)


@pytest.mark.parametrize(
    ("mass", "coupling", "ratio"),
    [
        (0.15, 324.69, 2.318),
        (0.18, 22.3, 2.879),
        (0.2, 5.4874, 1.891),
        (0.22, 1.641, 1.283),
        (0.24, 0.4236, 0.917),
    ],
)
def test_freeze_out_without_kinetic_equilibrium(table, mass, coupling, ratio):
    rates = point(mass, coupling)
    here = resolved.resolution(table, rates.pion, mass, MUON_MASS, False, False)
    value, mean, square, plain, _, _, _ = follow(rates, here, True)
    assert value / plain == pytest.approx(ratio, rel=0.02)
    if mass == 0.2:
        assert (mean, square) == pytest.approx((3.827, 17.73), rel=0.02)


@pytest.mark.parametrize(("coupling", "square"), [(1e-4, 7.117), (1e-2, 5.872)])
def test_freeze_in_that_comes_close_to_equilibrium(table, coupling, square):
    # Production as with Maxwell-Boltzmann statistics, against a Fermi gas in equilibrium.
    rates = point(7e-6, coupling, fermi=True)
    here = resolved.resolution(table, rates.pion, 7e-6, MUON_MASS, False, False)
    value, _, found, plain, _, _, record = follow(rates, here, False)
    assert found == pytest.approx(square, rel=0.02)
    if coupling == 1e-2:
        assert value / plain == pytest.approx(0.936, rel=0.02)
        table_of_moments = momentum_table("mu", "R", "mb", "none")
        source = moments.SourceMomenta(pion_momenta(table_of_moments, 7e-6), table_of_moments.quark)
        _, closed, _ = moments.momenta_today(
            rates, source, False, record, len(record), cosmology_table(), NO_TRAIL
        )
        assert closed == pytest.approx(5.683, rel=0.02)


@pytest.mark.parametrize(("coupling", "final"), [(1e-4, 5.917e-6), (1e-2, 3.184e-2)])
def test_rates_of_maxwell_boltzmann_times_a_fermi_gas(table, coupling, final):
    # Another definition of the same case: Γ = Γ^</f_eq with Maxwell-Boltzmann's f_eq is the rate towards the Fermi gas.
    rates = point(7e-6, coupling, fermi=True)
    here = resolved.resolution(table, rates.pion, 7e-6, MUON_MASS, False, False)

    def blocked(values):
        changed, norm = np.empty_like(values), np.empty(len(values))
        for i, t in enumerate(TEMPERATURES):
            q = np.array([spectra.momentum_at(n, t) / t for n in range(values.shape[1])])
            energy = np.hypot(q, 7e-6 / t)
            weights = spectra.MEASURE * np.exp(values[i] - energy)
            norm[i] = np.sum(weights / (1.0 + np.exp(-energy))) / weights.sum()
            changed[i] = values[i] - np.log1p(np.exp(-energy))
        return changed, np.interp(resolved.PION_LN_T, spectra.SPECTRUM_LN_T, norm)

    (scatterings, of_scatterings), (decays, of_decays) = blocked(here.scatterings), blocked(here.decays)
    kept = (1.0 - here.share) * of_scatterings + here.share * of_decays
    value, *_ = follow(
        rates._replace(pion=rates.pion + np.log(kept)),
        here._replace(scatterings=scatterings, decays=decays, share=here.share * of_decays / kept),
        False,
    )
    assert value == pytest.approx(final, rel=0.02)


def test_momenta_that_are_resolved_agree_with_a_direct_integration(table):
    # Γ(p, T) from the amplitudes at every momentum, without tables, and an integrator with its own steps.
    mass, coupling = 0.2, 5.4874
    rates = point(mass, coupling)
    here = resolved.resolution(table, rates.pion, mass, MUON_MASS, False, False)
    *_, y, found, _ = follow(rates, here, True)
    rule = make_rule(24, 16, 16, 6)
    nodes = np.linspace(math.log(2e-3), math.log(0.15), 26)
    for j in (6, 13):
        inside = []
        for ln_t in nodes:
            t = math.exp(ln_t)
            p = y[j] * t * (float(g_s(t)) / 3.931) ** (1.0 / 3.0)
            total = sum(
                production_at(p, c, t, mass, MUON_MASS, False, False, rule)[1] for c in RIGHT_CHANNELS
            )
            # g Γ^< e^{E/T} = J/2E, g = 4 of both charges.
            inside.append(math.log(total / (16.0 * math.pi**2 * p * math.hypot(p, mass)) / 4.0))
        inside = CubicSpline(nodes, np.array(inside) + 2.0 * math.log(coupling * FERMI_CONSTANT))

        def slope(ln_t, ln_ratio, j=j, inside=inside):
            t = math.exp(ln_t)
            p = y[j] * t * (float(g_s(t)) / 3.931) ** (1.0 / 3.0)
            rate = math.exp(inside(ln_t)) * float(1.0 / (entropy_factor(t) * hubble(t)))
            energy = math.hypot(p, mass) / t
            # r = f/f_eq: equilibrium changes with E/T at fixed y.
            step = 1e-4
            later = t * math.exp(step)
            p_later = y[j] * later * (float(g_s(later)) / 3.931) ** (1.0 / 3.0)
            change = (math.hypot(p_later, mass) / later - energy) / step
            ratio = math.exp(ln_ratio[0])
            return [rate * (1.0 - 1.0 / ratio) + change]

        solution = solve_ivp(slope, (nodes[-1], nodes[0]), [0.0], method="Radau", rtol=1e-6)
        t = math.exp(nodes[0])
        p = y[j] * t * (float(g_s(t)) / 3.931) ** (1.0 / 3.0)
        expected = math.exp(solution.y[0, -1] - math.hypot(p, mass) / t)
        assert found[j] == pytest.approx(expected, rel=5e-3)


def test_decays_alone_agree_with_a_direct_integration(left_table):
    # π⁰ → ν χ in closed form. Slow χ need the most energetic neutrino: a thousand times what one equation leaves.
    mass, coupling, parent = 0.0945, 60.0, NEUTRAL_PION_MASS
    rates = production(mass, coupling * FERMI_CONSTANT, "mu", "L", statistics="mb")
    widths = np.zeros(PION_LN_T.size)
    add_decays(widths, 0, mass, MUON_MASS, True)
    rates = rates._replace(pion=np.log(np.maximum(widths, SMALLEST_RATE)))
    here = resolved.resolution(left_table, rates.pion, mass, MUON_MASS, True, False)
    assert here.share.min() == pytest.approx(1.0)
    value, _, _, plain, y, found, record = follow(rates, here, True)
    assert value > 100.0 * plain
    of_both = 2.0 * width_neutral_pion_to_chi(mass, True) * (coupling * FERMI_CONSTANT) ** 2
    e_rest, p_rest = (parent**2 + mass**2) / (2.0 * parent), (parent**2 - mass**2) / (2.0 * parent)
    square = 8.0 * math.pi * parent**2 * of_both / p_rest

    def momentum(j, t):
        return y[j] * t * (float(g_s(t)) / 3.931) ** (1.0 / 3.0)

    def rate(p, t):
        energy = math.hypot(p, mass)
        low, high = (parent * (energy * e_rest + sign * p * p_rest) / mass**2 for sign in (-1.0, 1.0))
        spread = math.exp(-(low - energy) / t) - math.exp(-(high - energy) / t)
        return square / (16.0 * math.pi * p * energy) * t * spread / 4.0

    for j in (8, 14):

        def slope(ln_t, r, j=j):
            t, later = math.exp(ln_t), math.exp(ln_t + 1e-4)
            change = (
                math.hypot(momentum(j, later), mass) / later - math.hypot(momentum(j, t), mass) / t
            ) / 1e-4
            return [
                rate(momentum(j, t), t) / float(hubble(t) * entropy_factor(t)) * (1.0 - math.exp(-r[0]))
                + change
            ]

        end = record[-1, 0]
        solved = solve_ivp(slope, (math.log(0.15), end), [0.0], method="Radau", rtol=1e-6)
        t = math.exp(end)
        expected = math.exp(solved.y[0, -1] - math.hypot(momentum(j, t), mass) / t)
        assert found[j] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("production", ["freeze-out", "freeze-in"])
def test_the_option_changes_what_it_says(production):
    options = dict(production=production, pion_form_factor="none", dilution=8.0)
    both = [scenario("lepton-pion", kinetic=kinetic, **options) for kinetic in ("equilibrium", "resolved")]
    theta = both[0].theta(dict(mass=0.2, coupling=5.5) if production == "freeze-out" else dict(
        mass=7e-6, coupling=1e-6, reheating_temperature=0.1))  # fmt: skip
    (plain,), (changed,) = (model.evaluate(theta)[0] for model in both)
    names = [item.name for item in both[0].observables]
    ratio = dict(zip(names, changed / np.where(plain == 0.0, 1.0, plain), strict=True))
    if production == "freeze-out":
        assert 1.5 < ratio["omega_h2"] < 2.2
    else:
        # Far from equilibrium nothing is assumed.
        assert ratio["omega_h2"] == pytest.approx(1.0, abs=5e-3)
        assert ratio["rms_momentum_over_temperature"] == pytest.approx(1.0, abs=5e-3)
    assert ratio["statistics_factor"] == pytest.approx(1.0, abs=0.02)
    history = both[1].evolve(theta).momenta
    assert history.mean[-1] == pytest.approx(changed[names.index("mean_momentum_over_temperature")], rel=1e-6)
    y = np.linspace(0.0, 40.0, 4001)[1:]
    density = history.density(y)
    assert np.trapezoid(density * y, y) == pytest.approx(history.mean[-1], rel=5e-3)


def test_a_batch_is_its_rows_to_the_last_bit(table):
    model = scenario("lepton-pion", production="freeze-out", kinetic="resolved", pion_form_factor="none")
    draws = np.random.default_rng(1).uniform(size=(40, 2))
    theta = np.array(
        [model.theta(dict(mass=10 ** (-3 + 3 * a), coupling=10 ** (-3 + 6 * b))) for a, b in draws]
    )
    together, status = model.evaluate(theta)
    assert (status == 0).all()
    assert np.array_equal(together, np.vstack([model.evaluate(row[None])[0] for row in theta]))
