"""Limits and chi-squares from tables: formulas, what holds outside, files as HEPData writes them."""

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.likelihoods import likelihood
from relicfit.likelihoods.likelihood import likelihood_of
from relicfit.likelihoods.published import read_columns

HEPDATA_CSV = """#: name: Table 7
#: description: limits
#: data_file: t7.yaml
M [GeV],Observed limit [fb],error +,error -
100.0,1.0,0.1,-0.1
1000.0,10.0,1.0,-1.0

M [GeV],Expected limit [fb]
100.0,2.0
1000.0,20.0
"""
HEPDATA_YAML = """
independent_variables:
- header: {name: M, units: GeV}
  values:
  - {low: 50, high: 150}
  - {value: 1000}
dependent_variables:
- header: {name: Observed limit, units: fb}
  qualifiers: []
  values:
  - {value: 1.0, errors: [{symerror: 0.1, label: stat}]}
  - {value: 10.0}
"""
RUN = """
scenario = "linear-test"
[parameters]
a = {{ uniform = [0.01, 0.3] }}
b = {{ loguniform = [1e2, 1e3] }}
[likelihoods]
{likelihood}
"""
CURVE = ((1.0, 1.0), (100.0, 100.0))


def limit(**options):
    return likelihood_of("limit", {"observable": "v", "over": "x", "points": CURVE} | options)


def at(term, **values):
    return term.evaluate({name: np.atleast_1d(np.float64(value)) for name, value in values.items()})[0]


def test_a_limit_is_interpolated_in_logarithms_and_excludes_at_its_level():
    term = limit()
    assert at(term, v=10.0, x=10.0)[0] == pytest.approx(-0.5 * 1.959963984540054**2)
    assert at(term, v=20.0, x=10.0)[0] == pytest.approx(-2.0 * 1.959963984540054**2)
    assert at(limit(level=0.9), v=10.0, x=10.0)[0] == pytest.approx(-0.5 * 1.6448536269514722**2)
    assert at(limit(side="lower"), v=5.0, x=10.0)[0] == pytest.approx(at(term, v=20.0, x=10.0)[0])
    assert at(limit(scale=2.0), v=20.0, x=10.0)[0] == pytest.approx(at(term, v=10.0, x=10.0)[0])


@pytest.mark.parametrize(("outside", "ratio"), [("no-limit", 0.0), ("nearest", 10.0), ("power-law", 1.0)])
def test_beyond_the_table_holds_what_was_chosen_and_a_flag_says_so(outside, ratio):
    term = limit(outside=outside)
    found, flags = term.evaluate({"v": np.array([1000.0]), "x": np.array([1000.0])})
    inside = at(term, v=10.0 * ratio, x=10.0)[0]
    assert found[0] == pytest.approx(inside, abs=1e-9)
    assert flags["outside-table"].tolist() == [True]


def test_values_without_sense_are_unphysical():
    found = at(limit(), v=[np.nan, -1.0, 1.0, 0.0], x=[1.0, 1.0, np.nan, 1.0])
    assert found.tolist()[:3] == [-np.inf] * 3
    assert found[3] == pytest.approx(0.0, abs=1e-12)
    table = likelihood_of("chi2-table", {"over": ["x"], "points": [[0, 0], [1, 1]]})
    assert at(table, x=[np.nan, np.inf]).tolist() == [-np.inf] * 2


def test_a_chi_square_in_one_dimension_is_interpolated_from_its_minimum():
    table = {"over": "x", "points": [[3, 9], [1, 5], [2, 5.5]]}
    term = likelihood_of("chi2-table", table)
    assert at(term, x=[1.0, 2.0, 1.5, 3.0]) == pytest.approx([0.0, -0.25, -0.125, -2.0])
    assert at(term, x=9.0)[0] == pytest.approx(-2.0)
    sharp = likelihood_of("chi2-table", table | {"outside": "excluded"})
    # The span is 2: two hundredths of it count as a standard deviation.
    assert at(sharp, x=3.04)[0] == pytest.approx(-2.5)


