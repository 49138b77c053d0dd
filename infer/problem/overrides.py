"""The one grammar of --set and of keyword arguments: which table of a run file a name belongs to.

A dotted name says its table: ``sampler.seed``, ``likelihoods.relic-density.theory-error``. A bare name is a
key of the top level, or else a setting of the sampler, an option of the scenario or a parameter, whichever
of the three knows it; where two do, the table must be said.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import UserError, did_you_mean, unknown_name
from ...solver.scenario import Scenario, configured
from .derived import DERIVED
from .network import NETWORK, scenario_of
from .settings import DEFAULT_SAMPLER, SAMPLERS, SamplerSettings, settings_class
from .toml import parsed, plain
from .trust import refuse_untrusted
from .user_files import UserFiles

__all__ = ["TOP_LEVEL", "Overrides", "apply_overrides", "merged", "parse_override"]

TABLES = ("options", "parameters", DERIVED, "likelihoods", "sampler", "sources", "files", NETWORK)
TOP_LEVEL = ("scenario", "constraints", *TABLES)

Overrides = Sequence[tuple[str, Any]]


def parse_override(text: str) -> tuple[str, Any]:
    """Split ``key=value``; the value is TOML, or a string where it is not.

    Raises
    ------
    UserError
        Where there is no key or no equals sign.
    """
    key, separator, value = text.partition("=")
    if not separator or not key.strip():
        raise UserError(f"--set {text}: expected key=value, for example --set sampler.seed=2.")
    try:
        found = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return key.strip(), value.strip()
    except (ValueError, RecursionError):
        # More digits or brackets than there may be: that is said.
        found = parsed(f"value = {value}")
    return key.strip(), found["value"]


def merged(settings: Mapping[str, Any] | None, keywords: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the overrides of a Python call: a mapping of any names, then keyword arguments."""
    return [*(settings or {}).items(), *keywords.items()]


def apply_overrides(content: dict[str, Any], overrides: Overrides, folder: Path) -> None:
    """Write overrides into the content of a run file.

    Whole tables come first, then names with their table, then bare names, each in the order given; so a
    bare name finds its table whatever stands before it.

    Parameters
    ----------
    content : dict
        The run file, changed in place.
    overrides : sequence of (key, value)
        Values may be numbers and arrays of numpy.
    folder : path
        Where a user's own scenario is looked for.

    Raises
    ------
    UserError
        With a sentence for every name that is unknown or belongs to more than one table.
    """
    problems: list[str] = []
    values = [(key, plain(value)) for key, value in overrides]
    for key, value in values:
        if key in TOP_LEVEL:
            content[key] = value
    for key, value in values:
        if "." in key:
            _set_in_table(content, key, value, problems)
    bare = [(key, value) for key, value in values if "." not in key and key not in TOP_LEVEL]
    if bare and not problems:
        known = _Known(content, folder)
        for key, value in bare:
            known.set(key, value, problems)
    if problems:
        raise UserError(*problems)


def _table(content: dict[str, Any], name: str, key: str, problems: list[str]) -> dict[str, Any] | None:
    found = content.setdefault(name, {})
    if isinstance(found, dict):
        return found
    problems.append(f"{key}: {name} is {found!r}, not a table; give sets of entries as [{name}].")
    return None


def _set_in_table(content: dict[str, Any], key: str, value: Any, problems: list[str]) -> None:
    name, _, rest = key.partition(".")
    if name not in TABLES:
        problems.append(f"{key}: {unknown_name('table', name, TABLES)}")
        return
    table = _table(content, name, key, problems)
    if table is None:
        return
    if name == "parameters":
        _set_parameter(content, rest, value, problems)
    elif name == "likelihoods" and not isinstance(value, Mapping):
        # The name of a likelihood in a user's file holds dots itself: the option is what follows the last.
        term, _, option = rest.rpartition(".")
        options = dict(table.get(term, {})) if isinstance(table.get(term, {}), Mapping) else None
        if not term or options is None:
            problems.append(
                f"{key}: found {value!r}; give an option as likelihoods.NAME.OPTION, or a table of options, {{}} "
                "for none."
            )
            return
        table[term] = options | {option: value}
    else:
        table[rest.replace("_", "-") if name == "sampler" else rest] = value


