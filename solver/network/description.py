"""What a user states of a model: species, reactions with one rate each, washout of charges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...errors import UserError

__all__ = ["BATH", "RATES", "Process", "Species", "Washout", "sides"]

# Any massless particle of the plasma.
BATH = "SM"
RATES = ("sigma_v", "sigma", "width", "rate", "density", "amplitude2", "sigma_v2")
ARROW = "->"


@dataclass(frozen=True)
class Species:
    """Hold a kind of particle; its yield counts all its states.

    Attributes
    ----------
    name : str
    mass : float or array
        In GeV.
    degrees : float
        The number of states in the yield: Dirac with its antiparticle 4, complex scalar 2, Majorana 2, real
        scalar 1.
    numbers : mapping
        Conserved numbers: U(1)-like, or modulo n where the name is "Zn".
    bath : bool
        Whether it stays in equilibrium.
    start : "thermal", "empty" or float or array
        The yield at the start. A number is never rescaled by equilibrium, so that differences stay exact.
    antiparticles : bool
        Whether the yield counts antiparticles: numbers must then balance for some choice of signs.
    statistics : "mb", "fd" or "be"
        Of the equilibrium density only.
    """

    name: str
    mass: Any
    degrees: float = 1.0
    numbers: Mapping[str, int] = field(default_factory=dict)
    bath: bool = False
    start: Any = "thermal"
    antiparticles: bool = False
    statistics: str = "mb"


@dataclass(frozen=True)
class Process:
    """Hold a reaction and its one rate; detailed balance supplies the inverse.

    Attributes
    ----------
    reaction : str
        Such as ``"S S -> SM SM"``.
    sigma_v : float, array or function of T
        ⟨σv⟩ in GeV⁻², averaged over all states counted in the densities: reactions per volume and time are
        ⟨σv⟩ n_a n_b, half of it where a = b.
    sigma : function of s
        σ in GeV⁻² with the same average; ``poles`` (mass, width) and ``thresholds`` (energies) are where it is
        not smooth.
    width : float or array
        Γ at rest in GeV; the rate is Γ K₁/K₂(m/T).
    rate : float, array or function of T
        Per particle of the first solved reactant, the others in equilibrium, in GeV.
    density : function of T
        Reactions per volume and time in equilibrium, GeV⁴.
    amplitude2 : function of s
        |M|² summed over all states and averaged over the angle.
    sigma_v2 : float, array or function of T
        Of three reactants, in GeV⁻⁵; a sixth of ⟨σv²⟩ n³ where they are identical.
    pairs : bool
        Whether the number given is for particle with antiparticle of one species: another half.
    inverse : bool
        Whether the inverse reaction runs.
    epsilon, charge : float or array, str
        The charge that one reaction makes.
    power : mapping
        By parameter the power with which the rate scales.
    """

    reaction: str
    sigma_v: Any = None
    sigma: Any = None
    width: Any = None
    rate: Any = None
    density: Any = None
    amplitude2: Any = None
    sigma_v2: Any = None
    pairs: bool = False
    inverse: bool = True
    epsilon: Any = None
    charge: str | None = None
    power: Mapping[str, float] = field(default_factory=dict)
    poles: tuple[Any, ...] | list[Any] = ()
    thresholds: tuple[Any, ...] | list[Any] = ()

    @property
    def given(self) -> tuple[str, ...]:
        """The kinds of rate that are given; one is right."""
        return tuple(kind for kind in RATES if getattr(self, kind) is not None)


@dataclass(frozen=True)
class Washout:
    """Hold what removes a charge Q: dQ/dt = -W Q.

    Attributes
    ----------
    charge : str
    rate : float, array or function of T
        W in GeV, times the yield of ``species`` where one is named.
    process : str
        The reaction whose inverse washes out: W = γ/(2 n) with n = carrier T³/π².
    carrier : float
        The number of states that carry the charge.
    power : mapping
        By parameter the power with which the rate scales.
    """

    charge: str
    rate: Any = None
    species: str | None = None
    process: str | None = None
    carrier: float = 2.0
    power: Mapping[str, float] = field(default_factory=dict)


def sides(reaction: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the reactants and the products of a reaction such as ``"S S -> SM SM"``.

    Raises
    ------
    UserError
        Where there is not one arrow, or nothing on a side.
    """
    parts = [part.replace("+", " ").split() for part in str(reaction).split(ARROW)]
    if len(parts) != 2 or not all(parts):
        raise UserError(f'"{reaction}": a reaction is written as "A B -> C D", with one arrow.')
    return tuple(parts[0]), tuple(parts[1])
