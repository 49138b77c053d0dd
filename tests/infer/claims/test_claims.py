"""The papers' claims: no number has moved since the page was made, and every verdict fits its number."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.claims.claim import Claim, Verdict, above, between, number, unstated
from relicfit.infer.claims.page import PAGE, VALUES, claims_text, compute_values, page_text, write_page
from relicfit.infer.claims.registry import SECTIONS, all_claims, chosen_claims
from relicfit.infer.claims.stored import moved, read_values

DOCS = Path(relicfit.__file__).parent / "docs"
REBUILD = "make the page anew with python -m relicfit.infer.claims docs, and look at what changed"
FEWEST_ROWS = 130


@pytest.fixture(scope="module")
def stored():
    return read_values(DOCS / VALUES)


# The curves of coherent χ take a minute.
LONG = ("conversion.density_matrix",)


@pytest.mark.parametrize(
    "section",
    [pytest.param(item, marks=pytest.mark.slow) if item.module in LONG else item for item in SECTIONS],
    ids=lambda section: section.module,
)
def test_no_number_has_moved_and_every_verdict_fits(section, stored):
    values = compute_values(section.claims)
    assert moved(section.claims, values, stored) == [], REBUILD
    assert [claim.id for claim in section.claims if not claim.consistent(values[claim.id])] == []


def test_stored_numbers_are_those_of_the_rows_and_fit_their_verdicts(stored):
    assert list(stored) == [claim.id for claim in all_claims()]
    assert [claim.id for claim in all_claims() if not claim.consistent(stored[claim.id])] == []


def test_a_number_that_moves_is_noticed(stored):
    for claim in all_claims():
        for factor in (1.0 - 2.0 * claim.precision, 1.0 + 2.0 * claim.precision):
            value = stored[claim.id] * factor or 1.0
            assert moved([claim], {claim.id: value}, stored), claim.id
        assert moved([claim], {claim.id: math.nan}, stored), claim.id
        assert moved([claim], {claim.id: stored[claim.id]}, {}), claim.id


def test_a_number_on_the_other_side_of_its_tolerance_contradicts_the_verdict(stored):
    for claim in all_claims():
        assert not claim.consistent(math.nan)
        if not claim.paper_value.has_number:
            continue
        low, high = claim.paper_value.low, claim.paper_value.high
        bounds = [bound for bound in (low, high) if math.isfinite(bound)]
        if claim.expected is Verdict.AGREES:
            wrong = [bound + sign * (1.0 + abs(bound)) * 1e3 * claim.tolerance
                     for bound, sign in ((low, -1.0), (high, 1.0)) if math.isfinite(bound)]  # fmt: skip
        else:
            wrong = bounds
        for value in wrong:
            assert not claim.consistent(value), (claim.id, value)


def row(paper_value, expected, tolerance=2.0):
    return Claim("x", "arXiv:0", "(1)", "x", paper_value, lambda: 1.0, tolerance, expected, "because")


@pytest.mark.parametrize(
    ("paper_value", "inside", "outside"),
    [
        (number("3", 3.0), (1.5, 3.0, 6.0), (1.49, 6.01, -3.0)),
        (number("-2", -2.0), (-4.0, -1.0), (-4.01, -0.99, 2.0)),
        (between("1 to 10", 1.0, 10.0), (0.5, 5.0, 20.0), (0.49, 20.1)),
        (between("-0.1 to 0.1", -0.1, 0.1), (-0.2, 0.0, 0.2), (-0.21, 0.21)),
        (above("> 1", 1.0), (0.5, 1e9), (0.49, -1.0)),
    ],
)
def test_tolerance_is_a_factor_on_the_stated_interval(paper_value, inside, outside):
    for value in inside:
        assert row(paper_value, Verdict.AGREES).consistent(value)
        assert not row(paper_value, Verdict.DIFFERS).consistent(value)
    for value in outside:
        assert not row(paper_value, Verdict.AGREES).consistent(value)
        assert row(paper_value, Verdict.SLIP).consistent(value)


def test_an_estimate_needs_an_order_of_magnitude_and_no_number_leaves_a_row_open():
    assert row(number("~ 3", 3.0), Verdict.ESTIMATE).consistent(100.0)
    assert not row(number("3", 3.0), Verdict.ESTIMATE).consistent(100.0)
    assert row(unstated("curve"), Verdict.OPEN).consistent(100.0)
    assert not row(unstated("curve"), Verdict.AGREES).consistent(100.0)


def test_rows_are_complete():
    claims = all_claims()
    assert len(claims) >= FEWEST_ROWS
    assert len({claim.id for claim in claims}) == len(claims)
    for claim in claims:
        assert claim.why.strip(), claim.id
        assert claim.statement.strip(), claim.id
        assert claim.tolerance >= 1.0, claim.id
        assert 0.0 < claim.precision < 0.1, claim.id
        assert claim.paper_value.low <= claim.paper_value.high, claim.id
    assert {claim.expected for claim in claims} == set(Verdict)


def test_page_is_that_of_the_stored_numbers(stored):
    assert page_text(stored) == (DOCS / PAGE).read_text(encoding="utf-8"), REBUILD


def test_rebuilding_gives_the_stored_page(tmp_path, stored, monkeypatch):
    # The numbers themselves are the business of the sections above.
    monkeypatch.setattr("relicfit.infer.claims.page.compute_values", lambda claims: stored)
    paths = write_page(tmp_path / "docs")
    assert [path.name for path in paths] == [PAGE, VALUES]
    assert [path.read_text(encoding="utf-8") for path in paths] == [
        (DOCS / name).read_text(encoding="utf-8") for name in (PAGE, VALUES)
    ]


def test_text_of_some_claims_lists_them_with_verdicts():
    text = claims_text(["thermal-costability", "thermal-narrowness-muon"])
    assert "thermal-costability-low" in text
    assert "2.83e-18" in text
    assert text.endswith("3 rows: 3 agrees.")


def test_text_of_one_claim_says_what_and_why():
    text = claims_text(["thermal-two-pions-sign"])
    assert "arXiv:2111.14808, after (A.13)" in text
    assert "paper's slip" in text
    assert "crossed" in text


def test_text_says_when_a_verdict_no_longer_holds(monkeypatch):
    claim = replace(chosen_claims(["thermal-age"])[0], compute=lambda: 1.0)
    monkeypatch.setattr("relicfit.infer.claims.page.chosen_claims", lambda names: (claim,))
    assert "not agrees any more" in claims_text(["thermal-age"])


def test_papers_are_names_and_unknown_names_are_refused_with_the_nearest():
    assert {claim.paper for claim in chosen_claims(["2404.12428"])} == {"arXiv:2404.12428"}
    with pytest.raises(UserError, match="Did you mean thermal-higgs"):
        chosen_claims(["thermal-higs"])


def test_the_list_of_sections_loads_nothing_heavy():
    code = (
        "import sys; import relicfit.infer.claims, relicfit.infer.claims.registry;"
        "sys.exit(any(name in sys.modules for name in ('numba', 'scipy', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
