"""Figures inside a page: vectors that parse and show what was drawn, pixels where vectors are too large."""

import base64
import io
from urllib.parse import unquote
from xml.etree import ElementTree

import numpy as np
import pytest

from relicfit.infer.report.drawing import LARGEST, address, pixels_across
from relicfit.infer.report.html import figure
from relicfit.infer.storage.reading import is_picture
from relicfit.infer.style import new_figure

SVG = "{http://www.w3.org/2000/svg}"


def drawn(points=50, title="a < b & \"c\" 'd' 50 %"):
    canvas = new_figure(figsize=(4.0, 3.0))
    axis = canvas.subplots()
    x = np.arange(points) * 0.73
    # Every point on its own: no simplification of a line can save them.
    axis.scatter(x, np.random.default_rng(1).random(points), s=4)
    axis.set_title(title)
    return canvas


def tree_of(text):
    kind, content = text.split(",", 1)
    assert kind == "data:image/svg+xml"
    return ElementTree.fromstring(unquote(content))


def test_a_drawing_is_whole_and_holds_every_point():
    tree = tree_of(address(drawn()))
    assert tree.get("width") == "288pt"
    points = [g for g in tree.iter(f"{SVG}g") if g.get("id", "").startswith("PathCollection")]
    assert len(list(points[0].iter(f"{SVG}use"))) == 50
    # Letters are shapes: the reader needs no font of ours.
    assert not list(tree.iter(f"{SVG}text"))


def test_shortened_paths_stay_where_they_were():
    canvas = new_figure(figsize=(4.0, 3.0))
    axis = canvas.add_axes((0.0, 0.0, 1.0, 1.0))
    x = np.array([0.0, 0.123456, 0.5, 1.0])
    y = np.array([0.1, 0.987654, 0.2, 0.7])
    axis.plot(x, y, gid="curve")
    axis.set(xlim=(0.0, 1.0), ylim=(0.0, 1.0))
    tree = tree_of(address(canvas))
    path = next(g for g in tree.iter(f"{SVG}g") if g.get("id") == "curve").find(f"{SVG}path")
    numbers = np.array(path.get("d").replace("M", "").replace("L", "").split(), dtype=float).reshape(-1, 2)
    np.testing.assert_allclose(numbers, np.column_stack([288.0 * x, 216.0 * (1.0 - y)]), atol=0.0051)


def test_the_same_picture_has_the_same_address_and_another_has_another():
    assert address(drawn()) == address(drawn())
    assert address(drawn()) != address(drawn(51))


def test_nothing_in_an_address_ends_the_attribute_around_it():
    text = address(drawn())
    assert not set(text) & set('"<>&#\n')


def test_too_many_points_become_pixels():
    canvas = drawn(20_000)
    buffer = io.BytesIO()
    canvas.savefig(buffer, format="svg")
    assert buffer.tell() > 4 * LARGEST
    kind, content = address(canvas).split(",", 1)
    assert kind == "data:image/png;base64"
    assert is_picture(base64.b64decode(content))


@pytest.mark.parametrize(("inches", "broad"), [(4.0, False), (11.4, True)])
def test_wide_pictures_are_moved_under_the_finger(inches, broad):
    canvas = new_figure(figsize=(inches, 3.0))
    text = figure(canvas, "what it shows")
    assert f'width="{pixels_across(canvas)}"' in text
    assert ('class="broad"' in text) == broad
