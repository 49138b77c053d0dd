"""Whether the files of a result folder belong together: digests, run file, scenario and evidence."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..storage.reading import digest_of
from .manifest import MANIFEST, Manifest

__all__ = ["disagreements"]

# Numbers of the diagnostics that stand in the posterior file too.
SHARED_NUMBERS = ("log_evidence", "log_evidence_error", "information_nats", "effective_sample_size")
# What decides about the numbers; of the rest a folder of an earlier version may have been brought up to date.
DECIDING = ("scenario", "options", "parameters", "constraints", "likelihoods", "sources")
# They are written with all their digits in both places.
ROUNDING = 1e-12


def disagreements(
    directory: Path,
    manifest: Manifest,
    attributes: Mapping[str, Any],
    run_file: str,
    diagnostics: Mapping[str, Any],
) -> list[str]:
    """Return one sentence for each file that is not what the run has written.

    Parameters
    ----------
    directory : Path
    manifest : Manifest
        Without digests for folders of earlier versions.
    attributes : mapping
        Of the root of the posterior file.
    run_file : str
        The text of the resolved run file.
    diagnostics : mapping
        The content of the diagnostics.
    """
    if not manifest.intact:
        return [f"{MANIFEST} is not the one that the run has written"]
    # A picture may be gone: nothing is computed from it.
    found = [
        f"{name} is not the one that the run has written"
        for name, digest in manifest.digests.items()
        if (directory / name).exists() and digest_of(directory / name) != digest
    ]
    return found or _by_content(attributes, run_file, diagnostics)


def _by_content(attributes: Mapping[str, Any], run_file: str, diagnostics: Mapping[str, Any]) -> list[str]:
    found = []
    inside, beside = (_parsed(text) for text in (attributes.get("run_file"), run_file))
    keys = [key for key in DECIDING if inside and beside and inside.get(key) != beside.get(key)]
    if keys:
        found.append(f"run.toml and the run file inside posterior.nc differ in {', '.join(keys)}")
    numbers = diagnostics.get("numbers", {})
    for name in SHARED_NUMBERS:
        one, other = attributes.get(name), numbers.get(name) if isinstance(numbers, Mapping) else None
        if one is not None and not _same(one, other):
            found.append(f"{name} is {one} in posterior.nc and {other} in diagnostics.json")
    return found


def _parsed(text: object) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text) if isinstance(text, str) else None
    except (tomllib.TOMLDecodeError, RecursionError):
        return None


def _same(one: Any, other: Any) -> bool:
    try:
        first, second = float(one), float(other)
        return first == second or math.isclose(first, second, rel_tol=ROUNDING) or not math.isfinite(first)
    except (TypeError, ValueError):
        return False
