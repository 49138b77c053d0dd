"""The report of a run: complete, self-contained, with numbers of this very run, and fit for a phone."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from relicfit.infer.problem.problem import load_problem
from relicfit.infer.report.run_page import run_report
from relicfit.infer.report.writing import write_report
from relicfit.infer.results.folder import Result
from relicfit.infer.run.execute import execute

NESTED = 'live-points = 60\ndlogz = 0.5\nwalks = 10\nbound = "none"\nseed = 1\nfinish = 0'
CHAINS = 'name = "emcee"\nrhat = 1.1\ness = 60\nautocorrelations = 12\nmax-steps = 3000\nfinish = 0'
WIDTHS = (1280, 400)
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
# What keeps a browser from looking for its maker's servers.
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr", "--v=0",
)  # fmt: skip


@pytest.fixture(scope="module")
def runs(known_linear, tmp_path_factory):
    """Two nested runs on the same datum and one of emcee."""
    folder = tmp_path_factory.mktemp("report")
    made = {}
    for name, sampler, top in (("one", NESTED, 0.3), ("two", NESTED, 0.6), ("chains", CHAINS, 0.3)):
        path = folder / f"{name}.toml"
        path.write_text(
            f'scenario = "linear-test"\n[parameters]\na = {{ uniform = [0.01, {top}] }}\n'
            "b = { loguniform = [1e-3, 1e3] }\n[likelihoods]\nrelic-density = { theory-error = 0.1 }\n"
            f"[sampler]\n{sampler}\n"
        )
        made[name] = execute(load_problem(path), folder / name, progress=False)
    return made


@pytest.mark.parametrize("name", ["one", "chains"])
def test_report_holds_every_section_and_no_link_to_anywhere(runs, name):
    text = run_report(runs[name])
    for title in (
        "The answer", "Posterior", "Best fit", "Predictions and measurements", "What was run", "Data",
        "Limits of validity", "Convergence", "How to repeat it",
    ):  # fmt: skip
        assert f"<h2>{title}</h2>" in text
    assert not re.search(r'(?:src|href)="(?!data:)', text)
    assert "<script" not in text
    assert text.count('src="data:image/svg+xml,') >= 4
    assert 'src="data:image/png' not in text


def test_numbers_of_the_report_are_those_of_the_run(runs):
    text = run_report(runs["one"])
    row = runs["one"].summary["a"]
    shown = re.search(
        r">a</td><td[^>]*>[^<]*</td><td[^>]*></td><td[^>]*>([0-9.]+) -([0-9.]+) \+([0-9.]+)</td>", text
    )
    middle, down, up = (float(value) for value in shown.groups())
    assert middle == pytest.approx(row["median"], abs=10 ** -len(shown[1].split(".")[1]))
    # Errors to two digits, the value to match.
    assert len(shown[1].split(".")[1]) == len(shown[2].split(".")[1]) == len(shown[3].split(".")[1])
    assert down == pytest.approx(row["median"] - row["q16"], rel=0.06)
    assert up == pytest.approx(row["q84"] - row["median"], rel=0.06)
    numbers = runs["one"].diagnostics["numbers"]
    log_z, error = map(float, re.search(r"ln Z = (-?[0-9.]+) ± ([0-9.]+)", text).groups())
    assert log_z == pytest.approx(numbers["log_evidence"], abs=0.006)
    assert error == pytest.approx(numbers["log_evidence_error"], rel=0.06)


def test_two_runs_differ_in_their_reports(runs):
    assert run_report(runs["one"]) != run_report(runs["two"])
    assert run_report(runs["one"]) == run_report(runs["one"])


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
def test_a_browser_shows_the_report_without_complaint_or_sideways_scrolling(runs, tmp_path):
    page = write_report(runs["one"]).read_text()
    measure = "<script>console.log('WIDTH ' + document.documentElement.scrollWidth)</script></body>"
    for width in WIDTHS:
        # Chromium's own windows have a least width: a frame is as narrow as asked.
        frame = tmp_path / f"{width}.html"
        inner = tmp_path / "inner.html"
        inner.write_text(page.replace("</body>", measure))
        frame.write_text(f'<iframe src="inner.html" width="{width}" height="800" frameborder="0"></iframe>')
        done = subprocess.run(
            [BROWSER, *QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=4000",
             "--dump-dom", frame.as_uri()],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        assert len(console) == 1, console
        assert int(re.search(r"WIDTH (\d+)", console[0])[1]) <= width


def test_the_report_of_three_parameters_is_light(tmp_path):
    """A mail takes it: the limit is 600 kB with every picture inside."""
    path = Path(__file__).resolve().parents[3] / "runs" / "quickstart.toml"
    result = execute(load_problem(path, [("sampler", ROUGH)]), tmp_path / "out", progress=False)
    assert len(result.problem.prior.sampled) == 3
    page = write_report(result)
    assert page.read_text().count('src="data:image/svg+xml,') == 6
    assert page.stat().st_size < 600_000


RUN_FILES = sorted(
    path
    for path in (Path(__file__).resolve().parents[3] / "runs").glob("*.toml")
    if "scenario" in path.read_text().split("[")[0]
)
# Too rough for an answer, enough for a page.
ROUGH = {"live-points": 60, "dlogz": 2.0, "max-calls": 6000, "bound": "none", "walks": 8}


@pytest.mark.slow
@pytest.mark.parametrize("path", RUN_FILES, ids=lambda path: path.stem)
def test_the_report_of_every_shipped_run_file_renders(path, tmp_path):
    result = execute(load_problem(path, [("sampler", ROUGH)]), tmp_path / "out", progress=False)
    text = run_report(result)
    assert "<h2>The answer</h2>" in text
    for name in result.problem.prior.sampled:
        assert name in text
    for term in result.problem.likelihoods:
        assert term.name in text
    # Numbers that could not be computed have no place in a table.
    assert not re.search(r'class="number"[^>]*>[^<]*\bnan\b', text)


@pytest.mark.parametrize(("share", "banner"), [(0.2, "verdict"), (0.97, "verdict doubt")])
def test_a_converged_posterior_behind_a_limit_of_validity_has_no_green_banner(runs, tmp_path, share, banner):
    result = Result(runs["one"].directory)
    found = result.diagnostics | {"problems": [], "converged": True, "flags": {"nowhere": share}}
    # The folder itself agrees with itself or is refused.
    vars(result)["diagnostics"] = found
    page = run_report(result)
    assert f'<p class="{banner}">Converged' in page
    assert ("97 % of the posterior: nowhere" in page) == (share > 0.5)
