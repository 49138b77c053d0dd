"""Densities are those of the laws the samples come from, and the picture shows what was asked for."""

import numpy as np
import pytest
from scipy import ndimage
from scipy.stats import norm

import relicfit
from relicfit.errors import UserError
from relicfit.infer.corner.axes import Axis, axes_of, title
from relicfit.infer.corner.density import Densities
from relicfit.infer.corner.picture import corner_picture
from relicfit.infer.corner.words import words_of
from relicfit.infer.exports.table import Quantity, SampleTable

FREE = (-np.inf, np.inf)
# Mean absolute error of a density from 5000 draws; a smoothed histogram of 36 cells is off by 0.07 to 0.65.
GOOD_DENSITY = 0.05
LAWS = {
    "Gaussian": (lambda rng, n: rng.normal(size=n), norm.pdf, FREE),
    "half-Gaussian at a bound": (
        lambda rng, n: abs(rng.normal(size=n)),
        lambda x: 2 * norm.pdf(x),
        (0, np.inf),
    ),
    "exponential at a bound": (lambda rng, n: rng.exponential(size=n), lambda x: np.exp(-x), (0, np.inf)),
    "flat between bounds": (lambda rng, n: rng.random(n), np.ones_like, (0, 1)),
}


def quantity(name, symbol="x", unit="", sampled=True, lower=-np.inf, upper=np.inf, decades=False):
    return Quantity(name, symbol, unit, "", sampled, lower, upper, decades)


def table_of(name, columns, weights=None):
    """Return the samples of a run from its columns by quantity."""
    values = np.column_stack(list(columns.values()))
    weights = np.ones(len(values)) if weights is None else weights
    return SampleTable(
        name, tuple(columns), values, weights / weights.sum(), np.zeros(len(values)), np.zeros(len(values)),
        np.zeros(len(values), dtype=np.int64), None, "independent" if np.ptp(weights) == 0 else "nested",
    )  # fmt: skip


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.mark.parametrize("law", LAWS)
def test_a_density_follows_its_law_up_to_the_bound(law, rng):
    draw, density, bounds = LAWS[law]
    values = draw(rng, 5000)
    found = Densities(values[:, None], np.ones(5000), [bounds], "uncorrelated").curve(0)
    norm_of = np.trapezoid(found.density, found.x)
    error = np.trapezoid(abs(found.density / norm_of - density(found.x)), found.x)
    assert error < GOOD_DENSITY


def test_weights_count(rng):
    values = rng.normal(size=20_000)
    weights = norm.pdf(values, 1.0, 0.5) / norm.pdf(values)
    found = Densities(values[:, None], weights, [FREE], "nested").curve(0)
    assert found.x[np.argmax(found.density)] == pytest.approx(1.0, abs=0.1)


def test_contours_hold_their_shares(rng):
    values = rng.multivariate_normal([0, 0], [[1, 0.8], [0.8, 1]], 5000)
    found = Densities(values, np.ones(5000), [FREE, FREE], "uncorrelated").surface(0, 1, (0.68, 0.95))
    inside = ndimage.map_coordinates(
        found.density,
        [
            np.interp(values[:, 1], found.y, np.arange(found.y.size)),
            np.interp(values[:, 0], found.x, np.arange(found.x.size)),
        ],
        order=1,
    )
    shares = [np.mean(inside >= height) for height in found.heights]
    assert shares == pytest.approx([0.95, 0.68], abs=0.02)


def test_a_ridge_with_a_thin_tail_has_no_islands(rng):
    tail = rng.random(1500) < 0.3
    y = np.where(tail, rng.exponential(3.0, 1500), 0.05 * rng.normal(size=1500))
    values = np.column_stack([rng.random(1500), y])
    found = Densities(values, np.ones(1500), [(0, 1), FREE], "uncorrelated").surface(0, 1, (0.95,))
    assert ndimage.label(found.density >= found.heights[0])[1] == 1


def test_axes_are_parameters_then_featured_observables(rng):
    one = {quantity("p"): rng.normal(size=500), quantity("o", sampled=False): rng.normal(size=500)}
    two = {quantity("q"): rng.normal(size=500), quantity("p"): rng.normal(3.0, 1.0, 500)}
    axes = axes_of([table_of("one", one), table_of("two", two)], words_of())
    assert [axis.quantity.name for axis in axes] == ["p", "q", "o"]
    assert axes[0].low < -1.5
    assert axes[0].high > 4.5


