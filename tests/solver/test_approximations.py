import pytest

from relicfit.solver import analytic, scenario, scenario_names

# At import: other tests make scenarios of their own known.
SCENARIOS = scenario_names()


def both(name, options, **point):
    model = scenario(name, **options)
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == 0
    exact = dict(zip((item.name for item in model.observables), observables[0].tolist(), strict=True))
    return analytic(model, point), exact


def test_freeze_out_estimate_is_that_of_the_formulas_and_within_a_factor_of_two_and_a_half():
    found, exact = both(
        "thermal-freeze-out", dict(d_sm=75.0, densities="nr"), mass=1.0, delta=0.5, coupling=6.7068e-7
    )
    # The check values of λ = 1e6, δ = 0.5: z_f, Yeq(z_f), matched.
    assert found["z_freeze_out"] == pytest.approx(13.2404, rel=1e-4)
    assert found["final_yield"] == pytest.approx(3.3052e-7, rel=1e-3)
    assert found["final_yield_matched"] == pytest.approx(1.0143e-7, rel=1e-3)
    assert found["final_yield_matched"] < exact["final_yield"] < found["final_yield"]


@pytest.mark.parametrize(
    ("name", "options", "point", "observable", "tolerance"),
    [
        ("thermal-freeze-out", {"heavier": "final"}, dict(mass=1, delta=0.5, coupling=6.7e-7), "z_freeze_out", 0.15),
        ("thermal-freeze-out", dict(d_sm=75.0, densities="nr"), dict(mass=1, delta=0, coupling=6.7e-8, d_b=2),
         "final_yield", 0.01),
        ("thermal-freeze-in", dict(densities="nr", d_sm=75.0),
         dict(mass=1, delta=0.5, coupling=5.6e-12, reheating_temperature=1e3), "omega_h2", 0.01),
        ("thermal-freeze-in", dict(interaction="dim-6", d_sm=75.0),
         dict(mass=1, delta=0.5, coupling=1e-14, reheating_temperature=100), "final_yield", 0.01),
        ("lepton-pion", dict(production="freeze-out", pion_form_factor="none", statistics="mb"),
         dict(mass=0.2, coupling=5.5), "omega_h2", 0.4),
        ("lepton-pion", dict(statistics="mb"), dict(mass=1e-3, coupling=1e-8, reheating_temperature=5),
         "omega_h2", 0.1),
        ("leptoquark-mediator", dict(statistics="mb"), dict(mass=1, g_chi=1e-11, g_sm=0.1, mediator_mass=1e3),
         "omega_h2", 0.1),
        ("two-state", {}, dict(mass_1=0.1, mass_2=0.238, coupling_2=1, coupling_12=1), "lifetime_1_s", 1e-9),
        ("conversion-leptogenesis", {},
         dict(m_chi=300, delta_m=5, lambda_H=1, B_1=0.95, coupling=2e-6, i1_over_xi=0.01), "width", 1e-6),
    ],
)  # fmt: skip
def test_approximations_are_near_the_numerical_result(name, options, point, observable, tolerance):
    found, exact = both(name, options, **point)
    assert found[observable] == pytest.approx(exact[observable], rel=tolerance, abs=0)


def test_required_coupling_of_the_leptoquark_is_that_of_the_paper():
    found, _ = both("leptoquark-mediator", {}, mass=1.0, g_chi=1e-12, g_sm=0.1, mediator_mass=1e3)
    assert found["g_chi_required"] == pytest.approx(2.2468e-11, rel=1e-3)


def test_every_scenario_has_approximations_and_others_have_none():
    from relicfit.solver.approximations import FORMULAE

    assert sorted(FORMULAE) == SCENARIOS

    class Other:
        name = "my-model"

    assert analytic(Other(), {}) == {}
