import math

import numpy as np
import pytest

from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios import leptoquark

FERMI = 1.1663787e-5


def evaluate(model, **point):
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == Status.OK
    return dict(zip((item.name for item in model.observables), observables[0], strict=True))


def test_mediator_yield_has_its_reference_value():
    assert leptoquark.mediator_yield(1000.0, 1e-20) == pytest.approx(6.532e-10, rel=1e-3, abs=0)


def test_freeze_in_coupling_has_its_reference_values():
    assert leptoquark.freeze_in_coupling(1.0, 1000.0) == pytest.approx(2.2468e-11, rel=1e-3, abs=0)
    real = leptoquark.freeze_in_coupling(1.0, 1000.0, d_sm=None)
    assert real == pytest.approx(2.197e-11, rel=1e-3, abs=0)
    # The root covers the mass of the mediator.
    ratio = leptoquark.freeze_in_coupling(1.0, 4000.0) / leptoquark.freeze_in_coupling(1.0, 1000.0)
    assert ratio == pytest.approx(2.0, rel=1e-12)


def test_higgs_coupling_has_its_reference_value():
    assert leptoquark.higgs_freeze_in_coupling(1e-6) == pytest.approx(2.75e-8, rel=5e-3, abs=0)


@pytest.mark.parametrize("mass", [1e-4, 0.5])
@pytest.mark.parametrize("mediator", [1e3, 1e5])
def test_scenario_reproduces_the_integral_over_mediator_decays(mass, mediator):
    # g_SM = 1e-3 leaves the contact operator without effect; two independent routes.
    coupling = leptoquark.freeze_in_coupling(mass, mediator, d_sm=None)
    model = scenario("leptoquark-mediator", statistics="mb")
    found = evaluate(model, mass=mass, g_chi=float(coupling), g_sm=1e-3, mediator_mass=mediator)
    assert found["omega_h2"] == pytest.approx(0.12, rel=5e-4)


def test_contact_production_adds_little_to_decays():
    # At T_RH above the mediator only the decays count in the paper; what the operator adds below M/10 is
    # a thousandth.
    model = scenario("leptoquark-mediator")
    point = dict(mass=0.01, g_chi=1e-11, mediator_mass=1e3)
    weak, strong = (evaluate(model, g_sm=g, **point)["omega_h2"] for g in (1e-3, 1.0))
    assert 0 < strong / weak - 1 < 3e-3


def test_cold_reheating_leaves_the_contact_operator_alone():
    coupling = 1e-6
    model = scenario("leptoquark-mediator")
    found = evaluate(model, mass=0.05, g_chi=coupling, g_sm=0.5, mediator_mass=2e3, reheating_temperature=5.0)
    contact = coupling * 0.5 / 2e3**2
    same = scenario("lepton-pion")
    other = evaluate(same, mass=0.05, coupling=contact / FERMI, reheating_temperature=5.0)
    assert found["omega_h2"] == pytest.approx(other["omega_h2"], rel=1e-6)
    assert found["lifetime_s"] == pytest.approx(other["lifetime_s"], rel=1e-12)
    assert found["contact_coupling"] == pytest.approx(other["contact_coupling"], rel=1e-12)


def test_abundance_is_continuous_where_reheating_passes_the_mediator():
    model = scenario("leptoquark-mediator")
    point = dict(mass=0.05, g_chi=1e-11, g_sm=3.0, mediator_mass=2e3)
    for special in (2e3, 2e2, 0.15):
        below, above = (
            evaluate(model, reheating_temperature=special * factor, **point)["omega_h2"]
            for factor in (1 - 1e-6, 1 + 1e-6)
        )
        assert above == pytest.approx(below, rel=1e-4)
        assert above >= below


def test_multiplicity_and_width_scale_the_yield():
    point = dict(mass=0.01, g_chi=1e-12, g_sm=1e-3, mediator_mass=1e4)
    base = evaluate(scenario("leptoquark-mediator"), **point)["omega_h2"]
    third = evaluate(scenario("leptoquark-mediator", multiplicity=6.0), **point)["omega_h2"]
    wide = evaluate(scenario("leptoquark-mediator", width_coefficient=1 / (8 * math.pi)), **point)["omega_h2"]
    assert third == pytest.approx(base / 3, rel=1e-6)
    assert wide == pytest.approx(3 * base, rel=1e-6)


def test_strong_couplings_thermalise_at_the_relativistic_yield():
    model = scenario("leptoquark-mediator")
    theta = model.theta(dict(mass=1e-4, g_chi=1e-3, g_sm=1e-10, mediator_mass=1e4))[None, :]
    observables, _ = model.evaluate(theta)
    # Equilibrium of four states, frozen when the mediators have gone: g_s is then that of all the
    # Standard Model.
    fermi = 0.75 * 1.2020569
    assert observables[0, 1] == pytest.approx(fermi * 45 * 4 / (2 * math.pi**4 * 105), rel=0.05)
    assert model.flag(theta, observables)["thermalised"][0]


def draws(count, seed):
    rng = np.random.default_rng(seed)
    model = scenario("leptoquark-mediator")
    columns = []
    for item in model.parameters[:-1]:
        low, high = item.prior["loguniform"]
        columns.append(low * (high / low) ** rng.uniform(size=count))
    return model, np.column_stack([*columns, 0.237 * np.exp(0.262 * rng.normal(size=count))])


@pytest.mark.parametrize("count", [2000, pytest.param(20000, marks=pytest.mark.slow)])
def test_physical_bounds_hold_over_the_prior_box(count):
    model, theta = draws(count, seed=11)
    observables, status = model.evaluate(theta)
    found = dict(zip((item.name for item in model.observables), observables.T, strict=True))
    assert (status == Status.OK).all()
    assert np.isfinite(observables).all()
    assert (found["final_yield"] >= 0).all()
    assert found["final_yield"].max() < 45 * 4 / (2 * math.pi**4 * 3.9)
    ratios = [
        column
        for name, column in found.items()
        if name.startswith("br_") and name not in ("br_pion", "br_neutral_pion", "br_lepton")
    ]
    np.testing.assert_allclose(np.sum(ratios, axis=0), 1.0, rtol=1e-12)
    # τ ∝ 1/(g_χ g_SM)², Y ∝ g_χ² far from equilibrium.
    stronger = theta * np.array([1.0, 3.0, 1.0, 1.0, 1.0, 1.0])
    inside = stronger[:, 1] < 3.5
    again = model.evaluate(stronger)[0]
    np.testing.assert_allclose(again[inside, 3] * 9.0, found["lifetime_s"][inside], rtol=1e-10)
    far = inside & (again[:, 1] < 1e-6) & (again[:, 3] > 1e6)
    assert far.sum() > count / 20
    np.testing.assert_allclose(again[far, 1], 9.0 * found["final_yield"][far], rtol=1e-4)
