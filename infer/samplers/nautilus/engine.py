"""nautilus taken a batch at a time, in a state that can be left and taken up again at any moment."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nautilus
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from ...target.target import periodic_axes
from ..evaluations import Evaluations
from .settings import NautilusSettings

__all__ = ["Engine"]

Array = NDArray[np.float64]

# nautilus knows no problem with one parameter: a second one, on which nothing depends, is drawn along.
SMALLEST_DIM = 2
# The live points' share of the evidence at which the exploration ends; on a plateau, where more points are
# of no use, the share that as many live sets have as dynesty wants before it calls a likelihood constant.
LIVE_SHARE = 0.01
PLATEAU_SHARE = 0.05
# The hidden layers of a network, as parts of the first. Two layers of 50 and 25, or training that ends early, cost
# less and miss the edges of thin sheets with some seeds: rare samples are then as heavy as a tenth of the posterior.
LAYERS = (1, 2, 5)


class Engine:
    """Advance nautilus over a target, step by step.

    A step is one batch of likelihoods, after a new bound where one is due. The state consists of a
    snapshot between two steps and of all evaluations: what happened since the snapshot is repeated from the
    same random numbers and with the likelihoods that are known. So a run may stop within a batch.
    """

    def __init__(
        self,
        settings: NautilusSettings,
        evaluations: Evaluations,
        snapshot: bytes | None = None,
    ) -> None:
        """Begin anew, or where a snapshot was taken."""
        self.target, self.settings, self.evaluations = evaluations.target, settings, evaluations
        self.snapshot = snapshot
        self.sampler = self._make(snapshot)
        self._asked = int(self.sampler.n_like)
        self._outside = np.geterr()
        self._blas = ThreadpoolController()

    @property
    def calls(self) -> int:
        """Likelihoods that the run has used."""
        return int(self.sampler.n_like)

    @property
    def effective(self) -> float:
        """Kish's effective number of samples, those of the exploration not counted once it is over."""
        return float(self.sampler.n_eff) if self.calls else 0.0

    @property
    def explored(self) -> bool:
        """Whether all bounds are built."""
        return bool(self.sampler.explored)

    @property
    def bounds(self) -> int:
        """The number of bounds, the whole cube counted in."""
        return len(self.sampler.bounds)

    @property
    def live_share(self) -> float:
        """The live points' share of the evidence, 1 until there are some."""
        with self.alone():
            share = self.sampler.f_live
        return float(share) if share is not None and np.isfinite(share) else 1.0

    @property
    def log_evidence(self) -> float:
        """The estimate of ln Z so far, over the whole cube; -inf before there is one."""
        found = self.sampler.log_z
        return float(found) if found is not None else -np.inf

    def advance(self) -> bool:
        """Take one step, and return whether the wanted number of effective samples is reached."""
        with self.alone():
            return bool(
                self.sampler.run(
                    f_live=PLATEAU_SHARE if self._on_plateau() else LIVE_SHARE,
                    n_eff=self.settings.effective_samples,
                    n_like_max=self.calls + 1,
                    discard_exploration=True,
                )
            )

    def take_snapshot(self) -> None:
        """Remember the state between two steps."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "snapshot.h5"
            self.sampler.write(path)
            self.snapshot = path.read_bytes()

    def _make(self, snapshot: bytes | None) -> Any:
        settings = self.settings
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "snapshot.h5"
            if snapshot is not None:
                path.write_bytes(snapshot)
            sampler = nautilus.Sampler(
                _identity,
                self._likelihood,
                n_dim=max(SMALLEST_DIM, self.target.dim),
                n_live=settings.live_points,
                periodic=periodic_axes(self.target),
                n_batch=settings.batch,
                n_networks=settings.networks,
                neural_network_kwargs={
                    "hidden_layer_sizes": tuple(max(1, settings.neurons // part) for part in LAYERS)
                },
                vectorized=True,
                pass_dict=False,
                seed=settings.seed,
                filepath=path if snapshot is not None else None,
            )
        sampler.filepath = None
        return sampler

    def _likelihood(self, points: Array) -> tuple[Array, NDArray[np.int64]]:
        """Return likelihoods (n,) and the numbers (n,) of the rows that hold the rest."""
        first = self._asked
        self._asked += len(points)
        # Likelihoods are told of their own floating-point errors.
        with np.errstate(**self._outside):
            logl = self.evaluations.answer(first, np.ascontiguousarray(points[:, : self.target.dim]))
        return logl, np.arange(first, self._asked)

    def _on_plateau(self) -> bool:
        """Return whether the best likelihood is shared by so many points that more would tell nothing."""
        if self.explored or not self.calls:
            return False
        logl = np.concatenate(self.sampler.log_l)
        best = logl.max()
        return bool(best > -np.inf and np.sum(logl == best) >= self.settings.live_points / PLATEAU_SHARE)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let linear algebra use one thread: sums over several would make a run depend on their number."""
        self._outside = np.geterr()
        with (
            self._blas.limit(limits=1, user_api="blas"),
            np.errstate(all="ignore"),
            warnings.catch_warnings(),
        ):
            # Networks and mixtures that have not converged make poorer bounds, no wrong ones.
            warnings.filterwarnings("ignore", module=r"sklearn|nautilus|scipy")
            yield


def _identity(points: Array) -> Array:
    return points
