import math
from functools import partial

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.interpolate import CubicSpline
from scipy.special import kve

from relicfit.solver import cosmology
from relicfit.solver.constants import FERMI_CONSTANT, OMEGA_H2_PER_YIELD_GEV
from relicfit.solver.scenarios.lepton_pion import abundance, channels, densities, quark, tabulation
from relicfit.solver.scenarios.lepton_pion.inputs import LEPTON_MASSES

# The statistics of the paper, which the rates that stand beside have.
relic_yield = partial(abundance.relic_yield, statistics="mb")
coupling_for_relic_density = partial(abundance.coupling_for_relic_density, statistics="mb")

PION, NEUTRAL_PION = 0.13957039, 0.1349768

# The marching rule against an adaptive stiff solver on densities that were not tabulated.
AGREEMENT = 1e-3


@pytest.mark.parametrize(("mass", "value"), [(0.15, 324.7), (0.20, 5.487), (0.24, 0.4236)])
def test_freeze_out_couplings_have_their_reference_values(mass, value):
    found = coupling_for_relic_density(mass, thermal_start=True, bracket=(1e-3, 1e5), pion_form_factor="none")
    assert found / FERMI_CONSTANT == pytest.approx(value, rel=0.01, abs=0)


@pytest.mark.parametrize(
    ("mass", "hottest", "chirality", "value"),
    [
        (0.1, 0.1, "R", 5.699e-6),
        (0.1, 0.15, "R", 2.764e-6),
        (7e-6, 0.15, "R", 3.147e-4),
        (0.1, 0.15, "L", 3.596e-7),
    ],
)
def test_freeze_in_couplings_have_their_reference_values(mass, hottest, chirality, value):
    found = coupling_for_relic_density(
        mass, hottest, chirality=chirality, bracket=(1e-9, 1e-1), pion_form_factor="none"
    )
    assert found / FERMI_CONSTANT == pytest.approx(value, rel=1e-3, abs=0)


def test_photon_processes_alone_would_need_ten_times_the_left_handed_coupling():
    temperatures = np.geomspace(3e-3, 0.15, 150)
    plasma = cosmology.entropy_density(temperatures) * cosmology.hubble(temperatures)
    plasma = plasma * cosmology.entropy_factor(temperatures)
    total = sum(
        densities.reaction_density(channel, temperatures, 0.1, chirality="L")
        for channel in channels.PHOTON_CHANNELS
    )
    per_coupling = np.trapezoid(total / plasma, np.log(temperatures))
    coupling = math.sqrt(0.12 / OMEGA_H2_PER_YIELD_GEV / 0.1 / per_coupling)
    assert coupling / FERMI_CONSTANT == pytest.approx(3.602e-6, rel=2e-3, abs=0)


def test_quark_regime_has_its_reference_yield():
    found = relic_yield(1e-6, 1e-12, [10.0, 0.15])
    assert found[0] - found[1] == pytest.approx(1.5358e-6, rel=2e-3, abs=0)


@pytest.mark.parametrize("chirality", ["R", "L"])
def test_quark_yield_matches_the_integral_of_the_density(chirality):
    temperatures = np.geomspace(0.15, 300.0, 400)
    plasma = cosmology.entropy_density(temperatures) * cosmology.hubble(temperatures)
    plasma = plasma * cosmology.entropy_factor(temperatures)
    source = quark.quark_density(temperatures, 0.5, "tau", chirality) / plasma
    expected = CubicSpline(np.log(temperatures), source).integrate(math.log(0.15), math.log(300.0))
    coupling = 1e-15
    found = relic_yield(0.5, coupling, [300.0, 0.15], lepton="tau", chirality=chirality)
    assert (found[0] - found[1]) / coupling**2 == pytest.approx(expected, rel=AGREEMENT, abs=0)


