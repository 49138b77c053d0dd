"""The summary of a run is that of its draws."""

import numpy as np
import pytest

from relicfit.infer.results.table import Row, as_csv


def test_quantiles_of_the_summary_are_those_of_the_draws(finished):
    row = finished.summary["a"]
    draws = finished.posterior["a"].to_numpy()
    expected = np.quantile(draws, [0.025, 0.16, 0.5, 0.84, 0.975])
    assert [row[key] for key in ("q2.5", "q16", "median", "q84", "q97.5")] == pytest.approx(
        expected, rel=1e-7
    )
    assert row["mean"] == pytest.approx(draws.mean(), rel=1e-7)
    assert row["best_fit"] == pytest.approx(0.12, abs=0.005)
    assert finished.summary["omega_h2"]["kind"] == "observable"


def test_a_quantity_that_was_never_finite_is_not_a_number_in_the_table():
    nan = float("nan")
    line = as_csv([Row("x", "observable", "GeV", nan, nan, (nan,) * 5, 1.5, nan, nan)]).splitlines()[1]
    assert line == "x,observable,GeV,nan,nan,nan,nan,nan,nan,nan,1.5,nan,nan"
