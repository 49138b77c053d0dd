"""A run in a notebook: tqdm's notebook bar, where ipywidgets is installed, and the result as a table."""

import pytest


def test_a_run_in_a_notebook_shows_the_bar_of_notebooks(tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipywidgets")
    pytest.importorskip("ipykernel")
    (tmp_path / "run.toml").write_text(
        'scenario = "thermal-freeze-out"\n[parameters]\nmass = 1.0\ndelta = { uniform = [0.2, 1.0] }\n'
        "coupling = { loguniform = [1e-9, 1e-3] }\n[likelihoods]\nrelic-density = { theory-error = 0.2 }\n"
        '[sampler]\nname = "nautilus"\neffective-samples = 200\n'
    )
    cells = ['import relicfit\nresult = relicfit.run("run.toml")', "result"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    first, second = (cell["outputs"] for cell in notebook.cells)
    shown = [output.get("data", {}) for output in first]
    assert any("application/vnd.jupyter.widget-view+json" in data for data in shown)
    assert not any("\r" in output.get("text", "") for output in first)
    assert "<table" in second[0]["data"]["text/html"]
