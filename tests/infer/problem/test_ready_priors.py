"""Priors of run files that come from elsewhere: tables, earlier runs, a user's own class."""

import numpy as np
import pytest
from scipy.stats import kstest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem, problem_from
from relicfit.infer.problem.ready_priors import smoothed

RUN = """
scenario = "thermal-freeze-out"
[parameters]
mass = {mass}
delta = {{ uniform = [0.2, 1.0] }}
coupling = {{ loguniform = [1e-9, 1e-3] }}
[likelihoods]
relic-density = {{ theory-error = 0.2 }}
[sampler]
name = "nautilus"
effective-samples = 500
seed = 1
"""
CAUCHY = '''
from dataclasses import dataclass
import numpy as np
from relicfit.priors import UserPrior

@dataclass(frozen=True)
class Cut(UserPrior):
    """Falling as the square."""
    low: float
    high: float
    needs = ("0 < low", "low < high")
    ends = ("low", "high")
    stand_in = {"low": 1.0, "high": 2.0}

    def _norm(self):
        return 1.0 / self.low - 1.0 / self.high

    def quantile(self, u):
        return 1.0 / (1.0 / self.low - u * self._norm())

    def cdf(self, x):
        return (1.0 / self.low - 1.0 / x) / self._norm()

    def density(self, x):
        return 1.0 / (x * x * self._norm())
'''


def written(folder, mass, name="run.toml"):
    path = folder / name
    path.write_text(RUN.format(mass=mass))
    return path


def test_a_table_becomes_numbers_of_the_resolved_run_file(tmp_path):
    (tmp_path / "mass.csv").write_text("# from a fit\nm,p\n0.1,0\n1,2\n3,1\n10,0\n")
    problem = load_problem(written(tmp_path, '{ table = "mass.csv" }'))
    assert problem.prior.describe("mass") == "table mass.csv from 0.1 to 10"
    assert problem.content["parameters"]["mass"]["table"]["x"] == [0.1, 1.0, 3.0, 10.0]
    # The file may be gone.
    (tmp_path / "mass.csv").unlink()
    again = problem_from(problem.content)
    cube = np.random.default_rng(0).random((20, 3))
    np.testing.assert_array_equal(again.prior.from_unit(cube), problem.prior.from_unit(cube))


def test_columns_of_a_table_may_be_named(tmp_path):
    (tmp_path / "mass.csv").write_text("a,m,p\n7,0.1,0\n7,1,2\n7,3,1\n")
    problem = load_problem(written(tmp_path, '{ table = { file = "mass.csv", columns = ["m", "p"] } }'))
    assert problem.prior.bounds("mass") == (0.1, 3.0)


@pytest.mark.slow
def test_a_class_of_a_user_is_a_prior(tmp_path):
    (tmp_path / "my_prior.py").write_text(CAUCHY)
    problem = load_problem(written(tmp_path, '{ "my_prior.py:Cut" = [1.0, 50.0] }'))
    assert "Cut with low 1" in problem.prior.describe("mass")
    cube = np.random.default_rng(0).random((2000, 3))
    theta = problem.prior.from_unit(cube)
    np.testing.assert_allclose(problem.prior.to_unit(theta), cube, atol=1e-12)
    assert (theta[:, 0] < 50.0).all()
    assert "my_prior.py" in problem.content["sources"]
    result = relicfit.run(written(tmp_path, '{ "my_prior.py:Cut" = [1.0, 50.0] }'), out=tmp_path / "out")
    assert 1.0 < result.summary["mass"]["median"] < 50.0
    # The folder carries the class.
    (tmp_path / "my_prior.py").unlink()
    assert "Cut with low 1" in relicfit.load(tmp_path / "out").problem.prior.describe("mass")


@pytest.mark.slow
def test_the_posterior_of_an_earlier_run_is_a_prior(tmp_path):
    relicfit.run(written(tmp_path, "{ loguniform = [0.1, 100] }"), out=tmp_path / "first")
    problem = load_problem(written(tmp_path, '{ posterior = "first" }', "second.toml"))
    assert problem.prior.describe("mass").startswith("posterior of mass in first from")
    draws = problem.prior.sample(np.random.default_rng(3), 4000)[:, 0]
    earlier = relicfit.load(tmp_path / "first").posterior["mass"].to_numpy().ravel()
    assert kstest(np.log(draws), np.log(earlier)).statistic < 0.08
    other = load_problem(written(tmp_path, '{ posterior = { run = "first", of = "delta" } }', "third.toml"))
    assert other.prior.bounds("mass")[1] <= 1.0


def test_a_density_at_a_hard_bound_does_not_fall_there():
    draws = np.random.default_rng(5).random(5000)
    points, density = smoothed(draws)
    density = density / np.trapezoid(density, points)
    assert density[0] == pytest.approx(1.0, abs=0.15)
    assert density[-1] == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize(
    ("mass", "words"),
    [
        ('{ table = "gone.csv" }', "parameters.mass.table: .*gone.csv cannot be read"),
        (
            '{ table = { file = "mass.csv", columns = ["m", "q"] } }',
            "parameters.mass.table.columns: unknown column 'q'",
        ),
        (
            '{ posterior = "nowhere" }',
            "parameters.mass.posterior: .*cannot be read .*folder of a finished run",
        ),
        ("{ posterior = 3 }", "the folder of a run is wanted"),
        ('{ "my_prior.py:Gone" = [1.0] }', "my_prior.py holds no userprior of that name"),
        ('{ "my_prior.py:Cut" = [1.0] }', "needs 2 arguments"),
        ('{ "my_prior.py:Cut" = [3.0, 1.0] }', "needs low < high"),
        ("{ table = { x = [1, 2], density = [1] } }", "parameters.mass: table needs two points"),
    ],
)
def test_mistakes_are_told_with_their_key(tmp_path, mass, words):
    (tmp_path / "mass.csv").write_text("m,p\n0.1,0\n1,2\n")
    (tmp_path / "my_prior.py").write_text(CAUCHY)
    with pytest.raises(UserError, match=words):
        load_problem(written(tmp_path, mass))
