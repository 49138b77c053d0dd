"""A Boltzmann network written in a run file: ``scenario = "network"`` with the tables of [network]."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import UserError, unknown_name
from ...priors.grammar import parse_expression
from ...solver.network import EarlyMatter, Faster, NetworkScenario, Process, Species, Washout
from ...solver.scenario import Parameter, Scenario
from .dimensions import CONSTANTS, UNITS, check_unit, power_of, unit_in_words
from .user_files import UserFiles

__all__ = ["NETWORK", "network_class", "scenario_of"]

# The name of the scenario in run files.
NETWORK = "network"
SPECIES = ("mass", "degrees", "numbers", "bath", "start", "antiparticles", "statistics")
PROCESS = (
    "reaction", "sigma-v", "sigma", "width", "rate", "density", "amplitude2", "sigma-v2", "pairs", "inverse",
    "epsilon", "charge", "power", "poles", "thresholds",
)  # fmt: skip
WASHOUT = ("charge", "rate", "species", "process", "carrier", "power")
TABLE = (
    "reheating-temperature", "charges-until", "expansion", "species", "process", "washout", "charges", "units",
)  # fmt: skip
EXPANSIONS = {
    "standard": (),
    "early-matter": ("ratio", "at", "reheating-temperature"),
    "faster": ("factor",),
}
# What a formula may use beside parameters: the temperature and m/T of the first reactant, or s; π and units.
OF_TEMPERATURE, OF_ENERGY, ALWAYS = ("T", "x"), ("s",), ("pi", *CONSTANTS)
# The powers of GeV of what entries are measured in.
POWERS = {
    "mass": 1, "start": 0, "sigma-v": -2, "sigma": -2, "width": 1, "rate": 1, "density": 4, "amplitude2": 0,
    "sigma-v2": -5, "epsilon": 0, "poles": 1, "thresholds": 1, "reheating-temperature": 1, "charges-until": 1,
    "factor": 0,
}  # fmt: skip
OF_NAMES = {"T": 1, "x": 0, "s": 2, "pi": 0} | {name: power for name, (_, power) in CONSTANTS.items()}
VALUES = {"pi": np.pi} | {name: value for name, (value, _) in CONSTANTS.items()}
# What other entries must be.
KINDS = {
    "degrees": (int, float), "carrier": (int, float), "bath": bool, "antiparticles": bool, "pairs": bool,
    "inverse": bool, "statistics": str, "charge": str, "process": str, "species": str, "numbers": Mapping,
    "power": Mapping, "poles": list, "thresholds": list, "reaction": str, "observable": str,
}  # fmt: skip
WORDS = {bool: "true or false", str: "a text", Mapping: "a table of numbers", list: "a list"}
NUMBER_WITH_UNIT = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s+(\S+)\s*")

Formula = Callable[..., Any]


def network_class(table: Any, parameters: Mapping[str, Any]) -> type[NetworkScenario]:
    """Return the scenario that [network] states, with the parameters of the run file.

    Raises
    ------
    UserError
        With a sentence for every mistake.
    """
    if not isinstance(table, Mapping):
        raise UserError(
            f'{NETWORK}: missing; scenario = "{NETWORK}" needs [{NETWORK}.species] and [[{NETWORK}.process]].'
        )
    reserved = [name for name in parameters if name in (*OF_TEMPERATURE, *OF_ENERGY, *ALWAYS)]
    problems = [f"parameters.{name}: the name stands for something else in formulas." for name in reserved]
    reader = _Reader(dict(table), tuple(parameters), problems)
    fields = reader.fields()
    if problems:
        raise UserError(*problems)
    described = tuple(
        Parameter(
            name,
            name.replace("_", r"\_"),
            reader.units.get(name, ""),
            f"the parameter {name} of the run file",
            prior=_prior(value),
        )
        for name, value in parameters.items()
    )
    texts = {
        "name": NETWORK,
        "summary": "A Boltzmann network stated in the run file.",
        "source": "the run file",
        "parameters": described,
        # Formulas are pure functions.
        "thread_safe": True,
    }
    return type("Network", (NetworkScenario,), texts | fields)


def scenario_of(content: Mapping[str, Any], files: UserFiles) -> type[Scenario]:
    """Return the class of the scenario of a run file, by name, in a user's file, or stated as a network."""
    if content["scenario"] == NETWORK:
        return network_class(content.get(NETWORK), content.get("parameters", {}))
    if NETWORK in content:
        raise UserError(f'{NETWORK}: the scenario is {content["scenario"]!r}; write scenario = "{NETWORK}".')
    return files.scenario(content["scenario"])


