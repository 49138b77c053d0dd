"""What a checkpoint costs does not grow with a run: only what is new is written."""

import time

import numpy as np

from relicfit.infer.samplers.nested.sampling import run_nested
from relicfit.infer.samplers.nested.settings import DynestySettings
from relicfit.infer.samplers.session import Session
from relicfit.infer.storage.checkpoint import Checkpoint
from relicfit.tests.infer.conftest import Toy

# Saves late in a run against saves early in it.
MOST_GROWTH = 1.2


def test_a_save_of_dynesty_costs_the_same_early_and_late(tmp_path):
    checkpoint = Checkpoint(tmp_path / "checkpoint")
    checkpoint.create({})
    session = Session(checkpoint, interval=0.05)
    seconds, sizes = [], []

    def keep(save):
        # Of this thread: a disk that is busy is no fault of the checkpoint.
        begin = time.thread_time()
        Session.keep(session, save)
        seconds.append(time.thread_time() - begin)
        newest = max(checkpoint.folder.iterdir(), key=lambda path: (path.name.startswith("block"), path.name))
        sizes.append((checkpoint.folder / "state").stat().st_size + newest.stat().st_size)

    session.keep = keep
    settings = DynestySettings(live_points=200, dlogz=1e-4, walks=10, bound="none")
    run_nested(Toy(2, lambda cube: -0.5 * np.sum(((cube - 0.5) / 1e-6) ** 2, axis=1)), settings, session)
    quarter = len(seconds) // 4
    assert quarter > 10
    early, late = (np.median(part) for part in (seconds[quarter : 2 * quarter], seconds[-quarter:]))
    small, large = (np.median(part) / 1e3 for part in (sizes[quarter : 2 * quarter], sizes[-quarter:]))
    print(
        f"\na save: {1e3 * early:.1f} ms and {small:.0f} kB early, {1e3 * late:.1f} ms and {large:.0f} kB late"
    )
    assert late < MOST_GROWTH * early
