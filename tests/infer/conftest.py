"""Posteriors with known answers, and run files small enough for tests."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from relicfit.infer.problem.settings import SAMPLERS as REGISTRY
from relicfit.solver.registry import BUILT_IN

RUN_FILE = """
scenario = "thermal-freeze-out"

[options]
d_sm = 75

[parameters]
mass = {{ loguniform = [0.1, 10] }}
delta = 0.5
coupling = {{ loguniform = [1e-8, 1e-3] }}

[likelihoods]
relic-density = {{ theory-error = 0.3 }}

[sampler]
{sampler}
"""

DYNESTY = 'name = "dynesty"\nlive-points = 50\ndlogz = 0.5\nwalks = 10\ncheckpoint-interval = 0.1\nseed = 3\nfinish = 0'
EMCEE = (
    'name = "emcee"\nwalkers = 16\nrhat = 1.1\ness = 60\nautocorrelations = 12\nmax-steps = 3000\n'
    "checkpoint-interval = 0.1\nseed = 3\nfinish = 0"
)
NAUTILUS = (
    'name = "nautilus"\nlive-points = 100\nbatch = 100\neffective-samples = 300\nneurons = 50\n'
    "checkpoint-interval = 0.1\nseed = 3"
)
KINDS = {"dynesty": DYNESTY, "emcee": EMCEE, "nautilus": NAUTILUS}


class Toy:
    """A posterior on the unit cube with a likelihood given as a vectorised function."""

    def __init__(self, dim: int, log_likelihood: Callable[[np.ndarray], np.ndarray]) -> None:
        self.dim = dim
        self.function = log_likelihood
        self.cost_ms = 0.001
        self.prior = SimpleNamespace(
            from_unit=lambda cube: cube,
            allowed=lambda theta: np.ones(len(theta), dtype=bool),
            allowed_fraction=lambda rng: (1.0, 0.0),
        )
        self.rejected: Counter[str] = Counter()
        self.calls = 0

    def on_cube(self, cube):
        cube = np.atleast_2d(cube)
        self.calls += len(cube)
        inside = np.all((cube > 0.0) & (cube < 1.0), axis=1)
        logl = np.where(inside, self.function(cube), -np.inf)
        return logl, np.column_stack([logl, np.ones(len(cube))])


@pytest.fixture
def toy() -> type[Toy]:
    return Toy


@pytest.fixture(scope="session")
def small_run_file() -> str:
    """Return the text of a small run file with a place for the sampler table."""
    return RUN_FILE


@pytest.fixture
def run_file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a small run file for a sampler and return its path."""

    def write(sampler: str, name: str = "small.toml", **replacements: str) -> Path:
        text = RUN_FILE.format(sampler=KINDS.get(sampler, sampler))
        for old, new in replacements.items():
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@contextmanager
def known(name: str, file: str, cls: str, registry: dict[str, str] = BUILT_IN) -> Iterator[None]:
    """Make a scenario of a file beside this one known by a name, or what else a registry holds."""
    path = Path(__file__).parent / file
    spec = importlib.util.spec_from_file_location(f"relicfit_test_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        patch.setitem(registry, name, f"{spec.name}:{cls}")
        yield


@pytest.fixture(scope="session")
def known_linear() -> Iterator[None]:
    """Make the scenario of `linear_scenario.py` known as ``linear-test``."""
    with known("linear-test", "linear_scenario.py", "Linear"):
        yield


@pytest.fixture(scope="module")
def known_toy() -> Iterator[None]:
    """Make the sampler of `toy_sampler.py` known as ``toy``: one line in the registry."""
    with known("toy", "samplers/toy_sampler.py", "Toy", REGISTRY):
        yield


OWN_FILE = """
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from relicfit.likelihoods import Likelihood
from relicfit.solver import Flag, Observable, Parameter, Scenario, Status


@dataclass(frozen=True)
class Own(Scenario):
    name = "own"
    summary = "An abundance that is the mass over a thousand."
    source = "made up"

    @property
    def parameters(self):
        return (Parameter("mass", "m", "GeV", "mass", 1.0, 1e4, {"uniform": [10, 1000]}),)

    @property
    def observables(self):
        return (Observable("omega_h2", r"\\Omega h^2", "", "relic abundance", 0.05),)

    @property
    def flags(self):
        return (Flag("heavy", "heavy", lambda p, o: p["mass"] > 500.0),)

    def solve(self, theta):
        return theta * 1e-3, np.zeros(len(theta), dtype=np.int64)


@dataclass(frozen=True)
class Limit(Likelihood):
    name = "limit"
    summary = "An upper limit on the mass."
    source = "made up"
    validity = "everywhere"
    grade = "D"

    @property
    def needs(self):
        return ("mass", "omega_h2")

    def evaluate(self, observables):
        return -0.5 * (observables["mass"] / 100.0 - 3.0) ** 2, {}
"""
OWN_RUN = """
scenario = "own.py:Own"
[parameters]
mass = { uniform = [10, 1000] }
[likelihoods]
"own.py:Limit" = {}
[sampler]
live-points = 50
dlogz = 0.5
walks = 10
"""


@pytest.fixture
def own_files(tmp_path: Path) -> Callable[..., Path]:
    """Write a user's scenario and likelihood with (old, new) pieces replaced, and a run file beside them."""

    def write(*changes: tuple[str, str], run: str = OWN_RUN, folder: str = "own") -> Path:
        text = OWN_FILE
        for old, new in changes:
            assert text.count(old) >= 1, old
            text = text.replace(old, new, 1)
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        (place / "own.py").write_text(text)
        (place / "own.toml").write_text(run)
        return place / "own.toml"

    return write
