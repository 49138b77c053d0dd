"""Rows over threads: the same result in the same order."""

import threading

import numpy as np
import pytest

from relicfit.solver.numerics import batch


@pytest.fixture(autouse=True)
def restore_threads():
    before = batch.threads()
    yield
    batch.set_threads(before)


def square(rows):
    return rows**2, rows[:, 0].astype(np.int64)


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("rows", [0, 1, 31, 32, 100, 1001])
def test_parts_are_joined_in_order(count, rows):
    batch.set_threads(count)
    theta = np.arange(2.0 * rows).reshape(rows, 2)
    values, numbers = batch.map_rows(square, theta)
    assert np.array_equal(values, theta**2)
    assert np.array_equal(numbers, theta[:, 0])


def test_small_batches_stay_on_the_calling_thread():
    batch.set_threads(4)
    seen = []

    def record(rows):
        seen.append(threading.current_thread())
        return (rows,)

    batch.map_rows(record, np.zeros((batch.SMALLEST_BATCH - 1, 1)))
    assert seen == [threading.current_thread()]
    batch.map_rows(record, np.zeros((batch.SMALLEST_BATCH, 1)))
    assert threading.current_thread() not in seen[1:]


def test_number_of_threads_is_at_least_one():
    batch.set_threads(0)
    assert batch.threads() == 1
