"""The words of a corner picture: what to show, over which ranges, in which style; the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import UserError, unknown_name
from ..wording import names_of

__all__ = ["STYLES", "Ranges", "Words", "words_of"]

# "screen" is that of the picture in a result folder.
STYLES = ("screen", "journal", "talk")
LEVELS = (0.68, 0.95)
MOST_SHOWN = 12

Ranges = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Words:
    """Hold what a picture shall look like.

    Attributes
    ----------
    show : tuple of str
        Parameters and observables in their order; empty for sampled parameters and featured observables.
    ranges : mapping
        (low, high) of an axis by name, in the unit of the quantity.
    levels : tuple of float
        The shares of the posterior that contours hold.
    style : str
        One of `STYLES`.
    labels : tuple of str
        What to call the runs; empty for their names.
    truths : mapping, optional
        Values to mark; None marks the best fit of a single run.
    """

    show: tuple[str, ...] = ()
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    levels: tuple[float, ...] = LEVELS
    style: str = "screen"
    labels: tuple[str, ...] = ()
    truths: Mapping[str, float] | None = None


def words_of(
    show: str | Sequence[str] = (),
    ranges: str | Sequence[str] | Ranges | None = None,
    levels: str | Sequence[float] = LEVELS,
    style: str = "screen",
    labels: str | Sequence[str] = (),
    truths: str | Mapping[str, float] | None = None,
) -> Words:
    """Return the words, given as in Python or as on the command line.

    Texts are ``"m_chi,ctau_m"``, ``"m_chi=150:500,delta_m=1:20"``, ``"0.68,0.95"``, ``"m_chi=300"``.

    Raises
    ------
    UserError
        With a sentence for everything that makes no sense.
    """
    problems: list[str] = []
    found = Words(
        tuple(names_of(show)),
        _ranges(ranges, problems),
        _levels(levels, problems),
        style,
        tuple(names_of(labels)),
        _truths(truths, problems),
    )
    if style not in STYLES:
        problems.append(f"style: {unknown_name('style', style, STYLES)}")
    if len(found.show) > MOST_SHOWN:
        problems.append(
            f"show: {len(found.show)} quantities; no more than {MOST_SHOWN} can be read in one picture."
        )
    if problems:
        raise UserError(*problems)
    return found


def _ranges(
    given: str | Sequence[str] | Ranges | None, problems: list[str]
) -> dict[str, tuple[float, float]]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        pairs = {name: [str(end) for end in ends] for name, ends in given.items()}
    else:
        texts = [part for item in ([given] if isinstance(given, str) else given) for part in names_of(item)]
        pairs = {name.strip(): ends.split(":") for name, _, ends in (text.partition("=") for text in texts)}
    found = {}
    for name, ends in pairs.items():
        try:
            low, high = map(float, ends)
        except ValueError:
            low = high = 0.0
        if low < high:
            found[name] = (low, high)
        else:
            problems.append(f"range {name}: found {':'.join(ends)!r}; write NAME=LOW:HIGH, as m_chi=150:500.")
    return found


def _levels(given: str | Sequence[float], problems: list[str]) -> tuple[float, ...]:
    try:
        found = tuple(
            sorted(float(value) for value in (names_of(given) if isinstance(given, str) else given))
        )
    except ValueError:
        found = ()
    if not found or not all(0.0 < value < 1.0 for value in found) or len(set(found)) < len(found):
        problems.append(f"levels: found {given!r}; write shares between 0 and 1, as 0.68,0.95.")
    return found


def _truths(given: str | Mapping[str, float] | None, problems: list[str]) -> dict[str, float] | None:
    if given is None or isinstance(given, Mapping):
        return given if given is None else {name: float(value) for name, value in given.items()}
    found = {}
    for text in names_of(given):
        name, _, value = text.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            problems.append(f"truths: found {text!r}; write NAME=VALUE, as m_chi=300.")
    return found
