"""A comparison file runs what is missing, keeps what is finished, and tells all its mistakes."""

from pathlib import Path

import pytest

import relicfit
from relicfit.errors import UserError
from relicfit.infer.comparison.run_file import CompareOptions, load_comparison, run_comparison

# With a Gaussian error a false alarm in 16,000.
SIGMAS = 4.0

COMPARISON = """
[shared.likelihoods]
relic-density = { theory-error = 0.05 }
[shared.sampler]
live-points = 40
dlogz = 0.5
walks = 8
bound = "none"
[shared.parameters]
b = 1.0
[models.narrow]
scenario = "linear-test"
parameters = { a = { uniform = [0.02, 0.22] } }
[models.wide]
scenario = "linear-test"
parameters = { a = { uniform = [0.0, 1.0] } }
"""


def test_a_comparison_file_runs_what_is_missing_and_keeps_what_is_finished(known_linear, tmp_path):
    path = tmp_path / "both.toml"
    path.write_text(COMPARISON)
    said = []
    first, paths = run_comparison([path], CompareOptions(), say=said.append)
    assert any("narrow (1 of 2)" in text for text in said)
    assert all(item.exists() for item in paths)
    stamp = (tmp_path / "both" / "narrow" / "posterior.nc").stat().st_mtime_ns
    (tmp_path / "both" / "wide" / "posterior.nc").unlink()
    for item in (tmp_path / "both" / "wide").iterdir():
        if item.is_file():
            item.unlink()
    second, _ = run_comparison([path], CompareOptions(), say=said.append)
    assert (tmp_path / "both" / "narrow" / "posterior.nc").stat().st_mtime_ns == stamp
    assert second["wide"].log_evidence == first["wide"].log_evidence


def test_mistakes_in_a_comparison_file_are_all_reported(known_linear, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(
        COMPARISON.replace("a = { uniform = [0.02", "aa = { uniform = [0.02").replace("[shared.s", "[s.s")
    )
    with pytest.raises(UserError) as caught:
        load_comparison(path)
    text = str(caught.value)
    assert "models.narrow: parameters.aa" in text
    assert "s: unknown key" in text


def test_the_shipped_comparison_file_is_valid():
    path = Path(relicfit.__file__).parent / "runs" / "compare-production.toml"
    models = load_comparison(path)
    assert {item.scenario.name for item in models.values()} == {"thermal-freeze-out", "thermal-freeze-in"}
    data = [item.content["likelihoods"] for item in models.values()]
    assert data[0] == data[1]


@pytest.mark.slow
def test_rerun_fills_in_what_reweighting_cannot_tell(one, two, tmp_path):
    found, _ = run_comparison(
        [one.directory, two.directory], CompareOptions(rerun=True), tmp_path / "out", say=lambda text: None
    )
    doubled = next(item for item in found.sensitivity if item.parameter == "b").shifts["doubled"]
    assert doubled.method == "rerun"
    assert abs(doubled.shift) < SIGMAS * doubled.error