def _set_parameter(content: dict[str, Any], name: str, value: Any, problems: list[str]) -> None:
    # A number with a default may stand among the options of a file: there it gives way.
    options = content.get("options")
    if isinstance(options, dict):
        options.pop(name, None)
    table = _table(content, "parameters", name, problems)
    if table is not None:
        table[name] = value


class _Known:
    """The names that the sampler and the scenario of a run file know."""

    def __init__(self, content: dict[str, Any], folder: Path) -> None:
        self.content = content
        self.model = _scenario_of(content, folder)
        sampler = content.get("sampler", {})
        self.sampler = (
            sampler.get("name", DEFAULT_SAMPLER) if isinstance(sampler, Mapping) else DEFAULT_SAMPLER
        )
        # Of an unknown sampler or scenario only that is told, so every setting goes through.
        own = _settings_of(self.sampler, content, folder)
        self.settings = _settings([own] if own is not None else [settings_class(name) for name in SAMPLERS])
        self.options = {item.name for item in self.model.options()} if self.model is not None else set()
        self.parameters = _parameters(self.model, content) if self.model is not None else set()

    def set(self, key: str, value: Any, problems: list[str]) -> None:
        """Write one bare name into its table."""
        word = key.replace("-", "_")
        homes = {
            table: name
            for table, name, names in (
                ("sampler", word.replace("_", "-"), self.settings),
                ("options", word, self.options),
                ("parameters", key, self.parameters),
            )
            if name in names
        }
        if len(homes) > 1:
            choices = " or ".join(f"{table}.{name}" for table, name in homes.items())
            problems.append(f"{key}: it belongs to {' and '.join(f'[{t}]' for t in homes)}; say {choices}.")
        elif not homes and self.model is not None:
            problems.append(self._unknown(key))
        elif homes.keys() <= {"parameters"}:
            _set_parameter(self.content, key, value, problems)
        else:
            ((table, name),) = homes.items()
            target = _table(self.content, table, key, problems)
            if target is not None:
                target[name] = value

    def _unknown(self, key: str) -> str:
        if key == "name":
            return f"name: say sampler.name to choose a sampler ({', '.join(SAMPLERS)})."
        likelihoods = self.content.get("likelihoods")
        if isinstance(likelihoods, Mapping) and key in likelihoods:
            return f"{key}: a likelihood; say likelihoods.{key}, or likelihoods.{key}.OPTION for one option."
        others = [
            name
            for name in SAMPLERS
            if name != self.sampler and key.replace("_", "-") in _settings([settings_class(name)])
        ]
        if others:
            return f"{key}: a setting of {' and '.join(others)}, while this run uses {self.sampler}."
        near = did_you_mean(key, [*self.settings, *self.options, *self.parameters])
        return (
            f"{key}: no setting, option or parameter of that name.{near} "
            f"Parameters: {', '.join(sorted(self.parameters))}; options: {', '.join(sorted(self.options))}; "
            f"settings of {self.sampler}: {', '.join(sorted(self.settings))}."
        )


def _settings(classes: Sequence[type[SamplerSettings]]) -> set[str]:
    return {name.replace("_", "-") for cls in classes for name in cls.model_fields if name != "name"}


def _scenario_of(content: Mapping[str, Any], folder: Path) -> type[Scenario] | None:
    if not isinstance(content.get("scenario"), str):
        return None
    try:
        return scenario_of(content, _files(content, folder))
    except UserError:
        return None  # said where the scenario is read


def _settings_of(name: Any, content: Mapping[str, Any], folder: Path) -> type | None:
    try:
        return _files(content, folder).sampler(str(name)).settings
    except UserError:
        return None  # said where the sampler is read


def _files(content: Mapping[str, Any], folder: Path) -> UserFiles:
    texts = [
        {key: text for key, text in table.items() if isinstance(text, str) and "\0" not in key}
        if isinstance(table := content.get(name), Mapping)
        else None
        for name in ("sources", "files")
    ]
    # Also where names are only looked up nothing of others runs.
    refuse_untrusted(texts[0])
    return UserFiles(folder, *texts)


def _parameters(model: type[Scenario], content: Mapping[str, Any]) -> set[str]:
    """Return the parameters under the options of the file, and those under the defaults."""
    names = {item.name for item in model().parameters}
    options = content.get("options")
    known = {item.name for item in model.options()}
    chosen = {k: v for k, v in options.items() if k in known} if isinstance(options, Mapping) else {}
    try:
        return names | {item.name for item in configured(model, chosen).parameters}
    except UserError:
        return names
