"""A report that fails is told of, and no more."""

import pytest

from relicfit.infer.report.writing import attempt


def test_a_report_that_fails_takes_nothing_with_it(tmp_path, capsys):
    def write():
        raise ValueError("no ink")

    attempt(write, tmp_path)
    told = capsys.readouterr().err
    assert "no ink" in told
    assert "the results are complete" in told


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_who_stops_a_report_stops_it(tmp_path, stop):
    def write():
        raise stop

    with pytest.raises(stop):
        attempt(write, tmp_path)
