"""Momenta of freeze-in today, with quantum statistics: K, ⟨y⟩, ⟨y²⟩ of independent integrals over the bath."""

import numpy as np
import pytest

from relicfit.solver import scenario

# Point pions, M = 7 keV.
ROWS = [
    ("mu", "R", 0.15, 1.0427, 2.3776, 7.123),
    ("mu", "R", 0.081, 1.0063, 2.257, 7.125),
    ("mu", "L", 0.012, 0.9971, 4.420, 22.63),
    ("tau", "R", 0.587, 0.9130, 1.905, 4.390),
    ("tau", "R", 0.15, 1.0184, 4.197, 19.40),
    ("e", "R", 0.016, 0.9629, 3.2557, 12.789),
]


def values(model, **point):
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == 0
    return dict(zip((item.name for item in model.observables), observables[0].tolist(), strict=True))


@pytest.mark.parametrize(("lepton", "chirality", "hottest", "factor", "mean", "square"), ROWS)
def test_freeze_in_has_the_momenta_of_independent_integrals(lepton, chirality, hottest, factor, mean, square):
    model = scenario(
        "lepton-pion", production="freeze-in", lepton=lepton, chirality=chirality, statistics="quantum",
        pion_form_factor="none",
    )  # fmt: skip
    found = values(model, mass=7e-6, coupling=1e-6, reheating_temperature=hottest, lambda_qcd=0.237)
    assert found["statistics_factor"] == pytest.approx(factor, abs=2e-3)
    assert found["mean_momentum_over_temperature"] == pytest.approx(mean, rel=5e-3)
    assert found["rms_momentum_over_temperature"] ** 2 == pytest.approx(square, rel=1e-2)


@pytest.mark.parametrize(
    ("mediator", "factor", "mean", "square"), [(1e3, 0.8949, 0.8306, 0.9758), (1e4, 0.8945, 0.8252, 0.9615)]
)
def test_a_leptoquark_gives_the_momenta_of_its_decays(mediator, factor, mean, square):
    model = scenario("leptoquark-mediator", statistics="quantum")
    found = values(
        model,
        mass=7e-6,
        g_chi=1e-9,
        g_sm=0.1,
        mediator_mass=mediator,
        reheating_temperature=1e7,
        lambda_qcd=0.237,
    )
    assert found["statistics_factor"] == pytest.approx(factor, abs=5e-4)
    assert found["mean_momentum_over_temperature"] == pytest.approx(mean, rel=1e-3)
    assert found["rms_momentum_over_temperature"] ** 2 == pytest.approx(square, rel=2e-3)


def test_without_statistics_their_factor_is_one():
    found = values(
        scenario("lepton-pion", statistics="mb"),
        mass=7e-6,
        coupling=1e-6,
        reheating_temperature=0.1,
        lambda_qcd=0.237,
    )
    assert found["statistics_factor"] == pytest.approx(1.0, abs=1e-12)


def test_dilution_dilutes_and_cools():
    point = dict(mass=7e-6, coupling=1e-6, reheating_temperature=0.1, lambda_qcd=0.237)
    plain, diluted = (
        values(scenario("lepton-pion"), **point),
        values(scenario("lepton-pion", dilution=8.0), **point),
    )
    assert diluted["omega_h2"] == pytest.approx(plain["omega_h2"] / 8.0)
    assert diluted["mean_momentum_over_temperature"] == pytest.approx(
        plain["mean_momentum_over_temperature"] / 2.0
    )
    assert diluted["wdm_equivalent_mass_keV"] == pytest.approx(plain["wdm_equivalent_mass_keV"] * 2.0**0.75)


@pytest.mark.parametrize(("coupling", "partly"), [(1e-6, False), (4e-3, True), (1.0, False)])
def test_freeze_in_on_its_way_to_equilibrium_is_flagged(coupling, partly):
    point = dict(mass=7e-6, coupling=coupling, reheating_temperature=0.15, lambda_qcd=0.237)
    for kinetic in ("equilibrium", "resolved"):
        model = scenario("lepton-pion", kinetic=kinetic, pion_form_factor="none")
        raised = {item.name for item in model.flags if item.name == "partly-thermalised"}
        assert raised == ({"partly-thermalised"} if kinetic == "equilibrium" else set())
    model = scenario("lepton-pion", pion_form_factor="none")
    found = {name: np.array([value]) for name, value in values(model, **point).items()}
    parameters = {name: np.array([value]) for name, value in point.items()}
    (flag,) = (item for item in model.flags if item.name == "partly-thermalised")
    assert bool(flag.test(parameters, found)[0]) is partly


def test_what_is_hotter_than_any_limit_on_warm_dark_matter_is_flagged():
    point = dict(mass=2e-7, coupling=1e-4, reheating_temperature=0.1, lambda_qcd=0.237)
    model = scenario("lepton-pion", pion_form_factor="none")
    found = {name: np.array([value]) for name, value in values(model, **point).items()}
    flags = {item.name: item for item in model.flags}
    assert flags["hot"].test({}, found)[0]
    assert flags["warm"].test({}, found)[0]
