"""The figures of the papers, computed anew with what the papers state drawn over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ...errors import UserError, unknown_name
from ..wording import text_table
from .laid_over import PLANES, lay_over
from .numbers import as_csv

if TYPE_CHECKING:
    from types import ModuleType

    from ..results.folder import Result

__all__ = ["FIGURES", "PaperFigure", "draw_figure", "draw_figures", "figure_list"]


class PaperFigure(NamedTuple):
    """Say where a figure is made and what it shows."""

    module: str
    source: str
    shows: str


CONVERSION, THERMAL = "arXiv:2404.12428", "arXiv:2111.14808"
# Each module has `compute() -> data` and `draw(data) -> Figure`.
FIGURES = {
    "conversion-1": PaperFigure(
        "conversion_1", f"{CONVERSION}, figure 1", "evolution of the yields at a viable point"
    ),
    "conversion-3": PaperFigure(
        "conversion_3", f"{CONVERSION}, figure 3", "CP phase needed for the baryon asymmetry"
    ),
    "conversion-4": PaperFigure(
        "conversion_4", f"{CONVERSION}, figure 4", "decay length, limits and projections"
    ),
    "conversion-5": PaperFigure(
        "conversion_5", f"beyond {CONVERSION}", "asymmetry and splitting with coherent χ"
    ),
    "thermal-1": PaperFigure("thermal_1", f"{THERMAL}, figure 1", "freeze-out by thermal decays"),
    "thermal-2": PaperFigure("thermal_2", f"{THERMAL}, figure 2", "couplings that give the relic density"),
    "thermal-4": PaperFigure(
        "thermal_4", f"{THERMAL}, figure 4", "decays of dark matter coupled to muon and pion"
    ),
    "thermal-5": PaperFigure("thermal_5", f"{THERMAL}, figure 5", "lifetime of lepton-pion dark matter"),
    "thermal-6": PaperFigure("thermal_6", f"{THERMAL}, figure 6", "Boltzmann exponents of the processes"),
    "thermal-7": PaperFigure("thermal_7", f"{THERMAL}, figure 7", "rates, and couplings allowed and wanted"),
    "thermal-8": PaperFigure(
        "thermal_8", f"{THERMAL}, figure 8", "absorption on xenon against decays and the LHC"
    ),
    "warmness": PaperFigure("warmness", f"beyond {THERMAL}", "least mass that structure formation allows"),
}


def figure_list() -> str:
    """Return one line for every figure."""
    return "\n".join(
        text_table([(name, item.source, item.shows) for name, item in FIGURES.items()], (14, 28))
    )


def figure_module(name: str) -> ModuleType:
    """Return the module that computes and draws a figure."""
    if name not in FIGURES:
        raise UserError(f"figure: {unknown_name('figure', name, FIGURES)}")
    return import_module(f".{FIGURES[name].module}", __package__)


def draw_figures(
    names: Sequence[str],
    directory: Path,
    tell: Callable[[str], object],
    numbers: bool = False,
    over: Result | None = None,
) -> list[Path]:
    """Draw figures, ``"all"`` for every one, telling each path; a wrong name is answered before the first.

    With ``numbers`` what is drawn is also written as CSV; ``over`` is a run whose posterior is laid over them.

    Raises
    ------
    UserError
        Where a name is unknown or none is given.
    """
    chosen = list(FIGURES) if "all" in names else list(names)
    if not chosen:
        raise UserError(f"figure: name one or more of {', '.join(FIGURES)}, or all.")
    for name in chosen:
        figure_module(name)
        if over is not None and name not in PLANES:
            raise UserError(
                f"figure {name}: no run can be laid over it; those that can: {', '.join(PLANES)}."
            )
    paths: list[Path] = []
    for name in chosen:
        for path in draw_figure(name, directory, numbers, over):
            tell(f"Written: {path}")
            paths.append(path)
    return paths


def draw_figure(name: str, directory: Path, numbers: bool = False, over: Result | None = None) -> list[Path]:
    """Compute a figure, write it as PNG and PDF, and return the paths; for the options see `draw_figures`."""
    from ..storage.atomic import write_atomically, write_text
    from ..storage.folder import make_folder, unwritable
    from ..style import own_settings

    module = figure_module(name)
    paths = [directory / f"{name}.{suffix}" for suffix in ("png", "pdf")]
    # A folder that cannot be written is known before minutes of computing.
    make_folder(directory)
    try:
        figure = own_settings(module.draw)(module.compute())
        if over is not None:
            own_settings(lay_over)(name, figure, over)
        for path in paths:
            write_atomically(path, lambda temporary: figure.savefig(temporary, dpi=160))
        if numbers:
            paths.append(directory / f"{name}.csv")
            write_text(paths[-1], as_csv(figure))
    except OSError as error:
        raise unwritable(directory, error) from None
    return paths
