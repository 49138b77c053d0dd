"""The same data never count twice."""

from __future__ import annotations

import pytest

from relicfit.errors import UserError
from relicfit.likelihoods.composition import check_composition
from relicfit.likelihoods.likelihood import likelihood

CONVERSION = ("relic-density", "lep-sleptons", "compressed-sleptons", "hscp", "disappearing-tracks")
LEPTON_PION = ("relic-density", "cmb-decay", "voyager-decay", "x-ray-lines", "lhc-lepton-met")


@pytest.mark.parametrize("names", [CONVERSION, LEPTON_PION])
def test_combined_runs_use_every_dataset_once(names):
    check_composition([likelihood(name) for name in names])


def test_one_dataset_in_two_likelihoods_is_refused_with_both_named():
    with pytest.raises(UserError, match="count twice") as error:
        check_composition([likelihood("hscp"), likelihood("hscp", energies=[8])])
    assert "cms-8-tev-18.8-fb-hscp" in str(error.value)
    assert len(error.value.problems) == 1


def test_selections_without_common_data_may_be_combined():
    check_composition([likelihood("hscp", energies=[8]), likelihood("hscp", years=[2019])])


def test_an_analysis_named_twice_counts_once():
    once = likelihood("x-ray-lines", analyses=["nustar"])
    twice = likelihood("x-ray-lines", analyses=["nustar", "nustar"])
    assert once == twice
    assert twice.datasets == ("nustar-lines",)


def test_flavours_of_one_search_are_separate_data():
    muons = likelihood("compressed-sleptons", flavours=["mu"])
    electrons = likelihood("compressed-sleptons", flavours=["e"])
    check_composition([muons, electrons])
    with pytest.raises(UserError):
        check_composition([muons, likelihood("compressed-sleptons", flavours=["mu", "e"])])
