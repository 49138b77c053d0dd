"""What of a trajectory is shown."""

import numpy as np

from relicfit.infer.plots.evolution import evolution_plot
from relicfit.solver.scenario import Curve, Evolution


def test_a_mark_beyond_the_axis_leaves_the_picture_whole():
    x = np.geomspace(1.0, 1e3, 50)
    shown = Evolution("$z$", x, "$Y$", (Curve("Y", 1.0 / x + 1.0),), {"far": 1e30, "near": 3.0})
    figure = evolution_plot(shown)
    figure.draw_without_rendering()
    assert [text.get_text() for text in figure.axes[0].texts] == ["near"]
