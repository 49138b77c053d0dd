"""What a comparison leaves on disk says what was found."""

import csv

import pytest

from relicfit.infer.comparison.evidences import compare_results
from relicfit.infer.comparison.files import write_comparison


def test_the_page_of_a_comparison_gives_the_bayes_factor_with_its_error(one, two, tmp_path):
    found = compare_results([one, two], sensitivity=False)
    paths = write_comparison(found, tmp_path)
    page = next(path for path in paths if path.name == "report.html").read_text()
    assert f"{found['two'].log_bayes:.2f} ± {found['two'].log_bayes_error:.2f}" in page


def test_the_table_of_sensitivity_has_a_line_for_every_variation_of_every_row(one, two, tmp_path):
    found = compare_results([one, two])
    write_comparison(found, tmp_path)
    with open(tmp_path / "sensitivity.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(row.shifts) for row in found.sensitivity)
    known = [row for row in rows if row["method"] == "reweighted"]
    assert known
    for row in known:
        shifts = next(
            item.shifts
            for item in found.sensitivity
            if (item.run, item.parameter) == (row["run"], row["parameter"])
        )
        assert float(row["shift"]) == pytest.approx(shifts[row["change"]].shift, rel=1e-4)
