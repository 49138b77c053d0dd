"""Three users' days, each in at most ten lines of theirs and with nothing but what is public."""

import re
import subprocess
import sys

import pytest

import relicfit

MOST_LINES = 10
SLICE = """
scenario = "conversion-leptogenesis"
[parameters]
m_chi = { loguniform = [150, 600] }
coupling = { loguniform = [3e-7, 3e-5] }
delta_m = 5
lambda_H = 1
B_1 = 0.95
i1_over_xi = 6e-3
[likelihoods]
relic-density = {}
[sampler]
name = "nautilus"
effective-samples = 300
live-points = 100
seed = 1
"""

PAPER = """
import relicfit
result = relicfit.run("slice.toml", out="slice", progress=False)
five = {"likelihoods.relic-density.theory-error": 0.05}
tight = relicfit.run("slice.toml", out="tight", progress=False, settings=five)
relicfit.plot(result, tight, show="m_chi,ctau_m", ranges="m_chi=150:600", style="journal", out="corner.pdf")
scan = relicfit.scan("slice.toml", "coupling", show="omega_h2", points=12, out="scan", m_chi=300)
figures = relicfit.figure("conversion-4", csv=True, over=result)
latex = relicfit.table(result, tight, show="m_chi,ctau_m").latex
citations = relicfit.cite(result)
"""

STUDENT = """
import arviz, pathlib, relicfit
pathlib.Path("limit.csv").write_text("mass_GeV,omega\\n0.1,0.2\\n1,0.15\\n10,0.1\\n")
mine = {"likelihoods.mine": {"kind": "limit", "observable": "omega_h2", "over": "mass", "file": "limit.csv"}}
result = relicfit.run("first.toml", out="first", progress=False, settings=mine)
frame = result.to_dataframe()
summary = arviz.summary(result.to_arviz(), kind="stats")
point = relicfit.point("first.toml", mass=1.0, delta=0.5, coupling=1e-6, settings=mine)
"""

CLUSTER = """
relicfit run first.toml --set sampler.seed=1 --out results/seed-1
relicfit run first.toml --set sampler.seed=2 --out results/seed-2 --executor processes --workers 2
relicfit status results
relicfit merge results/seed-1 results/seed-2 --out results/all
relicfit table results/all --latex
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slice.toml").write_text(SLICE)
    (tmp_path / "first.toml").write_text(
        'scenario = "thermal-freeze-out"\n[parameters]\nmass = { loguniform = [0.1, 10] }\ndelta = 0.5\n'
        "coupling = { loguniform = [1e-7, 1e-5] }\n[likelihoods]\nrelic-density = { theory-error = 0.2 }\n"
        '[sampler]\nname = "nautilus"\neffective-samples = 300\nlive-points = 100\nseed = 1\n'
    )
    return tmp_path


def lived(day):
    """Run the lines of a user and return their names."""
    lines = [line for line in day.strip().splitlines() if line]
    assert len(lines) <= MOST_LINES
    assert not re.findall(r"relicfit\.[\w.]*\b_|from relicfit\.|import relicfit\.", day)
    names = {}
    exec(day, names)
    return names


@pytest.mark.slow
def test_a_phenomenologist_has_a_slice_and_a_paper_to_write(folder):
    names = lived(PAPER)
    assert (folder / "corner.pdf").read_bytes().startswith(b"%PDF")
    assert names["result"].diagnostics["converged"]
    assert [path.suffix for path in names["figures"]] == [".png", ".pdf", ".csv"]
    assert names["scan"].values["omega_h2"].shape == (12,)
    assert r"\begin{tabular}" in names["latex"]
    assert "c\\tau" in names["latex"]
    assert "2404.12428" in str(names["citations"])


def test_a_student_has_a_limit_of_her_own_and_a_notebook(folder):
    names = lived(STUDENT)
    assert {"mass", "coupling", "omega_h2", "weight"} <= set(names["frame"].columns)
    assert "mass" in names["summary"].index
    assert set(names["point"].log_likelihoods) == {"relic-density", "mine"}
    # In a notebook what is returned shows itself.
    assert "mine" in names["point"]._repr_html_()


@pytest.mark.slow
def test_somebody_has_a_cluster(folder):
    assert len(CLUSTER.strip().splitlines()) <= MOST_LINES
    said = []
    for line in CLUSTER.strip().splitlines():
        words = line.split()[1:]
        done = subprocess.run(
            [sys.executable, "-m", "relicfit", *words], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    assert "done" in said[2] or "finished" in said[2] or "ok" in said[2]
    assert "tabular" in said[4]
    seeds = [relicfit.load(f"results/seed-{seed}") for seed in (1, 2)]
    merged = relicfit.load("results/all")
    assert merged.log_evidence_error < min(item.log_evidence_error for item in seeds)