def direct_thermal_width(mass, lepton, chirality, temperatures):
    """Return Γ_T/C² from untabulated densities of every process."""
    m, left = LEPTON_MASSES[lepton], chirality == "L"
    low, high = densities.closed_window(m)
    total = np.zeros_like(temperatures)
    for channel in channels.LEFT_CHANNELS if left else channels.RIGHT_CHANNELS:
        if channel not in channels.PHOTON_CHANNELS or low < mass < high:
            total += densities.reaction_density(channel, temperatures, mass, lepton, chirality)
    parents = [
        (4, mass, densities.width_chi_to_lepton_pion(mass, m, left)),
        (4, mass, densities.width_chi_to_neutrino_pion(mass, left)),
        (2, 0.13957039, densities.width_pion_to_chi(mass, m, left)),
        (4, m, densities.width_lepton_to_chi(mass, m, left)),
        (2, 0.1349768, densities.width_neutral_pion_to_chi(mass, left)),
    ]
    for states, parent, width in parents:
        total += np.array([densities.decay_density(states, parent, t, width) for t in temperatures])
    n_eq = np.array([equilibrium_density(mass, t) for t in temperatures])
    return total / n_eq


def equilibrium_density(mass, temperature):
    from scipy.special import kn

    return 4 * mass**2 * temperature * kn(2, mass / temperature) / (2 * math.pi**2)


@pytest.mark.parametrize(
    ("lepton", "chirality", "mass", "coupling", "thermal"),
    [
        ("mu", "R", 0.20, 5.5, True),
        ("mu", "R", 0.10, 5.7e-6, False),
        ("mu", "R", 0.15, 100.0, False),
        ("mu", "L", 0.10, 1e-4, False),
        ("e", "R", 0.05, 1e-2, False),
        ("mu", "L", 0.05, 1e-3, True),
        ("tau", "R", 1.75, 1.0, True),
    ],
)
def test_yields_match_a_stiff_solver_on_direct_densities(lepton, chirality, mass, coupling, thermal):
    hottest, coldest = 0.15, max(1.5e-3, mass / 300.0)
    nodes = np.geomspace(coldest, hottest, 140)
    ln_width = CubicSpline(np.log(nodes), np.log(direct_thermal_width(mass, lepton, chirality, nodes)))
    c_squared = (coupling * FERMI_CONSTANT) ** 2
    grid = np.linspace(math.log(coldest), math.log(hottest), 2000)
    t = np.exp(grid)
    rate = CubicSpline(
        grid, np.exp(ln_width(grid)) * c_squared / (cosmology.hubble(t) * cosmology.entropy_factor(t))
    )
    n_eq = np.array([equilibrium_density(mass, x) for x in t])
    ln_yield_eq = CubicSpline(grid, np.log(n_eq / cosmology.entropy_density(t)))

    # The equation for u = ln T downwards; for freeze-out in ln(Y/Yeq), where it is smooth.
    if thermal:

        def slope(x, w):
            return -rate(-x) * (1 - np.exp(-w)) + ln_yield_eq(-x, 1)

        solved = solve_ivp(
            slope, (-grid[-1], -grid[0]), [0.0], method="Radau", rtol=1e-8, atol=1e-8,
            jac=lambda x, w: np.array([[-rate(-x) * np.exp(-w[0])]]),
        )  # fmt: skip
        expected = math.exp(solved.y[0, -1] + ln_yield_eq(grid[0]))
    else:

        def slope(x, y):
            return -rate(-x) * (y - np.exp(ln_yield_eq(-x)))

        solved = solve_ivp(slope, (-grid[-1], -grid[0]), [0.0], method="Radau", rtol=1e-9, atol=1e-30)
        expected = solved.y[0, -1]
    assert solved.success
    found = relic_yield(
        mass, coupling * FERMI_CONSTANT, hottest, thermal_start=thermal, lepton=lepton, chirality=chirality
    )
    assert found == pytest.approx(expected, rel=AGREEMENT, abs=0)


