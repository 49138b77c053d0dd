"""Errors a user can cause, and the wording they share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["UserError", "did_you_mean", "shortened", "unknown_name"]


# An answer is read on a screen: a paragraph, and all of them together, have at most this many characters.
LONGEST_PARAGRAPH = 1000
LONGEST_ANSWER = 2500
# Nobody mistypes a longer name; the search for the nearest match takes the square of the length.
LONGEST_NAME = 80


class UserError(ValueError):
    """Report a mistake in the input: what was found, where, what is allowed, what to do.

    The command line prints the message as one paragraph per problem and exits with code 2. What does not fit
    on a screen is left out, and that is said.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = _on_a_screen(problems)
        super().__init__("\n".join(self.problems))


def _on_a_screen(problems: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    room = LONGEST_ANSWER
    for problem in problems:
        text = shortened(problem, LONGEST_PARAGRAPH)
        if kept and len(text) > room:
            return (*kept, f"And {len(problems) - len(kept)} more; mend these first.")
        kept.append(text)
        room -= len(text)
    return tuple(kept)


def shortened(text: str, length: int) -> str:
    """Return a text of at most a length, with what is left out of its middle counted, on printable characters."""
    if len(text) > length:
        head, tail = length // 2, length // 2 - 40
        text = f"{text[:head]} [... {len(text) - head - tail:,} characters ...] {text[-tail:]}"
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Return ``" Did you mean x?"`` for the nearest allowed name, or an empty string."""
    match = get_close_matches(name, list(allowed), n=1, cutoff=0.5) if len(name) <= LONGEST_NAME else []
    return f" Did you mean {match[0]}?" if match else ""


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Describe an unknown name of a kind, with the nearest match and everything allowed."""
    names = sorted(allowed)
    return f"unknown {kind} {name!r}.{did_you_mean(name, names)} Known: {', '.join(names) or 'none'}."
