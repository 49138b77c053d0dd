"""The shape of the house: packages, arrows, nothing of this machine."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOWER = ("solver", "likelihoods", "priors")
SHARED = {"errors", "options"}


def tracked():
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    return [ROOT / name for name in names if (ROOT / name).exists()]


def test_packages_are_the_folders_on_disk():
    declared = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    on_disk = {"relicfit"}
    for top in ("infer", *LOWER):
        for path in (ROOT / top).rglob("__init__.py"):
            on_disk.add(".".join(["relicfit", *path.parent.relative_to(ROOT).parts]))
    assert declared == on_disk


@pytest.mark.parametrize("package", LOWER)
def test_arrows_run_one_way(package):
    for path in (ROOT / package).rglob("*.py"):
        depth = len(path.relative_to(ROOT).parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.level == depth:
                first = (node.module or "").split(".")[0]
                assert first in SHARED or first == "", f"{path} imports {first}"
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                assert not (node.module or "").startswith("relicfit"), f"{path}: imports are relative"


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, relicfit; from relicfit.infer import config\n"
        "heavy = {'numba', 'scipy', 'arviz', 'matplotlib', 'emcee', 'dynesty'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_file_names_an_index_or_a_place_on_a_machine():
    hosts = ["py" + "pi.", "python" + "hosted", "/ro" + "ot/", "/ho" + "me/"]
    for path in tracked():
        if path.suffix in {".py", ".toml", ".md", ".lock", ".cff", ".sh", ""} and path.is_file():
            text = path.read_text("utf-8", errors="ignore")
            found = [host for host in hosts if host in text]
            assert not found, f"{path}: {found}"


def test_lock_file_pins_every_dependency_exactly():
    lines = [
        line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")
    ]
    assert all("==" in line and "://" not in line and not line.startswith("-") for line in lines)
    pinned = {line.split("==")[0] for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    for requirement in wanted:
        name = requirement.split(">")[0].split("<")[0].split("=")[0].strip().lower().replace("_", "-")
        assert name in pinned, name
