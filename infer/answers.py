"""What the commands that answer in words return: texts that know what they are about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .wording import Shown

__all__ = ["Card", "Citations", "RunFile"]


@dataclass(frozen=True, repr=False)
class _Text(Shown):
    """Hold a text; printing it, or naming it in a notebook, shows the text."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True, repr=False)
class Card(_Text):
    """Hold what a name means; ``name`` is None for the list of everything."""

    name: str | None


@dataclass(frozen=True, repr=False)
class Citations(_Text):
    """Hold the BibTeX of what a run used."""

    run: str


@dataclass(frozen=True, repr=False)
class RunFile(_Text):
    """Hold a run file to start from."""

    scenario: str

    def write(self, path: str | Path) -> Path:
        """Write the file and return its path; one that is there already is not touched.

        Raises
        ------
        FileExistsError
            Where there is a file of that name.
        """
        path = Path(path)
        with open(path, "x", encoding="utf-8") as handle:
            handle.write(self.text)
        return path
