"""Results side by side are those of the runs, in words and in LaTeX."""

import re
import shutil
import subprocess

import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.wording import latex_interval, latex_text, latex_with_error

LINEAR = """
scenario = "linear-test"
[parameters]
a = {{ uniform = [0.02, {upper}] }}
b = {{ loguniform = [1, 100] }}
[likelihoods]
relic-density = {{ theory-error = {error} }}
[sampler]
name = "dynesty"
live-points = 60
dlogz = 0.5
walks = 10
bound = "none"
"""


@pytest.fixture(scope="module")
def runs(known_linear, tmp_path_factory):
    """Return two runs on the same data, the second with twice the prior, and a third on other data."""
    folder = tmp_path_factory.mktemp("table")
    found = []
    for name, upper, error in (("narrow", 0.22, 0.1), ("wide_one", 0.42, 0.1), ("other", 0.22, 0.2)):
        path = folder / f"{name}.toml"
        path.write_text(LINEAR.format(upper=upper, error=error))
        found.append(relicfit.run(path, progress=False, seed=1))
    return found


def test_a_table_holds_quantiles_evidences_and_the_bayes_factor(runs):
    found = relicfit.table(*runs[:2])
    assert [row.name for row in found.rows] == ["a", "b", "omega_h2"]
    summary = runs[0].summary["a"]
    assert found.rows[0].quantiles[0] == (summary["q16"], summary["median"], summary["q84"])
    assert found.evidences[1] == (runs[1].log_evidence, runs[1].log_evidence_error)
    member = found.comparison["wide_one"]
    assert member.log_bayes == pytest.approx(runs[1].log_evidence - runs[0].log_evidence)
    assert re.search(rf"ln B +0 +{member.log_bayes:.2f} \+- ", str(found))


def test_other_data_give_no_bayes_factor_but_a_sentence(runs):
    found = relicfit.table(runs[0], runs[2], show="omega_h2,a")
    assert [row.name for row in found.rows] == ["omega_h2", "a"]
    assert found.comparison is None
    for text in (str(found), found.latex):
        assert "the runs saw different data (relic-density.theory-error" in text
        assert "ln B" not in text


def test_a_latex_table_has_symbols_units_and_one_cell_per_run(runs):
    text = relicfit.table(*runs[:2]).latex
    body = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert {line.count("&") for line in body} == {2}
    assert r"wide\_one" in body[0]
    assert any(line.startswith(r"$b$ [$\mathrm{GeV}$]") for line in body)
    assert any(line.startswith(r"$\Omega h^2$ & $0.1") for line in body)
    assert body[-2].startswith(r"$\ln B$ to the best & $0$")


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no LaTeX here")
def test_latex_takes_the_table(runs, tmp_path):
    table = relicfit.table(*runs[:2]).latex
    (tmp_path / "t.tex").write_text(f"\\documentclass{{article}}\\begin{{document}}{table}\\end{{document}}")
    subprocess.run(["pdflatex", "-halt-on-error", "t.tex"], cwd=tmp_path, check=True, capture_output=True)


def test_an_unknown_quantity_gets_the_nearest(runs):
    with pytest.raises(UserError, match=r"'omega_h'\. Did you mean omega_h2"):
        relicfit.table(runs[0], show="omega_h")
    with pytest.raises(UserError, match="name one or more"):
        relicfit.table()


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ((0.9, 1.0, 1.2), r"1.00_{-0.10}^{+0.20}"),
        ((0.9e-8, 1.0e-8, 1.2e-8), r"(1.00_{-0.10}^{+0.20})\times10^{-8}"),
        ((1e-7, 1e-5, 2e-4), r"1\times10^{-5}\ (1\times10^{-7}\ \mathrm{to}\ 0.0002)"),
        ((2.0, 2.0, 2.0), "2"),
        ((-1.2, -1.0, -0.9), r"-1.00_{-0.20}^{+0.10}"),
    ],
)
def test_an_interval_in_latex(numbers, text):
    assert latex_interval(*numbers) == text


def test_a_rounded_zero_in_latex_has_no_sign():
    assert latex_with_error(-0.001, 0.2) == r"0.00\pm0.20"
    assert latex_text("a_b & c") == r"a\_b \& c"
