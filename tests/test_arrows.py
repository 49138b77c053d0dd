"""The order of the rooms: a room imports only rooms above it, no circle closes, nobody reaches into another file.

Imports inside functions and under ``TYPE_CHECKING`` count: a reader follows them too.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("infer", "likelihoods", "priors", "solver")
# From the ground up. Folders and files of `infer`; whatever is missing here is an error.
ROOMS = (
    "wording",
    "style",
    "storage",
    "problem",
    "target",
    "samples",
    "execution",
    "diagnostics",
    "samplers",
    "exports",
    "corner",
    "results",
    "overlay",
    "plots",
    "choices",
    "run",
    "merge",
    "report",
    "calibration",
    "comparison",
    "table",
    "figures",
    "claims",
    "point",
    "scan",
    "bestfit",
    "vocabulary",
    "explain",
    "cite",
    "new",
    "status",
    "model",
    "answers",
    "api",
    "commands",
    "cli",
)
LONGEST_FILE = 400
LARGEST_MEDIAN = 120


def sources(root=ROOT):
    return {
        path.relative_to(root).with_suffix("").parts: path.read_text(encoding="utf-8")
        for package in PACKAGES
        for path in sorted((root / package).rglob("*.py"))
    }


def module_of(parts):
    return parts[:-1] if parts[-1] == "__init__" else parts


def imports(parts, text, modules):
    """Return the modules of the package that a file imports, and the names it takes from each."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = parts[: len(parts) - node.level] + tuple(node.module.split(".") if node.module else ())
        for alias in node.names:
            whole = (*base, alias.name)
            if whole in modules:
                yield whole, None
            elif base in modules:
                yield base, alias.name


def graph(files):
    modules = {module_of(parts) for parts in files}
    return {module_of(parts): set(imports(parts, text, modules)) for parts, text in files.items()}


def backward(files):
    """Return imports inside `infer` from a room that stands below the importing one."""
    rank = {name: index for index, name in enumerate(ROOMS)}
    found = []
    for module, targets in graph(files).items():
        if module[0] != "infer" or len(module) < 2:
            continue
        for target, _ in targets:
            if target[0] == "infer" and len(target) > 1 and rank[target[1]] > rank[module[1]]:
                found.append(f"{'.'.join(module)} imports {'.'.join(target)}")
    return sorted(set(found))


def circles(files):
    """Return circles of files, of types too."""
    edges = {module: {target for target, _ in targets} - {module} for module, targets in graph(files).items()}
    found, done = [], set()

    def visit(module, path):
        if module in path:
            found.append(" -> ".join(".".join(item) for item in (*path[path.index(module) :], module)))
        elif module not in done:
            for target in sorted(edges.get(module, ())):
                visit(target, (*path, module))
            done.add(module)

    for module in sorted(edges):
        visit(module, ())
    return found


def reached_into(files):
    """Return private names that one file takes from another."""
    return sorted(
        f"{'.'.join(module)} takes {name} from {'.'.join(target)}"
        for module, targets in graph(files).items()
        for target, name in targets
        if name is not None and name.startswith("_") and not name.startswith("__") and target != module
    )


def test_every_room_has_its_place_in_the_order():
    files = sources()
    rooms = {parts[1] for parts in files if parts[0] == "infer" and parts[1] != "__init__"}
    assert rooms == set(ROOMS)


@pytest.mark.parametrize("offenders", [backward, circles, reached_into])
def test_no_import_runs_against_the_house(offenders):
    assert offenders(sources()) == []


WRONG = {
    ("infer", "__init__"): "",
    ("infer", "storage", "__init__"): "",
    ("infer", "storage", "atomic"): "def f():\n    from ..cli import main\n",
    ("infer", "cli"): "from .storage.atomic import _hidden\n",
}


@pytest.mark.parametrize("offenders", [backward, circles, reached_into])
def test_an_import_against_the_house_would_be_noticed(offenders):
    assert len(offenders(WRONG)) == 1


def test_samplers_do_not_know_each_other_and_nobody_else_names_their_libraries():
    named = []
    for parts, text in sources().items():
        place = "/".join(parts)
        if parts[:2] != ("infer", "samplers"):
            libraries = {"dynesty", "emcee", "nautilus"}
        else:
            libraries = {"nested": {"emcee", "nautilus"}, "ensemble": {"dynesty", "nautilus"}}.get(
                parts[2], {"dynesty", "emcee"} if parts[2] == "nautilus" else set()
            )
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules = [node.module]
            else:
                continue
            named += [f"{place}: {name}" for name in modules if name.split(".")[0] in libraries]
    assert named == []


def test_files_are_short():
    lengths = {"/".join(parts): text.count("\n") for parts, text in sources().items()}
    assert {name: count for name, count in lengths.items() if count > LONGEST_FILE} == {}
    middle = sorted(lengths.values())[len(lengths) // 2]
    assert middle <= LARGEST_MEDIAN


def test_importing_one_sampler_does_not_load_another():
    import subprocess
    import sys

    code = (
        "import sys\nfrom relicfit.infer.samplers.{} import sampling\n"
        "print(sorted({{'dynesty', 'emcee', 'nautilus'}} & set(sys.modules)))"
    )
    for folder, library in (("nested", "dynesty"), ("ensemble", "emcee")):
        done = subprocess.run(
            [sys.executable, "-c", code.format(folder)],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT.parent,
        )
        assert done.stdout.strip() == f"['{library}']"
