"""The lock file: every dependency exactly, every file of it by its hash, in agreement with the ranges."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PYTHONS = ("3.11", "3.12", "3.13")


def pins(text):
    """Return the requirements of a lock file, each with the hashes of its files."""
    logical = re.sub(r"\\\n\s*", " ", text)
    lines = [line for line in logical.splitlines() if line.strip() and not line.startswith("#")]
    return [(Requirement(HASH.sub("", line).strip()), HASH.findall(line)) for line in lines]


def wanted():
    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    return [Requirement(text) for text in (*project["dependencies"], *extras["test"], *extras["lint"])]


def plain(name):
    return re.sub("[-_.]+", "-", name).lower()


def holds(marker: Marker | None, python: str) -> bool:
    return marker is None or marker.evaluate({"python_version": python, "python_full_version": f"{python}.0"})


def test_every_pin_is_exact_and_has_a_hash_for_every_file():
    found = pins(LOCK)
    assert len(found) > 40
    for requirement, hashes in found:
        assert [item.operator for item in requirement.specifier] == ["=="], str(requirement)
        # At least a wheel or the sources; most have both.
        assert hashes, str(requirement)
    assert "://" not in LOCK


@pytest.mark.parametrize("python", PYTHONS)
def test_every_dependency_has_one_pin_within_its_range(python):
    for requirement in wanted():
        if not holds(requirement.marker, python):
            continue
        versions = [
            next(iter(pin.specifier)).version
            for pin, _ in pins(LOCK)
            if plain(pin.name) == plain(requirement.name) and holds(pin.marker, python)
        ]
        assert len(versions) == 1, f"{requirement} under Python {python}: {versions}"
        assert requirement.specifier.contains(versions[0], prereleases=True), f"{requirement}: {versions[0]}"


def test_a_pin_without_a_hash_would_be_noticed():
    (first, hashes), *_ = pins("numpy==2.0 \\\n    --hash=sha256:" + "0" * 64 + "\nscipy==1.13\n")
    assert (first.name, len(hashes)) == ("numpy", 1)
    assert pins("scipy==1.13\n")[0][1] == []
