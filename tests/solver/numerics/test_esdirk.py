import numpy as np
import pytest

from relicfit.solver.numerics.esdirk import ABSCISSAE, COEFFICIENTS, GAMMA, STAGES

A = COEFFICIENTS + GAMMA * np.diag(np.arange(STAGES) > 0)
C = ABSCISSAE

# The conditions of the rooted trees up to order five: (order, weights applied to b, wanted value).
TREES = [
    (1, np.ones(STAGES), 1),
    (2, C, 1 / 2),
    (3, C**2, 1 / 3),
    (3, A @ C, 1 / 6),
    (4, C**3, 1 / 4),
    (4, C * (A @ C), 1 / 8),
    (4, A @ C**2, 1 / 12),
    (4, A @ A @ C, 1 / 24),
    (5, C**4, 1 / 5),
    (5, C**2 * (A @ C), 1 / 10),
    (5, (A @ C) ** 2, 1 / 20),
    (5, C * (A @ C**2), 1 / 15),
    (5, C * (A @ A @ C), 1 / 30),
    (5, A @ C**3, 1 / 20),
    (5, A @ (C * (A @ C)), 1 / 40),
    (5, A @ A @ C**2, 1 / 60),
    (5, A @ A @ A @ C, 1 / 120),
]


@pytest.mark.parametrize(("order", "tree", "value"), TREES)
def test_solution_satisfies_order_conditions_to_five(order, tree, value):
    assert A[-1] @ tree == pytest.approx(value, abs=1e-13)


def test_embedded_result_is_of_order_four_and_not_five():
    residuals = dict.fromkeys(range(1, 6), 0.0)
    for order, tree, value in TREES:
        residuals[order] = max(residuals[order], abs(A[-2] @ tree - value))
    assert max(residuals[order] for order in range(1, 5)) < 1e-13
    assert residuals[5] > 1e-4


def test_last_two_stages_stand_at_the_end_of_the_step():
    assert pytest.approx(1.0, abs=1e-14) == C[-1]
    assert pytest.approx(1.0, abs=1e-14) == C[-2]
