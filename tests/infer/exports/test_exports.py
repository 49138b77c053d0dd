"""What other packages are handed is what the run holds."""

import sys

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.exports.table import birth_contours

# Written with seventeen digits, read back by others.
EXACT = 1e-12
KINDS = ("nested", "walkers")


@pytest.fixture(params=KINDS)
def run(request, runs):
    return runs[request.param]


def flat(data, name):
    return data[name].to_numpy().ravel()


def test_a_table_holds_every_sample_with_its_weight(runs):
    nested = runs["nested"].data["nested_samples"]
    table = runs["nested"].samples
    assert table.column("a") == pytest.approx(nested["a"].to_numpy(), rel=EXACT)
    assert table.weights.sum() == pytest.approx(1.0, rel=EXACT)
    density = -np.log(0.2) - np.log(table.column("b") * np.log(100.0))
    assert table.log_prior == pytest.approx(density, rel=1e-9)
    walkers = runs["walkers"].samples
    assert walkers.column("omega_h2") == pytest.approx(walkers.column("a"), rel=EXACT)
    assert len(np.unique(walkers.chain)) == runs["walkers"].posterior.sizes["chain"]


def test_independent_draws_of_a_finish_count_more_than_the_weights_before_it(runs):
    pytest.importorskip("getdist")
    run = runs["finished"]
    assert run.samples.kind == "independent"
    assert len(run.samples.values) == run.posterior.sizes["draw"] > 1000
    assert run.to_getdist().numrows == run.posterior.sizes["draw"]


def test_a_data_frame_has_a_row_per_sample_and_knows_units(run):
    frame = run.to_dataframe()
    assert frame["a"].to_numpy() == pytest.approx(run.samples.column("a"), rel=EXACT)
    assert np.average(frame["omega_h2"], weights=frame["weight"]) == pytest.approx(0.12, abs=0.01)
    assert frame.attrs["units"] == {"a": "", "b": "GeV", "omega_h2": ""}
    assert frame.attrs["latex"]["omega_h2"] == r"\Omega h^2"


def test_files_of_a_run_say_unit_and_symbol_of_every_quantity(run):
    assert run.posterior["b"].attrs == {"units": "GeV", "latex": "b", "long_name": "idle"}
    assert run.observables["omega_h2"].attrs["latex"] == r"\Omega h^2"


def test_arviz_summarises_what_it_is_handed(run):
    import arviz

    found = arviz.summary(run.to_arviz())
    assert list(found.index) == ["a", "b"]
    assert float(found.loc["a", "mean"]) == pytest.approx(float(run.posterior["a"].mean()), abs=1e-3)


def test_getdist_holds_the_samples_weights_and_prior_ends(run):
    pytest.importorskip("getdist")
    table, found = run.samples, run.to_getdist()
    assert found.getParamNames().list() == ["a", "b", "omega_h2"]
    assert [item.isDerived for item in found.getParamNames().names] == [False, False, True]
    order = np.concatenate([np.flatnonzero(table.chain == k) for k in np.unique(table.chain)])
    assert found.samples == pytest.approx(table.values[order], rel=EXACT)
    assert found.weights / found.weights.sum() == pytest.approx(table.weights[order], rel=EXACT)
    assert found.loglikes == pytest.approx(-(table.log_likelihood + table.log_prior)[order], rel=EXACT)
    assert (found.ranges.getLower("a"), found.ranges.getUpper("b")) == (0.02, 100.0)
    assert found.mean("a") == pytest.approx(np.average(table.column("a"), weights=table.weights), rel=1e-9)


def test_chain_files_are_read_back_by_getdist_as_they_were(run, tmp_path):
    getdist = pytest.importorskip("getdist")
    paths = run.to_chains(tmp_path / "sub" / "chain")
    assert {path.suffix for path in paths} == {".txt", ".paramnames", ".ranges"}
    found = getdist.loadMCSamples(str(tmp_path / "sub" / "chain"), no_cache=True, settings={"ignore_rows": 0})
    found = found if len(found.samples) else found.makeSingle()
    assert found.samples == pytest.approx(run.samples.values, rel=EXACT)
    assert found.loglikes == pytest.approx(-(run.samples.log_likelihood + run.samples.log_prior), rel=EXACT)
    assert found.getParamNames().parWithName("b").label == r"b\;[\mathrm{GeV}]"
    assert found.ranges.getUpper("a") == 0.22


def test_chain_files_hold_a_line_per_sample(run, tmp_path):
    table = run.samples
    texts = [path for path in run.to_chains(tmp_path / "chain") if path.suffix == ".txt"]
    rows = np.concatenate([np.loadtxt(path) for path in texts])
    assert rows[:, 2:] == pytest.approx(table.values, rel=EXACT)
    assert rows[:, 0] / rows[:, 0].sum() == pytest.approx(table.weights, rel=EXACT)
    assert (tmp_path / "chain.paramnames").read_text().splitlines()[2] == "omega_h2*\t\\Omega h^2"


def test_anesthetic_finds_the_live_points_and_the_evidence(runs):
    pytest.importorskip("anesthetic")
    run = runs["nested"]
    found = run.to_anesthetic()
    assert found["a"].to_numpy() == pytest.approx(run.samples.column("a"), rel=EXACT)
    assert found.logL.to_numpy() == pytest.approx(run.samples.log_likelihood, rel=EXACT)
    assert int(found.nlive.iloc[0]) == 60
    assert float(found.logZ()) == pytest.approx(run.log_evidence, abs=3.0 * run.log_evidence_error)
    walkers = runs["walkers"].to_anesthetic()
    assert walkers["a"].to_numpy() == pytest.approx(runs["walkers"].samples.column("a"), rel=EXACT)


def test_birth_contours_are_those_of_the_replaced_points():
    # Two live points: the first dead one is replaced by the third sample, the second by the fourth.
    contours = birth_contours(np.array([-3.0, -2.0, -1.0, 0.0]), np.array([0, 0, 1, 2]), np.zeros(4))
    assert contours.tolist() == [-np.inf, -np.inf, -3.0, -2.0]
    assert birth_contours(np.zeros(2), np.zeros(2, int), np.array([0, 1])) is None


def test_a_missing_package_is_named_with_the_way_to_get_it(runs, monkeypatch):
    monkeypatch.setitem(sys.modules, "getdist", None)
    with pytest.raises(UserError, match=r"getdist is not installed.*relicfit\[tools\]"):
        runs["nested"].to_getdist()
