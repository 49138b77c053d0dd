"""Pictures are the same whatever matplotlibrc and the environment say."""

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

from relicfit.infer.report.run_page import run_report
from relicfit.infer.results.folder import load
from relicfit.infer.style import loaded_matplotlib, new_figure, own_settings

OLD = Path(__file__).resolve().parents[1] / "results" / "data" / "version-0.1.0"
HOSTILE = """
text.usetex: True
font.size: 40
axes.facecolor: black
axes.prop_cycle: cycler("color", ["red"])
savefig.bbox: tight
savefig.transparent: True
figure.constrained_layout.h_pad: 2.0
xtick.labelsize: 3
no.such.setting: 1
"""


def digests():
    """Return what tells a report and a corner picture from others."""
    found = load(OLD)
    picture = io.BytesIO()
    found.corner().savefig(picture, format="png", dpi=50)
    return [
        hashlib.sha256(content).hexdigest() for content in (run_report(found).encode(), picture.getvalue())
    ]


def test_pictures_and_reports_are_the_same_under_hostile_settings(tmp_path):
    (tmp_path / "matplotlibrc").write_text(HOSTILE)
    environment = {"MPLBACKEND": "no-such-backend", "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")}
    done = subprocess.run(
        [sys.executable, "-c", "from relicfit.tests.infer.plots.test_settings import digests; print(*digests())"],
        capture_output=True, text=True, env=os.environ | environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == digests()


def test_settings_of_a_session_neither_reach_a_picture_nor_are_changed_by_it():
    matplotlib = loaded_matplotlib()

    def draw():
        figure = new_figure(figsize=(2, 2))
        figure.add_subplot().plot([1, 2], [1, 2])
        figure.canvas.draw()
        return np.asarray(figure.canvas.buffer_rgba()).copy()

    wanted = own_settings(draw)()
    with matplotlib.rc_context({"axes.facecolor": "black", "lines.linewidth": 9.0}):
        assert np.array_equal(own_settings(draw)(), wanted)
        assert not np.array_equal(draw(), wanted)
        assert matplotlib.rcParams["lines.linewidth"] == 9.0
