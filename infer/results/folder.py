"""Result folders: what is written, and what is read back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import __version__
from ...errors import UserError
from ...solver.registry import BUILT_IN, scenario_class
from ..diagnostics.verdict import Diagnostics
from ..problem.problem import Problem, problem_from
from ..problem.provenance import versions
from ..problem.toml import dump
from ..problem.trust import UntrustedSources
from ..samples.draws import Draws
from ..storage.atomic import write_atomically, write_text
from ..storage.checkpoint import Checkpoint
from ..storage.reading import digest_of, is_picture, read_own
from ..storage.revision import revision
from ..target.posterior import Posterior
from ..wording import Shown
from .agreement import disagreements
from .arrays import as_tree
from .manifest import FILES, FORMAT, MANIFEST, Manifest
from .table import Row, as_csv
from .text import as_text

if TYPE_CHECKING:
    import pandas
    import xarray
    from matplotlib.figure import Figure

    from ..corner.words import Ranges
    from ..exports.table import SampleTable

__all__ = ["OWN_FILES", "Result", "load", "write_result"]

POSTERIOR = "posterior.nc"
SUMMARY = "summary.csv"
DIAGNOSTICS = "diagnostics.json"
RUN_FILE = "run.toml"
LOG = "run.log"
CORNER = "corner.png"
TEXT = "summary.txt"
REPORT = "report.html"
STATUS = "status.json"
CHECKPOINT = "checkpoint"
OWN_FILES = (MANIFEST, *FILES)
# What does not change once the run is written; the manifest keeps their digests.
SEALED = (RUN_FILE, SUMMARY, TEXT, DIAGNOSTICS, CORNER)


@dataclass(frozen=True)
class Result(Shown):
    """Give access to a finished run: whatever reads a result folder asks here.

    Attributes
    ----------
    directory : Path
    """

    directory: Path

    def path(self, name: str) -> Path:
        """Return where a file of the folder is, or would be."""
        return self.directory / name

    @property
    def files(self) -> dict[str, Path]:
        """The files of the run that are there, by name."""
        return {name: self.path(name) for name in OWN_FILES if self.path(name).exists()}

    @cached_property
    def manifest(self) -> Manifest:
        """Who wrote the folder and what it holds; told from the diagnostics where an old folder has none."""
        try:
            return Manifest.from_json(read_own(self.path(MANIFEST)).decode("utf-8"))
        except FileNotFoundError:
            return Manifest.before_manifests(self.diagnostics)
        except (OSError, ValueError):
            raise self._damaged(MANIFEST) from None

    @property
    def run_file(self) -> str:
        """The text of the resolved run file."""
        return self._text(RUN_FILE)

    @property
    def log(self) -> str:
        """The text of ``run.log``, empty where it is gone."""
        return self._text(LOG) if self.path(LOG).exists() else ""

    @property
    def status(self) -> dict[str, Any]:
        """The content of ``status.json``, empty where there is none or it is cut short."""
        try:
            found = json.loads(self._text(STATUS))
        except (UserError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def _text(self, name: str) -> str:
        try:
            return read_own(self.path(name)).decode("utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
            raise self._damaged(name) from None

    def _damaged(self, name: str) -> UserError:
        return UserError(
            f"{self.path(name)}: missing or damaged. Restore the file from a copy, or run again with --overwrite."
        )

    @cached_property
    def data(self) -> xarray.DataTree:
        """All groups of ``posterior.nc``: posterior, observables, log_likelihood, log_prior, ..."""
        import xarray

        try:
            with xarray.open_datatree(self.path(POSTERIOR), engine="h5netcdf") as tree:
                return tree.load()
        except (OSError, ValueError, KeyError, RuntimeError):
            raise self._damaged(POSTERIOR) from None

    @property
    def attributes(self) -> dict[str, Any]:
        """What the root of ``posterior.nc`` says: run file, versions, evidence."""
        import h5py

        try:
            with h5py.File(self.path(POSTERIOR), "r") as file:
                # netCDF keeps a number as a list of one.
                found = dict(file.attrs)
        except (OSError, KeyError, RuntimeError, ValueError):
            raise self._damaged(POSTERIOR) from None
        # netCDF keeps a number as a list of one.
        return {
            key: value.item() if getattr(value, "size", 0) == 1 else value for key, value in found.items()
        }

    def picture(self, name: str) -> bytes | None:
        """Return a picture of the folder; nothing where there is none, or something else under its name."""
        try:
            content = read_own(self.path(name))
        except OSError:
            return None
        return content if is_picture(content) else None

    @property
    def posterior(self) -> xarray.Dataset:
        """The equally weighted draws of the sampled parameters, (chain, draw)."""
        return self.data["posterior"].to_dataset()

    @property
    def observables(self) -> xarray.Dataset:
        """The predictions at the draws, (chain, draw)."""
        return self.data["observables"].to_dataset()

    @cached_property
    def diagnostics(self) -> dict[str, Any]:
        """The content of ``diagnostics.json``."""
        try:
            found = json.loads(self._text(DIAGNOSTICS))
            if not (isinstance(found, dict) and isinstance(found.get("numbers"), dict)):
                raise ValueError
        except UserError:
            raise
        except (ValueError, RecursionError):
            raise self._damaged(DIAGNOSTICS) from None
        return found

    @property
    def converged(self) -> bool:
        """Whether the run met its convergence criteria."""
        return bool(self.diagnostics["converged"])

    @property
    def log_evidence(self) -> float | None:
        """ln Z, None for a sampler that gives none."""
        return self.diagnostics["numbers"].get("log_evidence")

    @property
    def log_evidence_error(self) -> float | None:
        """The error of ln Z, None for a sampler that gives none."""
        return self.diagnostics["numbers"].get("log_evidence_error")

    @cached_property
    def summary(self) -> dict[str, dict[str, float | str]]:
        """The table of ``summary.csv``: a mapping of columns for every parameter and observable."""
        import csv

        table = list(csv.DictReader(self._text(SUMMARY).splitlines()))
        texts = {"kind", "unit"}
        try:
            return {
                row["name"]: {k: v if k in texts else float(v) for k, v in row.items() if k != "name"}
                for row in table
            }
        except (KeyError, TypeError, ValueError):
            raise self._damaged(SUMMARY) from None

    @property
    def content(self) -> dict[str, Any]:
        """The content of the resolved run file."""
        try:
            return tomllib.loads(self.run_file)
        except (ValueError, RecursionError):
            raise self._damaged(RUN_FILE) from None

    @cached_property
    def problem(self) -> Problem:
        """The scenario, prior and likelihoods, rebuilt from the resolved run file.

        Raises
        ------
        UserError
            Where this version reads the run file no longer: it says which version wrote it.
        """
        try:
            return problem_from(_without_retired(self.content), name=self.directory.name)
        except UntrustedSources as error:
            raise UntrustedSources(*(f"{self.path(RUN_FILE)}: {text}" for text in error.problems)) from None
        except UserError as error:
            raise UserError(
                *(
                    f"{self.path(RUN_FILE)}: written by {self.manifest.written_by}, this is relicfit "
                    f"{__version__}: {text}"
                    for text in error.problems
                )
            ) from None

    @cached_property
    def samples(self) -> SampleTable:
        """The samples as one table, weighted where the sampler gives weights: what the ``to_...`` methods hand on."""
        from ..exports.table import sample_table

        return sample_table(self.data, self.problem)

    def corner(
        self,
        show: str | Sequence[str] = (),
        ranges: str | Ranges | None = None,
        levels: str | Sequence[float] = (0.68, 0.95),
        style: str = "screen",
        truths: str | Mapping[str, float] | None = None,
    ) -> Figure:
        """Draw the corner picture of the run; `relicfit.plot` says what the words mean and lays runs over others."""
        from ..corner.picture import corner_picture
        from ..corner.words import words_of

        words = words_of(show, ranges, levels, style, (), truths)
        return corner_picture([self.samples], words, self.best_fit, self.problem.name)

    @property
    def best_fit(self) -> dict[str, float]:
        """Parameters and observables at the best sample."""
        return {name: float(row["best_fit"]) for name, row in self.summary.items()}

    def to_dataframe(self) -> pandas.DataFrame:
        """Return the samples as `pandas.DataFrame`: parameters, observables, weight, log_likelihood, log_prior."""
        from ..exports.convert import to_dataframe

        return to_dataframe(self.samples)

    def to_getdist(self) -> Any:
        """Return the samples as `getdist.MCSamples`, where GetDist is installed."""
        from ..exports.convert import to_getdist

        return to_getdist(self.samples)

    def to_anesthetic(self) -> Any:
        """Return the samples as those of anesthetic, where that is installed; nested ones with birth contours."""
        from ..exports.convert import to_anesthetic
        from ..exports.table import sample_table

        return to_anesthetic(sample_table(self.data, self.problem, nested=True))

    def to_arviz(self) -> Any:
        """Return the equally weighted draws as what ArviZ takes: InferenceData, or from 1.0 on the tree."""
        from ..samples.arviz_adapter import to_arviz

        return to_arviz(self.data)

    def to_chains(self, path: str | Path) -> list[Path]:
        """Write ``path.txt``, ``path.paramnames`` and ``path.ranges`` for GetDist and its like; return the paths."""
        from ..exports.chain_files import write_chains

        try:
            return write_chains(self.samples, Path(path))
        except OSError as error:
            raise UserError(f"{path}: cannot be written ({error.strerror}). Choose another place.") from None

    def __str__(self) -> str:
        """Return the text printed at the end of the run."""
        return self._text(TEXT)


def _without_retired(content: dict[str, Any]) -> dict[str, Any]:
    """Return a resolved run file without an accuracy that its scenario no longer offers: nothing depended on it."""
    name, options = content.get("scenario"), content.get("options")
    if not (name in BUILT_IN and isinstance(options, Mapping) and "accuracy" in options):
        return content
    offered = {item.name for item in scenario_class(name).options()}
    return content | {
        "options": {key: options[key] for key in options if key != "accuracy" or key in offered}
    }


def load(directory: str | Path | Result) -> Result:
    """Open a result folder; folders of every earlier version can be read.

    Raises
    ------
    UserError
        Where the folder holds no finished run, was written by a later version, or its files do not belong
        together.
    """
    if isinstance(directory, Result):
        return directory
    found = Result(Path(directory))
    if not found.path(POSTERIOR).exists():
        if Checkpoint(found.path(CHECKPOINT)).exists:
            hint = "It holds an unfinished run: give its run file to `relicfit run` with --resume."
        else:
            hint = "Give the folder that `relicfit run` wrote, for example runs/quickstart."
        raise UserError(f"{directory}: no finished run here ({POSTERIOR} is missing). {hint}")
    if found.manifest.format > FORMAT:
        raise UserError(
            f"{directory}: written by {found.manifest.written_by}, in a form that this version "
            f"({__version__}) does not know yet. Install that version or a later one to read it."
        )
    _refuse_what_does_not_agree(found)
    return found


def _refuse_what_does_not_agree(result: Result) -> None:
    if result.path(POSTERIOR).is_symlink():
        raise UserError(f"{result.path(POSTERIOR)}: a link. Put the file itself in the folder.")
    wrong = disagreements(
        result.directory, result.manifest, result.attributes, result.run_file, result.diagnostics
    )
    if wrong:
        raise UserError(
            f"{result.directory}: its files do not belong together: {'; '.join(wrong)}. Restore them from a copy, "
            "or run again with --overwrite."
        )


def write_result(
    directory: Path,
    posterior: Posterior,
    draws: Draws,
    diagnostics: Diagnostics,
    rows: list[Row],
) -> Result:
    """Write the files of a finished run; ``posterior.nc`` comes last and marks it finished."""
    problem = posterior.problem
    text = as_text(rows, posterior, diagnostics)
    write_text(directory / RUN_FILE, dump(problem.content))
    write_text(directory / SUMMARY, as_csv(rows))
    write_text(directory / TEXT, text + "\n")
    manifest = Manifest(FORMAT, versions(problem), revision(), FILES)
    content = diagnostics.as_dict() | {"versions": manifest.versions, "revision": manifest.revision}
    write_text(directory / DIAGNOSTICS, json.dumps(content, indent=1) + "\n")
    tree = as_tree(posterior, draws, diagnostics)
    # Checksums of HDF5, which tell what is damaged also where the file travels alone.
    encoding = {
        group.path: {name: {"fletcher32": True} for name in group.data_vars} for group in tree.subtree
    }

    def seal(temporary: Path) -> None:
        digests = {name: digest_of(directory / name) for name in SEALED if (directory / name).is_file()}
        whole = replace(manifest, digests=digests | {POSTERIOR: digest_of(temporary)})
        write_text(directory / MANIFEST, whole.as_json())

    write_atomically(
        directory / POSTERIOR,
        lambda path: tree.to_netcdf(path, engine="h5netcdf", encoding=encoding),
        before=seal,
    )
    return Result(directory)
