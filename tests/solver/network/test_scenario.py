"""Scenarios that users state: batches, options, sensitivities, statuses, and what a look at a model finds."""

from math import pi
from typing import Annotated, ClassVar

import numpy as np
import pytest
from pydantic import Field

from relicfit.errors import UserError
from relicfit.solver import Parameter, Status, option
from relicfit.solver.network import NetworkScenario, Process, Species, Washout

from .networks import singlet_sigma

DIFFERENCE = 1e-3
RESPONSE_TOLERANCE = 1e-3


class Pair(NetworkScenario):
    name, summary, source = "pair", "A coannihilating pair.", "none"
    parameters = (
        Parameter("m", "m", "GeV", "lighter mass", 1, 1e5, {"loguniform": [100, 1e3]}),
        Parameter("dm", r"\Delta m", "GeV", "splitting", 0, 1e4, {"loguniform": [1, 50]}),
        Parameter("g", "g", "", "coupling of chi2", 1e-4, 4, {"loguniform": [0.1, 1]}),
        Parameter("y", "y", "", "conversion", 1e-12, 1, {"loguniform": [1e-7, 1e-3]}),
    )

    def species(self, p):
        numbers = {"Z2": 1}
        return [Species("chi1", p.m, 2, numbers=numbers), Species("chi2", p.m + p.dm, 2, numbers=numbers)]

    def processes(self, p):
        s_wave = p.g**4 / (32 * pi * p.m**2)
        return [
            Process("chi2 chi2 -> SM SM", sigma_v=s_wave, power={"g": 4}),
            Process("chi1 chi2 -> SM SM", sigma_v=(p.y / p.g) ** 2 * s_wave, power={"g": 2, "y": 2}),
            Process("chi2 -> chi1 SM", width=p.y**2 * p.dm**2 / (8 * pi * p.m), power={"y": 2}),
            Process("chi2 SM -> chi1 SM", rate=lambda T: 1e-3 * p.y**2 * p.g**2 * T, power={"y": 2, "g": 2}),
        ]


class Singlet(NetworkScenario):
    name, summary, source = "singlet", "A scalar singlet.", "none"
    parameters = (
        Parameter("m", "m", "GeV", "mass", 63, 1e4, {"loguniform": [70, 1e3]}),
        Parameter("lam", r"\lambda", "", "portal", 1e-6, 10, {"loguniform": [1e-3, 1]}),
    )

    def species(self, p):
        return [Species("S", p.m, 1)]

    def processes(self, p):
        return [
            Process("S S -> SM SM", sigma=lambda s: singlet_sigma(s, p.m, p.lam), poles=[(125.25, 4.07e-3)],
                    thresholds=[2 * 80.377, 2 * 91.1876, 2 * 125.25, 2 * 172.76], power={"lam": 2})
        ]  # fmt: skip


class Neutrino(NetworkScenario):
    name, summary, source = "neutrino", "Leptogenesis.", "none"
    charges: ClassVar = {"B-L": {"observable": "eta_B", "factor": lambda: 0.013 * 106.75 * pi**4 / 60}}
    # A field without annotation, as short files have it.
    cosmology = option(106.75, "constant g_*", number=True)
    parameters = (
        Parameter("M1", "M_1", "GeV", "mass", 1e5, 1e16, {"loguniform": [1e9, 1e12]}),
        Parameter("K", "K", "", "decay parameter", 1e-4, 1e4, {"loguniform": [0.1, 100]}),
        Parameter("eps", r"\epsilon", "", "CP asymmetry", 1e-12, 1, {"loguniform": [1e-8, 1e-5]}),
    )

    def species(self, p):
        return [Species("N1", p.M1, 2, start="empty")]

    def processes(self, p):
        width = p.K * self.hubble(p.M1)
        return [Process("N1 -> SM SM", width=width, epsilon=p.eps, charge="B-L", power={"K": 1})]

    def washouts(self, p):
        return [Washout("B-L", process="N1 -> SM SM", carrier=2)]


def draws(model, n, seed=4):
    rng = np.random.default_rng(seed)
    limits = np.log([item.prior["loguniform"] for item in model.parameters])
    return np.exp(limits[:, 0] + rng.random((n, len(limits))) * (limits[:, 1] - limits[:, 0]))


