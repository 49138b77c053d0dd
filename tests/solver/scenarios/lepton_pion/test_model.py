import math
import subprocess
import sys

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.lepton_pion.inputs import DECAY_CHANNELS, LEPTON_MASSES

PION, NEUTRAL_PION = 0.13957039, 0.1349768
VARIANTS = [(lepton, chirality) for lepton in ("mu", "e", "tau") for chirality in ("R", "L")]
WIDTHS = (
    "width_neutrino_gamma",
    "width_lepton_pion",
    "width_neutrino_pion",
    "width_neutrino_two_gamma",
    "width_lepton_e_neutrino",
    "width_lepton_mu_neutrino",
    "width_pion_virtual_lepton",
    "width_three_neutrinos",
)


def named(model, theta):
    observables, status = model.evaluate(theta)
    return dict(zip((item.name for item in model.observables), observables.T, strict=True)), status


def evaluate(model, **point):
    found, status = named(model, model.theta(point))
    assert status[0] == Status.OK
    return {name: value[0] for name, value in found.items()}


def draws(model, count, seed):
    """Return points of the box of default priors, and the scale of the loop by its log-normal."""
    rng = np.random.default_rng(seed)
    columns = []
    for item in model.parameters:
        if item.prior is not None and "loguniform" in item.prior:
            low, high = item.prior["loguniform"]
            columns.append(low * (high / low) ** rng.uniform(size=count))
        else:
            median, width = item.prior["lognormal"]
            columns.append(median * np.exp(width * rng.normal(size=count)))
    return np.column_stack(columns)


def assert_physical(model, theta):
    """Assert what holds at every point of the prior box."""
    found, status = named(model, theta)
    assert (status == Status.OK).all()
    assert all(np.isfinite(column).all() for column in found.values())
    widths = np.array([found[name] for name in WIDTHS])
    ratios = np.array([found[name.replace("width", "br")] for name in WIDTHS])
    assert (widths >= 0).all()
    assert (found["width_neutrino_gamma"] > 0).all()
    np.testing.assert_allclose(ratios.sum(axis=0), 1.0, rtol=1e-12)
    np.testing.assert_allclose(widths.sum(axis=0) * found["lifetime_s"], 1.0, rtol=1e-12)
    assert (found["final_yield"] >= 0).all()
    assert (found["omega_h2"] >= 0).all()
    # Never more than relativistic equilibrium at the fewest degrees of freedom.
    assert found["final_yield"].max() < 45 * 4 / (2 * math.pi**4 * 3.9)
    assert (found["width_gamma_gamma"] + found["width_electron_positron"] <= widths.sum(axis=0)).all()
    assert ((found["br_pion"] >= 0) & (found["br_pion"] <= 1)).all()
    assert (found["dominant_channel"] == widths.argmax(axis=0)).all()
    return found


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
@pytest.mark.parametrize("production", ["freeze-in", "freeze-out"])
def test_physical_bounds_hold_over_the_prior_box(lepton, chirality, production):
    # 12 variants of 1700 draws: 20,400 in all.
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality, production=production)
    assert_physical(model, draws(model, 1700, seed=1))


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
def test_lifetime_goes_as_the_inverse_coupling_squared(lepton, chirality):
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality)
    theta = draws(model, 300, seed=2)
    stronger = theta * np.array([1.0, 7.0, 1.0, 1.0])
    first, second = named(model, theta)[0], named(model, stronger)[0]
    np.testing.assert_allclose(first["lifetime_s"], 49.0 * second["lifetime_s"], rtol=1e-10)


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
def test_weak_freeze_in_goes_as_the_coupling_squared(lepton, chirality):
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality)
    theta = draws(model, 400, seed=3)
    theta[:, 1] = 1e-13
    stronger = theta * np.array([1.0, 10.0, 1.0, 1.0])
    first, second = named(model, theta)[0], named(model, stronger)[0]
    # Far from equilibrium: little is produced, and χ does not decay before T = 1 MeV, at about a second.
    far = (second["final_yield"] < 1e-6) & (second["lifetime_s"] > 1e6)
    assert far.sum() > 100
    np.testing.assert_allclose(100.0 * first["final_yield"][far], second["final_yield"][far], rtol=1e-4)


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
def test_freeze_in_tends_to_freeze_out_over_the_prior_box(lepton, chirality):
    empty = scenario("lepton-pion", lepton=lepton, chirality=chirality)
    full = scenario("lepton-pion", lepton=lepton, chirality=chirality, production="freeze-out")
    theta = draws(empty, 400, seed=4)
    theta[:, 0] = np.minimum(theta[:, 0], 0.2)
    theta[:, 1] = 1e4
    first, second = named(empty, theta)[0], named(full, theta)[0]
    # Below the pion mass rates fall within a fraction of the time of expansion: the start must be very fast.
    fast = (second["rate_over_hubble"] > 1e5) & (second["final_yield"] > 1e-250)
    assert fast.sum() > 100
    np.testing.assert_allclose(first["final_yield"][fast], second["final_yield"][fast], rtol=1e-6)