def _prior(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {"fixed": [value]}


class _Reader:
    """Turn the tables of a network into methods of a scenario, and collect what is wrong with them."""

    def __init__(self, table: dict[str, Any], names: tuple[str, ...], problems: list[str]) -> None:
        self.table, self.names, self.problems = table, names, problems
        self.masses: dict[str, Formula] = {}
        self.units = self.stated_units()

    def fields(self) -> dict[str, Any]:
        """Return the attributes of the class."""
        self.keys(NETWORK, self.table, TABLE)
        species = [self.species(name, item) for name, item in self.tables("species", Mapping).items()]
        processes = [
            self.process(f"process {number}", item)
            for number, item in enumerate(self.tables("process", list), 1)
        ]
        washouts = [
            self.washout(f"washout {number}", item)
            for number, item in enumerate(self.tables("washout", list), 1)
        ]
        hottest = self.formula("reheating-temperature", self.table.get("reheating-temperature"), 1)
        until = self.formula("charges-until", self.table.get("charges-until"), 1)
        expansion = self.expansion(self.table.get("expansion", {"kind": "standard"}))
        charges = {
            name: {key: item if key == "observable" else self.constant(f"charges.{name}.{key}", item)
                   for key, item in self.keys(f"charges.{name}", entry, ("observable", "factor")).items()}
            for name, entry in self.tables("charges", Mapping).items()
        }  # fmt: skip
        if not species or not processes:
            self.problems.append(f"{NETWORK}: at least one species and one process are needed.")
        return {
            "charges": charges,
            "species": lambda self, p: [make(p) for make in species],
            "processes": lambda self, p: [make(p) for make in processes],
            "washouts": lambda self, p: [make(p) for make in washouts],
            "reheating_temperature": lambda self, p: hottest(p) if hottest else None,
            "charges_until": lambda self, p: until(p) if until else None,
            "expansion": lambda self, p: expansion(p) if expansion else None,
        }

    def stated_units(self) -> dict[str, str]:
        """Return the units of parameters, "" for none; formulas are held against them where there are any."""
        found = self.tables("units", str)
        for name, text in found.items():
            if name not in self.names:
                self.problems.append(f"units.{name}: {unknown_name('parameter', name, self.names)}")
            elif power_of(text) is None:
                self.problems.append(
                    f'units.{name}: found {text!r}; a power of GeV is wanted, such as "GeV^-2", or "1".'
                )
        powers = {name: power_of(text) or 0 for name, text in found.items()}
        return {name: unit_in_words(power) if power else "" for name, power in powers.items()}

    def tables(self, key: str, kind: Any) -> Any:
        """Return a table of tables or of texts, or a list of tables."""
        whole: Any
        part: Any
        whole, part = (list, Mapping) if kind is list else (Mapping, kind)
        found: Any = self.table.get(key, whole() if whole is list else {})
        if not isinstance(found, whole) or not all(
            isinstance(item, part) for item in (found if kind is list else found.values())
        ):
            entry = '"GeV"' if kind is str else "{ ... }"
            form = f"[[{NETWORK}.{key}]]" if kind is list else f"[{NETWORK}.{key}] with NAME = {entry}"
            self.problems.append(f"{NETWORK}.{key}: found {found!r}; {form} is wanted.")
            return [] if kind is list else {}
        return found

    def keys(self, where: str, table: Mapping[str, Any], allowed: Sequence[str]) -> Mapping[str, Any]:
        """Return a table without keys that are unknown."""
        for key in table:
            if key not in allowed:
                self.problems.append(f"{where}: {unknown_name('key', key, allowed)}")
        return {
            key: value for key, value in table.items() if key in allowed and self.typed(where, key, value)
        }

    def typed(self, where: str, key: str, value: Any) -> bool:
        """Tell whether an entry that is no formula is of its kind, and complain if not."""
        kind: Any = KINDS.get(key) if where != NETWORK else None
        good = kind is None or (isinstance(value, kind) and (kind is bool or not isinstance(value, bool)))
        if kind is Mapping and good:
            good = all(
                isinstance(item, int | float) and not isinstance(item, bool) for item in value.values()
            )
        if not good:
            wanted = WORDS.get(kind, "a number")
            self.problems.append(f"{where}.{key}: found {value!r}; {wanted} is wanted.")
        return good

    def formula(self, where: str, value: Any, unit: int, extra: Sequence[str] = ()) -> Formula | None:
        """Return a function of parameters, and of T or s, from a number or a formula in a power of GeV, or None."""
        if value is None:
            return None
        if isinstance(value, str):
            match = NUMBER_WITH_UNIT.fullmatch(value)
            if match and match[2] in UNITS:
                factor, power = UNITS[match[2]]
                if power != unit:
                    wanted = unit_in_words(unit)
                    self.problems.append(f"{where}: {match[2]} is {unit_in_words(power)}, expected {wanted}.")
                return _constant(float(match[1]) * factor)
            if match and re.search(r"[A-Za-z]", match[2]) and match[2] not in self.names:
                self.problems.append(f"{where}: {unknown_name('unit', match[2], UNITS)}")
                return _constant(1.0)
            try:
                expression = parse_expression(value, {*self.names, *extra, *ALWAYS})
                if self.units:
                    of_parameters = {name: power_of(self.units.get(name, "")) or 0 for name in self.names}
                    check_unit(expression, OF_NAMES | of_parameters, unit)
            except UserError as error:
                self.problems += [f"{where}: {text}" for text in error.problems]
                return _constant(1.0)
            names = self.names
            return lambda p, **more: expression({name: getattr(p, name) for name in names} | VALUES | more)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.problems.append(f"{where}: found {value!r}; a number or a formula is wanted.")
            return _constant(1.0)
        return _constant(float(value))

    def number(self, where: str, value: Any, unit: int, extra: Sequence[str] = ()) -> Formula:
        """Return a formula as `formula` does, of something that must be given."""
        found = self.formula(where, value, unit, extra)
        if found is None:
            self.problems.append(f"{where}: missing; a number or a formula is wanted.")
        return found or _constant(1.0)

    def constant(self, where: str, value: Any) -> Any:
        """Return a number from a number or a formula without parameters."""
        if isinstance(value, str):
            try:
                return float(parse_expression(value, set(ALWAYS))(VALUES))
            except UserError as error:
                self.problems += [f"{where}: {text}" for text in error.problems]
        return value

    def species(self, name: str, table: Mapping[str, Any]) -> Formula:
        """Return what makes a species of parameters."""
        where = f"species.{name}"
        given = dict(self.keys(where, table, SPECIES))
        if "mass" not in given:
            self.problems.append(f"{where}.mass: missing; a number or a formula in GeV.")
        mass = self.number(f"{where}.mass", given.pop("mass", 1.0), POWERS["mass"])
        self.masses[name] = mass
        start = given.pop("start", "thermal")
        number = (
            None if start in ("thermal", "empty") else self.formula(f"{where}.start", start, POWERS["start"])
        )
        return lambda p: Species(name, mass(p), start=number(p) if number else start, **given)

    def process(self, where: str, table: Mapping[str, Any]) -> Formula:
        """Return what makes a process of parameters."""
        given = dict(self.keys(where, table, PROCESS))
        reaction = str(given.pop("reaction", ""))
        where = f'{where} ("{reaction}")'
        first = reaction.split()[0] if reaction.split() else ""
        rates = {
            "sigma_v": self.rate(where, "sigma-v", given.pop("sigma-v", None), first),
            "width": self.formula(f"{where}: width", given.pop("width", None), POWERS["width"]),
            "rate": self.rate(where, "rate", given.pop("rate", None), first),
            "density": self.rate(where, "density", given.pop("density", None), first),
            "sigma_v2": self.rate(where, "sigma-v2", given.pop("sigma-v2", None), first),
            "epsilon": self.formula(f"{where}: epsilon", given.pop("epsilon", None), POWERS["epsilon"]),
        }
        energies = {
            key: self.formula(f"{where}: {key}", given.pop(key, None), POWERS[key], OF_ENERGY)
            for key in ("sigma", "amplitude2")
        }
        poles = [
            tuple(
                self.number(f"{where}: poles.{key}", item.get(key), POWERS["poles"])
                for key in ("mass", "width")
            )
            for item in given.pop("poles", ())
            if isinstance(item, Mapping)
        ]
        thresholds = [
            self.number(f"{where}: thresholds", item, POWERS["thresholds"])
            for item in given.pop("thresholds", ())
        ]

        def make(p: Any) -> Process:
            of_energy: dict[str, Any] = {
                key: (lambda s, formula=formula: formula(p, s=s))
                for key, formula in energies.items()
                if formula
            }
            return Process(
                reaction,
                **{key: rate(p) for key, rate in rates.items() if rate},
                **of_energy,
                poles=[(mass(p), width(p)) for mass, width in poles],
                thresholds=[item(p) for item in thresholds],
                **given,
            )

        return make

    def rate(self, where: str, key: str, value: Any, first: str) -> Formula | None:
        """Return what makes a number or a function of T."""
        if isinstance(value, Mapping):
            entry = self.keys(f"{where}: {key}", value, ("a", "b"))
            a = self.number(f"{where}: {key}.a", entry.get("a", 0.0), POWERS[key])
            b = self.number(f"{where}: {key}.b", entry.get("b", 0.0), POWERS[key])
            mass = self.masses.get(first, _constant(np.nan))
            return lambda p: lambda T: a(p) + 6.0 * b(p) * T / mass(p)
        formula = self.formula(f"{where}: {key}", value, POWERS[key], OF_TEMPERATURE)
        if formula is None or not isinstance(value, str):
            return formula
        mass = self.masses.get(first, _constant(np.nan))
        return lambda p: lambda T: formula(p, T=T, x=mass(p) / T)

    def washout(self, where: str, table: Mapping[str, Any]) -> Formula:
        """Return what makes a washout of parameters."""
        given = dict(self.keys(where, table, WASHOUT))
        rate = self.rate(where, "rate", given.pop("rate", None), str(given.get("species", "")))
        return lambda p: Washout(rate=rate(p) if rate else None, **given)

    def expansion(self, table: Any) -> Formula | None:
        """Return what makes the expansion of parameters, None for radiation alone."""
        if not isinstance(table, Mapping) or table.get("kind") not in EXPANSIONS:
            kind = table.get("kind", "") if isinstance(table, Mapping) else table
            self.problems.append(f"expansion: {unknown_name('kind', str(kind), EXPANSIONS)}")
            return None
        kind = table["kind"]
        given = self.keys("expansion", {k: v for k, v in table.items() if k != "kind"}, EXPANSIONS[kind])
        missing = [key for key in EXPANSIONS[kind] if key not in given]
        if missing:
            self.problems.append(f"expansion: {kind} needs {', '.join(missing)}.")
            return None
        if kind == "faster":
            factor = self.number("expansion.factor", given["factor"], POWERS["factor"], OF_TEMPERATURE[:1])
            return lambda p: Faster(lambda T: factor(p, T=T))
        if kind == "early-matter":
            numbers = [self.constant(f"expansion.{key}", given[key]) for key in EXPANSIONS[kind]]
            return lambda p: EarlyMatter(*numbers)
        return None


def _constant(value: float) -> Formula:
    return lambda p, **more: value
