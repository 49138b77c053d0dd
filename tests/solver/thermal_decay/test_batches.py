"""A batch is its rows, to the last bit, on any number of threads."""

import numpy as np
import pytest

from relicfit.solver.numerics import batch
from relicfit.solver.scenario import scenario
from relicfit.tests.solver.thermal_decay.radau import draw


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


def test_order_of_rows_does_not_matter():
    model = scenario("thermal-freeze-out")
    theta = draw(np.random.default_rng(6), 80, model, True)
    order = np.random.default_rng(7).permutation(80)
    assert model.evaluate(theta[order])[0].tobytes() == model.evaluate(theta)[0][order].tobytes()


def test_wrong_number_of_columns_is_refused():
    with pytest.raises(ValueError, match="7 parameters, got 3"):
        scenario("thermal-freeze-out").evaluate(np.ones((4, 3)))
