"""Measurements and bounds that a run file states: their formulas, far values, batches and round trips."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from relicfit.errors import UserError
from relicfit.likelihoods import TheoryError, likelihood
from relicfit.likelihoods.likelihood import likelihood_of

LIFETIME = {"observable": "lifetime_s", "value": 1e25, "error": 1e24}


def at(term, *values):
    return term.evaluate({term.observable: np.array(values)})[0]


def test_measurement_is_a_gaussian():
    found = at(likelihood("measurement", **LIFETIME), 1e25, 1.1e25, 0.7e25)
    np.testing.assert_allclose(found, [0.0, -0.5, -4.5], atol=1e-12)


def test_logarithmic_measurement_compares_logarithms_with_both_errors():
    term = likelihood("measurement", **LIFETIME, logarithmic=True, theory_error=0.5)
    width = math.hypot(0.1, math.log(1.5))
    expected = [-0.5 * (math.log(3.0) / width) ** 2, -0.5 * (math.log(5.0) / width) ** 2]
    np.testing.assert_allclose(at(term, 3e25, 0.2e25), expected, rtol=1e-12)


def test_theory_error_of_the_scenario_counts_unless_the_run_file_sets_one():
    stated = {"lifetime_s": TheoryError(0.3)}
    assert likelihood("measurement", **LIFETIME).with_theory(stated).width == pytest.approx(
        1e25 * math.hypot(0.1, 0.3), rel=1e-14
    )
    assert likelihood("measurement", **LIFETIME, theory_error=0.0).with_theory(stated).width == 1e24
    factor = likelihood("measurement", **LIFETIME, logarithmic=True).with_theory(
        {"lifetime_s": TheoryError(2.0, is_factor=True)}
    )
    assert factor.width == pytest.approx(math.hypot(0.1, math.log(2.0)), rel=1e-14)


@pytest.mark.parametrize(("level", "z"), [(0.95, norm.ppf(0.975)), (0.9, norm.ppf(0.95))])
def test_bound_on_a_rate_falls_to_its_level_at_the_limit(level, z):
    upper = likelihood("bound", observable="br_pion", upper=1e-7, level=level)
    np.testing.assert_allclose(at(upper, 0.0, 1e-7, 2e-7), [0.0, -0.5 * z**2, -2.0 * z**2], rtol=1e-12)
    lower = likelihood("bound", observable="lifetime_s", lower=1e25, level=level)
    np.testing.assert_allclose(at(lower, np.inf, 1e25, 0.5e25), [0.0, -0.5 * z**2, -2.0 * z**2], rtol=1e-12)
    # A half-Gaussian holds the level of its probability below the limit.
    inside, whole = (quad(lambda r: math.exp(at(upper, r * 1e-7)[0]), 0.0, end)[0] for end in (1.0, 8.0))
    assert inside / whole == pytest.approx(level, rel=1e-6)


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_step_has_the_probability_outside_the_level_at_the_limit(level):
    upper = likelihood("bound", observable="shift", upper=-2.0, width=0.1, level=level, theory_error=0.0)
    lower = likelihood("bound", observable="m_phi", lower=95.0, width=2.0, level=level)
    np.testing.assert_allclose(np.exp([at(upper, -2.0)[0], at(lower, 95.0)[0]]), 1.0 - level, rtol=1e-12)
    np.testing.assert_allclose([at(upper, -4.0)[0], at(lower, 120.0)[0]], 0.0, atol=1e-12)


def test_theory_error_of_a_bound_is_integrated_out():
    term = likelihood("bound", observable="br", upper=1.0, theory_error=0.3)

    def integrand(n):
        return norm.pdf(n) * math.exp(-0.5 * (norm.ppf(0.975) * 0.8 * math.exp(0.3 * n)) ** 2)

    # Nine nodes of the Gauss-Hermite rule.
    assert math.exp(at(term, 0.8)[0]) == pytest.approx(quad(integrand, -8.0, 8.0)[0], rel=1e-4)


def test_two_limits_add():
    both = likelihood("bound", observable="x", lower=1.0, upper=3.0)
    parts = [likelihood("bound", observable="x", **one) for one in ({"lower": 1.0}, {"upper": 3.0})]
    np.testing.assert_allclose(at(both, 0.5, 2.0), sum(at(part, 0.5, 2.0) for part in parts), rtol=1e-14)


FAR = [
    likelihood("measurement", **LIFETIME),
    likelihood("measurement", **LIFETIME, logarithmic=True),
    likelihood("bound", observable="x", upper=1e-90),
    likelihood("bound", observable="x", lower=1e90, theory_error=0.5),
    likelihood("bound", observable="x", upper=1.0, width=1e-90),
]


@pytest.mark.parametrize("term", FAR, ids=lambda item: item.describe())
def test_values_however_far_stay_finite_and_alone_as_in_a_batch(term):
    values = np.concatenate([[0.0, np.inf, np.nan], np.geomspace(1e-300, 1e300, 61)])
    together = at(term, *values)
    assert together.shape == values.shape
    assert np.isneginf(together[2])
    assert np.isfinite(np.delete(together, 2)).all()
    strided = term.evaluate({term.observable: np.repeat(values, 3)[::3]})[0]
    assert np.array_equal(strided, together)
    assert [at(term, value)[0] for value in values] == together.tolist()


@pytest.mark.parametrize("options", [{}, {"logarithmic": True, "theory_error": 0.2}])
def test_simulated_data_have_the_width_in_use(options):
    term = likelihood("measurement", **LIFETIME, **options)
    rng = np.random.default_rng(6)
    drawn = [term.simulate({"lifetime_s": np.array([2e25])}, rng) for _ in range(4000)]
    assert drawn[0].width == pytest.approx(term.width, rel=1e-12)
    values = np.array([item.value for item in drawn])
    pulls = (np.log(values / 2e25) if term.logarithmic else values - 2e25) / term.width
    # Four standard errors of the mean and of the standard deviation.
    assert abs(pulls.mean()) < 4.0 / math.sqrt(4000)
    assert abs(pulls.std() - 1.0) < 4.0 / math.sqrt(8000)


def test_names_of_ones_own_read_back():
    table = {"kind": "bound", "observable": "br_pion", "upper": 1e-7, "source": "arXiv:1234.56789"}
    term = likelihood_of("my-width", table)
    assert (term.name, term.datasets, term.source) == ("my-width", ("my-width",), "arXiv:1234.56789")
    assert likelihood_of("my-width", term.table()) == term
    bare = likelihood("measurement", **LIFETIME)
    assert "kind" not in bare.table()
    assert likelihood_of("measurement", bare.table()) == bare


@pytest.mark.parametrize(
    ("name", "table", "parts"),
    [
        (
            "mine",
            {"observable": "x", "upper": 1},
            ["likelihoods.mine:", 'kind = "measurement" or kind = "bound"'],
        ),
        ("mine", {"kind": "bond"}, ["likelihoods.mine.kind: found 'bond'", "Did you mean bound?"]),
        ("mine", {"kind": "hscp"}, ["likelihoods.mine.kind: found 'hscp'; allowed: kind ="]),
        ("hscp", {"kind": "bound", "observable": "x", "upper": 1}, ["likelihoods.hscp:", "choose another"]),
        ("a/b", {"kind": "bound", "observable": "x", "upper": 1}, ["likelihoods.a/b:", "letters, digits"]),
        ("mine", {"kind": "bound", "observable": "x"}, ["likelihoods.mine: no limit", "upper = 1e-7"]),
        ("bound", {"upper": 1.0}, ["likelihoods.bound.observable: missing (the observable", "a text"]),
        (
            "mine",
            {"kind": "bound", "observable": "x", "uper": 1},
            ["likelihoods.mine.uper:", "Did you mean upper?"],
        ),
        (
            "mine",
            {"kind": "bound", "observable": "x", "upper": -1.0},
            ["likelihoods.mine.upper: found -1.0", "width"],
        ),
        (
            "mine",
            {"kind": "bound", "observable": "x", "upper": 1.0, "lower": 2.0},
            ["likelihoods.mine: lower = 2 is not below upper = 1"],
        ),
        ("measurement", {"observable": "x", "value": 1.0}, ["likelihoods.measurement.error: missing"]),
        (
            "measurement",
            LIFETIME | {"error": 0.0},
            ["likelihoods.measurement.error: found 0.0; allowed: a number"],
        ),
        ("measurement", LIFETIME | {"value": True}, ["likelihoods.measurement.value: found True"]),
        (
            "measurement",
            LIFETIME | {"observable": 3},
            ["likelihoods.measurement.observable: found 3; allowed: a text"],
        ),
        (
            "measurement",
            {"observable": "x", "value": -1.0, "error": 1.0, "logarithmic": True},
            ["likelihoods.measurement.value: found -1.0", "positive"],
        ),
    ],
)
def test_mistakes_are_answered_with_what_is_allowed(name, table, parts):
    with pytest.raises(UserError) as caught:
        likelihood_of(name, table)
    assert len(caught.value.problems) == 1
    for part in parts:
        assert part in str(caught.value)
