"""Sources that came inside a run file or a result folder: run only where they have run before, or where told to.

A file of one's own that lies beside a run file is run by whoever gives that run file, and is known from then on.
What is known are digests, in the cache folder of this user.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

from ...errors import UserError
from ...solver.numerics.cache_folder import cache_base

__all__ = ["UntrustedSources", "refuse_untrusted", "remember", "trust_sources"]

FOLDER = "trusted-sources"

_everything = False
_known: set[str] = set()


class UntrustedSources(UserError):
    """Report sources that have never run on this machine."""


def trust_sources(everything: bool = True) -> None:
    """Let this process run whatever sources it meets."""
    global _everything
    _everything = everything


def remember(text: str) -> None:
    """Keep that a text is run on purpose; without a cache folder it is forgotten with the process."""
    if _digest(text) in _known:
        return
    _known.add(_digest(text))
    folder = cache_base() / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(folder / _digest(text), os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError:
        return


def refuse_untrusted(sources: object) -> None:
    """Refuse texts of a table [sources] that must not run.

    Raises
    ------
    UntrustedSources
        With their names and digests.
    """
    given = sources if isinstance(sources, Mapping) and not _everything else {}
    new = {name: text for name, text in given.items() if isinstance(text, str) and not _is_known(text)}
    if new:
        listed = ", ".join(f"{name} (SHA-256 {_digest(text)[:16]})" for name, text in new.items())
        raise UntrustedSources(
            f"sources: these have never run on this machine and can do whatever you can do: {listed}. Read them in "
            "the table [sources] of the run file, then give --trust (in Python: relicfit.load with trust=True)."
        )


def _is_known(text: str) -> bool:
    return _digest(text) in _known or (cache_base() / FOLDER / _digest(text)).is_file()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
