"""The error that is achieved: never above the accuracy asked for, and typically not far below it either."""

import numpy as np
import pytest

from relicfit.solver.numerics.status import Status
from relicfit.solver.scenario import scenario
from relicfit.solver.scenarios.thermal_decay.rows import COLUMNS, solve_rows
from relicfit.tests.solver.scenarios.thermal_decay.radau import draw

POINTS = 200
COARSEST = 1e-2
ACCURACIES = (1e-3, 1e-4, 1e-5, 1e-6)
REFERENCE = 1e-10
# Of the median, over points that have an error of the integration at all: 8 to 30, once 38.
WITHIN = 40.0
# At 1e-8 the cells of the tables of g_s show.
TIGHTEST, TIGHTEST_ERROR = 1e-8, 1e-7
OPTIONS = (
    {},
    {"interaction": "dim-6"},
    {"heavier": "final", "share_a": 0.3},
    {"densities": "nr"},
    {"d_sm": 100.0},
)
CASES = [
    (name, options, annihilation)
    for name in ("thermal-freeze-out", "thermal-freeze-in")
    for options in OPTIONS
    for annihilation in (False, True)
]


@pytest.mark.parametrize(("name", "options", "annihilation"), CASES)
def test_achieved_error_is_below_the_accuracy_and_typically_within_a_factor_thirty(
    name, options, annihilation
):
    model = scenario(name, **options)
    theta = model._full(draw(np.random.default_rng(31), POINTS, model, annihilation))
    exact, exact_status = solve_rows(theta, model.setting._replace(accuracy=REFERENCE))
    solved = exact_status == Status.OK
    assert solved.mean() > 0.6
    column = COLUMNS.index("final_yield")

    def errors(accuracy):
        coarse, status = solve_rows(theta, model.setting._replace(accuracy=accuracy))
        assert np.array_equal(status, exact_status)
        return np.abs(coarse[solved, column] / exact[solved, column] - 1.0)

    assert errors(COARSEST).max() <= COARSEST
    for accuracy in ACCURACIES:
        error = errors(accuracy)
        assert error.max() <= accuracy, (accuracy, theta[solved][error.argmax()])
        # Points whose yield hardly depends on the integration say nothing about it.
        assert np.median(error[error > 1e-3 * accuracy]) >= accuracy / WITHIN, accuracy
    assert errors(TIGHTEST).max() <= TIGHTEST_ERROR
