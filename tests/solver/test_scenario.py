"""Mistakes in names, options and values: what was found, what is allowed, the nearest match."""

import pytest
from pydantic import ConfigDict, TypeAdapter

import relicfit.solver as solver
from relicfit.errors import UserError
from relicfit.solver import registry
from relicfit.solver import scenario as looked_up
from relicfit.solver.scenario import scenario, scenario_class, scenario_names

STRICT = ConfigDict(strict=True)


def message(action):
    with pytest.raises(UserError) as caught:
        action()
    return str(caught.value)


def test_unknown_scenario_names_the_nearest():
    text = message(lambda: scenario("thermal-freezeout"))
    assert "unknown scenario 'thermal-freezeout'. Did you mean thermal-freeze-out?" in text
    assert "thermal-freeze-in" in text


def test_unknown_option_names_the_nearest():
    text = message(lambda: scenario("thermal-freeze-out", interacton="dim-4"))
    assert "options.interacton: unknown option 'interacton'. Did you mean interaction?" in text


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (
            {"interaction": "dim-5"},
            [
                "options.interaction: found 'dim-5'; allowed: 'dim-4', 'dim-6' (how the cross-section",
                "Did you",
            ],
        ),
        ({"densities": "mbb"}, ["options.densities: found 'mbb'; allowed: 'mb', 'nr'", "Did you mean mb?"]),
        ({"d_sm": "rea"}, ["options.d_sm:", "Did you mean real?", "a number"]),
        ({"d_sm": -3.0}, ["options.d_sm: found -3.0; allowed: 'real', a number from 1 to 10000"]),
        ({"accuracy": 0.5}, ["options.accuracy: found 0.5; allowed: a number from 1e-09 to 0.01"]),
        ({"share_a": 1.0}, ["options.share_a: found 1.0; allowed: a number from 0.01 to 0.99"]),
        ({"d_sm": True}, ["options.d_sm: found True; allowed: 'real', a number"]),
        ({"d_a": True}, ["options.d_a: found True; allowed: a number from 1 up"]),
        ({"share_a": "0.4"}, ["options.share_a: found '0.4'; allowed: a number from 0.01 to 0.99"]),
        ({"share_a": float("nan")}, ["options.share_a: found nan"]),
        ({"d_a": [2.0]}, ["options.d_a: found [2.0]; allowed: a number from 1 up"]),
        ({"heavier": 3}, ["options.heavier: found 3; allowed: 'initial', 'final'"]),
    ],
)
def test_bad_options_say_what_is_allowed(options, parts):
    text = message(lambda: scenario("thermal-freeze-out", **options))
    for part in parts:
        assert part in text


def test_numbers_get_the_type_their_option_declares():
    assert scenario("thermal-freeze-out", d_sm=100) == scenario("thermal-freeze-out", d_sm=100.0)
    assert type(scenario("thermal-freeze-out", d_sm=100).d_sm) is float
    assert scenario("lepton-pion", contact=False).contact is False
    assert "options.contact: found 1; allowed: true, false" in message(
        lambda: scenario("lepton-pion", contact=1)
    )


def test_all_bad_options_are_reported_at_once():
    text = message(lambda: scenario("thermal-freeze-out", interaction="x", densities="y"))
    assert text.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "changes", "parts"),
    [
        (
            "thermal-freeze-out",
            {"mass": -1.0},
            ["parameters.mass: found -1 GeV", "1e-06 to 1e+07 GeV", "mass of dark"],
        ),
        ("thermal-freeze-out", {"delta": -0.1}, ["parameters.delta: found -0.1", "0 to 1"]),
        ("thermal-freeze-out", {"delta": None}, ["parameters.delta: missing", "m_B/M"]),
        ("thermal-freeze-out", {"mas": 1.0}, ["parameters.mas: unknown parameter 'mas'. Did you mean mass?"]),
        ("thermal-freeze-out", {"mass": float("nan")}, ["parameters.mass: found nan"]),
        (
            "thermal-freeze-in",
            {"reheating_temperature": 4e-3},
            [
                "parameters.reheating_temperature: found 0.004 GeV",
                "0.005 to 1e+16 GeV",
                "5 MeV for nucleosynthesis",
            ],
        ),
        ("thermal-freeze-in", {"reheating_temperature": None}, ["parameters.reheating_temperature: missing"]),
    ],
)
def test_bad_points_say_what_is_allowed(name, changes, parts):
    point = {"mass": 1.0, "delta": 0.5, "coupling": 1e-7}
    if name == "thermal-freeze-in":
        point["reheating_temperature"] = 10.0
    point.update(changes)
    point = {key: value for key, value in point.items() if value is not None}
    text = message(lambda: scenario(name).theta(point))
    for part in parts:
        assert part in text


def test_defaults_fill_what_a_point_leaves_out():
    theta = scenario("thermal-freeze-out").theta({"mass": 1.0, "delta": 0.5, "coupling": 1e-7})
    assert theta.tolist() == [1.0, 0.5, 1e-7, 1.0, 2.0, 4.0, 0.0]


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_describes_itself(name):
    cls = scenario_class(name)
    assert cls.name == name
    assert "arXiv" in cls.source or "arXiv" in cls.summary
    model = scenario(name)
    for item in (*model.parameters, *model.observables):
        assert item.symbol
        assert item.description
        assert item.label.startswith("$")
    for parameter in model.parameters:
        assert parameter.lower < parameter.upper
        assert parameter.prior or parameter.default is not None
    names = [item.name for item in (*model.parameters, *model.observables)]
    assert "omega_h2" in names
    for option in cls.options():
        assert TypeAdapter(option.annotation, config=STRICT).validate_python(option.default) == option.default
        assert option.description


def test_scenarios_are_looked_up_from_every_path_a_user_may_know():
    assert scenario is looked_up is registry.scenario
    assert (scenario_class, scenario_names) == (registry.scenario_class, registry.scenario_names)
    with pytest.raises(ImportError, match="scenarioo"):
        from relicfit.solver.scenario import scenarioo  # noqa: F401


def test_one_line_imports_what_a_model_needs():
    for name in solver.__all__:
        assert getattr(solver, name) is not None
    with pytest.raises(AttributeError, match="kernle"):
        _ = solver.kernle
