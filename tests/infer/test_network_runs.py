"""Every sampler and verb works with a network, stated in a run file alone or in a user's own file."""

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.explain import explain
from relicfit.infer.samplers.stopping import BudgetSpent

NETWORK = """
scenario = "network"

[options]
accuracy = 1e-3

[parameters]
m = 100.0
sv = {{ loguniform = [1e-10, 1e-7] }}

[network.species]
chi = {{ mass = "m", degrees = 2, numbers = {{ Z2 = 1 }} }}

[[network.process]]
reaction = "chi chi -> SM SM"
sigma-v = "{rate}"

[likelihoods]
relic-density = {{ theory-error = 0.2 }}

[sampler]
{sampler}
"""
SAMPLERS = {
    "dynesty": 'name = "dynesty"\nlive-points = 50\ndlogz = 0.5\nwalks = 10\nseed = 3',
    "emcee": 'name = "emcee"\nwalkers = 16\nrhat = 1.1\ness = 60\nautocorrelations = 12\nmax-steps = 3000\nseed = 3',
    "nautilus": (
        'name = "nautilus"\nlive-points = 100\nbatch = 100\neffective-samples = 300\nneurons = 10\nseed = 3'
    ),
}
# What leaves Ωh² = 0.12 of a Majorana particle of 100 GeV, in GeV^-2; the posterior is 20 % wide.
EXPECTED, WIDTH = 1.8e-9, 0.2
SCENARIO_FILE = """
from relicfit.solver import Parameter
from relicfit.solver.network import NetworkScenario, Process, Species


class Own(NetworkScenario):
    name, summary, source = "own", "Dark matter of one's own.", "none"
    parameters = (
        Parameter("m", "m", "GeV", "mass", 1.0, 1e5, {"loguniform": [10, 1e3]}),
        Parameter("sv", "s", "GeV^-2", "cross-section", 1e-14, 1e-4, {"loguniform": [1e-10, 1e-7]}),
    )

    def species(self, p):
        return [Species("chi", p.m, 2, numbers={"Z2": 1})]

    def processes(self, p):
        return [Process("chi chi -> SM SM", sigma_v=p.sv, power={"sv": 1})]
"""


def written(folder, sampler="dynesty", rate="sv", name="small.toml"):
    path = folder / name
    path.write_text(NETWORK.format(sampler=SAMPLERS[sampler], rate=rate))
    return path


def own(folder):
    (folder / "own.py").write_text(SCENARIO_FILE)
    path = folder / "own.toml"
    text = NETWORK.format(sampler=SAMPLERS["dynesty"], rate="sv")
    head, _, rest = text.partition("[network.species]")
    path.write_text(
        head.replace('"network"', '"own.py:Own"') + "[likelihoods]" + rest.partition("[likelihoods]")[2]
    )
    return path


def is_right(result):
    sv = result.posterior["sv"].values.ravel()
    return abs(np.log(np.median(sv) / EXPECTED)) < WIDTH


# One of them in the fast tests.
EACH = [pytest.param(name, marks=() if name == "nautilus" else pytest.mark.slow) for name in SAMPLERS]


@pytest.mark.parametrize("sampler", EACH)
def test_every_sampler_finds_the_cross_section(sampler, tmp_path):
    result = relicfit.run(written(tmp_path, sampler), progress=False)
    assert is_right(result)
    assert (tmp_path / "small" / "report.html").exists()


def test_a_file_of_ones_own_gives_what_the_run_file_gives(tmp_path):
    first = relicfit.point(own(tmp_path), m=100.0, sv=2e-9)
    second = relicfit.point(written(tmp_path), m=100.0, sv=2e-9)
    assert first.observables == second.observables


def test_interrupted_and_resumed_equals_uninterrupted(tmp_path):
    path = written(tmp_path)
    whole = relicfit.run(path, out=tmp_path / "whole", progress=False)
    with pytest.raises(BudgetSpent):
        relicfit.run(path, out=tmp_path / "broken", progress=False, budget=0.3)
    again = relicfit.run(path, out=tmp_path / "broken", progress=False, resume=True)
    assert np.array_equal(whole.posterior["sv"].values, again.posterior["sv"].values)


@pytest.mark.slow
def test_worker_processes_find_the_same(tmp_path):
    result = relicfit.run(written(tmp_path), progress=False, executor="processes", workers=2)
    assert is_right(result)


@pytest.mark.slow
def test_two_networks_are_compared_and_one_is_calibrated(tmp_path):
    first = relicfit.run(written(tmp_path), progress=False)
    second = relicfit.run(written(tmp_path, rate="sv*T/m", name="other.toml"), progress=False)
    comparison = relicfit.compare([first, second], out=tmp_path / "comparison", sensitivity=False)
    assert comparison is not None
    assert relicfit.calibrate(tmp_path / "small.toml", 16, live_points=30, progress=False) is not None


def test_explain_shows_species_and_how_fast_reactions_are(tmp_path):
    text = explain(str(written(tmp_path)))
    assert "chi" in text
    assert "mass 100 GeV, 2 states, stable; starts thermal; conserved numbers: Z2 +1" in " ".join(
        text.split()
    )
    assert "Γ/H" in text


def test_new_network_is_a_run_file_that_works(tmp_path):
    path = relicfit.new("network").write(tmp_path / "new.toml")
    point = relicfit.point(path or tmp_path / "new.toml", m=200.0, dm=5.0, g=0.5)
    assert point.status == 0
    assert point.observables["omega_h2"] > 0.0


def test_a_class_without_reactions_is_told_so(tmp_path):
    path = own(tmp_path)
    text = SCENARIO_FILE.partition("    def processes")[0]
    (tmp_path / "own.py").write_text(text)
    with pytest.raises(UserError, match=r"own.py, line \d+: class Own does not define processes"):
        relicfit.point(path, m=100.0, sv=2e-9)


def test_formulas_run_in_threads(tmp_path):
    assert relicfit.model(written(tmp_path)).problem.scenario.thread_safe


def test_a_rate_that_cannot_be_meant_stops_a_run_before_it_starts(tmp_path):
    with pytest.raises(UserError, match="negative rate"):
        relicfit.run(written(tmp_path, rate="-sv"), progress=False)
    assert not (tmp_path / "small").exists()
