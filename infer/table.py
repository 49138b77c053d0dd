"""Results of runs side by side, for a paper: medians with intervals, evidences and Bayes factors, with symbols."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import UserError, unknown_name
from ..solver.scenario import Observable, Parameter, unit_in_latex
from .comparison.evidences import compare_results
from .comparison.outcome import Comparison
from .results.folder import Result, load
from .wording import Shown, interval, latex_interval, latex_text, latex_with_error, text_table, two_decimals

__all__ = ["ResultTable", "TableRow", "result_table"]

ABOUT = "Medians with 68 % credible intervals; a range in brackets where the interval is wide."
FEWEST_TO_COMPARE = 2


@dataclass(frozen=True)
class TableRow:
    """Hold a quantity with its (16, 50, 84 %) quantiles in every run, None where a run does not have it."""

    name: str
    symbol: str
    unit: str
    quantiles: tuple[tuple[float, float, float] | None, ...]


@dataclass(frozen=True)
class ResultTable(Shown):
    """Hold results of runs side by side; print it for text, or take ``latex``.

    Attributes
    ----------
    runs : tuple of str
    rows : tuple of TableRow
    evidences : tuple
        (ln Z, its error) of every run, None for a sampler that gives none.
    comparison : Comparison or None
        Where two or more runs have an evidence on the same data.
    remark : str
        Why there are no Bayes factors although there are evidences.
    """

    runs: tuple[str, ...]
    rows: tuple[TableRow, ...]
    evidences: tuple[tuple[float, float] | None, ...]
    comparison: Comparison | None
    remark: str = ""

    def __str__(self) -> str:
        """Return the table for a screen."""
        cells = [("", *self.runs)]
        for row in self.rows:
            label = f"{row.name} [{row.unit}]" if row.unit else row.name
            cells.append((label, *("-" if found is None else interval(*found) for found in row.quantiles)))
        for label, values in self._evidence_rows():
            cells.append(
                (label, *("-" if v is None else v if isinstance(v, str) else _plain(*v) for v in values))
            )
        remark = [self.remark] if self.remark else []
        return "\n".join([*text_table(cells, [24] * len(self.runs)), ABOUT, *remark])

    @property
    def latex(self) -> str:
        """The table as a LaTeX ``tabular``, which needs no package."""
        lines = [
            f"% {ABOUT}",
            *([f"% {self.remark}"] if self.remark else []),
            rf"\begin{{tabular}}{{l{'c' * len(self.runs)}}}",
            r"\hline",
            " & ".join(["", *map(latex_text, self.runs)]).lstrip() + r" \\",
            r"\hline",
        ]
        for row in self.rows:
            label = f"${row.symbol}$" + (f" [${unit_in_latex(row.unit)}$]" if row.unit else "")
            cells = ["--" if found is None else f"${latex_interval(*found)}$" for found in row.quantiles]
            lines.append(" & ".join([label, *cells]) + r" \\")
        found = self._evidence_rows()
        if found:
            lines.append(r"\hline")
        symbols = {"ln Z": r"$\ln Z$", "ln B": r"$\ln B$ to the best", "probability": r"probability"}
        for label, values in found:
            cells = [
                "--" if v is None else f"${v}$" if isinstance(v, str) else f"${latex_with_error(*v)}$"
                for v in values
            ]
            lines.append(" & ".join([symbols[label], *cells]) + r" \\")
        return "\n".join([*lines, r"\hline", r"\end{tabular}"])

    def _evidence_rows(self) -> list[tuple[str, list[tuple[float, float] | str | None]]]:
        """Return a label and a value with error, a text or None for every run."""
        rows: list[tuple[str, list[tuple[float, float] | str | None]]] = []
        if any(value is not None for value in self.evidences):
            rows.append(("ln Z", list(self.evidences)))
        if self.comparison is None:
            return rows
        members = {item.name: item for item in self.comparison.members}
        best = self.comparison.members[0].name
        bayes: list[tuple[float, float] | str | None] = []
        shares: list[tuple[float, float] | str | None] = []
        for name in self.runs:
            item = members.get(name)
            shares.append(None if item is None else f"{item.probability:.2g}")
            if item is None or name == best:
                bayes.append(None if item is None else "0")
            else:
                bayes.append((item.log_bayes, item.log_bayes_error))
        return [*rows, ("ln B", bayes), ("probability", shares)]


def _plain(value: float, error: float) -> str:
    return f"{two_decimals(value)} +- {error:.2f}"


def result_table(sources: Sequence[Result | str | Path], show: Sequence[str] = ()) -> ResultTable:
    """Return the results of finished runs side by side.

    Parameters
    ----------
    sources : sequence of Result or path
    show : sequence of str
        Parameters and observables, in this order; all of them if none is given.

    Raises
    ------
    UserError
        Where a name of ``show`` is in none of the runs, or no run is given.
    """
    if not sources:
        raise UserError("table: name one or more folders of finished runs, for example runs/quickstart.")
    runs = [load(source) for source in sources]
    stems = [run.directory.resolve().name for run in runs]
    names = [
        stem if stems.count(stem) == 1 else str(run.directory) for stem, run in zip(stems, runs, strict=True)
    ]
    # A name that stands for two units in two scenarios is two rows.
    keys = dict.fromkeys(
        (name, str(row["unit"]))
        for kind in ("parameter", "observable")
        for run in runs
        for name, row in run.summary.items()
        if row["kind"] == kind
    )
    known = {name for name, _ in keys}
    for name in show:
        if name not in known:
            raise UserError(f"table: {unknown_name('parameter or observable', name, known)}")
    chosen = [key for name in show for key in keys if key[0] == name] if show else list(keys)
    rows = tuple(
        TableRow(name, _symbol(runs, name), unit, tuple(_quantiles(run, name, unit) for run in runs))
        for name, unit in chosen
    )
    evidences = tuple(
        None if run.log_evidence is None else (run.log_evidence, run.log_evidence_error or 0.0)
        for run in runs
    )
    return ResultTable(tuple(names), rows, evidences, *_comparison(runs, names))


def _symbol(runs: Sequence[Result], name: str) -> str:
    for run in runs:
        scenario = run.problem.scenario
        items: tuple[Parameter | Observable, ...] = (*scenario.parameters, *scenario.observables)
        for item in items:
            if item.name == name:
                return item.symbol
    return rf"\mathrm{{{latex_text(name)}}}"


def _quantiles(run: Result, name: str, unit: str) -> tuple[float, float, float] | None:
    row = run.summary.get(name)
    if row is None or row["unit"] != unit or float(row["median"]) != float(row["median"]):
        return None
    return float(row["q16"]), float(row["median"]), float(row["q84"])


def _comparison(runs: Sequence[Result], names: Sequence[str]) -> tuple[Comparison | None, str]:
    """Return the comparison of the runs that give an evidence, or why there is none."""
    giving = [(run, name) for run, name in zip(runs, names, strict=True) if run.log_evidence is not None]
    if len(giving) < FEWEST_TO_COMPARE:
        return None, ""
    chosen, labels = [run for run, _ in giving], [name for _, name in giving]
    found = compare_results(chosen, allow_different_data=True, sensitivity=False, names=labels)
    if not found.different_data:
        return found, ""
    return None, "No Bayes factors: the runs saw different data (" + "; ".join(found.different_data) + ")."