def cold_yield(mass, coupling, lepton, left, coldest):
    """Return the freeze-out yield at ``coldest`` by a stiff solver on untabulated densities, Boltzmann-scaled."""
    m = LEPTON_MASSES[lepton]
    nodes = np.geomspace(coldest, 0.15, 300)
    n_scaled = 4 * mass**2 * nodes * kve(2, mass / nodes) / (2 * math.pi**2)
    total = np.zeros_like(nodes)
    low, high = densities.closed_window(m)
    for channel in channels.LEFT_CHANNELS if left else channels.RIGHT_CHANNELS:
        if channel not in channels.PHOTON_CHANNELS or low < mass < high:
            gap = mass - densities.smallest_energy(channel, mass, m)
            flat = [densities.flattened_density(channel, t, mass, m, left, not left) for t in nodes]
            total += np.array(flat) / n_scaled * np.exp(gap / nodes)
    for parent, width in (
        (PION, densities.width_pion_to_chi(mass, m, left)),
        (NEUTRAL_PION, densities.width_neutral_pion_to_chi(mass, left)),
    ):
        if width == 0.0:
            continue
        decays = 2 * parent**2 * nodes * kve(1, parent / nodes) * width / (2 * math.pi**2)
        total += decays / n_scaled * np.exp((mass - parent) / nodes)
    grid = np.linspace(math.log(coldest), math.log(0.15), 4000)
    t = np.exp(grid)
    expansion = cosmology.hubble(t) * cosmology.entropy_factor(t)
    ln_width = CubicSpline(np.log(nodes), np.log(total))
    rate = CubicSpline(grid, np.exp(ln_width(grid)) * (coupling * FERMI_CONSTANT) ** 2 / expansion)
    ln_n = np.log(4 * mass**2 * t * kve(2, mass / t) / (2 * math.pi**2)) - mass / t
    ln_yield_eq = CubicSpline(grid, ln_n - np.log(cosmology.entropy_density(t)))
    solved = solve_ivp(
        lambda x, w: -rate(-x) * (1 - np.exp(-w)) + ln_yield_eq(-x, 1), (-grid[-1], -grid[0]), [0.0],
        method="Radau", rtol=1e-8, atol=1e-8, jac=lambda x, w: np.array([[-rate(-x) * np.exp(-w[0])]]),
    )  # fmt: skip
    return math.exp(solved.y[0, -1] + ln_yield_eq(grid[0]))


@pytest.mark.parametrize(
    ("lepton", "chirality", "mass", "coupling", "value"),
    [
        # Held at 1 MeV these yields would be 5.18e-6 and 6.17e-7 without the form factor.
        ("e", "R", 0.1395, 0.15, 1.537e-6),
        ("mu", "R", 0.2445, 0.16, 1.343e-7),
        ("mu", "L", 0.1340, 1e-4, None),
        ("e", "R", 0.1390, 1e-3, None),
    ],
)
def test_reactions_that_lack_little_energy_go_on_below_one_mev(lepton, chirality, mass, coupling, value):
    found = relic_yield(
        mass, coupling * FERMI_CONSTANT, thermal_start=True, lepton=lepton, chirality=chirality
    )
    expected = cold_yield(mass, coupling, lepton, chirality == "L", 1.5e-5)
    assert found == pytest.approx(expected, rel=AGREEMENT, abs=0)
    if value is not None:
        assert found == pytest.approx(value, rel=5e-3, abs=0)
        at_one_mev = cold_yield(mass, coupling, lepton, chirality == "L", 1e-3)
        assert at_one_mev > 3 * expected


def test_without_the_form_factor_the_cold_yields_have_their_values():
    # By the stiff solver above on densities of the leading chiral order.
    for lepton, mass, coupling, value in (("e", 0.1395, 0.15, 1.5373e-6), ("mu", 0.2445, 0.16, 1.6075e-7)):
        found = relic_yield(
            mass, coupling * FERMI_CONSTANT, thermal_start=True, lepton=lepton, pion_form_factor="none"
        )
        assert found == pytest.approx(value, rel=AGREEMENT, abs=0)


@pytest.mark.parametrize("mass", [0.05, 0.15, 0.21])
def test_freeze_in_tends_to_freeze_out_as_the_coupling_grows(mass):
    couplings = np.geomspace(1e-6, 1e4, 11) * FERMI_CONSTANT
    empty = relic_yield(mass, couplings)
    full = relic_yield(mass, couplings, thermal_start=True)
    deficit = 1 - empty / full
    assert (deficit > -1e-9).all()
    assert (np.diff(deficit) < 1e-9).all()
    assert deficit[0] > 0.999
    assert deficit[-1] < 1e-12


