"""Networks stated in a run file alone: what they mean, and what is said of mistakes."""

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import problem_from
from relicfit.infer.problem.toml import dump
from relicfit.solver import Status

CM3_S = 8.5666e16


def content(**changes):
    base = {
        "scenario": "network",
        "parameters": {"m": {"loguniform": [10, 1e3]}, "sv": 1.9e-9},
        "network": {
            "species": {"chi": {"mass": "m", "degrees": 2, "numbers": {"Z2": 1}}},
            "process": [{"reaction": "chi chi -> SM SM", "sigma-v": "sv"}],
        },
        "likelihoods": {"relic-density": {}},
    }
    network = base["network"] | changes.pop("network", {})
    return base | changes | {"network": network}


def omega(content, **point):
    model = problem_from(content).scenario
    values, status = model.evaluate(model.theta({"m": 100.0, "sv": 1.9e-9} | point))
    assert status[0] == Status.OK
    return values[0, 0]


def one(**process):
    return content(network={"process": [{"reaction": "chi chi -> SM SM", **process}]})


def test_numbers_formulas_and_units_mean_the_same():
    reference = omega(one(**{"sigma-v": 2.2e-26 * CM3_S}))
    assert omega(one(**{"sigma-v": "2.2e-26 cm^3/s"})) == pytest.approx(reference, rel=1e-3)
    assert omega(one(**{"sigma-v": f"{2.2e-26 * CM3_S} * (m/100)**2"})) == pytest.approx(reference, rel=1e-9)
    assert reference == pytest.approx(0.1149, rel=2e-3)


def test_waves_are_a_plus_6_b_over_x():
    waves = omega(one(**{"sigma-v": {"a": 1e-9, "b": 5e-8}}))
    assert waves == pytest.approx(omega(one(**{"sigma-v": "1e-9 + 6*5e-8/x"})), rel=1e-9)
    assert waves == pytest.approx(omega(one(**{"sigma-v": "1e-9 + 6*5e-8*T/m"})), rel=1e-9)


def test_a_cross_section_is_averaged():
    # σ v = const in the centre of mass is nearly ⟨σv⟩ = const: corrections are of order 1/x.
    averaged = omega(one(sigma="sv/(2*sqrt(1 - 4*m**2/s))"))
    assert averaged == pytest.approx(omega(content()), rel=0.1)


def test_expansions():
    faster = content(network={"expansion": {"kind": "faster", "factor": "sqrt(1 + (T/0.02)**2)"}})
    early = {"kind": "early-matter", "ratio": 1e-3, "at": 60, "reheating-temperature": 5e-3}
    diluted = content(network={"expansion": early, "reheating-temperature": 50})
    assert omega(faster) > 10.0 * omega(content())
    assert omega(diluted) < 0.2 * omega(content())


def test_of_names_components():
    two = content(
        network={
            "species": {"a": {"mass": "m", "degrees": 2}, "b": {"mass": "2*m", "degrees": 2}},
            "process": [
                {"reaction": "a a -> SM SM", "sigma-v": "sv"},
                {"reaction": "b b -> SM SM", "sigma-v": "sv"},
            ],
        }
    )
    problem = problem_from(two | {"likelihoods": {"relic-density": {"of": "b"}}})
    assert problem.likelihoods[0].needs == ("omega_h2_b",)
    both = problem_from(two | {"likelihoods": {"relic-density": {"of": "a + b"}}}).likelihoods[0]
    parts = {"omega_h2_a": np.array([0.05]), "omega_h2_b": np.array([0.07])}
    whole = problem_from(two).likelihoods[0].evaluate({"omega_h2": np.array([0.12])})[0]
    assert both.evaluate(parts)[0] == pytest.approx(whole)
    with pytest.raises(UserError, match="does not predict"):
        problem_from(two | {"likelihoods": {"relic-density": {"of": "c"}}})