def thresholds(lepton, chirality):
    m = LEPTON_MASSES[lepton]
    charged = [abs(PION - m), PION + m]
    return charged + ([NEUTRAL_PION] if chirality == "L" else [])


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
def test_thresholds_give_finite_and_continuous_abundances(lepton, chirality):
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality)
    for mass in thresholds(lepton, chirality):
        for step, tolerance in ((1e-6, 5e-3), (1e-9, 2e-4)):
            masses = mass * (1 + step * np.array([-1, 0, 1]))
            theta = np.column_stack([masses, np.full(3, 1e-8), np.full(3, 0.1), np.full(3, 0.237)])
            found, status = named(model, theta)
            assert (status == Status.OK).all()
            assert all(np.isfinite(column).all() for column in found.values())
            np.testing.assert_allclose(found["final_yield"], found["final_yield"][1], rtol=tolerance)


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
def test_freeze_out_is_continuous_at_the_thresholds_up_to_decays_before_nucleosynthesis(lepton, chirality):
    # Where a decay of χ itself opens, its rate grows as the root of the distance and empties χ within a
    # second.
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality, production="freeze-out")
    coupling = {"R": 0.1, "L": 1e-4}[chirality]
    for mass in thresholds(lepton, chirality):
        masses = mass * (1 + np.array([-1e-6, -1e-9, 0.0, 1e-15, 1e-9, 1e-6]))
        theta = np.column_stack([masses, *np.full((3, 6), [[coupling], [0.15], [0.237]])])
        found, status = named(model, theta)
        assert (status == Status.OK).all()
        values = found["final_yield"]
        if values[1] < 1e-200:
            continue
        opens = mass == thresholds(lepton, chirality)[1]
        if opens and chirality == "R":
            # Reactions that lack little energy go on below 1 MeV, where what an open decay leaves is counted.
            assert (values[:2] < values[2]).all()
        else:
            # The rate of π → eχ goes as the root of the distance from its threshold.
            np.testing.assert_allclose(values[:2], values[2], rtol=0.9)
            assert values[1] == pytest.approx(values[2], rel=0.1, abs=0)
        if opens:
            assert (np.diff(values[2:]) <= 0).all()
        else:
            np.testing.assert_allclose(values[3:], values[2], rtol=0.1)


@pytest.mark.parametrize(("lepton", "chirality"), VARIANTS)
def test_lifetimes_have_no_gap_at_the_thresholds(lepton, chirality):
    # Above, the open decay only adds: no mass next to a threshold has a longer life than the loop allows, and
    # on either side the lifetime changes by its power of the distance alone.
    model = scenario("lepton-pion", lepton=lepton, chirality=chirality)
    for mass in thresholds(lepton, chirality):
        offsets = np.array([-2e-6, -1e-6, 1e-6, 2e-6])
        theta = np.column_stack([mass * (1 + offsets), *np.full((3, 4), [[1.0], [0.1], [0.237]])])
        found, _ = named(model, theta)
        life = found["lifetime_s"]
        assert (life <= 1.0 / found["width_neutrino_gamma"]).all()
        assert 0.6 < life[0] / life[1] < 2.1
        assert 0.3 < life[3] / life[2] < 1.1


def test_check_values_hold_through_the_scenario():
    paper = dict(pion_form_factor="none", statistics="mb")
    freeze_in = evaluate(
        scenario("lepton-pion", **paper), mass=0.1, coupling=5.699e-6, reheating_temperature=0.1
    )
    assert freeze_in["omega_h2"] == pytest.approx(0.12, rel=1e-3)
    assert freeze_in["lifetime_s"] == pytest.approx(5.3e19, rel=0.01)
    freeze_out = evaluate(scenario("lepton-pion", production="freeze-out", **paper), mass=0.2, coupling=5.487)
    # 2 % in the coupling is ten times that in the abundance.
    assert freeze_out["omega_h2"] == pytest.approx(0.12, rel=0.02)
    unit = 4 / math.sqrt(2)
    paper = scenario("lepton-pion", contact=False)
    point = dict(mass=0.2, coupling=unit, reheating_temperature=0.1)
    assert evaluate(paper, **point)["lifetime_s"] == pytest.approx(2.696e7, rel=1e-3)
    found = evaluate(scenario("lepton-pion"), **point)
    assert found["lifetime_s"] == pytest.approx(1.5495e7, rel=1e-3)
    assert found["contact_coupling"] == pytest.approx(1.0, rel=1e-12)