def test_freeze_in_yield_goes_as_the_coupling_squared_far_from_equilibrium():
    couplings = np.array([1e-12, 1e-10, 1e-8]) * FERMI_CONSTANT
    found = relic_yield(0.1, couplings, 1.0) / couplings**2
    assert found == pytest.approx(np.full(3, found[0]), rel=1e-6, abs=0)


def test_majorana_dark_matter_freezes_in_with_the_same_yield_and_half_the_equilibrium():
    weak = relic_yield(0.1, 1e-15, 0.1, fermion="majorana")
    assert weak == pytest.approx(relic_yield(0.1, 1e-15, 0.1), rel=1e-6, abs=0)
    # Without interactions a thermal start keeps the equilibrium value, which counts states.
    dirac, majorana = (
        relic_yield(1e-3, 1e-18, 0.1, thermal_start=True, fermion=name) for name in ("dirac", "majorana")
    )
    assert dirac / majorana == pytest.approx(2.0, rel=1e-6, abs=0)


def test_smooth_matching_differs_from_the_step_only_near_the_transition():
    hottest = np.array([0.05, 0.15, 5.0])
    step = relic_yield(0.05, 1e-14, hottest)
    smooth = relic_yield(0.05, 1e-14, hottest, smooth=True)
    assert smooth[0] == pytest.approx(step[0], rel=1e-6, abs=0)
    assert 1.3 < smooth[1] / step[1] < 10.0
    assert smooth[2] == pytest.approx(step[2], rel=0.02, abs=0)


@pytest.mark.parametrize("smooth", [False, True])
def test_yield_is_continuous_in_the_reheating_temperature(smooth):
    hottest = 0.15 * (1 + np.array([-1e-6, 1e-6]))
    found = relic_yield(0.05, 1e-14, hottest, smooth=smooth)
    assert found[1] == pytest.approx(found[0], rel=1e-3, abs=0)
    assert found[1] > found[0]


@pytest.mark.parametrize("mass", [0.15, 0.17, 0.20])
def test_analytic_freeze_out_needs_the_exact_coupling_within_15_per_cent(mass):
    from scipy.optimize import brentq

    exact = coupling_for_relic_density(mass, thermal_start=True, bracket=(1e-2, 1e4))
    target = math.log(0.12 / OMEGA_H2_PER_YIELD_GEV / mass)
    ratio = brentq(
        lambda x: math.log(abundance.analytic_freeze_out_yield(mass, exact * math.exp(x))) - target, -1.0, 1.0
    )
    assert abs(math.expm1(ratio)) < 0.16


def test_no_coupling_is_an_error_that_names_the_search():
    with pytest.raises(ValueError, match="no coupling"):
        coupling_for_relic_density(0.1, bracket=(1e-12, 1e-11))


def test_truncated_table_is_rebuilt_with_one_line_of_notice(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tabulation, "cache_root", lambda: tmp_path)
    calls = []

    def build():
        calls.append(1)
        return {"values": np.arange(1000.0)}

    first = tabulation.cached_arrays("table", build, "tabulating")
    again = tabulation.cached_arrays("table", build, "tabulating")
    assert np.array_equal(first["values"], again["values"])
    assert len(calls) == 1
    assert capsys.readouterr().err == "tabulating\n"
    path = tmp_path / "table.npz"
    path.write_bytes(path.read_bytes()[:500])
    rebuilt = tabulation.cached_arrays("table", build, "tabulating")
    assert np.array_equal(first["values"], rebuilt["values"])
    assert len(calls) == 2
    assert [item.name for item in tmp_path.iterdir()] == ["table.npz"]


def test_table_survives_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr(tabulation, "cache_root", lambda: tmp_path / "absent")
    found = tabulation.cached_arrays("table", lambda: {"values": np.ones(3)}, "tabulating")
    assert found["values"].sum() == 3.0