def test_a_chi_square_in_two_dimensions_equals_a_bilinear_function():
    grid = [[x, y, 2.0 * x + 3.0 * y + x * y] for x in (1.0, 2.0, 4.0) for y in (1.0, 3.0)]
    term = likelihood_of("my-map", {"kind": "chi2-table", "over": ["x", "y"], "points": grid[::-1]})
    x, y = np.array([1.0, 1.5, 3.0, 4.0]), np.array([1.0, 2.0, 2.5, 3.0])
    assert at(term, x=x, y=y) == pytest.approx(-0.5 * (2.0 * x + 3.0 * y + x * y - 6.0))
    logs = likelihood_of("chi2-table", {"over": ["x"], "logarithmic": True, "points": [[1, 0], [100, 2]]})
    assert at(logs, x=10.0)[0] == pytest.approx(-0.5)
    positive = likelihood_of(
        "chi2-table", {"over": ["x"], "holds": "log-likelihood", "points": [[1, -3], [2, -1]]}
    )
    assert at(positive, x=[1.0, 2.0]) == pytest.approx([-2.0, 0.0])


def test_a_batch_equals_its_rows():
    rng = np.random.default_rng(1)
    grid = [[x, y, x * y * y] for x in range(4) for y in range(3)]
    terms = [limit(theory_error=0.3), likelihood_of("chi2-table", {"over": ["v", "x"], "points": grid})]
    values = {"v": rng.random(50) * 4, "x": rng.random(50) * 3}
    for term in terms:
        whole = term.evaluate(values)[0]
        rows = [
            term.evaluate({key: column[i : i + 1] for key, column in values.items()})[0][0] for i in range(50)
        ]
        assert whole.tolist() == rows


@pytest.mark.parametrize(("name", "text"), [("t.csv", HEPDATA_CSV), ("t.yaml", HEPDATA_YAML)])
def test_tables_of_hepdata_are_read_with_their_titles(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    columns = read_columns(tmp_path / name, "file")
    assert list(columns)[:2] == ["M [GeV]", "Observed limit [fb]"]
    assert columns["M [GeV]"] == [100.0, 1000.0]
    assert columns["Observed limit [fb]"] == [1.0, 10.0]
    if name == "t.csv":
        assert columns["Expected limit [fb]"] == [2.0, 20.0]


def test_a_run_file_reads_a_table_and_carries_its_numbers(known_linear, tmp_path):
    (tmp_path / "t.csv").write_text(HEPDATA_CSV)
    run = tmp_path / "run.toml"
    run.write_text(
        RUN.format(
            likelihood='search = { kind = "limit", observable = "omega_h2", over = "b", file = "t.csv", '
            'columns = ["M", "Expected"] }'
        )
    )
    problem = load_problem(run)
    assert problem.likelihoods[0].points == ((100.0, 2.0), (1000.0, 20.0))
    (tmp_path / "t.csv").unlink()
    again = problem_from(problem.content)
    assert again.likelihoods == problem.likelihoods
    assert again.content == problem.content


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('file = "gone.csv"', r"gone\.csv cannot be read .* counts from the folder of the run file"),
        ('file = "t.csv", columns = ["M", "Observd"]', r"unknown column 'Observd'\. Did you mean Observed"),
        ('file = "t.csv", columns = ["M"]', "columns: found 1 names; 2 are wanted"),
        ('file = "empty.csv"', "holds no table"),
        ('file = "bad.yaml"', "is not a table of HEPData"),
        ("points = [[1, 2]]", "at least two rows of 2 finite numbers"),
        ("points = [[1, 2], [1, 3]]", "no x may occur twice"),
        ('file = "t.csv", outside = "nearst"', "Did you mean nearest"),
    ],
)
def test_a_wrong_table_is_answered(table, message, known_linear, tmp_path):
    (tmp_path / "t.csv").write_text(HEPDATA_CSV)
    (tmp_path / "empty.csv").write_text("# nothing\n")
    (tmp_path / "bad.yaml").write_text("a: 1\n")
    run = tmp_path / "run.toml"
    run.write_text(RUN.format(likelihood=f'limit = {{ observable = "omega_h2", over = "b", {table} }}'))
    with pytest.raises(UserError, match=message):
        load_problem(run)


def test_a_grid_with_holes_is_refused():
    with pytest.raises(UserError, match="3 rows with 2 x 2 different values of the axes; a complete grid"):
        likelihood_of("chi2-table", {"over": ["x", "y"], "points": [[0, 0, 1], [0, 1, 1], [1, 0, 1]]})
    with pytest.raises(UserError, match="over: found 3 names"):
        likelihood("chi2-table", over=["x", "y", "z"])
