"""The lock files: every dependency exactly, every file of it by its hash, in agreement with the ranges."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
# The extras that each lock file installs, beside the dependencies.
LOCKS = {"requirements.lock": ("test", "lint"), "requirements-docs.lock": ("docs",)}
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PYTHONS = ("3.11", "3.12", "3.13")


def text_of(lock):
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(text):
    """Return the requirements of a lock file, each with the hashes of its files."""
    logical = re.sub(r"\\\n\s*", " ", text)
    lines = [line for line in logical.splitlines() if line.strip() and not line.startswith("#")]
    return [(Requirement(HASH.sub("", line).strip()), HASH.findall(line)) for line in lines]


def wanted(lock):
    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    texts = [*project["dependencies"], *(text for extra in LOCKS[lock] for text in extras[extra])]
    return [Requirement(text) for text in texts]


def plain(name):
    return re.sub("[-_.]+", "-", name).lower()


def holds(marker: Marker | None, python: str) -> bool:
    return marker is None or marker.evaluate({"python_version": python, "python_full_version": f"{python}.0"})


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_is_exact_and_has_a_hash_for_every_file(lock):
    found = pins(text_of(lock))
    assert len(found) > 40
    for requirement, hashes in found:
        assert [item.operator for item in requirement.specifier] == ["=="], str(requirement)
        # At least a wheel or the sources; most have both.
        assert hashes, str(requirement)
    assert "://" not in text_of(lock)


@pytest.mark.parametrize("lock", LOCKS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_has_one_pin_within_its_range(python, lock):
    for requirement in wanted(lock):
        if not holds(requirement.marker, python):
            continue
        versions = [
            next(iter(pin.specifier)).version
            for pin, _ in pins(text_of(lock))
            if plain(pin.name) == plain(requirement.name) and holds(pin.marker, python)
        ]
        assert len(versions) == 1, f"{requirement} under Python {python}: {versions}"
        assert requirement.specifier.contains(versions[0], prereleases=True), f"{requirement}: {versions[0]}"


@pytest.mark.parametrize("python", PYTHONS)
def test_both_lock_files_pin_what_they_share_alike(python):
    versions = [
        {plain(pin.name): str(pin.specifier) for pin, _ in pins(text_of(lock)) if holds(pin.marker, python)}
        for lock in LOCKS
    ]
    shared = versions[0].keys() & versions[1].keys()
    assert len(shared) > 30
    assert {name for name in shared if versions[0][name] != versions[1][name]} == set()


def test_a_pin_without_a_hash_would_be_noticed():
    (first, hashes), *_ = pins("numpy==2.0 \\\n    --hash=sha256:" + "0" * 64 + "\nscipy==1.13\n")
    assert (first.name, len(hashes)) == ("numpy", 1)
    assert pins("scipy==1.13\n")[0][1] == []