def test_a_resolved_run_file_gives_the_same_problem():
    import tomllib

    problem = problem_from(content())
    again = problem_from(tomllib.loads(dump(problem.content)))
    assert again.content == problem.content
    theta = np.array([[100.0, 1.9e-9]])
    assert np.array_equal(problem.scenario.evaluate(theta)[0], again.scenario.evaluate(theta)[0])


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        ({"process": [{"reaction": "chi chi -> SM SM", "sigmav": 1.0}]}, "Did you mean sigma-v?"),
        ({"process": [{"reaction": "chi chi -> SM SM", "sigma-v": "svv"}]}, "Did you mean sv?"),
        ({"process": [{"reaction": "chi chi -> SM SM", "sigma-v": "1 cm^2"}]}, "unknown unit 'cm^2'"),
        (
            {"process": [{"reaction": "chi chi -> SM SM", "sigma-v": "sv", "pairs": 1}]},
            "true or false is wanted",
        ),
        ({"process": [{"reaction": "chi chi -> SM SM", "sigma-v": True}]}, "a number or a formula is wanted"),
        ({"process": []}, "at least one species and one process"),
        ({"process": {"reaction": "x"}}, "[[network.process]] is wanted"),
        ({"species": {"chi": {"degrees": 2}}}, "species.chi.mass: missing"),
        ({"species": {"chi": {"mass": "m", "numbers": {"Z2": "odd"}}}}, "a table of numbers is wanted"),
        ({"expansion": {"kind": "slower"}}, "unknown kind 'slower'"),
        ({"expansion": {"kind": "early-matter", "at": 60}}, "early-matter needs"),
        ({"proces": []}, "Did you mean process?"),
        ({"species": {"chi": {"mass": "__import__('os')"}}}, "at character"),
    ],
)
def test_mistakes_are_told_with_their_place(network, sentence):
    with pytest.raises(UserError) as error:
        problem_from(content(network=network))
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("process", "sentence"),
    [
        ({"sigma-v": "sv*m"}, 'process 1 ("chi chi -> SM SM"): sigma-v: GeV^-1, expected GeV^-2.'),
        ({"sigma-v": "sv + m"}, "sigma-v: adds GeV^-2 and GeV; units by name are"),
        ({"sigma-v": "sv*exp(-m)"}, "exp of GeV; a number without unit is wanted"),
        ({"sigma-v": "sv*2**T"}, "an exponent in GeV"),
        ({"sigma-v": "sv*m**(T/m)"}, "with an exponent that varies"),
        ({"sigma-v": {"a": "sv", "b": "m"}}, "sigma-v.b: GeV, expected GeV^-2"),
        ({"density": "T**3"}, "density: GeV^3, expected GeV^4"),
        ({"sigma": "sv/s"}, "sigma: GeV^-4, expected GeV^-2"),
        ({"sigma-v": "2 1/s"}, "sigma-v: 1/s is GeV, expected GeV^-2"),
    ],
)
def test_a_formula_in_another_unit_is_told(process, sentence):
    network = {
        "units": {"m": "GeV", "sv": "GeV^-2"}, "process": [{"reaction": "chi chi -> SM SM", **process}]
    }  # fmt: skip
    with pytest.raises(UserError) as error:
        problem_from(content(network=network))
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    "rate",
    [
        "sv",
        "sv*(1 + x)",
        "sqrt(sv**2)",
        "1e-9/GeV**2",
        "sv*m**2/s",
        "2e-9",
        "min(sv, 0.1*pb)",
        "-(-sv)",
        2e-9,
    ],
)
def test_a_formula_in_the_right_unit_passes(rate):
    kind = "sigma" if "s" in str(rate).replace("sv", "").replace("sqrt", "") else "sigma-v"
    network = {
        "units": {"m": "GeV", "sv": "GeV^-2"}, "process": [{"reaction": "chi chi -> SM SM", kind: rate}]
    }  # fmt: skip
    model = problem_from(content(network=network)).scenario
    assert [item.unit for item in model.parameters] == ["GeV", "GeV^-2"]


@pytest.mark.parametrize(
    ("units", "sentence"),
    [
        ({"mm": "GeV"}, "Did you mean m?"),
        ({"m": "kg"}, "a power of GeV is wanted"),
        ({"m": 1}, 'with NAME = "GeV" is wanted'),
    ],
)
def test_units_that_are_none_are_told(units, sentence):
    with pytest.raises(UserError) as error:
        problem_from(content(network={"units": units}))
    assert sentence in str(error.value)


def test_names_of_formulas_are_no_parameters():
    with pytest.raises(UserError, match=r"parameters\.T: the name stands for something else"):
        problem_from(content(parameters={"m": 100.0, "sv": 1e-9, "T": 1.0}))


def test_a_network_needs_its_scenario():
    with pytest.raises(UserError, match='write scenario = "network"'):
        problem_from(content(scenario="thermal-freeze-out"))


def test_overrides_reach_parameters_and_network():
    problem = problem_from(content(), [("m", 50.0), ("network.reheating-temperature", 20.0)])
    assert problem.content["network"]["reheating-temperature"] == 20.0
    assert problem.content["parameters"]["m"] == 50.0
