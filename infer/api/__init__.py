"""The public verbs of the package, one for each command; the command line calls these and nothing else.

Whatever is heavy loads inside the verb that needs it, after the run file has been read: a mistake is
answered at once.
"""

from .answering import cite, claims, explain, load, new, report, status, table
from .evaluating import bestfit, choices, figure, model, plot, point, scan
from .sampling import calibrate, compare, merge, run

__all__ = [
    "bestfit", "calibrate", "choices", "cite", "claims", "compare", "explain", "figure", "load", "merge", "model",
    "new", "plot", "point", "report", "run", "scan", "status", "table",
]  # fmt: skip
