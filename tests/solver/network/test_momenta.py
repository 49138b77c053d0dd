"""Momenta of dark matter from networks: closed forms, an independent integral, and what is not known."""

import math
from typing import Annotated, Literal

import numpy as np
import pytest
from pydantic import Field
from scipy.integrate import quad

from relicfit.solver import Parameter
from relicfit.solver.cosmology import g_s, hubble
from relicfit.solver.momentum.sources import momentum_columns, momentum_today
from relicfit.solver.network import NetworkScenario, Process, Species
from relicfit.solver.scenario import scenario_class

G_TODAY = 3.931
NAMES = ("mean_momentum_over_temperature", "rms_momentum_over_temperature", "wdm_equivalent_mass_keV")


class Decays(NetworkScenario):
    """One decay of a particle in equilibrium, with a constant number of degrees of freedom."""

    name = "decays"
    summary = "One decay."
    source = "a test"
    parameters = (
        Parameter("m", "m", "GeV", "mass of dark matter", 1e-9, 1.0, {"loguniform": [1e-6, 1e-3]}),
        Parameter("ratio", "r", "", "of the mass beside it to that of the parent", 0.0, 0.99, default=0.0),
    )

    def species(self, p):
        """Return a parent in equilibrium, a daughter in equilibrium and dark matter."""
        return [
            Species("B", 1000.0, 2, bath=True),
            Species("C", 1000.0 * np.maximum(p.ratio, 1e-9), 1, bath=True),
            Species("X", p.m, 2, start="empty"),
        ]

    def processes(self, p):
        """Return the decay."""
        return [Process("B -> X C", width=1e-20)]


class Scatterings(Decays):
    """Its source has momenta that nobody knows."""

    name = "scatterings"

    def processes(self, p):
        """Return the decay and a scattering."""
        return [Process("B -> X C", width=1e-20), Process("B C -> X SM", sigma_v=1e-30)]


class TwoParents(Decays):
    """What two parents leave behind decays at two temperatures."""

    name = "two-parents"

    def species(self, p):
        """Return two parents whose abundance is followed, and dark matter."""
        return [Species("B", 1000.0, 2), Species("D", 900.0, 2), Species("X", p.m, 2, start="empty")]

    def processes(self, p):
        """Return their decays and annihilations."""
        return [
            Process("B -> X SM", width=1e-20),
            Process("D -> X SM", width=1e-22),
            Process("B B -> SM SM", sigma_v=1e-9),
            Process("D D -> SM SM", sigma_v=1e-9),
        ]


class Fast(Decays):
    """Decays that bring what they make to equilibrium."""

    name = "fast"
    statistics: Annotated[Literal["mb", "fd", "be"], Field(description="of dark matter")] = "mb"

    def species(self, p):
        """Return a parent in equilibrium and dark matter."""
        return [
            Species("B", 1000.0, 2, bath=True),
            Species("X", p.m, 2, start="empty", statistics=self.statistics),
        ]

    def processes(self, p):
        """Return the decay."""
        return [Process("B -> X SM", width=1e-8)]


class Decoupled(Fast):
    """A light relic of 10 GeV."""

    name = "decoupled"

    def species(self, p):
        """Return dark matter."""
        return [Species("X", p.m, 2, statistics=self.statistics)]

    def processes(self, p):
        """Return an annihilation that is too slow."""
        return [Process("X X -> SM SM", sigma_v=1e-40)]

    def reheating_temperature(self, p):
        """Return the temperature of decoupling."""
        return 10.0 * np.ones_like(p.m)


def light_gas(statistics):
    """Return ∫ q² f dq, ⟨q⟩ and ⟨q²⟩ of massless particles in equilibrium, by quadrature."""
    sign = {"mb": 0.0, "fd": 1.0, "be": -1.0}[statistics]
    moments = [quad(lambda q, n=n: q ** (2 + n) / (math.exp(q) + sign), 1e-9, 60.0)[0] for n in range(3)]
    return moments[0], moments[1] / moments[0], moments[2] / moments[0]


