"""The layout: what is packaged, who may import whom, and what a first look at the package costs."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("infer", "likelihoods", "priors", "solver")
# Modules at the root that everyone may use.
SHARED = {"errors", "options", "__init__"}
# Likelihoods share the way to compile with the solver, and nothing else.
ALLOWED = {
    "infer": set(ROOMS),
    "likelihoods": {"likelihoods", "solver.numerics.kernel"},
    "priors": {"priors"},
    "solver": {"solver"},
}
HEAVY = {"numba", "scipy", "arviz", "matplotlib", "emcee", "dynesty", "nautilus", "sklearn"}
SKIPPED_FOLDERS = re.compile(r"^(\..*|.*\.egg-info|__pycache__|build|dist)$")
TEXT = {".py", ".toml", ".md", ".txt", ".cff", ".sh", ".csv", ".lock", ".html", ""}
# Written in pieces, so that this file does not contain what it forbids.
MACHINE_PATHS = re.compile("/(" + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me", "Us" + "ers"]) + ")/")
INDEX_HOSTS = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "index" + "-url", "trusted" + "-host"])
)


def files(suffixes):
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if any(SKIPPED_FOLDERS.match(part) for part in parts[:-1]) or not path.is_file():
            continue
        # Results of runs are not part of the package.
        if parts[0] == "runs" and len(parts) > 2 + ("models" in parts):
            continue
        if path.suffix in suffixes and not parts[-1].startswith("."):
            yield path


def sources():
    return [path for path in files({".py"}) if path.relative_to(ROOT).parts[0] != "tests"]


def test_packages_are_the_folders_with_an_init_file():
    with open(ROOT / "pyproject.toml", "rb") as file:
        declared = tomllib.load(file)["tool"]["setuptools"]["packages"]
    found = {
        ".".join(["relicfit", *path.parent.relative_to(ROOT).parts])
        for path in files({".py"})
        if path.name == "__init__.py" and "tests" not in path.relative_to(ROOT).parts
    }
    assert sorted(declared) == sorted(found)
    assert len(declared) == len(set(declared))


def imported_modules(parts, text):
    """Return the modules of the package that a file imports, as dotted names below the root.

    ``parts`` is the place of the file below the root.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = parts[: len(parts) - node.level]
            target = [*base, *(node.module.split(".") if node.module else [])]
            yield from [".".join(target)] if target else (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module.split(".")[0] == "relicfit":
            yield node.module.partition(".")[2] or ".".join(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (
                alias.name.partition(".")[2] for alias in node.names if alias.name.split(".")[0] == "relicfit"
            )


def wrong_imports(parts, text):
    """Return what a file of a room imports from rooms it must not know."""
    for module in imported_modules(parts, text):
        first = module.split(".")[0]
        is_room = (ROOT / first).is_dir() or (ROOT / f"{first}.py").is_file()
        known = ALLOWED[parts[0]] | SHARED
        if is_room and not known & {first, module}:
            yield f"{'/'.join(parts)} imports {module}"


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_one_way(room):
    paths = [path for path in sources() if path.relative_to(ROOT).parts[0] == room]
    assert paths
    wrong = [
        line
        for path in paths
        for line in wrong_imports(path.relative_to(ROOT).parts, path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "from ..infer import run",
        "from ..infer.run import x",
        "from .. import priors",
        "import relicfit.likelihoods",
    ],
)
def test_an_import_against_the_arrows_would_be_noticed(text):
    assert list(wrong_imports(("solver", "cosmology.py"), text))
    assert not list(wrong_imports(("infer", "run.py"), text))


def test_the_package_imports_itself_relatively():
    absolute = []
    # Examples of a user's own files, and what makes the pages, stand outside the package.
    for path in (path for path in sources() if path.relative_to(ROOT).parts[0] not in {"runs", "docs"}):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            absolute += [str(path) for name in names if name.split(".")[0] in {"relicfit", *ROOMS}]
    assert absolute == []


def loaded_by(code):
    """Return which heavy modules a fresh process has loaded after running some code."""
    check = f"import json, sys; print(json.dumps(sorted(set({sorted(HEAVY)!r}) & set(sys.modules))))"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{check}"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT.parent,
    )
    return json.loads(done.stdout.splitlines()[-1])


DESCRIBE = """
from relicfit.solver.scenario import scenario, scenario_class, scenario_names
for name in scenario_names():
    model = scenario(name)
    print(name, model.summary, model.source, [p.label for p in model.parameters],
          [o.label for o in model.observables], [f.sentence for f in model.flags], model.options())
"""
MISTAKES = """
from relicfit.errors import UserError
from relicfit.solver.scenario import scenario
from relicfit.solver.inverse import find_roots
for action in (
    lambda: scenario("thermal-freeze-ou"),
    lambda: scenario("thermal-freeze-out", interation="dim-4"),
    lambda: scenario("thermal-freeze-out").theta({"mass": -1.0}),
    lambda: find_roots(scenario("thermal-freeze-out"), {}, "masss", "omega_h2", 0.12, (1, 2)),
):
    try:
        action()
    except UserError:
        continue
    raise SystemExit("no error")
"""


@pytest.mark.parametrize(
    "code",
    ["import relicfit", "from relicfit.infer.problem import problem", DESCRIBE, MISTAKES],
    ids=["import", "run-file", "describe", "mistakes"],
)
def test_a_first_look_loads_nothing_heavy(code):
    assert loaded_by(code) == []


def test_the_check_of_loaded_modules_would_notice():
    assert "scipy" in loaded_by("import scipy")


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, INDEX_HOSTS], ids=["paths", "hosts"])
def test_no_file_names_a_path_of_a_machine_or_the_host_of_an_index(pattern):
    named = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files(TEXT)
        if (match := pattern.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert named == []


# Modules whose types are not checked yet. Lower it with the list in pyproject.toml; it never rises.
UNCHECKED_MODULES = 17


def unchecked_modules():
    """Return the modules that mypy is told to leave alone."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        overrides = tomllib.load(file)["tool"]["mypy"]["overrides"]
    return [name for item in overrides if item.get("ignore_errors") for name in item["module"]]


def test_types_are_checked_everywhere_but_in_a_list_that_only_shrinks():
    listed = unchecked_modules()
    assert len(set(listed)) == len(listed) == UNCHECKED_MODULES
    assert not [name for name in listed if "*" in name]
    assert not [name for name in listed if name.startswith(("relicfit.likelihoods", "relicfit.priors"))]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="the list is that of the lowest Python and its numpy")
def test_no_module_without_a_wrong_type_is_on_that_list(tmp_path):
    pytest.importorskip("mypy")
    with open(ROOT / "pyproject.toml", encoding="utf-8") as file:
        text = file.read()
    assert text.count("ignore_errors = true") == 1
    settings = tmp_path / "pyproject.toml"
    settings.write_text(text.replace("ignore_errors = true", "ignore_errors = false"), encoding="utf-8")
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / "relicfit").symlink_to(ROOT, target_is_directory=True)
    # One cache for both ways to run it: only the modules of the list are analysed again.
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", settings, "--cache-dir", ROOT / ".mypy_cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"MYPYPATH": str(tmp_path / "checkout")},
    )
    wrong = set(re.findall(r"/(relicfit/\S+)\.py:\d+: error:", done.stdout))
    assert {name.replace("/", ".") for name in wrong} == set(unchecked_modules()), done.stdout


def test_every_source_opens_with_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