def test_a_quantity_of_decades_is_drawn_over_its_logarithm_in_its_own_unit(rng):
    values = 10.0 ** rng.uniform(-3.0, 2.0, 2000)
    table = table_of("run", {quantity("m", "m", "GeV", lower=1e-3, upper=1e2, decades=True): values})
    (axis,) = axes_of([table], words_of())
    assert (axis.low, axis.high) == pytest.approx((-3.0, 2.0), abs=0.02)
    assert axis.label == r"$m$ [$\mathrm{GeV}$]"
    assert axis.ticks(3) == ([-2.0, 0.0], ["$10^{-2}$", "$10^{0}$"])
    (cut,) = axes_of([table], words_of(ranges="m=0.1:10"))
    assert (cut.low, cut.high) == pytest.approx((-1.0, 1.0))
    assert cut.bounds == pytest.approx((-3.0, 2.0))


def test_a_title_gives_the_median_and_the_exponent_of_decades():
    values, weights = np.linspace(0.0, 10.0, 1001), np.ones(1001)
    assert title(Axis(quantity("x"), 0, 1), values + 90.0, weights) == "$95.0_{-3.4}^{+3.4}$"
    decades = Axis(quantity("x", decades=True), 0, 1)
    assert title(decades, 10.0 ** (values - 5.0), weights) == "$10^{0.0_{-3.4}^{+3.4}}$"


def test_the_same_name_for_two_things_is_not_laid_over_itself(rng):
    one = table_of("one", {quantity("g"): rng.normal(size=500), quantity("m"): rng.normal(size=500)})
    two = table_of("two", {quantity("g", unit="GeV^-2"): rng.normal(size=500)})
    assert [axis.quantity.name for axis in axes_of([one, two], words_of())] == ["m"]
    with pytest.raises(UserError, match=r"show g: it is another quantity in each run.*GeV\^-2"):
        axes_of([one, two], words_of("g"))


@pytest.mark.parametrize(
    ("style", "count"),
    [("screen", 1), ("screen", 2), ("screen", 6), ("journal", 3), ("journal", 8), ("talk", 2)],
)
def test_no_label_leaves_the_picture_or_its_panel(style, count, rng):
    common = rng.normal(size=(400, 1))
    columns = {
        quantity(f"p{i}", rf"\log_{{10}} \Lambda_{i}^{{\rm eff}}", "GeV^-2"): common[:, 0]
        + rng.normal(size=400)
        for i in range(count)
    }
    figure = corner_picture([table_of("run", columns)], words_of(style=style), {"p0": 0.1})
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    width, height = figure.canvas.get_width_height()
    for panel in figure.axes:
        room = panel.get_window_extent(renderer)
        for text, length in ((panel.xaxis.label, room.width), (panel.yaxis.label, room.height)):
            if not text.get_text():
                continue
            box = text.get_window_extent(renderer)
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert max(box.x1 - width, box.y1 - height) <= 0
            if count > 1:
                assert max(box.width if text is panel.xaxis.label else box.height, 0) <= 1.05 * length


def test_runs_laid_over_each_other_are_named_and_marked(rng):
    tables = [
        table_of(name, {quantity("a"): rng.normal(size=300), quantity("b"): rng.normal(size=300)})
        for name in ("one", "two")
    ]
    figure = corner_picture(tables, words_of(labels="first,second", truths="a=0.5"))
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["first", "second", "given values"]
    marks = [line for line in figure.axes[0].lines if list(line.get_xdata()) == [0.5, 0.5]]
    assert len(marks) == 1
    with pytest.raises(UserError, match="labels: 1 for 2 runs"):
        corner_picture(tables, words_of(labels="first"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"style": "journl"}, "Did you mean journal"),
        ({"levels": "0.68,95"}, "levels: found '0.68,95'"),
        ({"ranges": "a=2:1"}, "range a: found '2:1'; write NAME=LOW:HIGH"),
        ({"ranges": ["a=1"]}, "range a: found '1'"),
        ({"truths": "a"}, "truths: found 'a'"),
        ({"show": [f"p{i}" for i in range(13)]}, "show: 13 quantities"),
    ],
)
def test_words_without_sense_are_answered(words, message):
    with pytest.raises(UserError, match=message):
        words_of(**words)


def test_the_script_draws_the_picture_anew(finished, tmp_path, monkeypatch):
    out, script = tmp_path / "x.png", tmp_path / "x.py"
    told = []
    relicfit.plot(
        finished,
        show="a,omega_h2",
        ranges="a=0.05:0.2",
        style="journal",
        out=out,
        script=script,
        tell=told.append,
    )
    assert told == [f"Written: {out}", f"Written: {script}"]
    first = out.read_bytes()
    out.unlink()
    exec(compile(script.read_text(), str(script), "exec"), {})
    assert out.read_bytes() == first
    assert len(finished.corner(show="a,b").axes) == 3
    with pytest.raises(UserError, match=r"found the suffix '.gif'; allowed: .pdf"):
        relicfit.plot(finished, out=tmp_path / "x.gif")
    with pytest.raises(UserError, match=r"'aa'\. Did you mean a"):
        finished.corner(show="aa")