def found(model, **point):
    observables, status = model.evaluate(model.theta(point))
    assert status[0] == 0
    return dict(zip((item.name for item in model.observables), observables[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("ratio", "mean", "square"), [(0.0, 2.5, 8.75), (0.5, 1.875, 4.9219), (0.9, 2.5 * 0.19, 8.75 * 0.19**2)]
)
def test_decays_in_equilibrium_have_their_closed_form(ratio, mean, square):
    values = found(Decays(cosmology=100.0), m=1e-6, ratio=ratio)
    d = (G_TODAY / 100.0) ** (1.0 / 3.0)
    assert values[NAMES[0]] == pytest.approx(mean * d, rel=2e-3)
    assert values[NAMES[1]] ** 2 == pytest.approx(square * d * d, rel=4e-3)


def test_real_degrees_of_freedom_are_those_at_the_decays():
    # T ≈ m/4 to m/2: g_s between 100 and 106.
    values = found(Decays(), m=1e-6)
    assert values[NAMES[0]] == pytest.approx(2.5 * (G_TODAY / 104.5) ** (1.0 / 3.0), rel=0.01)


def test_a_source_with_unknown_momenta_has_no_observables():
    for model in (Scatterings(), TwoParents()):
        assert not any("momentum" in item.name for item in model.observables)


@pytest.mark.parametrize("statistics", ["mb", "fd", "be"])
def test_decays_that_come_to_equilibrium_leave_a_light_gas(statistics):
    values = found(Fast(statistics=statistics, cosmology=100.0), m=1e-6)
    number, mean, square = light_gas(statistics)
    assert values["yield_X"] == pytest.approx(
        2.0 * number / (2.0 * math.pi**2) / (2.0 * math.pi**2 / 45.0 * 100.0), rel=1e-3
    )
    d = (G_TODAY / 100.0) ** (1.0 / 3.0)
    assert values[NAMES[0]] == pytest.approx(mean * d, rel=1e-3)
    assert values[NAMES[1]] ** 2 == pytest.approx(square * d * d, rel=1e-3)


@pytest.mark.parametrize("statistics", ["mb", "fd", "be"])
@pytest.mark.parametrize("mass", [1e-6, 1e-3])
def test_a_relic_that_decoupled_while_it_was_light_has_the_momenta_of_then(statistics, mass):
    # Nothing happens after T = 10 GeV, though Y exceeds its equilibrium at m/T of some only.
    values = found(Decoupled(statistics=statistics), m=mass)
    _, mean, square = light_gas(statistics)
    d = (G_TODAY / float(g_s(10.0))) ** (1.0 / 3.0)
    assert values["x_freeze_out_X"] > 3.0
    assert values[NAMES[0]] == pytest.approx(mean * d, rel=2e-3)
    assert values[NAMES[1]] ** 2 == pytest.approx(square * d * d, rel=2e-3)


def feeble():
    import importlib.util
    from pathlib import Path

    path = Path(__file__).resolve().parents[3] / "runs" / "models" / "feeble.py"
    spec = importlib.util.spec_from_file_location("feeble_for_momenta", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Feeble()


def test_late_decays_have_the_momenta_of_an_integral_over_time():
    # y small: what is left of B after its freeze-out decays, at T = 30 keV.
    model, mass, y = feeble(), 500.0, 3e-16
    values = found(model, m_B=mass, m_X=1.0, y=y, g=0.3)
    width = y**2 * mass / (8.0 * math.pi) * (1.0 - 1.0 / mass**2) ** 2
    momentum = 0.5 * mass * (1.0 - 1.0 / mass**2)
    # Time by T of radiation with the degrees of freedom at T.
    nodes = np.geomspace(1e-1, 1e-7, 4000)
    steps = np.diff(np.log(nodes))
    middle = np.sqrt(nodes[1:] * nodes[:-1])
    time = 0.5 / hubble(nodes[0]) + np.append(0.0, np.cumsum(-steps / hubble(middle)))
    left = np.exp(-width * time)
    decayed = -np.diff(left)
    y_today = momentum / middle * (G_TODAY / g_s(middle)) ** (1.0 / 3.0)
    assert decayed.sum() == pytest.approx(1.0, abs=0.02)
    assert values[NAMES[0]] == pytest.approx((decayed * y_today).sum() / decayed.sum(), rel=0.03)
    assert values[NAMES[1]] ** 2 == pytest.approx((decayed * y_today**2).sum() / decayed.sum(), rel=0.06)


class Annihilation(NetworkScenario):
    """Freeze-out of one particle."""

    name = "annihilation"
    summary = "One annihilation."
    source = "a test"
    parameters = (Parameter("m", "m", "GeV", "mass", 1e-3, 1e4, {"loguniform": [10, 1000]}),)

    def species(self, p):
        """Return dark matter."""
        return [Species("S", p.m, 1, numbers={"Z2": 1})]

    def processes(self, p):
        """Return its annihilation."""
        return [Process("S S -> SM SM", sigma_v=2e-9)]


def test_freeze_out_leaves_the_momenta_of_its_temperature():
    values = found(Annihilation(), m=100.0)
    x = values["x_freeze_out_S"]

    def moment(n):
        return quad(lambda q: q ** (2 + n) * math.exp(x - math.hypot(q, x)), 0.0, 80.0, epsrel=1e-9)[0]

    d = (G_TODAY / float(g_s(100.0 / x))) ** (1.0 / 3.0)
    assert values[NAMES[0]] == pytest.approx(moment(1) / moment(0) * d, rel=1e-4)
    assert values[NAMES[1]] ** 2 == pytest.approx(moment(2) / moment(0) * d * d, rel=1e-4)


def test_sources_of_ones_own_agree_with_the_scenarios():
    # The decays of a leptoquark at M_med = 1 TeV have g_s = 105; ⟨y⟩ 0.8306 with statistics is 2.5 to 2.46 of this.
    model = scenario_class("leptoquark-mediator")(statistics="mb")
    reported = found(model, mass=7e-6, g_chi=1e-9, g_sm=1e-3, mediator_mass=1e3, reheating_temperature=1e7)
    mean, square = momentum_today("decay", 300.0)
    assert float(mean) == pytest.approx(reported[NAMES[0]], rel=0.01)
    columns = momentum_columns([7e-6], [reported["final_yield"]], mean, square)
    assert columns.shape == (1, 6)
    assert columns[0, 2] == pytest.approx(reported[NAMES[2]], rel=0.01)
