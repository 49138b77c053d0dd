"""The pages of docs/ name what is there: commands, options, functions, files, scenarios, figures."""

import re
import sys
import tomllib
from pathlib import Path

import pytest
import typer.main

import relicfit
from relicfit.infer.cli import app
from relicfit.infer.comparison.run_file import load_comparison
from relicfit.infer.figures import FIGURES
from relicfit.infer.problem.problem import load_problem
from relicfit.infer.problem.settings import SAMPLERS
from relicfit.solver import registry
from relicfit.solver.scenario import scenario_names

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("theory/*.md")])
TEXTS = [*PAGES, ROOT / "README.md"]
# At import: other tests make scenarios of their own known.
SCENARIOS = scenario_names()
COMMANDS = typer.main.get_command(app).commands
CELL = re.compile(r"^```\{code-cell\} ipython3\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRITTEN = re.compile(r"%%writefile (\S+)\n(.*)", re.DOTALL)
# `relicfit COMMAND ...` as code within a line, or as the beginning of a line of a block for a shell.
INLINE = re.compile(r"`(relicfit [^`]+)`")
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^    (relicfit .*)$", re.MULTILINE)


def name(path):
    return str(path.relative_to(ROOT))


def command_lines(text):
    """Yield the words of every command line that a page shows."""
    lines = INLINE.findall(text) + INDENTED.findall(text)
    for block in SHELL.findall(text):
        joined = block.replace("\\\n", " ")
        lines += re.findall(r"^(?:mpiexec.*?)?(relicfit .*)$", joined, re.MULTILINE)
    for line in lines:
        yield line.partition(" #")[0].split()


def options_of(command):
    found = {option for item in COMMANDS[command].params for option in (*item.opts, *item.secondary_opts)}
    return found | {"--help"}


def mistakes(words):
    """Return what is wrong with a command line: an unknown command, or options that it does not have."""
    if words[1].startswith("-"):
        return [word for word in words[1:] if word not in ("--help", "--version")]
    if words[1] == "COMMAND":
        return []
    if words[1] not in COMMANDS:
        return [words[1]]
    known = options_of(words[1])
    return [word for word in words[2:] if word.startswith("-") and word.strip("[]") not in known]


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_commands_and_options_of_a_page_are_there(path):
    wrong = {" ".join(words): mistakes(words) for words in command_lines(path.read_text(encoding="utf-8"))}
    assert {line: found for line, found in wrong.items() if found} == {}


def test_a_command_that_is_gone_would_be_seen():
    text = "`relicfit sample FILE --set a=1` and\n```sh\nrelicfit run FILE --fast   # quick\n```\n"
    assert [mistakes(words) for words in command_lines(text)] == [["sample"], ["--fast"]]


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_functions_of_the_package_that_a_page_calls_are_public(path):
    # The modules that pages import from are tested where they run.
    called = set(re.findall(r"\brelicfit\.(\w+)\(", path.read_text(encoding="utf-8")))
    assert called <= set(relicfit.__all__)


def test_every_public_function_is_on_the_page_of_the_interface():
    described = set(re.findall(r"autofunction:: relicfit\.infer\.api\.(\w+)", (DOCS / "api.md").read_text()))
    assert described == set(relicfit.__all__) - {"__version__"}


@pytest.mark.parametrize("path", TEXTS, ids=name)
def test_files_of_the_repository_that_a_page_names_are_there(path):
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"\bruns/[\w-]+\.(?:toml|py)\b", text)) - {"runs/other.toml"}
    assert {file for file in named if not (ROOT / file).is_file()} == set()
    linked = re.findall(r"\]\(([\w./-]+\.(?:md|png))\)", text)
    assert [link for link in linked if not (path.parent / link).is_file()] == []


def notebook_files(path):
    """Return the files that a notebook writes, by name."""
    cells = CELL.findall(path.read_text(encoding="utf-8"))
    return dict(found.groups() for cell in cells if (found := WRITTEN.match(cell)))


NOTEBOOKS = [path for path in PAGES if "file_format: mystnb" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_run_files_that_a_notebook_writes_can_be_read(path, tmp_path):
    files = notebook_files(path)
    for file, text in files.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    runs = [file for file in files if file.endswith(".toml")]
    assert runs
    for file in runs:
        comparison = "models" in tomllib.loads(files[file])
        assert (load_comparison if comparison else load_problem)(tmp_path / file)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
def test_cells_of_a_notebook_are_python_without_private_names(path):
    for cell in CELL.findall(path.read_text(encoding="utf-8")):
        if not cell.startswith("%%"):
            compile(cell, name(path), "exec")
            assert not re.search(r"\brelicfit\.[\w.]*\._|import _", cell)


# A few points each; the others sample, for a minute or two.
QUICK = {"own-likelihood.md"}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=() if path.name in QUICK else pytest.mark.slow) for path in NOTEBOOKS],
    ids=lambda path: path.name,
)
def test_cells_of_a_notebook_run(path, tmp_path, monkeypatch, capsys):
    """As `make docs` runs them in a kernel, here without one."""
    monkeypatch.chdir(tmp_path)
    names = {"Image": lambda picture, width: Path(picture).stat()}
    for cell in CELL.findall(path.read_text(encoding="utf-8")):
        if found := WRITTEN.match(cell):
            (tmp_path / found[1]).write_text(found[2], encoding="utf-8")
        else:
            code = cell.replace("from IPython.display import Image\n", "")
            exec(compile(code, name(path), "exec"), names)
    assert "NOT CONVERGED" not in capsys.readouterr().out


def test_every_page_is_reached_from_the_first():
    listed = set()
    for index in (DOCS / "index.md", DOCS / "theory" / "index.md"):
        for block in re.findall(r"```\{toctree\}\n(.*?)```", index.read_text(), re.DOTALL):
            lines = [line for line in block.splitlines() if line and not line.startswith(":")]
            listed |= {index.parent / f"{line}.md" for line in lines}
    assert listed == set(PAGES) - {DOCS / "index.md"}


def test_every_scenario_has_its_page_of_theory():
    pages = {path.stem for path in (DOCS / "theory").glob("*.md")} - {"index"}
    assert pages == set(SCENARIOS)


def test_every_figure_and_sampler_is_named():
    figures = re.findall(r"^\| `([\w-]+)` \|", (DOCS / "figures.md").read_text(), re.MULTILINE)
    assert figures == list(FIGURES)
    samplers = re.findall(r"^\| `(\w+)` \|", (DOCS / "sampler-settings.md").read_text(), re.MULTILINE)
    assert set(samplers) == set(SAMPLERS)


@pytest.fixture
def docs_modules(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    monkeypatch.setattr(registry, "BUILT_IN", {name: registry.BUILT_IN[name] for name in SCENARIOS})
    yield
    for module in ("generate", "mathml"):
        sys.modules.pop(module, None)


def test_generated_pages_tell_every_likelihood_and_observable(docs_modules):
    import generate

    pages = generate.pages()
    for scenario in SCENARIOS:
        page = "\n".join(pages[f"{scenario}.md"])
        model = generate.scenario_class(scenario)()
        named = [item.name for item in (*model.parameters, *model.observables, *model.flags)]
        assert [item for item in named if f"`{item}`" not in page] == []
    cards = [line[3:] for line in pages["likelihoods.md"] if line.startswith("## ")]
    assert cards == generate.likelihood_names()


def test_formulas_become_mathml(docs_modules):
    pytest.importorskip("latex2mathml")
    import mathml

    found = mathml.mathml(r"\frac{dY}{d\ln x}", "block")
    assert found.startswith("<math")
    assert "<mfrac>" in found
    assert 'display="block"' in found