@pytest.mark.parametrize("model", [Pair(), Neutrino(), Singlet(accuracy=1e-3)], ids=lambda item: item.name)
def test_a_batch_equals_its_points_to_the_last_bit(model):
    theta = draws(model, 37)
    together, status = model.evaluate(theta)
    alone = [model.evaluate(row) for row in theta]
    assert (status == Status.OK).all()
    assert np.array_equal(together, np.vstack([item[0] for item in alone]), equal_nan=True)
    assert np.array_equal(together[5:9], model.evaluate(theta[5:9])[0], equal_nan=True)


def test_every_draw_of_the_examples_has_a_status_and_no_silent_failure():
    for model in (Pair(), Neutrino()):
        observables, status = model.evaluate(draws(model, 200, seed=9))
        solved = status == Status.OK
        assert solved.mean() > 0.9
        names = [item.name for item in model.observables]
        finite = [k for k, name in enumerate(names) if not name.startswith("x_freeze_out")]
        assert np.isfinite(observables[np.ix_(solved, finite)]).all()
        assert np.isnan(observables[~solved]).all()


def test_observables_follow_from_the_lists():
    assert [item.name for item in Pair().observables] == [
        "omega_h2", "omega_h2_chi1", "yield_chi1", "x_freeze_out_chi1", "remaining_change", "rate_at_start"
    ]  # fmt: skip
    assert [item.name for item in Neutrino().observables] == ["eta_B"]


def test_options_without_annotation_are_options():
    assert "cosmology" in [item.name for item in Neutrino.options()]
    assert Neutrino(cosmology=100.0).constant == 100.0


@pytest.mark.parametrize(
    ("model", "point"), [(Pair(), (500.0, 10.0, 0.5, 3e-7)), (Neutrino(), (1e10, 8.0, 1e-6))]
)
def test_sensitivities_are_central_differences(model, point):
    model = type(model)(accuracy=1e-6)
    theta = np.array(point)
    found = model.sensitivities(theta)
    observable = 2 if model.name == "pair" else 0
    who = "chi1" if model.name == "pair" else "B-L"
    names = [item.name for item in model.parameters]
    # The powers of g and y in a shared factor are stated per process: only K and the total of y are pure.
    for name in {"pair": ("y",), "neutrino": ("K",)}[model.name]:
        moved = np.tile(theta, (2, 1))
        moved[:, names.index(name)] *= np.exp([DIFFERENCE, -DIFFERENCE])
        values = model.evaluate(moved)[0][:, observable]
        slope = np.log(values[0] / values[1]) / (2 * DIFFERENCE)
        assert found[name][who][0] == pytest.approx(slope, rel=RESPONSE_TOLERANCE, abs=1e-5)


def test_evolution_shows_yields_and_equilibrium():
    model = Pair()
    evolution = model.evolve(np.array([500.0, 10.0, 0.5, 3e-7]))
    labels = [curve.label for curve in evolution.curves]
    assert labels == ["chi1", "chi2", "chi1 in equilibrium", "chi2 in equilibrium"]
    assert np.all(np.diff(evolution.time) > 0.0)
    final = evolution.curves[0].values[-1]
    assert final == pytest.approx(model.evaluate(np.array([500.0, 10.0, 0.5, 3e-7]))[0][0, 2], rel=1e-3)


def made(species, processes, washouts=(), charges=None, parameters=None):
    """Return a scenario whose lists are functions of the parameters."""
    given = parameters or (Parameter("m", "m", "GeV", "mass", 1e-3, 1e6, {"loguniform": [50, 200]}),)
    body = {
        "name": "made", "summary": "Made.", "source": "none", "parameters": given, "charges": charges or {},
        "species": lambda self, p: species(p), "processes": lambda self, p: processes(p),
        "washouts": lambda self, p: washouts,
    }  # fmt: skip
    return type("Made", (NetworkScenario,), body)()


def wimp(p):
    return [Species("S", p.m, 1, numbers={"Z2": 1})]


def one(process):
    return lambda p: [process]


def two(*species):
    return lambda p: [Species("S", p.m, 1, numbers={"Z2": 1}), *species]


