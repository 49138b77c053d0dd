"""Every source that a scenario or likelihood names can be cited."""

from pathlib import Path

import pytest

from relicfit.infer.cite import ALWAYS, bibtex, identifiers, references
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.problem.settings import sampler_class, sampler_names
from relicfit.likelihoods import likelihood_class, likelihood_names
from relicfit.solver import scenario_class, scenario_names

RUNS = Path(__file__).resolve().parents[2] / "runs"
SOURCES = {
    **{name: scenario_class(name).source for name in scenario_names()},
    **{name: likelihood_class(name).source for name in likelihood_names()},
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_paper_of_a_source_has_an_entry(name):
    assert set(identifiers(SOURCES[name])) <= set(references())


def test_every_entry_is_complete_and_used():
    used = {key for text in SOURCES.values() for key in identifiers(text)}
    used |= {*ALWAYS, *(key for name in sampler_names() for key in sampler_class(name).software)}
    assert used == set(references())
    for key, entry in references().items():
        assert entry.count("{") == entry.count("}"), key
        assert "author = {" in entry, key
        assert "title = {" in entry, key
        if key in identifiers(key):
            assert f"eprint = {{{key}}}" in entry


def test_a_run_cites_its_scenario_data_and_sampler_and_nothing_else():
    text = bibtex(load_problem(RUNS / "thermal-freeze-out.toml"))
    for key in ("2111.14808", "1807.06209", "dynesty", "nested-sampling", "numba"):
        assert f"{{{key}," in text
    for key in ("2404.12428", "emcee", "1911.12606"):
        assert f"{{{key}," not in text
    assert "Ng, Kenny" in bibtex(load_problem(RUNS / "lepton-pion-freeze-in.toml"))


def test_no_entry_comes_twice():
    text = bibtex(load_problem(RUNS / "conversion-leptogenesis.toml"))
    assert text.count("{1807.06209,") == 1


def test_a_source_without_entry_is_quoted():
    text = bibtex(load_problem(RUNS / "my-formula.toml"))
    assert "Kolb" in text
    assert identifiers("see arXiv:2501.01234 and hep-ph/9912345") == ["2501.01234", "hep-ph/9912345"]
