"""Parameters that only scale rates: tables are made once, and what is read from them is the same."""

import dataclasses

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.solver import Parameter, Status
from relicfit.solver.network import NetworkScenario, Process, Species
from relicfit.solver.network.engine import solve_network

# Tables differ by rounding, and steps by a little then.
AGREEMENT = 1e-9


class Counted(NetworkScenario):
    name, summary, source = "counted", "A pair whose rates count their calls.", "none"
    parameters = (
        Parameter("m", "m", "GeV", "mass", 1, 1e5, {"loguniform": [100, 1e3]}),
        Parameter("g", "g", "", "coupling", 0, 4, {"loguniform": [0.1, 1]}),
        Parameter("y", "y", "", "conversion", 0, 1, {"loguniform": [1e-7, 1e-3]}),
    )
    calls = 0

    def species(self, p):
        return [Species("a", p.m, 2), Species("b", 1.05 * p.m, 2)]

    def processes(self, p):
        def counted(T):
            type(self).calls += 1
            return p.g**4 / (32 * np.pi * p.m**2) * (1 + T / p.m)

        return [
            Process("b b -> SM SM", sigma_v=counted, power={"g": 4}),
            Process("b SM -> a SM", rate=lambda T: 1e-3 * p.y**2 * T, power={"y": 2}),
            Process("a b -> SM SM", sigma_v=0.01 * p.g**4 / p.m**2, power={"g": 4}),
        ]


def couplings(n, mass=500.0):
    rng = np.random.default_rng(3)
    return np.column_stack([np.full(n, mass), 10 ** rng.uniform(-1, 0, n), 10 ** rng.uniform(-7, -3, n)])


def test_rates_are_called_once_for_all_couplings():
    model = Counted()
    model.evaluate(couplings(1))
    before = Counted.calls
    model.evaluate(couplings(200))
    assert Counted.calls == before
    model.evaluate(couplings(200, mass=501.0))
    assert Counted.calls == before + 1


def test_shared_tables_give_what_those_of_each_point_give():
    model, theta = Counted(), couplings(20)
    observables, status = model.evaluate(theta)
    alone = solve_network(model.points(theta), model.accuracy)
    assert (status == Status.OK).all()
    names = [item.name for item in model.observables]
    assert observables[:, names.index("yield_a")] == pytest.approx(alone.yields[:, 0], rel=AGREEMENT, abs=0.0)


def test_a_batch_of_shared_and_other_points_equals_its_points():
    theta = np.vstack([couplings(5), couplings(5, mass=300.0), [[500.0, 0.5, 0.0], [500.0, 0.0, 1e-4]]])
    together = Counted().evaluate(theta)[0]
    alone = np.vstack([Counted().evaluate(row)[0] for row in theta])
    assert np.array_equal(together, alone, equal_nan=True)


def powers(**changes):
    """Return the same model with other statements of one process."""

    class Changed(Counted):
        def processes(self, p):
            first, *rest = super().processes(p)
            return [dataclasses.replace(first, **{k: v(p) for k, v in changes.items()}), *rest]

    return Changed()


@pytest.mark.parametrize(
    "model",
    [
        powers(sigma_v=lambda p: np.minimum(p.g**4, 0.1) / p.m**2),
        powers(power=lambda p: {"g": 3}),
        powers(sigma_v=lambda p: p.g**4 / (p.m + p.g) ** 2),
    ],
)
def test_a_power_that_does_not_hold_shares_nothing(model):
    names = [model.parameters[column].name for column in model.scaling.columns]
    assert names == ["y"]
    theta = couplings(4)
    alone = solve_network(model.points(theta), model.accuracy).yields[:, 0]
    names = [item.name for item in model.observables]
    shared = model.evaluate(theta)[0][:, names.index("yield_a")]
    assert shared == pytest.approx(alone, rel=AGREEMENT, abs=0.0)


class HeavierByCoupling(Counted):
    def species(self, p):
        return [Species("a", p.m, 2), Species("b", p.m * (1 + p.g), 2)]


def test_a_coupling_that_makes_mass_shares_nothing():
    assert [int(column) for column in HeavierByCoupling().scaling.columns] == [2]


def test_a_power_that_fails_somewhere_is_told_before_a_run():
    # Only between the points at which powers are found out.
    bump = powers(sigma_v=lambda p: p.g**4 * np.where((p.g > 0.4) & (p.g < 0.5), 2.0, 1.0) / p.m**2)
    assert len(bump.scaling.columns) == 2
    with pytest.raises(UserError, match=r"becomes .* times as large with g = .*leave g out of power"):
        bump.check(np.array([[500.0, 0.45, 1e-5]]))


def test_a_power_of_something_that_is_no_parameter_is_told():
    (said,) = powers(power=lambda p: {"gg": 4}).check(couplings(1))
    assert "'gg' is no parameter" in said
    assert "Did you mean g?" in said