SV = Process("S S -> SM SM", sigma_v=1e-9)
WRONG = [
    (wimp, one(Process("S Q -> SM SM", sigma_v=1e-9)), 'unknown species "Q"; known are S and SM'),
    (wimp, one(Process("S SM -> SM SM", rate=1e-9)), "changes Z2 by -1; a declared number is conserved"),
    (
        two(Species("phi", 150.0)),
        lambda p: [SV, Process("phi -> S S S", width=1.0)],
        "the decay is closed: 150 GeV",
    ),
    (
        wimp,
        one(Process("S S -> SM SM", sigma_v=1e-9, sigma=lambda s: s)),
        "2 rates (sigma_v, sigma); give exactly one",
    ),
    (wimp, one(Process("S S -> SM SM")), "no rate"),
    (
        wimp,
        one(Process("S S -> SM SM", width=1e-9)),
        "a width needs one reactant, found 2; use sigma_v or density",
    ),
    (two(Species("B", 5.0)), one(SV), "species B: takes part in no process; its yield would never change"),
    (
        lambda p: [Species("S", p.m, 0)],
        one(SV),
        "species S: degrees 0; count the states in its yield, at least 1",
    ),
    (lambda p: [Species("S", -p.m, 1)], one(SV), "a positive mass is wanted"),
    (lambda p: [Species("S", p.m), Species("S", p.m)], one(SV), "stated twice"),
    (lambda p: [Species("S", p.m, bath=True)], one(SV), "at least one must be solved"),
    (lambda p: [Species("S", p.m, start="full")], one(SV), 'allowed: "thermal", "empty" or a yield'),
    (lambda p: [Species("S", p.m, statistics="bose")], one(SV), "allowed: mb, fd, be"),
    (lambda p: [Species("SM", p.m), Species("S", p.m)], one(SV), "and not SM"),
    (wimp, one(Process("S S = SM SM", sigma_v=1e-9)), "with one arrow"),
    (wimp, one(Process("S S S S -> SM SM", density=1e-9)), "at most 3 particles"),
    (wimp, one(Process("S SM -> S SM", sigma_v=1e-9)), "needs the number of states of every reactant"),
    (wimp, one(Process("SM SM -> S S S", amplitude2=lambda s: s)), "an amplitude2 needs two products"),
    (wimp, one(Process("SM SM -> S S", rate=1e-9)), "per particle of a solved reactant"),
    (wimp, lambda p: [SV, Process("SM SM -> SM SM", density=1e-9)], "no solved species takes part"),
    (wimp, one(Process("S S S -> S SM SM", sigma_v2=1e-9, pairs=True)), "pairs = true is for"),
    (wimp, one(Process("S S -> SM SM", sigma_v=1e-9, epsilon=0.1)), "epsilon and charge belong together"),
    (wimp, one(Process("S S -> SM SM", sigma_v=1e-9, epsilon=0.1, charge="B")), 'unknown charge "B"'),
]


@pytest.mark.parametrize(("species", "processes", "sentence"), WRONG)
def test_a_wrong_model_is_told_in_a_sentence(species, processes, sentence):
    with pytest.raises(UserError) as error:
        made(species, processes).topology  # noqa: B018
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("washout", "sentence"),
    [
        (Washout("B", rate=1.0), 'unknown charge "B"'),
        (Washout("L"), "give either a rate or a process"),
        (Washout("L", process="S S -> SM"), "unknown process"),
        (Washout("L", rate=1.0, species="Q"), "unknown solved species"),
    ],
)
def test_a_wrong_washout_is_told_in_a_sentence(washout, sentence):
    with pytest.raises(UserError) as error:
        made(wimp, one(SV), [washout], {"L": {}}).topology  # noqa: B018
    assert sentence in str(error.value)


def test_semi_annihilation_balances_for_some_choice_of_signs():
    good = made(
        lambda p: [Species("chi", p.m, 2, numbers={"Z3": 1}, antiparticles=True)],
        one(Process("chi chi -> chi SM", sigma_v=1e-9)),
    )
    assert good.topology.nu[0, 0] == -1.0


def test_lists_that_change_with_parameters_are_refused():
    model = made(wimp, lambda p: [SV] * (1 + int(p.m[0, 0] > 500.0)))
    with pytest.raises(UserError, match="lists change by options only"):
        model.evaluate(np.array([[600.0]]))


