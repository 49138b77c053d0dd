"""Errors a user can cause, and the wording they share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["UserError", "did_you_mean", "unknown_name"]


class UserError(ValueError):
    """Report a mistake in the input: what was found, where, what is allowed, what to do.

    The command line prints the message as one paragraph per problem and exits with code 2.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Return ``" Did you mean x?"`` for the nearest allowed name, or an empty string."""
    match = get_close_matches(name, list(allowed), n=1, cutoff=0.5)
    return f" Did you mean {match[0]}?" if match else ""


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Describe an unknown name of a kind, with the nearest match and everything allowed."""
    names = sorted(allowed)
    return f"unknown {kind} {name!r}.{did_you_mean(name, names)} Known: {', '.join(names) or 'none'}."
