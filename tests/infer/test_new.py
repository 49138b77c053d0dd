"""The run file that `new` writes loads, says everything a user may change, and gives points to sample."""

import subprocess
import sys
import tomllib

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.target.posterior import Posterior
from relicfit.solver.scenario import scenario_class, scenario_names


@pytest.mark.parametrize("name", scenario_names())
def test_the_file_of_every_scenario_loads_with_the_suggested_priors(name, tmp_path):
    written = relicfit.new(name)
    problem = load_problem(written.write(tmp_path / "my.toml"))
    assert problem.scenario == scenario_class(name)()
    for item in problem.scenario.parameters:
        sampled = item.default is None
        assert (item.name in problem.prior.sampled) == sampled
        if sampled and item.prior:
            assert problem.content["parameters"][item.name] == dict(item.prior)
    assert "relic-density" in problem.content["likelihoods"]


@pytest.mark.parametrize("name", ["thermal-freeze-out", "lepton-pion"])
def test_points_of_the_file_have_finite_likelihoods(name, tmp_path):
    posterior = Posterior(load_problem(relicfit.new(name).write(tmp_path / "my.toml")))
    logl, _ = posterior.on_cube(np.random.default_rng(1).random((50, posterior.dim)))
    assert np.isfinite(logl).any()


@pytest.mark.parametrize("name", scenario_names())
def test_every_option_is_there_with_its_choices_and_may_be_switched_on(name, tmp_path):
    text = str(relicfit.new(name))
    options = [item for item in scenario_class(name).options() if item.default is not None]
    uncommented = text
    for item in options:
        assert f"\n# {item.name} = " in text
        uncommented = uncommented.replace(f"\n# {item.name} = ", f"\n{item.name} = ")
        words = " ".join(text.replace("\n# ", " ").split())
        for choice in item.choices:
            assert str(choice).lower() in words.lower()
    assert set(tomllib.loads(uncommented)["options"]) == {item.name for item in options}
    path = tmp_path / "all.toml"
    path.write_text(uncommented)
    assert load_problem(path).scenario == scenario_class(name)()


def test_estimates_are_offered_but_not_switched_on():
    text = str(relicfit.new("lepton-pion"))
    assert "\n# voyager-decay = {}" in text
    assert "\nstability = {}" in text
    assert "soft-displaced-leptons" not in text


def test_a_file_that_exists_is_not_written_over(tmp_path):
    path = relicfit.new("two-state").write(tmp_path / "my.toml")
    with pytest.raises(FileExistsError):
        relicfit.new("two-state").write(path)
    with pytest.raises(UserError, match="Did you mean two-state"):
        relicfit.new("two-states")


def test_a_file_is_written_without_heavy_imports():
    code = (
        "import sys, relicfit; relicfit.new('conversion-leptogenesis')\n"
        "heavy = {'numba', 'scipy', 'arviz', 'matplotlib', 'dynesty', 'emcee'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