def test_rates_of_another_shape_are_refused():
    model = made(wimp, one(Process("S S -> SM SM", sigma_v=lambda T: np.ones(3))))
    with pytest.raises(UserError, match=r"an array of shape \(3,\)"):
        model.evaluate(np.array([[100.0]]))


def test_points_without_a_meaning_have_a_status():
    negative = made(wimp, lambda p: [Process("S S -> SM SM", sigma_v=1e-9 * (150.0 - p.m))])
    assert list(negative.evaluate(np.array([[100.0], [200.0]]))[1]) == [Status.OK, Status.BAD_RATE]
    closed = made(
        two(Species("B", 300.0)),
        lambda p: [SV, Process("B -> S S", width=1e-9), Process("B B -> SM SM", sigma_v=1e-9)],
    )
    assert list(closed.evaluate(np.array([[100.0], [200.0]]))[1]) == [Status.OK, Status.CLOSED_CHANNEL]
    decaying = made(lambda p: [Species("S", p.m)], one(Process("S -> SM SM", width=1e-8)))
    assert decaying.evaluate(np.array([[100.0]]))[1][0] != Status.OK


THETA = np.array([[100.0], [80.0]])


@pytest.mark.parametrize(
    ("processes", "sentence"),
    [
        (one(Process("S S -> SM SM", sigma_v=-2e-6)), "negative rate (-2e-06); rates are zero or more"),
        (one(Process("S S -> SM SM", sigma_v=lambda T: np.log(T - 1e9))), "a finite number is wanted"),
        (one(Process("S S -> SM SM", sigma_v=2.2e-26)), "nothing of 100 GeV freezes out with that. 2.2e-26 cm^3/s"),
        (one(Process("S S -> SM SM", sigma_v=1e3)), "above the unitarity limit"),
        (one(Process("S S -> SM SM", density=lambda T: 10.0 * T**4)), "above T^4"),
        # m/T handed over where T is wanted.
        (one(Process("S S -> SM SM", density=lambda x: 1e-3 * x**-4)), "above T^4"),
    ],
)  # fmt: skip
def test_a_look_at_a_model_finds_rates_that_cannot_be_meant(processes, sentence):
    with pytest.raises(UserError) as error:
        made(wimp, processes).check(THETA)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("processes", "sentence"),
    [
        (lambda p: [SV, Process("SM SM -> S S", amplitude2=lambda s: 1e-4)], "each other's inverse"),
        (lambda p: [SV, SV], "have the same rate: counted twice?"),
        (one(Process("S S -> SM SM", sigma_v=lambda T: 1e-9 * (2.0 + np.sin(200.0 * np.log(T))))), "not smooth in T"),
        (
            one(Process("S S -> SM SM", sigma=lambda s: 1e-9 / (1.0 + ((np.sqrt(s) - 250.0) / 1e-3) ** 2) + 1e-13)),
            "changes with twice the panels",
        ),
    ],
)  # fmt: skip
def test_a_look_at_a_model_finds_what_is_doubtful(processes, sentence):
    assert any(sentence in text for text in made(wimp, processes).check(THETA))


def test_a_missing_decay_is_asked_for():
    model = made(
        two(Species("B", 300.0, numbers={"Z2": 1})),
        lambda p: [SV, Process("SM SM -> B B", density=lambda T: 1e-20 * T**4)],
    )
    assert any("is a decay missing?" in text for text in model.check(THETA))


@pytest.mark.parametrize("model", [Pair(), Neutrino(), Singlet(accuracy=1e-3)], ids=lambda item: item.name)
def test_a_look_at_a_good_model_finds_nothing(model):
    assert model.check(draws(model, 3)) == ()


class WithOption(NetworkScenario):
    name, summary, source = "with-option", "A list that an option changes.", "none"
    semi: Annotated[bool, Field(description="semi-annihilation")] = False
    parameters = Pair.parameters[:1]

    def species(self, p):
        return [Species("S", p.m, 2, numbers={"Z3": 1}, antiparticles=True)]

    def processes(self, p):
        more = [Process("S S -> S SM", sigma_v=1e-9)] if self.semi else []
        return [Process("S S -> SM SM", sigma_v=1e-9), *more]


def test_an_option_may_change_the_lists():
    point = np.array([100.0])
    assert WithOption(semi=True).evaluate(point)[0][0, 0] < WithOption().evaluate(point)[0][0, 0]
