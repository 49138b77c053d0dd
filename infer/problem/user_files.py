"""Scenarios, likelihoods and samplers in a user's own files, named ``"my_model.py:MyScenario"`` in a run file.

The text of such a file becomes part of the resolved run file: workers, checkpoints and results carry it,
so that a run can be repeated where the file has changed or is gone.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
import traceback
from collections.abc import Mapping
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from ...errors import UserError, unknown_name
from ...likelihoods import Likelihood, likelihood_class
from ...solver.scenario import Scenario, scenario_class
from .self_description import check_likelihood, check_scenario
from .settings import SamplerSettings, sampler_base, sampler_class
from .trust import remember

__all__ = ["UserFiles", "is_of_user", "is_reference", "line_in_user_file", "line_of_method"]

Base = TypeVar("Base")

MODULE_PREFIX = "relicfit_user_"


def is_reference(name: str) -> bool:
    """Tell whether a name points into a file rather than to what comes with the package."""
    return ".py:" in name or name.endswith(".py")


def is_of_user(part: object) -> bool:
    """Tell whether the class of an object stands in a user's file."""
    return type(part).__module__.startswith(MODULE_PREFIX)


class UserFiles:
    """Find classes by name, in the package or in files beside the run file.

    Attributes
    ----------
    sources : dict
        The text of every file read so far, by the path written in the run file.
    """

    def __init__(self, folder: Path, sources: Mapping[str, str] | None = None) -> None:
        """Look for files in a folder; ``sources`` holds texts that take their place."""
        self.folder = folder
        self._given = dict(sources or {})
        self.sources: dict[str, str] = {}

    def scenario(self, name: str) -> type[Scenario]:
        """Return the class of a scenario."""
        return self._find(name, Scenario, "scenario") if is_reference(name) else scenario_class(name)

    def likelihood(self, name: str) -> type[Likelihood]:
        """Return the class of a likelihood."""
        if not is_reference(name):
            return likelihood_class(name)
        return self._find(name, Likelihood, f"likelihoods.{name}")

    def sampler(self, name: str) -> Any:
        """Return the class of a sampler, a `relicfit.infer.samplers.sampler.Sampler`."""
        if not is_reference(name):
            return sampler_class(name)
        return self._find(name, sampler_base(), "sampler.name")

    def kind(self, reference: str) -> str:
        """Return what a class in a file is, ``scenario``, ``likelihood`` or ``sampler``; a scenario if none of them."""
        file, _, wanted = reference.partition(":")
        found = vars(self._module(file, reference)).get(wanted)
        for base in (Likelihood, sampler_base()):
            if inspect.isclass(found) and issubclass(found, base):
                return base.__name__.lower()
        return "scenario"

    def _find(self, reference: str, base: type[Base], key: str) -> type[Base]:
        file, _, wanted = reference.partition(":")
        module = self._module(file, key)
        classes = {
            name: item
            for name, item in vars(module).items()
            if inspect.isclass(item) and issubclass(item, base) and item.__module__ == module.__name__
        }
        kind = base.__name__.lower()
        if wanted not in classes:
            raise UserError(
                f"{key}: {file} holds no {kind} of that name: "
                f"{unknown_name('class', wanted, classes)} A {kind} is a class derived from "
                f"relicfit.{_home(base)}.{base.__name__}."
            )
        return _checked(classes[wanted], base, key, file)

    def _module(self, file: str, key: str) -> ModuleType:
        path = self.folder / file
        text = self._given.get(file)
        if text is None:
            try:
                text = path.read_text(encoding="utf-8")
            except (OSError, ValueError) as error:
                # A path may hold what no path can hold: also that is a ValueError.
                reason = getattr(error, "strerror", None) or error
                raise UserError(
                    f"{key}: {path} cannot be read ({reason}). The path counts from the folder of the run file."
                ) from None
        # Whoever gives the run file wants it run, or has said so of the texts inside it.
        remember(text)
        self.sources[file] = text
        return _load(text, path, key)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _load(text: str, path: Path, key: str) -> ModuleType:
    """Return the module of a text, executed once in a process."""
    name = f"{MODULE_PREFIX}{_digest(text)}_{path.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, _on_disk(text, path))
    # A name that ends in .py always has a loader.
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    # Dataclasses and pickles look their module up by name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        del sys.modules[name]
        raise UserError(f"{key}: {path}, line {error.lineno or '?'}: {error.msg}.") from None
    except BaseException as error:
        # A file that ends the program while it is read is a mistake like any other.
        del sys.modules[name]
        if isinstance(error, KeyboardInterrupt):
            raise
        line = _line(error, str(spec.origin))
        raise UserError(f"{key}: {path}, line {line}: {type(error).__name__}: {error}.") from None
    return module


