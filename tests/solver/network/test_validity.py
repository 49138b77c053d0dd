"""Flags of networks: each applies where it should, and where it should not it does not."""

import numpy as np
import pytest

from relicfit.solver import Parameter, Status
from relicfit.solver.network import NetworkScenario, Process, Species


def parameters(**values):
    return tuple(Parameter(name, name, "", name, prior={"fixed": [value]}) for name, value in values.items())


class Annihilating(NetworkScenario):
    name, summary, source = "annihilating", "A particle that annihilates.", "none"
    parameters = parameters(m=100.0, sv=2e-9, pole=500.0)

    def species(self, p):
        return [Species("S", p.m, 2)]

    def processes(self, p):
        return [
            Process(
                "S S -> SM SM",
                sigma=lambda s: p.sv / (2 * np.sqrt(1 - 4 * p.m**2 / s)),
                poles=[(p.pole, 1.0)],
            )
        ]


class Converting(NetworkScenario):
    name, summary, source = "converting", "A pair that converts by decays.", "none"
    parameters = parameters(m=500.0, width=1e-10)

    def species(self, p):
        return [Species("a", p.m, 2), Species("b", p.m + 10, 2)]

    def processes(self, p):
        return [Process("b b -> SM SM", sigma_v=2e-8), Process("b -> a SM", width=p.width)]


class Feeble(NetworkScenario):
    name, summary, source = "feeble", "Dark matter of late decays.", "none"
    parameters = parameters(m=1000.0, width=1e-22, hottest=1e4)

    def species(self, p):
        return [Species("B", p.m, 2), Species("X", 0.1 * p.m, 2, start="empty")]

    def processes(self, p):
        return [Process("B B -> SM SM", sigma_v=1e-9), Process("B -> X SM", width=p.width)]

    def reheating_temperature(self, p):
        return p.hottest


def raised(model, **point):
    theta = model.theta({item.name: item.prior["fixed"][0] for item in model.parameters} | point)[None, :]
    observables, status = model.evaluate(theta)
    assert status[0] == Status.OK
    return {name for name, values in model.flag(theta, observables).items() if values[0]}


@pytest.mark.parametrize(
    ("model", "point", "flag"),
    [
        (Annihilating(), {"m": 1e6, "sv": 1e-9}, "unitarity"),
        (Annihilating(), {"pole": 210.0}, "kinetic"),
        (Converting(), {"width": 1e-17}, "kinetic"),
        (Converting(), {"width": 1e-24}, "late-decay"),
        (Feeble(), {"width": 1e-24}, "late-decay"),
        (Feeble(), {"hottest": 900.0}, "degenerate"),
    ],
)
def test_a_limit_of_validity_is_flagged_where_it_is_passed(model, point, flag):
    assert flag not in raised(model)
    assert flag in raised(model, **point)


@pytest.mark.parametrize("model", [Annihilating(), Converting(), Feeble()], ids=lambda item: item.name)
def test_an_ordinary_point_is_not_flagged(model):
    assert raised(model) == set()


def test_flags_of_a_batch_are_those_of_its_points():
    model = Converting()
    theta = np.column_stack([np.full(300, 500.0), np.logspace(-24, -8, 300)])
    observables, _ = model.evaluate(theta)
    together = model.flag(theta, observables)
    for i in (0, 150, 257, 299):
        alone = model.flag(theta[i : i + 1], observables[i : i + 1])
        assert {name: bool(values[i]) for name, values in together.items()} == {
            name: bool(values[0]) for name, values in alone.items()
        }
