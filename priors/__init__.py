"""Priors: maps between the unit cube and parameters, with densities, dependent bounds and constraints."""

from __future__ import annotations

from .constraints import Constraint
from .distribution import CHANGES, Change, Distribution
from .distributions import (
    DISTRIBUTIONS,
    Beta,
    Fixed,
    HalfNormal,
    LogNormal,
    LogUniform,
    Normal,
    TruncatedNormal,
    Uniform,
)
from .expressions import Expression
from .grammar import parse_expression
from .joint import JointPrior, spans_decades
from .own import UserPrior
from .tabulated import READY, TABLE, Choice, Tabulated

__all__ = [
    "CHANGES",
    "DISTRIBUTIONS",
    "READY",
    "TABLE",
    "Beta",
    "Change",
    "Choice",
    "Constraint",
    "Distribution",
    "Expression",
    "Fixed",
    "HalfNormal",
    "JointPrior",
    "LogNormal",
    "LogUniform",
    "Normal",
    "Tabulated",
    "TruncatedNormal",
    "Uniform",
    "UserPrior",
    "parse_expression",
    "spans_decades",
]
