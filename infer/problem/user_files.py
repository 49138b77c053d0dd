"""Scenarios, likelihoods and samplers in a user's own files, named ``"my_model.py:MyScenario"`` in a run file.

The text of such a file becomes part of the resolved run file: workers, checkpoints and results carry it,
so that a run can be repeated where the file has changed or is gone.
"""

from __future__ import annotations

import inspect
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from ...errors import UserError, unknown_name
from ...likelihoods import Likelihood, likelihood_class
from ...options import Option
from ...priors import Distribution, UserPrior
from ...solver.scenario import Scenario, scenario_class
from .beside import from_text, materialised, names_beside, noting, placed, to_text
from .self_description import check_likelihood, check_scenario
from .settings import SamplerSettings, sampler_base, sampler_class
from .user_modules import MODULE_PREFIX, is_user_module, line_of, read_below, read_by, user_module

__all__ = ["UserFiles", "is_of_user", "is_reference", "line_in_user_file", "line_of_method"]

Base = TypeVar("Base")


def is_reference(name: str) -> bool:
    """Tell whether a name points into a file rather than to what comes with the package."""
    return ".py:" in name or name.endswith(".py")


def is_of_user(part: object) -> bool:
    """Tell whether the class of an object stands in a user's file."""
    return type(part).__module__.startswith(MODULE_PREFIX)


class UserFiles:
    """Find classes by name, in the package or in files beside the run file.

    The texts of all files read so far are its ``sources`` and ``tables``.
    """

    def __init__(
        self, folder: Path, sources: Mapping[str, str] | None = None, tables: Mapping[str, str] | None = None
    ) -> None:
        """Look for files in a folder; ``sources`` and ``tables`` hold texts that take their place."""
        self.folder = folder
        self._given = {name: text.encode() for name, text in (sources or {}).items()}
        self._given |= {name: from_text(name, text) for name, text in (tables or {}).items()}
        self._modules: set[str] = set()
        self._modules_by_file: dict[str, Path] = {}
        self._named: dict[str, Path] = {}

    def scenario(self, name: str) -> type[Scenario]:
        """Return the class of a scenario."""
        return self._find(name, Scenario, "scenario") if is_reference(name) else scenario_class(name)

    def likelihood(self, name: str) -> type[Likelihood]:
        """Return the class of a likelihood."""
        if not is_reference(name):
            return likelihood_class(name)
        return self._find(name, Likelihood, f"likelihoods.{name}")

    def prior(self, name: str, key: str) -> type[Distribution]:
        """Return the class of a prior in a file, a `relicfit.priors.UserPrior`; ``key`` is where it is named."""
        return self._find(name, UserPrior, key)

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

    def data_file(self, name: Any, key: str) -> Path:
        """Return where the file stands that an option names; its content travels with the run file."""
        if not isinstance(name, str | Path):
            raise UserError(
                f"{key}: found {name!r}; the path of a file is wanted, as seen from the run file."
            )
        path = self._path(str(name))
        try:
            if not path.is_file():
                raise FileNotFoundError(2, "no such file")
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UserError(
                f"{key}: {path} cannot be read ({reason}). The path counts from the folder of the run file."
            ) from None
        self._named[str(name)] = Path(os.path.abspath(path))
        return self._named[str(name)]

    def located(self, options: Mapping[str, Any], declared: Iterable[Option], where: str) -> dict[str, Any]:
        """Return options with those that name a file as whole paths; see `data_file`."""
        paths = {item.name.replace("_", "-") for item in declared if item.is_path}
        return {
            key: self.data_file(value, f"{where}.{key}")
            if key.replace("_", "-") in paths and value is not None
            else value
            for key, value in options.items()
        }

    def as_written(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return options with paths as the run file has them."""
        written = {path: name for name, path in self._named.items()}
        return {
            key: written.get(value, value) if isinstance(value, Path) else value
            for key, value in options.items()
        }

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Count what is opened beside the user's files while the context lasts as read by them."""
        with ExitStack() as stack:
            seen = {
                name: stack.enter_context(noting(Path(str(sys.modules[name].__file__)).parent))
                for name in self._modules
            }
            try:
                yield
            finally:
                for name, paths in seen.items():
                    read_below(name, paths)

    @property
    def sources(self) -> dict[str, str]:
        """The texts of the files that hold the user's code, by their path from the folder of the run file."""
        return {name: to_text(path) for name, path in self._contents().items() if is_user_module(path)}

    @property
    def tables(self) -> dict[str, str]:
        """What else was read beside them or named by an option, as texts."""
        return {name: to_text(path) for name, path in self._contents().items() if not is_user_module(path)}

    def _contents(self) -> dict[str, Path]:
        paths = set().union(*(read_by(name) for name in self._modules), self._named.values())
        if self._place is self.folder:
            named = names_beside(paths, self.folder.resolve())
        else:
            named = {}
        named |= {name: path for name in self._given if (path := self._path(name).resolve()) in paths}
        written = self._named | self._modules_by_file
        named = {name: path for name, path in named.items() if path not in written.values()} | written
        return dict(sorted(named.items()))

    @cached_property
    def _place(self) -> Path:
        """The folder itself, or one in the cache that holds what the run file brought along."""
        return materialised(self._given, self.folder) if self._given else self.folder

    def _path(self, name: str) -> Path:
        return self.folder / name if self._place is self.folder else placed(self._place, name)

    def _module(self, file: str, key: str) -> ModuleType:
        path = self._path(file)
        try:
            module = user_module(path, key)
        except UserError:
            raise
        except (OSError, ValueError) as error:
            # A path may hold what no path can hold: also that is a ValueError.
            reason = getattr(error, "strerror", None) or error
            raise UserError(
                f"{key}: {path} cannot be read ({reason}). The path counts from the folder of the run file."
            ) from None
        self._modules.add(module.__name__)
        self._modules_by_file[file] = path.resolve()
        return module


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
    hidden = [
        name
        for name in getattr(cls, "__dataclass_fields__", ())
        if callable(getattr(base, name, None)) or isinstance(getattr(base, name, None), property)
    ]
    if hidden:
        raise UserError(
            f"{where}: the option {hidden[0]} hides what every {base.__name__} has; choose another name."
        )
    if issubclass(cls, UserPrior):
        return cls
    try:
        instance = cls()
        for name in _answers(base):
            getattr(instance, name)
        if isinstance(instance, Scenario):
            check_scenario(instance)
        elif isinstance(instance, Likelihood):
            check_likelihood(instance)
    except UserError as error:
        raise UserError(*(f"{where}: {text}" for text in error.problems)) from None
    except (Exception, SystemExit) as error:
        place = line_of(error, inspect.getfile(cls))
        raise UserError(f"{key}: {file}, line {place}: {type(error).__name__}: {error}.") from None
    return cls


def _home(base: type) -> str:
    """Return where the package offers a contract to users."""
    homes: dict[type, str] = {Scenario: "solver", Likelihood: "likelihoods", UserPrior: "priors"}
    return homes.get(base, "infer.samplers")


def _described(base: type) -> tuple[str, ...]:
    texts = ("name", "summary", "source")
    described: dict[type, tuple[str, ...]] = {
        Scenario: texts, Likelihood: (*texts, "validity", "grade"), UserPrior: (),
    }  # fmt: skip
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
    method: Any = getattr(type(part), name, None)
    method = method.fget if isinstance(method, property) else method
    if not getattr(method, "__module__", "").startswith(MODULE_PREFIX):
        return ""
    try:
        return f"{Path(inspect.getfile(method)).name}, line {inspect.getsourcelines(method)[1]}: "
    except (OSError, TypeError):
        return ""
