"""A checkpoint of dynesty costs what is new, however long the run has been."""

import numpy as np
import pytest

from relicfit.infer.samplers.nested.sampling import run_nested
from relicfit.infer.samplers.nested.settings import DynestySettings
from relicfit.infer.samplers.session import Session
from relicfit.infer.storage import checkpoint as checkpoints
from relicfit.infer.storage.checkpoint import Checkpoint

# The growth of a save over a run, by bytes written.
ALLOWED_GROWTH = 0.2


class Regular(Session):
    """Save every so many ticks."""

    ticks = 0

    def tick(self, save, standing=None, **options):
        self.ticks += 1
        self.interval = 0.0 if self.ticks % 100 == 0 else 1e9
        super().tick(save, standing, **options)


@pytest.mark.parametrize("bound", ["none", "multi"])
def test_bytes_written_by_a_save_do_not_grow_with_the_run(bound, toy, tmp_path, monkeypatch):
    written = {}
    real = checkpoints.write_bytes
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.create({})

    def write(path, content):
        written.setdefault(session.ticks, []).append(len(content))
        real(path, content)

    session = Regular(checkpoint)
    monkeypatch.setattr(checkpoints, "write_bytes", write)
    target = toy(3, lambda cube: -0.5 * np.sum(((cube - 0.5) / 1e-3) ** 2, axis=1))
    run_nested(target, DynestySettings(live_points=100, walks=8, bound=bound, dlogz=0.01, seed=1), session)
    sizes = [sum(parts) for parts in written.values()]
    assert len(sizes) > 15
    third = len(sizes) // 3
    # The first save holds as much as any other: live points and a hundred new samples.
    assert np.median(sizes[-third:]) < (1.0 + ALLOWED_GROWTH) * np.median(sizes[1:third])
