"""From species and reactions to the index arrays that the compiled engine reads, with every mistake at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError, did_you_mean
from .description import BATH, RATES, Process, Species, Washout, sides

__all__ = ["Topology", "topology_of"]

STATISTICS = ("mb", "fd", "be")
MOST_ON_A_SIDE = 3
# How many reactants a kind of rate needs; any number where it is not named.
REACTANTS = {"width": 1, "sigma_v": 2, "sigma": 2, "amplitude2": 2, "sigma_v2": 3}
# Kinds that count densities of their reactants, which the nameless bath does not have.
COUNTED = ("sigma_v", "sigma", "sigma_v2")
FACTORIALS = (1.0, 1.0, 2.0, 6.0)


@dataclass(frozen=True, eq=False)
class Topology:
    """Hold everything about a network that no parameter changes.

    Attributes
    ----------
    names : tuple of str
        All species: the solved ones first, then those of the bath, the nameless one last.
    solved : int
        N, how many are solved.
    degrees, statistics : (all,) arrays
        Numbers of states; 0, 1, -1 for Maxwell-Boltzmann, Fermi-Dirac, Bose-Einstein.
    kinds : tuple of str
        The kind of rate of each process.
    reactions, reactants, products : tuples
        Texts, and indices into ``names``.
    ins, outs : (P, 3) int arrays
        Solved participants, -1 as padding.
    nu : (P, N) array
        Net change of every solved species.
    reversible : (P,) array
    symmetry : (P,) array
        What multiplies densities to give reactions per volume.
    conserved : (L, N) array
        Sums of species that are followed as yields throughout which no process changes, such as Y_χ - Y_χ̄.
    turned : (P,) int array
        The solved species that a process turns one at a time, by decay or into solved ones; -1 for none.
    plain : (N,) bool array
        Which species are followed as a yield throughout.
    charges : tuple of str
    source : (M, P) array
        Which process feeds which charge.
    terms : (W, 2) int array
        The charge of each washout and the species whose yield multiplies it, -1 for none.
    by_process : tuple
        Of each washout the index of its process, -1 for none.
    carriers : (W,) array
    parameters : tuple of str
        The names in any ``power``.
    powers : (K, P + W) array
    """

    names: tuple[str, ...]
    solved: int
    degrees: NDArray[np.float64]
    statistics: NDArray[np.int64]
    kinds: tuple[str, ...]
    reactions: tuple[str, ...]
    reactants: tuple[tuple[int, ...], ...]
    products: tuple[tuple[int, ...], ...]
    ins: NDArray[np.int64]
    outs: NDArray[np.int64]
    nu: NDArray[np.float64]
    reversible: NDArray[np.float64]
    symmetry: NDArray[np.float64]
    conserved: NDArray[np.float64]
    turned: NDArray[np.int64]
    plain: NDArray[np.bool_]
    charges: tuple[str, ...]
    source: NDArray[np.float64]
    terms: NDArray[np.int64]
    by_process: tuple[int, ...]
    carriers: NDArray[np.float64]
    parameters: tuple[str, ...]
    powers: NDArray[np.float64]


def topology_of(
    species: Sequence[Species],
    processes: Sequence[Process],
    washouts: Sequence[Washout] = (),
    charges: Sequence[str] = (),
) -> Topology:
    """Return the topology of a network.

    Raises
    ------
    UserError
        With a sentence for every mistake.
    """
    problems = _of_species(species)
    known = {item.name: item for item in species} | {BATH: Species(BATH, 0.0, 1, bath=True)}
    parsed: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    for process in processes:
        problems += _of_process(process, known, charges)
        try:
            parsed.append(sides(process.reaction))
        except UserError as error:
            problems += error.problems
    reactions = [item.reaction for item in processes]
    problems += [text for item in washouts for text in _of_washout(item, known, reactions, charges)]
    involved = {name for both in parsed for side in both for name in side}
    problems += [
        f"species {item.name}: takes part in no process; its yield would never change."
        for item in species
        if not item.bath and item.name not in involved
    ]
    if not any(not item.bath for item in species):
        problems.append("species: every one is in the bath; at least one must be solved.")
    if problems:
        raise UserError(*dict.fromkeys(problems))
    return _arrays(known, parsed, processes, washouts, tuple(charges))


def _of_species(species: Sequence[Species]) -> list[str]:
    problems = []
    names = [item.name for item in species]
    for item in species:
        where = f"species {item.name}"
        if item.name == BATH or not str(item.name).isidentifier():
            problems.append(f"{where}: the name must be letters, digits and _, and not {BATH}.")
        if names.count(item.name) > 1:
            problems.append(f"{where}: stated twice.")
        if not np.all(np.asarray(item.degrees, dtype=float) >= 1.0):
            problems.append(f"{where}: degrees {item.degrees:g}; count the states in its yield, at least 1.")
        if not np.all(np.asarray(item.mass, dtype=float) > 0.0):
            problems.append(f"{where}: mass {np.min(item.mass):g} GeV; a positive mass is wanted.")
        if item.statistics not in STATISTICS:
            problems.append(f"{where}: statistics {item.statistics!r}; allowed: {', '.join(STATISTICS)}.")
        if isinstance(item.start, str) and item.start not in ("thermal", "empty"):
            problems.append(f'{where}: start {item.start!r}; allowed: "thermal", "empty" or a yield.')
    return problems


def _of_process(process: Process, known: Mapping[str, Species], charges: Sequence[str]) -> list[str]:
    where = f'"{process.reaction}"'
    try:
        left, right = sides(process.reaction)
    except UserError:
        return []  # said where it is read
    problems = [
        f'{where}: unknown species "{name}"; known are {_and(known)}.{did_you_mean(name, known)}'
        for name in dict.fromkeys((*left, *right))
        if name not in known
    ]
    given = process.given
    if len(given) != 1:
        what = f"{len(given)} rates ({', '.join(given)})" if given else f"no rate (of {', '.join(RATES)})"
        problems.append(f"{where}: {what}; give exactly one.")
    if max(len(left), len(right)) > MOST_ON_A_SIDE:
        problems.append(f"{where}: at most {MOST_ON_A_SIDE} particles may stand on a side.")
    if problems:
        return problems
    (kind,) = given
    wanted = REACTANTS.get(kind, len(left))
    if len(left) != wanted:
        number = ("no", "one reactant", "two reactants", "three reactants")[wanted]
        other = "sigma_v or density" if len(left) == 2 else "density"
        problems.append(f"{where}: a {kind} needs {number}, found {len(left)}; use {other}.")
    if kind in COUNTED and BATH in left:
        problems.append(
            f"{where}: a {kind} needs the number of states of every reactant, which {BATH} does not have; use "
            "rate, density or amplitude2, or name the particle as a Species with bath = true."
        )
    if kind == "amplitude2" and len(right) != 2:
        problems.append(f"{where}: an amplitude2 needs two products, found {len(right)}; use density.")
    if kind == "rate" and all(known[name].bath for name in left):
        problems.append(
            f"{where}: a rate is per particle of a solved reactant, and there is none; use density."
        )
    if all(known[name].bath for name in (*left, *right)):
        problems.append(f"{where}: no solved species takes part; it would change nothing.")
    if process.pairs and not (len(left) == 2 and left[0] == left[1] and kind in ("sigma_v", "sigma")):
        problems.append(f"{where}: pairs = true is for sigma_v or sigma of two equal reactants.")
    if (process.charge is None) != (process.epsilon is None):
        problems.append(f"{where}: epsilon and charge belong together; give both or none.")
    if process.charge is not None and process.charge not in charges:
        problems.append(f'{where}: unknown charge "{process.charge}"; known are {_and(charges) or "none"}.')
    problems += _unconserved(where, left, right, known)
    if kind == "width":
        into = sum(np.asarray(known[name].mass, dtype=float) for name in right)
        mass = np.asarray(known[left[0]].mass, dtype=float)
        if np.all(into >= mass):
            problems.append(f"{where}: the decay is closed: {np.min(mass):g} GeV into {np.min(into):g} GeV.")
    return problems


def _unconserved(
    where: str, left: Sequence[str], right: Sequence[str], known: Mapping[str, Species]
) -> list[str]:
    """Return what is wrong with declared numbers; those of a species with antiparticles have either sign."""
    problems = []
    for number in dict.fromkeys(key for name in (*left, *right) for key in known[name].numbers):
        modulus = int(number[1:]) if number[:1] == "Z" and number[1:].isdigit() else 0
        pieces = [(known[name], 1) for name in right] + [(known[name], -1) for name in left]
        values = [sign * item.numbers.get(number, 0) for item, sign in pieces]
        signs = [(1, -1) if item.antiparticles else (1,) for item, _ in pieces]
        sums = [sum(a * b for a, b in zip(values, choice, strict=True)) for choice in product(*signs)]
        if not any(total % modulus == 0 if modulus else total == 0 for total in sums):
            problems.append(f"{where}: changes {number} by {sums[0]:+d}; a declared number is conserved.")
    return problems


def _of_washout(
    item: Washout, known: Mapping[str, Species], reactions: Sequence[str], charges: Sequence[str]
) -> list[str]:
    where = f"washout of {item.charge}"
    problems = []
    if item.charge not in charges:
        problems.append(f'{where}: unknown charge "{item.charge}"; known are {_and(charges) or "none"}.')
    if (item.rate is None) == (item.process is None):
        problems.append(f"{where}: give either a rate or a process.")
    if item.process is not None and item.process not in reactions:
        problems.append(
            f'{where}: unknown process "{item.process}"; known are {_and(reactions)}.'
            f"{did_you_mean(item.process, reactions)}"
        )
    if item.species is not None and (item.species not in known or known[item.species].bath):
        solved = [name for name, other in known.items() if not other.bath]
        problems.append(f'{where}: unknown solved species "{item.species}"; known are {_and(solved)}.')
    return problems


def _and(names: Any) -> str:
    names = [str(name) for name in names]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]])) if names else ""


def _arrays(
    known: Mapping[str, Species],
    parsed: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    processes: Sequence[Process],
    washouts: Sequence[Washout],
    charges: tuple[str, ...],
) -> Topology:
    ordered = sorted(known.values(), key=lambda item: item.bath)
    names = tuple(item.name for item in ordered)
    solved = sum(not item.bath for item in ordered)
    place = {name: i for i, name in enumerate(names)}
    reactants = tuple(tuple(place[name] for name in left) for left, _ in parsed)
    products = tuple(tuple(place[name] for name in right) for _, right in parsed)
    ins = np.full((len(parsed), MOST_ON_A_SIDE), -1)
    outs = np.full((len(parsed), MOST_ON_A_SIDE), -1)
    nu = np.zeros((len(parsed), solved))
    symmetry = np.ones(len(parsed))
    turned = np.full(len(parsed), -1)
    for p, (left, right) in enumerate(zip(reactants, products, strict=True)):
        inside = [i for i in left if i < solved]
        outside = [i for i in right if i < solved]
        ins[p, : len(inside)], outs[p, : len(outside)] = inside, outside
        for i in inside:
            nu[p, i] -= 1.0
        for i in outside:
            nu[p, i] += 1.0
        if processes[p].given[0] in COUNTED:
            for i in set(left):
                symmetry[p] /= FACTORIALS[left.count(i)]
        if processes[p].pairs:
            symmetry[p] *= 0.5
        # What only scatters away on the plasma freezes out: it is stable in the end.
        if len(inside) == 1 and nu[p, inside[0]] < 0.0 and (outside or len(left) == 1):
            turned[p] = inside[0]
    plain = np.array([not isinstance(item.start, str) for item in ordered[:solved]])
    reactions = tuple(item.reaction for item in processes)
    scaled = [dict(item.power) for item in processes]
    for item in washouts:
        # An inverse decay scales like the decay.
        of_process = {} if item.process is None else scaled[reactions.index(item.process)]
        scaled.append(of_process | dict(item.power))
    parameters = tuple(dict.fromkeys(key for power in scaled for key in power))
    return Topology(
        names, solved,
        np.array([float(item.degrees) for item in ordered]),
        np.array([(0, 1, -1)[STATISTICS.index(item.statistics)] for item in ordered]),
        tuple(item.given[0] for item in processes), reactions, reactants, products, ins, outs, nu,
        np.array([float(item.inverse) for item in processes]), symmetry, _conserved(nu, plain), turned, plain,
        charges,
        np.array([[float(item.charge == name) for item in processes] for name in charges]).reshape(
            len(charges), len(processes)
        ),
        np.array(
            [
                (charges.index(item.charge), -1 if item.species is None else place[item.species])
                for item in washouts
            ],
            dtype=np.int64,
        ).reshape(-1, 2),
        tuple(-1 if item.process is None else reactions.index(item.process) for item in washouts),
        np.array([float(item.carrier) for item in washouts]),
        parameters,
        np.array([[float(power.get(name, 0.0)) for power in scaled] for name in parameters]).reshape(
            len(parameters), len(scaled)
        ),
    )  # fmt: skip


def _conserved(nu: NDArray[np.float64], plain: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a basis of the sums over plain species that no process changes, exactly (L, N)."""
    columns = np.flatnonzero(plain)
    rows = [[Fraction(int(nu[p, j])) for j in columns] for p in range(len(nu))]
    pivots: list[int] = []
    for c in range(len(columns)):
        found = next((r for r in range(len(pivots), len(rows)) if rows[r][c]), None)
        if found is None:
            continue
        top = len(pivots)
        rows[top], rows[found] = rows[found], rows[top]
        rows[top] = [value / rows[top][c] for value in rows[top]]
        rows = [
            row if i == top else [a - row[c] * b for a, b in zip(row, rows[top], strict=True)]
            for i, row in enumerate(rows)
        ]
        pivots.append(c)
    basis = []
    for free in (c for c in range(len(columns)) if c not in pivots):
        vector = np.zeros(nu.shape[1])
        vector[columns[free]] = 1.0
        for r, c in enumerate(pivots):
            vector[columns[c]] = -float(rows[r][free])
        basis.append(vector)
    return np.array(basis).reshape(len(basis), nu.shape[1])
