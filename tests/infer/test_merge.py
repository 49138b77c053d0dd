"""Runs of different seeds make one posterior whose evidence is that of the formula."""

import math

import numpy as np
import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.merge import merged_evidence

LINEAR = """
scenario = "linear-test"
[parameters]
a = { uniform = [0.02, 0.22] }
b = { loguniform = [1, 100] }
[likelihoods]
relic-density = { theory-error = 0.1 }
[sampler]
name = "dynesty"
live-points = 60
dlogz = 0.5
walks = 10
bound = "none"
"""
# Of the measured abundance with its theory error; the prior is 0.2 wide and holds all of it.
SIGMA = math.hypot(0.0012, 0.1 * 0.12)
LOG_EVIDENCE = math.log(math.sqrt(2.0 * math.pi) * SIGMA / 0.2)


@pytest.fixture(scope="module")
def runs(known_linear, tmp_path_factory):
    """Return three runs that differ by their seed."""
    path = tmp_path_factory.mktemp("merge") / "linear.toml"
    path.write_text(LINEAR)
    return [relicfit.run(path, progress=False, seed=k, out=path.parent / f"s{k}") for k in (1, 2, 3)]


def test_the_whole_has_the_evidence_of_the_formula_and_a_smaller_error(runs, tmp_path):
    found = relicfit.merge(*runs, out=tmp_path / "all")
    assert found.log_evidence == pytest.approx(LOG_EVIDENCE, abs=3.0 * found.log_evidence_error)
    assert found.log_evidence_error < min(run.log_evidence_error for run in runs)
    sizes = [run.diagnostics["numbers"]["effective_sample_size"] for run in runs]
    assert found.diagnostics["numbers"]["effective_sample_size"] > 1.5 * max(sizes)
    table = found.samples
    assert np.average(table.column("a"), weights=table.weights) == pytest.approx(0.12, abs=SIGMA / 4.0)
    assert (
        relicfit.load(tmp_path / "all").problem.content["parameters"] == runs[0].problem.content["parameters"]
    )
    with pytest.raises(UserError, match="a result is there already"):
        relicfit.merge(*runs, out=tmp_path / "all")


def test_evidences_are_averaged_and_scatter_beyond_their_errors_counts():
    value, error, shares = merged_evidence([-1.0, -1.0], [0.1, 0.1])
    assert (value, error) == pytest.approx((-1.0, 0.1 / math.sqrt(2.0)))
    assert shares == pytest.approx([0.5, 0.5])
    apart, wide, _ = merged_evidence([0.0, -2.0], [0.1, 0.1])
    assert apart == pytest.approx(math.log(0.5 * (1.0 + math.exp(-2.0))))
    assert wide > 1.0


def test_runs_that_are_not_of_one_file_are_refused(runs, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(LINEAR.replace("0.22", "0.42"))
    wide = relicfit.run(other, progress=False, seed=4)
    with pytest.raises(UserError, match=r"differs from .* in \[parameters\]"):
        relicfit.merge(runs[0], wide, out=tmp_path / "x")
    with pytest.raises(UserError, match="the same sampler and the same seed"):
        relicfit.merge(runs[0], runs[0], out=tmp_path / "x")
    with pytest.raises(UserError, match="at least two"):
        relicfit.merge(runs[0], out=tmp_path / "x")
