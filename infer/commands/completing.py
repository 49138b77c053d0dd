"""What a shell offers after Tab in the place of a name."""

from __future__ import annotations

__all__ = ["figure_names", "scenario_files", "words_explained"]


def scenario_files(incomplete: str) -> list[str]:
    """Return the scenarios whose names go on from what is typed."""
    from ...solver.scenario import scenario_names

    return _beginning(scenario_names(), incomplete)


def figure_names(incomplete: str) -> list[str]:
    """Return the figures."""
    from ..figures import FIGURES

    return _beginning([*FIGURES, "all"], incomplete)


def words_explained(incomplete: str) -> list[str]:
    """Return the words that explain knows."""
    from ..explain import known_words

    return _beginning(known_words(), incomplete)


def _beginning(names: list[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})
