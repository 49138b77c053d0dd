"""A batch is its rows, to the last bit, on any number of threads."""

import threading
import time

import numpy as np
import pytest

from relicfit.solver.numerics import batch
from relicfit.solver.scenario import scenario
from relicfit.tests.solver.scenarios.thermal_decay.radau import draw


@pytest.fixture
def restore_threads():
    before = batch.threads()
    yield
    batch.set_threads(before)


@pytest.mark.parametrize("annihilation", [False, True])
@pytest.mark.parametrize("name", ["thermal-freeze-out", "thermal-freeze-in"])
def test_batch_equals_single_calls_bit_for_bit_on_one_and_two_threads(name, annihilation, restore_threads):
    model = scenario(name)
    theta = draw(np.random.default_rng(5), 150, model, annihilation)
    singles = [model.evaluate(row) for row in theta]
    expected = np.vstack([item[0] for item in singles])
    expected_status = np.concatenate([item[1] for item in singles])
    for count in (1, 2):
        batch.set_threads(count)
        observables, status = model.evaluate(theta)
        assert observables.tobytes() == expected.tobytes()
        assert np.array_equal(status, expected_status)
    assert (expected_status == 0).sum() > 100


def test_other_threads_run_while_a_batch_is_solved(restore_threads):
    batch.set_threads(1)
    model = scenario("thermal-freeze-out", accuracy=1e-8)
    theta = np.tile(model.theta(dict(mass=10.0, delta=0.5, coupling=1e-7, annihilation=1e8)), (5000, 1))
    model.evaluate(theta[:1])
    solving = threading.Thread(target=model.evaluate, args=(theta,))
    solving.start()
    turns = 0
    while solving.is_alive():
        time.sleep(1e-3)
        turns += 1
    # With the interpreter locked there would be one turn, after the end. The solve takes a second.
    assert turns > 20


def test_order_of_rows_does_not_matter():
    model = scenario("thermal-freeze-out")
    theta = draw(np.random.default_rng(6), 80, model, True)
    order = np.random.default_rng(7).permutation(80)
    assert model.evaluate(theta[order])[0].tobytes() == model.evaluate(theta)[0][order].tobytes()


def test_wrong_number_of_columns_is_refused():
    with pytest.raises(ValueError, match="7 parameters, got 3"):
        scenario("thermal-freeze-out").evaluate(np.ones((4, 3)))
