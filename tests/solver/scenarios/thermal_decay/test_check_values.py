"""Reference values of the yields and couplings of arXiv:2111.14808, section 2, to 1 %."""

import math

import numpy as np
import pytest

from relicfit.solver.constants import FERMI_CONSTANT
from relicfit.solver.inverse import find_roots
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay import analytic

D_SM = 75.0
RELIC_DENSITY = 0.12
NO_DECAYS = 1e-40


def coupling_of(strength, mass=1.0):
    return float(analytic.equilibrium_coupling(mass, D_SM, strength=strength))


def final_yield(densities, **point):
    model = scenario("thermal-freeze-out", d_sm=D_SM, densities=densities)
    observables, status = model.evaluate(model.theta({"mass": 1.0, **point}))
    assert status[0] == 0
    return observables[0, 1]


@pytest.mark.parametrize(
    ("delta", "strength", "d_b", "nr", "mb"),
    [
        (0.5, 1e6, 4.0, 1.7259e-7, 1.3411e-7),
        (0.3, 1e6, 4.0, 3.8052e-10, 1.9809e-10),
        (0.7, 1e6, 4.0, 3.0925e-6, 2.8645e-6),
        (0.0, 1e4, 2.0, 1.7007e-8, 8.0445e-8),
    ],
)
def test_freeze_out_yields_of_thermal_decays(delta, strength, d_b, nr, mb):
    point = dict(delta=delta, coupling=coupling_of(strength), d_b=d_b)
    assert final_yield("nr", **point) == pytest.approx(nr, rel=0.01)
    assert final_yield("mb", **point) == pytest.approx(mb, rel=0.01)


def test_massless_partner_formula_and_the_printed_one():
    partner = analytic.partner_yield_massless(2.0, D_SM)
    exact = analytic.freeze_out_yield_massless(1e4, partner, 2.0, D_SM)
    printed = analytic.freeze_out_yield_massless(1e4, partner, 2.0, D_SM, as_printed=True)
    assert exact == pytest.approx(1.7007e-8, rel=0.01)
    assert printed == pytest.approx(3.2711e-9, rel=0.01)


def test_yield_of_annihilations_alone():
    point = dict(delta=0.5, coupling=NO_DECAYS, annihilation=1e6)
    assert final_yield("mb", **point) == pytest.approx(7.3061e-6, rel=0.01)


def test_yield_of_annihilations_and_decays_together():
    point = dict(delta=0.4, coupling=coupling_of(1e5), annihilation=1e8)
    assert final_yield("mb", **point) == pytest.approx(9.326e-8, rel=0.01)


def test_freeze_out_estimates():
    ratio = analytic.decay_ratio(0.5, 2.0, 4.0)
    arguments = (1e6, ratio, 0.5, 2.0, D_SM)
    assert analytic.decay_freeze_out(*arguments) == pytest.approx(13.2404, rel=0.01)
    assert analytic.freeze_out_yield(*arguments) == pytest.approx(3.3052e-7, rel=0.01)
    assert analytic.matched_yield(*arguments) == pytest.approx(1.0143e-7, rel=0.01)


def only_root(model, point, parameter, bounds, branch):
    search = find_roots(model, point, parameter, "omega_h2", RELIC_DENSITY, bounds)
    (root,) = [item for item in search.roots if item.branch == branch]
    return root.value


def test_couplings_of_thermal_decays_for_the_relic_density():
    point = {"mass": 1.0, "delta": 0.2}
    four = scenario("thermal-freeze-out", d_sm=D_SM)
    six = scenario("thermal-freeze-out", d_sm=D_SM, interaction="dim-6")
    g = only_root(four, point, "coupling", (1e-9, 1.0), "freeze-out")
    big_g = only_root(six, point, "coupling", (1e-12, 1e-3), "freeze-out")
    strength = analytic.strength_from_sigma(analytic.cross_section(g, 1.0), 1.0, D_SM)
    assert strength == pytest.approx(1.3708e5, rel=0.01)
    assert g == pytest.approx(2.4831e-7, rel=0.01)
    assert big_g / FERMI_CONSTANT == pytest.approx(2.1289e-2, rel=0.01)


def test_couplings_of_annihilations_for_the_relic_density():
    model = scenario("thermal-freeze-out", d_sm=D_SM)
    point = {"mass": 1.0, "delta": 0.5, "coupling": NO_DECAYS}
    strength = only_root(model, point, "annihilation", (1.0, 1e14), "falling")
    assert analytic.equilibrium_coupling(1.0, D_SM, strength=strength) == pytest.approx(1.3371e-4, rel=0.01)
    six = analytic.equilibrium_coupling(1.0, D_SM, interaction="dim-6", strength=strength)
    assert six / FERMI_CONSTANT == pytest.approx(11.463, rel=0.01)


def test_coupling_in_the_real_plasma():
    model = scenario("thermal-freeze-out")
    g = only_root(model, {"mass": 0.1, "delta": 0.4}, "coupling", (1e-9, 1.0), "freeze-out")
    assert g == pytest.approx(2.5553e-7, rel=0.01)


@pytest.mark.parametrize(("d_sm", "value"), [(D_SM, 6.4817e-12), ("real", 5.609e-12)])
def test_couplings_of_freeze_in(d_sm, value):
    # The non-relativistic source has an infrared yield: T_RH far above M stands for infinity.
    model = scenario("thermal-freeze-in", d_sm=d_sm, densities="nr")
    point = {"mass": 1.0, "delta": 0.5, "reheating_temperature": 1e4}
    g = only_root(model, point, "coupling", (1e-14, 1e-3), "freeze-in")
    assert g == pytest.approx(value, rel=0.01)


def test_freeze_in_formula_gives_the_same_coupling():
    per_strength = analytic.freeze_in_yield(1.0, analytic.decay_ratio(0.5, 2.0, 4.0), 0.5, 2.0, D_SM)
    strength = RELIC_DENSITY / analytic.omega_h2(per_strength, 1.0)
    g = analytic.equilibrium_coupling(1.0, D_SM, strength=strength)
    assert g == pytest.approx(6.4817e-12, rel=0.01)


def test_ultraviolet_yield_of_dimension_six():
    assert analytic.ultraviolet_yield(1e-12, 1.0, D_SM) == pytest.approx(1.68694e-9, rel=0.01)


def test_solver_reproduces_the_ultraviolet_yield_far_above_the_mass():
    model = scenario("thermal-freeze-in", interaction="dim-6", d_sm=D_SM)
    point = {"mass": 1e-3, "delta": 0.5, "coupling": 1e-12, "reheating_temperature": 1.0}
    observables, _ = model.evaluate(model.theta(point))
    assert observables[0, 1] == pytest.approx(1.68694e-9, rel=0.01)


def test_target_yield_times_mass():
    assert RELIC_DENSITY / analytic.omega_h2(1.0, 1.0) == pytest.approx(4.37329e-10, rel=1e-5)


def test_thermal_equilibrium_couplings_match_the_estimates_of_the_paper():
    # Eq. (2.13): 1e-9 and 1e-4 G_F at 1 GeV, as orders of magnitude.
    g = analytic.equilibrium_coupling(1.0, D_SM)
    big_g = analytic.equilibrium_coupling(1.0, D_SM, interaction="dim-6") / FERMI_CONSTANT
    assert g == pytest.approx(6.7e-10, rel=0.02)
    assert big_g == pytest.approx(5.8e-5, rel=0.02)
    assert abs(math.log10(g / 1e-9)) < 0.5
    assert abs(np.log10(big_g / 1e-4)) < 0.5
