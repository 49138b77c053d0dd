"""Flags at the joints: unitarity of annihilations, splittings that loops generate, flavours that take part."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.solver.scenario import scenario

CONVERSION = {"m_chi": 300.0, "delta_m": 5.0, "lambda_H": 1.0, "B_1": 0.95, "i1_over_xi": 6e-3}
WIDTH = 1.148e-13


def flags(model, point):
    theta = model.theta(point)[None, :]
    return {name: bool(raised[0]) for name, raised in model.flag(theta, model.evaluate(theta)[0]).items()}


@pytest.mark.parametrize(("strength", "raised"), [(1e10, False), (1e20, True)])
@pytest.mark.parametrize("d_sm", ["real", 100.0])
def test_annihilation_beyond_unitarity_is_flagged(strength, raised, d_sm):
    point = {"mass": 1e6, "delta": 0.5, "coupling": 1e-3, "annihilation": strength}
    assert flags(scenario("thermal-freeze-out", d_sm=d_sm), point)["unitarity"] is raised


def test_annihilation_cross_section_is_the_one_that_the_equation_uses():
    model = scenario("thermal-freeze-out", d_sm=100.0)
    # λ = M_Pl M σ sqrt(π d/45).
    sigma = 1e6 / (1.220890e19 * 10.0 * np.sqrt(np.pi * 100.0 / 45.0))
    assert model._annihilation(np.array([10.0]), np.array([1e6]))[0] == pytest.approx(sigma, rel=1e-5)


@pytest.mark.parametrize(("ratio", "raised"), [(6e-3, False), (0.1, True)])
def test_a_splitting_as_small_as_loops_make_it_is_flagged(ratio, raised):
    model = scenario("conversion-leptogenesis", strength="width")
    assert flags(model, {**CONVERSION, "width": WIDTH, "i1_over_xi": ratio})["radiative-splitting"] is raised


@pytest.mark.parametrize(("splitting", "raised"), [(4e-10, False), (4e-12, True)])
def test_the_flag_follows_the_splitting_in_every_parametrisation(splitting, raised):
    phases = scenario("conversion-leptogenesis", parametrisation="phases", strength="width")
    point = {key: value for key, value in CONVERSION.items() if key != "i1_over_xi"}
    given = {**point, "width": WIDTH, "phase_e2": 0.4, "phase_mu2": 0.4, "delta_m12": splitting}
    assert flags(phases, given)["radiative-splitting"] is raised
    flavour = scenario("conversion-leptogenesis", parametrisation="flavour")
    size = np.sqrt(WIDTH / 6.4162516e-3 * np.outer([0.5, 0.5], [0.95, 0.05])).ravel()
    names = ("lambda_e1", "lambda_e2", "lambda_mu1", "lambda_mu2")
    by_matrix = {name: CONVERSION[name] for name in ("m_chi", "delta_m", "lambda_H")}
    by_matrix |= dict(zip(names, size, strict=True), phase_e2=0.4, phase_mu2=0.4, delta_m12=splitting)
    assert flags(flavour, by_matrix)["radiative-splitting"] is raised


def test_one_flavour_washes_out_more_than_two():
    model = scenario("conversion-leptogenesis", strength="width", cp_source="paper")
    names = [item.name for item in model.observables]

    def asymmetry(fraction):
        theta = model.theta({**CONVERSION, "width": WIDTH, "muon_fraction": fraction})
        return model.evaluate(theta)[0][0, names.index("asymmetry_sph")]

    # The check value holds for two flavours; one alone has half the leptons to hold it: -16 %.
    assert asymmetry(0.5) == pytest.approx(-7.1328e-5, rel=1e-2)
    assert asymmetry(1.0) == asymmetry(0.0)
    assert asymmetry(1.0) / asymmetry(0.5) == pytest.approx(0.84, abs=0.01)
    assert asymmetry(1.0) / asymmetry(0.5) < asymmetry(0.9) / asymmetry(0.5) < 1.0


@pytest.mark.parametrize("source", ["paper", "resonant"])
def test_a_positive_phase_makes_baryons_with_either_source(source):
    # The paper's eq. (6) has the other sign than Y_B = 28/79 (B - L), and its source too.
    model = scenario("conversion-leptogenesis", strength="width", cp_source=source)
    names = [item.name for item in model.observables]
    found = model.evaluate(model.theta({**CONVERSION, "width": WIDTH}))[0][0, names.index("baryon_yield")]
    assert found > 0.0