def _on_disk(text: str, path: Path) -> Path:
    """Return a file with this text: the user's own, or a copy in the cache where that has changed or is gone."""
    if _holds(path, text):
        return path.resolve()
    from ...solver.numerics.kernel import cache_root
    from ..storage.atomic import write_text

    folder = cache_root().parent / "user-files" / _digest(text)
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / path.name
    # Other workers may write the same at the same time, each under a name of its own.
    if not _holds(copy, text):
        write_text(copy, text)
    return copy


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _line(error: BaseException, file: str) -> int | str:
    lines = [
        frame.lineno or "?" for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file
    ]
    return lines[-1] if lines else "?"


def _checked(cls: type[Base], base: type[Base], key: str, file: str) -> type[Base]:
    """Return a class that describes itself completely, or say what is missing."""
    line = inspect.getsourcelines(cls)[1]
    where = f"{key}: {file}, line {line}: class {cls.__name__}"
    wanted = [name for name in base.__annotations__ if name in _described(base)]
    missing = [name for name in wanted if not isinstance(getattr(cls, name, None), str)]
    unwritten = sorted(getattr(cls, "__abstractmethods__", ()))
    if missing:
        raise UserError(f"{where} lacks the text{'s' * (len(missing) > 1)} {', '.join(missing)}.")
    if unwritten:
        raise UserError(f"{where} does not define {', '.join(unwritten)}.")
    if base is sampler_base():
        table = getattr(cls, "settings", None)
        if not (inspect.isclass(table) and issubclass(table, SamplerSettings)):
            raise UserError(f"{where} lacks settings: a class derived from SamplerSettings is wanted.")
        if table.model_fields["name"].annotation is not str:
            raise UserError(
                f"{where}: its settings narrow the name, which is this reference here: give it settings with name: str."
            )
    elif not getattr(vars(cls).get("__dataclass_params__"), "frozen", False):
        raise UserError(f"{where} is not a frozen dataclass: write @dataclass(frozen=True) above it.")
    try:
        instance = cls()
        for name in _answers(base):
            getattr(instance, name)
        if base is Scenario:
            check_scenario(instance)
        elif base is Likelihood:
            check_likelihood(instance)
    except UserError as error:
        raise UserError(*(f"{where}: {text}" for text in error.problems)) from None
    except (Exception, SystemExit) as error:
        place = _line(error, inspect.getfile(cls))
        raise UserError(f"{key}: {file}, line {place}: {type(error).__name__}: {error}.") from None
    return cls


def _home(base: type) -> str:
    """Return where the package offers a contract to users."""
    homes: dict[type, str] = {Scenario: "solver", Likelihood: "likelihoods"}
    return homes.get(base, "infer.samplers")


def _described(base: type) -> tuple[str, ...]:
    texts = ("name", "summary", "source")
    described: dict[type, tuple[str, ...]] = {Scenario: texts, Likelihood: (*texts, "validity", "grade")}
    return described.get(base, ("name", "title"))


def _answers(base: type) -> tuple[str, ...]:
    answers: dict[type, tuple[str, ...]] = {Scenario: ("parameters", "observables"), Likelihood: ("needs",)}
    return answers.get(base, ())


def line_in_user_file(error: BaseException) -> str:
    """Return ``"my_model.py, line 12: "`` for an error that arose in a user's file, else nothing."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        for name, module in list(sys.modules.items()):
            if name.startswith(MODULE_PREFIX) and getattr(module, "__file__", None) == frame.filename:
                return f"{Path(frame.filename).name}, line {frame.lineno}: "
    return ""


def line_of_method(part: object, name: str) -> str:
    """Return ``"my_model.py, line 12: "`` for a method that stands in a user's file, else nothing."""
    method = getattr(type(part), name, None)
    method = method.fget if isinstance(method, property) else method
    if not getattr(method, "__module__", "").startswith(MODULE_PREFIX):
        return ""
    try:
        return f"{Path(inspect.getfile(method)).name}, line {inspect.getsourcelines(method)[1]}: "
    except (OSError, TypeError):
        return ""
