"""The cache of compiled kernels: never stale, never in the way."""

import ast
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from relicfit.likelihoods.compiled.prompt import lep_rows
from relicfit.solver.numerics import kernel as kernel_module
from relicfit.solver.numerics.cache_folder import mark
from relicfit.solver.numerics.kernel import cache_root, kernel, room_of, source_digest, sources
from relicfit.solver.scenarios.conversion.rows import solve_points

HELPER = """
from .numerics.kernel import kernel


@kernel
def helper(x):
    return {factor} * x
"""
OUTER = """
from .helper import helper
from .numerics.kernel import kernel


@kernel
def outer(x):
    return helper(x) + 1.0
"""
PLAIN_CACHING = """
import numba

kernel = numba.njit(cache=True)
"""


def build(folder, plain=False):
    """Write a small package whose kernel in one file calls a helper in another."""
    numerics = folder / "tiny" / "numerics"
    numerics.mkdir(parents=True)
    (folder / "tiny" / "__init__.py").touch()
    (numerics / "__init__.py").touch()
    if plain:
        (numerics / "kernel.py").write_text(PLAIN_CACHING)
    else:
        for name in ("kernel.py", "cache_folder.py"):
            shutil.copy(Path(kernel_module.__file__).with_name(name), numerics / name)
    (folder / "tiny" / "outer.py").write_text(OUTER)
    change_helper(folder, 2.0)


def change_helper(folder, factor):
    (folder / "tiny" / "helper.py").write_text(HELPER.format(factor=factor))


