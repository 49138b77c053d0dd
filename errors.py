"""Errors a user can cause, and the wording they share."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["ELSEWHERE", "UserError", "did_you_mean", "shortened", "unknown_name"]


# An answer is read on a screen: a paragraph, and all of them together, have at most this many characters.
LONGEST_PARAGRAPH = 1000
LONGEST_ANSWER = 2500
# Nobody mistypes a longer name; the search for the nearest match takes the square of the length.
LONGEST_NAME = 80


class UserError(ValueError):
    """Report a mistake in the input: what was found, where, what is allowed, what to do.

    The command line prints the message as one paragraph per problem and exits with code 2. What does not fit
    on a screen is left out, and that is said.
    """

    def __init__(self, *problems: str) -> None:
        self.problems = _on_a_screen(problems)
        super().__init__("\n".join(self.problems))


def _on_a_screen(problems: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    room = LONGEST_ANSWER
    for problem in problems:
        text = shortened(problem, LONGEST_PARAGRAPH)
        if kept and len(text) > room:
            return (*kept, f"And {len(problems) - len(kept)} more; mend these first.")
        kept.append(text)
        room -= len(text)
    return tuple(kept)


def shortened(text: str, length: int) -> str:
    """Return a text of at most a length, with what is left out of its middle counted, on printable characters."""
    if len(text) > length:
        head, tail = length // 2, length // 2 - 40
        text = f"{text[:head]} [... {len(text) - head - tail:,} characters ...] {text[-tail:]}"
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


# Words of other packages, written with underscores, and ours: the first that is allowed where one is met is meant.
_OURS = {
    ("live-points",): "nlive n_live n_live_points nlives min_num_live_points num_live_points livepoints",
    ("walkers",): "nwalkers n_walkers chains nchains",
    ("max-steps",): "nsteps n_steps niter iterations",
    ("max-calls",): "ncalls maxcall max_ncalls",
    ("effective-samples", "ess"): "n_eff neff min_ess",
    ("threads", "workers"): "npool n_jobs ncores nthreads",
    ("seed",): "random_state rstate rng",
    ("dlogz",): "tolerance evidence_tolerance tol",
    ("uniform",): "flat top_hat tophat",
    ("loguniform",): "log logflat log_uniform log_flat jeffreys reciprocal",
    ("normal", "measurement"): "gaussian gauss norm",
    ("sd", "error", "width"): "sigma std stddev scale uncertainty",
    ("mean", "value"): "mu loc",
    ("low", "lower"): "min minimum a",
    ("high", "upper"): "max maximum b",
    ("dynesty",): "multinest pymultinest polychord ultranest nested",
    ("emcee",): "mcmc zeus metropolis",
    ("limit", "bound"): "upper_limit exclusion",
    ("constraints",): "constraint",
    ("sampler",): "sampling inference",
}
ELSEWHERE = {word: ours for ours, text in _OURS.items() for word in text.split()}


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Return ``" Did you mean x?"`` for our word for another's, or the nearest allowed name, or an empty string."""
    names = list(allowed)
    ours = [word for word in ELSEWHERE.get(name.lower().replace("-", "_"), ()) if word in names]
    near = get_close_matches(name, names, n=1, cutoff=0.5) if len(name) <= LONGEST_NAME else []
    match = ours or near
    return f" Did you mean {match[0]}?" if match else ""


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> str:
    """Describe an unknown name of a kind, with the nearest match and everything allowed."""
    names = sorted(allowed)
    return f"unknown {kind} {name!r}.{did_you_mean(name, names)} Known: {', '.join(names) or 'none'}."