def test_signals_reach_the_observables():
    paper = dict(lepton="e", xenon_strength="all-neutrons", fermion="majorana")
    coupling = 1 / 3400.0**2 / 1.1663787e-5
    found = evaluate(
        scenario("lepton-pion", **paper), mass=358e-6, coupling=coupling, reheating_temperature=0.01
    )
    assert found["absorption_rate"] == pytest.approx(47.97, rel=1e-3)
    halved = evaluate(
        scenario("lepton-pion", **paper | {"fermion": "dirac"}),
        mass=358e-6,
        coupling=coupling,
        reheating_temperature=0.01,
    )
    assert halved["absorption_rate"] == pytest.approx(0.5 * found["absorption_rate"], rel=1e-12)
    muon = evaluate(scenario("lepton-pion"), mass=0.02, coupling=1.0, reheating_temperature=0.01)
    assert muon["absorption_rate"] == 0.0
    assert muon["recoil_energy_kev"] == pytest.approx(1.635, rel=1e-3)


def test_batches_equal_single_points_bit_for_bit():
    model = scenario("lepton-pion")
    theta = draws(model, 150, seed=5)
    together, _ = model.evaluate(theta)
    alone = np.vstack([model.evaluate(row)[0] for row in theta])
    assert np.array_equal(together, alone)


def test_points_outside_the_physical_range_are_refused_as_values():
    model = scenario("lepton-pion")
    good = model.theta(dict(mass=0.1, coupling=1.0, reheating_temperature=0.1))
    for column, bad in ((0, 5.0), (0, math.nan), (1, -1.0), (1, 0.0), (2, 4e-3), (3, -0.1)):
        row = good.copy()
        row[column] = bad
        observables, status = model.evaluate(np.array([row, good]))
        assert status.tolist() == [Status.BAD_INPUT, Status.OK]
        assert np.isnan(observables[0]).all()
        assert np.isfinite(observables[1]).all()


def test_freeze_out_needs_no_reheating_temperature_and_freeze_in_does():
    scenario("lepton-pion", production="freeze-out").theta(dict(mass=0.1, coupling=1.0))
    with pytest.raises(UserError, match="reheating_temperature"):
        scenario("lepton-pion").theta(dict(mass=0.1, coupling=1.0))


@pytest.mark.parametrize(
    ("name", "on", "off"),
    [
        ("warm", dict(mass=1e-5), {}),
        ("heavy-for-pions", dict(mass=0.6), {}),
        ("open-decay", dict(mass=0.26), {}),
        ("near-transition", dict(reheating_temperature=0.16), {}),
        ("quark-regime", dict(reheating_temperature=1.0), {}),
        ("collider-scale", dict(coupling=1.0), {}),
        ("beyond-contact", dict(reheating_temperature=1e6), {}),
    ],
)
def test_flags_are_raised_where_they_apply(name, on, off):
    model = scenario("lepton-pion")
    base = dict(mass=0.1, coupling=1e-4, reheating_temperature=0.05)
    for point, expected in ((on, True), (off, False)):
        theta = model.theta(base | point)[None, :]
        observables, _ = model.evaluate(theta)
        assert bool(model.flag(theta, observables)[name][0]) is expected


def test_a_start_that_was_never_in_equilibrium_is_flagged():
    model = scenario("lepton-pion", production="freeze-out")
    for coupling, expected in ((1e-9, True), (1.0, False)):
        theta = model.theta(dict(mass=0.2, coupling=coupling))[None, :]
        observables, _ = model.evaluate(theta)
        assert bool(model.flag(theta, observables)["assumed-equilibrium"][0]) is expected


def test_matching_options_change_the_abundance_near_the_transition():
    point = dict(mass=0.05, coupling=1e-7, reheating_temperature=0.149)
    step = evaluate(scenario("lepton-pion"), **point)["omega_h2"]
    smooth = evaluate(scenario("lepton-pion", matching="smooth"), **point)["omega_h2"]
    earlier = evaluate(scenario("lepton-pion", transition_temperature=0.14), **point)["omega_h2"]
    assert smooth / step > 1.2
    assert earlier / step > 1.2


def test_trajectory_ends_at_the_final_yield():
    for production, coupling in (("freeze-out", 5.0), ("freeze-in", 1e-5)):
        model = scenario("lepton-pion", production=production)
        row = model.theta(dict(mass=0.2, coupling=coupling, reheating_temperature=0.3))
        path = model.evolve(row)
        final = model.evaluate(row)[0][0, 1]
        assert path.curves[0].values[-1] == pytest.approx(final, rel=1e-12)
        assert (np.diff(path.time) > 0).all()
        assert all(len(curve.values) == len(path.time) for curve in path.curves)


def test_describing_the_scenarios_loads_neither_numba_nor_scipy():
    code = (
        "import sys; from relicfit.solver.scenario import scenario\n"
        "for name in ('lepton-pion', 'leptoquark-mediator', 'two-state'):\n"
        "    model = scenario(name); model.parameters; model.observables; model.flags; model.options()\n"
        "print(sorted({'numba', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_channels_and_columns_belong_together():
    model = scenario("lepton-pion")
    described = {item.name: item.description for item in model.observables}
    for name, channel in zip(WIDTHS, DECAY_CHANNELS, strict=True):
        assert channel in described[name]
    assert len({item.name for item in model.observables}) == len(model.observables)
