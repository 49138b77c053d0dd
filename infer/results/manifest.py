"""What a result folder says about itself: who wrote it, in which form, and what its files hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["FILES", "FORMAT", "MANIFEST", "Manifest"]

MANIFEST = "manifest.json"
# The form of the folder. 1 is that of version 0.1.0, which wrote no manifest; 2 has one; 3 has digests in it; 4 has
# one of itself too.
FORMAT = 4
SEALED_FORMAT = 4
SEAL = "seal"
FILES = {
    "posterior.nc": "draws, predictions, likelihood terms and what the sampler did (ArviZ groups)",
    "summary.csv": "a row for each parameter and observable",
    "summary.txt": "what was printed at the end of the run",
    "diagnostics.json": "whether to believe the run, and its numbers",
    "run.toml": "the resolved run file: every default filled in, the user's own files kept",
    "run.log": "when the run started, stopped and ended",
    "corner.png": "the posterior, two parameters at a time",
    "report.html": "everything on one page",
    "status.json": "where the run stands, or how it ended",
}


@dataclass(frozen=True)
class Manifest:
    """Hold who wrote a result folder and what is in it.

    Attributes
    ----------
    format : int
        The form of the folder, see `FORMAT`.
    versions : mapping of str to str
        Of this package, Python and the libraries at the time of the run.
    revision : str
        The git revision of the sources, "" if unknown.
    files : mapping of str to str
        What each file holds, by its name.
    digests : mapping of str to str
        SHA-256 of the files that do not change after the run, in hexadecimal.
    intact : bool
        Whether the seal of the manifest fits: it is the digest of everything else that it says.
    """

    format: int
    versions: Mapping[str, str]
    revision: str
    files: Mapping[str, str]
    digests: Mapping[str, str] = field(default_factory=dict)
    intact: bool = True

    @property
    def written_by(self) -> str:
        """The program and its version, as in ``relicfit 0.1.0``."""
        return f"relicfit {self.versions.get('relicfit', 'of unknown version')}"

    def as_json(self) -> str:
        """Return the content of ``manifest.json``."""
        content = {key: value for key, value in asdict(self).items() if key != "intact"}
        return json.dumps({**content, SEAL: _seal(content)}, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Read ``manifest.json``; entries of later forms are passed over.

        Raises
        ------
        ValueError
            Where the text is something else.
        """
        found = json.loads(text)
        try:
            return cls(
                int(found["format"]),
                dict(found["versions"]),
                str(found["revision"]),
                dict(found["files"]),
                dict(found.get("digests", {})),
                found[SEAL] == _seal(found) if SEAL in found else int(found["format"]) < SEALED_FORMAT,
            )
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise ValueError("not a manifest") from None

    @classmethod
    def before_manifests(cls, diagnostics: Mapping[str, Any]) -> Manifest:
        """Return the manifest of a folder of version 0.1.0, whose diagnostics say what wrote it."""
        versions = diagnostics.get("versions")
        return cls(
            1, versions if isinstance(versions, dict) else {}, str(diagnostics.get("revision", "")), FILES
        )


def _seal(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of whatever a manifest says beside its seal, in hexadecimal."""
    said = {key: value for key, value in content.items() if key != SEAL}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