def answer(folder, cache=None):
    """Return what a fresh process computes, and how often it loaded a kernel from the cache."""
    environment = {
        **os.environ,
        "RELICFIT_CACHE_DIR": str(cache or folder / "cache"),
        "NUMBA_CACHE_DIR": str(folder / "plain"),
        "PYTHONPATH": str(folder),
    }
    code = (
        "from tiny.outer import outer; value = outer(10.0); "
        "print(value, sum(outer.stats.cache_hits.values()))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    value, hits = done.stdout.split()
    return float(value), int(hits)


def test_changed_helper_in_another_file_is_seen_by_a_fresh_process(tmp_path):
    build(tmp_path)
    assert answer(tmp_path) == (21.0, 0)
    assert answer(tmp_path) == (21.0, 1)
    change_helper(tmp_path, 3.0)
    assert answer(tmp_path) == (31.0, 0)


def test_another_checkout_of_the_same_sources_finds_the_compiled_kernels(tmp_path):
    for name in ("one", "two"):
        build(tmp_path / name)
    cache = tmp_path / "cache"
    assert answer(tmp_path / "one", cache) == (21.0, 0)
    assert answer(tmp_path / "two", cache) == (21.0, 1)


GUEST = """
from ..tiny.helper import helper
from ..tiny.numerics.kernel import kernel
from .constants import FACTOR


@kernel
def outer(x):
    return FACTOR * helper(x) + 1.0
"""


def guest_answer(folder):
    """Return what a fresh process computes by a kernel of another room, and whether from the cache."""
    environment = {**os.environ, "RELICFIT_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": str(folder)}
    code = "from pack.guest.outer import outer; print(outer(10.0), sum(outer.stats.cache_hits.values()))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    value, hits = done.stdout.split()
    return float(value), int(hits)


def test_change_of_a_helper_or_a_constant_in_another_room_is_seen(tmp_path):
    package = tmp_path / "pack"
    build(package)
    guest = package / "guest"
    guest.mkdir()
    (guest / "__init__.py").touch()
    (guest / "constants.py").write_text("FACTOR = 1.0\n")
    (guest / "outer.py").write_text(GUEST)
    (guest / "apart.py").write_text("NOTHING_TO_DO_WITH_IT = 1.0\n")
    assert guest_answer(tmp_path) == (21.0, 0)
    (guest / "apart.py").write_text("NOTHING_TO_DO_WITH_IT = 2.0\n")
    assert guest_answer(tmp_path) == (21.0, 1)
    change_helper(package, 3.0)
    assert guest_answer(tmp_path) == (31.0, 0)
    (guest / "constants.py").write_text("FACTOR = 2.0\n")
    assert guest_answer(tmp_path) == (61.0, 0)


def imported_files(path, tree):
    """Return the files of the package that a file imports outside functions."""
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.level:
            base = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            yield from (base.with_suffix(".py"), *(base / f"{alias.name}.py" for alias in node.names))


def test_the_digest_of_every_kernel_covers_its_file_and_what_that_imports():
    root = kernel_module.PACKAGE
    rooms = [folder for folder in root.iterdir() if (folder / "__init__.py").is_file()]
    seen = set()
    for path in (path for room in rooms for path in room.rglob("*.py") if room.name != "tests"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        if "kernel" not in names or path.name == "kernel.py":
            continue
        waiting, covered = [path], set(sources(room_of(path)))
        while waiting:
            here = waiting.pop()
            # Modules at the root of the package hold words: no kernel computes with them.
            if here in seen or not here.is_file() or here.parent == root:
                continue
            seen.add(here)
            assert here in covered, f"{here.relative_to(root)} can change kernels of {path.relative_to(root)}"
            waiting += imported_files(here, ast.parse(here.read_text(encoding="utf-8")))
    assert {room_of(path) for path in seen} >= {"solver", "likelihoods"}


def test_plain_caching_would_have_kept_the_old_answer(tmp_path):
    build(tmp_path, plain=True)
    assert answer(tmp_path) == (21.0, 0)
    change_helper(tmp_path, 3.0)
    # numba notices changes of the file that holds the outer function only.
    assert answer(tmp_path) == (21.0, 1)


@pytest.fixture
def fresh_cache(monkeypatch):
    """Let the cache folder be chosen anew, and forget the choice afterwards."""
    cache_root.cache_clear()
    yield lambda path: monkeypatch.setenv("RELICFIT_CACHE_DIR", str(path))
    cache_root.cache_clear()


def test_cache_stands_in_a_folder_named_by_the_sources(tmp_path, fresh_cache):
    fresh_cache(tmp_path)
    assert cache_root() == tmp_path / source_digest()
    assert len(source_digest()) == 16


def test_folders_of_old_sources_are_removed_and_nothing_else(tmp_path, fresh_cache):
    long_ago = time.time() - 86400.0 * (kernel_module.CACHE_LIFETIME_DAYS + 1)
    names = ("0" * 16, "1" * 16, "not-a-digest-123", "2" * 16)
    old, recent, other, foreign = (tmp_path / name for name in names)
    for folder in (old, recent, other, foreign):
        folder.mkdir()
        (folder / "file").touch()
    # A name of hexadecimal digits alone does not make a folder ours.
    for folder in (old, recent):
        mark(folder)
    for folder in (old, other, foreign):
        os.utime(folder, (long_ago, long_ago))
    fresh_cache(tmp_path)
    current = cache_root()
    assert not old.exists()
    assert recent.exists()
    assert other.exists()
    assert foreign.exists()
    assert current.exists()


def test_cache_that_cannot_be_written_is_replaced_by_a_temporary_one(tmp_path, fresh_cache):
    blocked = tmp_path / "a-file"
    blocked.touch()
    fresh_cache(blocked)
    folder = cache_root()
    assert folder.is_dir()
    assert not str(folder).startswith(str(tmp_path))
    (folder / "file").touch()
    shutil.rmtree(folder)


def test_folder_without_permission_is_replaced_by_a_temporary_one(tmp_path, fresh_cache, monkeypatch):
    # A superuser may write anywhere: the answer of the system is replaced, not its rules.
    monkeypatch.setattr(kernel_module.os, "access", lambda path, mode: False)
    fresh_cache(tmp_path)
    folder = cache_root()
    assert folder != tmp_path / source_digest()
    shutil.rmtree(folder)


def test_a_temporary_cache_goes_with_the_process(tmp_path):
    (tmp_path / "a-file").touch()
    code = "from relicfit.solver.numerics.kernel import cache_root; print(cache_root())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"RELICFIT_CACHE_DIR": str(tmp_path / "a-file")},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip()
    assert not Path(done.stdout.strip()).exists()


STORED = """
import logging, sys
logging.basicConfig(format="%(message)s", stream=sys.stdout)
from relicfit.solver.numerics.kernel import kernel

def triple(x):
    return 3.0 * x

def stored():
    return kernel(triple)
"""


@pytest.fixture
def stored(tmp_path):
    """Compile a kernel into a cache of its own, and run it again in another process."""
    (tmp_path / "stored.py").write_text(STORED)
    places = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]

    def again(before=""):
        code = (
            f"import stored\n{before}\nf = stored.stored()\nprint(f(2.0), sum(f.stats.cache_hits.values()))"
        )
        environment = {"RELICFIT_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(places)}
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    assert again() == "6.0 0\n"
    assert again() == "6.0 1\n"
    return again


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("damage", ["cut", "emptied", "changed"])
def test_a_damaged_cache_is_named_and_compiled_anew(suffix, damage, stored, tmp_path):
    files = list((tmp_path / "cache").rglob(f"*.{suffix}"))
    assert files
    for path in files:
        content = path.read_bytes()
        middle = len(content) // 2
        path.write_bytes({"cut": content[:middle], "emptied": b"",
                          "changed": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]}[damage])  # fmt: skip
    said = stored()
    assert said.endswith("6.0 0\n")
    if (suffix, damage) != ("nbi", "emptied"):
        assert "cache:" in said
    assert stored() == "6.0 1\n"


def test_a_full_disk_of_the_cache_costs_compilations_only(stored, tmp_path):
    for path in (tmp_path / "cache").rglob("*.nb?"):
        path.unlink()
    full = (
        "import errno\nfrom numba.core.caching import IndexDataCacheFile\n"
        "def fail(*arguments):\n    raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "IndexDataCacheFile._open_for_write = fail"
    )
    said = stored(full)
    assert said.endswith("6.0 0\n")
    assert "cannot be written" in said


@kernel
def ratio(x, y):
    return x / y


def test_division_by_zero_is_a_value():
    assert ratio(1.0, 0.0) == float("inf")
    assert ratio(0.0, 0.0) != ratio(0.0, 0.0)


def test_kernels_of_the_package_are_cached_in_its_folder():
    for compiled, room in ((solve_points, "solver"), (lep_rows, "likelihoods")):
        assert Path(str(compiled._cache.cache_path)).parent == cache_root(room)
    assert cache_root("solver") != cache_root("likelihoods")
    # A kernel from elsewhere, such as a user's own file, is cached with those of the solver.
    assert Path(str(ratio._cache.cache_path)).parent == cache_root()
