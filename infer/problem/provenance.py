"""Where a result comes from: versions, sources, revision; and what differs between two runs."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ... import __version__
from ...solver.numerics.kernel import source_digest
from .problem import Problem
from .settings import SAMPLERS, sampler_class

__all__ = ["differences", "fingerprint", "is_of_sources", "versions"]

# What every result depends on; samplers name theirs.
PACKAGES = ("numpy", "scipy", "numba", "arviz", "xarray")
ROOT = Path(__file__).resolve().parents[2]
# Settings that change nothing in the stream of random numbers: a run may be resumed with others.
FREE_SETTINGS = {"checkpoint-interval", "max-steps", "max-calls", "threads", "point-time-limit"}


def versions(problem: Problem | None = None) -> dict[str, str]:
    """Return the versions of this package, Python and the libraries a result depends on.

    Those of a sampler in a user's own file are known to its problem alone.
    """
    found = {"relicfit": __version__, "python": platform.python_version()}
    own = [package for name in SAMPLERS for package in sampler_class(name).packages]
    own += problem.sampler_class.packages if problem is not None else ()
    for name in (*PACKAGES, *own):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def data_digest() -> str:
    """Return the digest of the sources and tables of the likelihoods and priors."""
    digest = hashlib.sha256()
    for folder in ("likelihoods", "priors"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".csv"}:
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def fingerprint(problem: Problem, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what must be the same for a run to be resumed, as flat keys and plain values."""
    flat: dict[str, Any] = {}
    for key, value in problem.content.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{name}": item for name, item in value.items()})
        else:
            flat[key] = value
    for table in ("sources", "files"):
        for name, text in problem.content.get(table, {}).items():
            flat[f"{table}.{name}"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    for name in FREE_SETTINGS:
        flat.pop(f"sampler.{name}", None)
    flat |= {f"version of {name}": number for name, number in versions(problem).items() if name != "xarray"}
    flat |= {"solver sources": source_digest(), "likelihood and prior sources": data_digest()}
    return flat | (extra or {})


def is_of_sources(difference: str) -> bool:
    """Tell whether an entry that differs is code, a table or a library, rather than what was asked."""
    return difference.startswith(
        ("sources.", "files.", "version of ", "solver sources", "likelihood and prior")
    )


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """Return one line for every entry that differs."""
    return [
        f"{key}: was {before.get(key, 'absent')!r}, now {now.get(key, 'absent')!r}"
        for key in sorted({*before, *now})
        if before.get(key) != now.get(key)
    ]
