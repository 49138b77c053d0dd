"""Blocks of parameters mapped in one call: on one point numpy's cost per call outweighs the arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .distribution import Distribution
from .law import Law, as_number

__all__ = ["Block", "group_into_blocks"]


@dataclass(frozen=True)
class Block:
    """Hold sampled parameters that share one call.

    Attributes
    ----------
    names : tuple of str
        The k parameters.
    cube, columns : list of int
        Their columns in the unit cube and in theta.
    law : Law
        Their law, for arrays of shape (k, n).
    """

    names: tuple[str, ...]
    cube: list[int]
    columns: list[int]
    law: Law


def group_into_blocks(
    laws: Mapping[str, Law], order: Sequence[str], names: Sequence[str], sampled: Sequence[str]
) -> tuple[Block, ...]:
    """Group the independent parameters by kind; the dependent ones follow one by one, in the order given."""

    def block(members: list[str], law: Law) -> Block:
        cube, columns = ([place.index(name) for name in members] for place in (sampled, names))
        return Block(tuple(members), cube, columns, law)

    independent: dict[type[Distribution] | str, list[str]] = {}
    for name in sampled:
        if not laws[name].names:
            law = laws[name]
            independent.setdefault(law.kind if law.shared else name, []).append(name)
    blocks = [block(members, _stacked([laws[name] for name in members])) for members in independent.values()]
    return (*blocks, *(block([name], laws[name]) for name in order if laws[name].names))


def _stacked(laws: Sequence[Law]) -> Law:
    if not laws[0].shared:
        return laws[0]
    names = laws[0].arguments
    return Law(
        laws[0].kind, {name: np.array([[as_number(law.arguments[name])] for law in laws]) for name in names}
    )
