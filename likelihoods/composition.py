"""The rule of composition: the same data enter a posterior once."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import UserError
from .likelihood import Likelihood

__all__ = ["check_composition"]


def check_composition(likelihoods: Iterable[Likelihood]) -> None:
    """Refuse likelihoods that share data, naming every pair.

    Raises
    ------
    UserError
        Where two likelihoods use one dataset, whose product would count it twice.
    """
    users: dict[str, list[str]] = {}
    for item in likelihoods:
        for dataset in dict.fromkeys(item.datasets):
            users.setdefault(dataset, []).append(item.name)
    problems = [
        f"likelihoods: {' and '.join(names)} use the same data ({dataset}), which would count twice; "
        "remove one, or select other analyses."
        for dataset, names in users.items()
        if len(names) > 1
    ]
    if problems:
        raise UserError(*problems)
