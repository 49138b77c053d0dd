"""Reading, interpolating and fading out tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import RegularGridInterpolator

from relicfit.likelihoods.envelope import Envelope, Limit
from relicfit.likelihoods.surface import LogSurface
from relicfit.likelihoods.tables import LogCurve, fade, load

TABLES = (
    "cmb_decay_electrons",
    "cmb_decay_photons",
    "compressed_sleptons",
    "disappearing_counts",
    "disappearing_tracks",
    "displaced_leptons",
    "hscp",
    "lep_sleptons",
    "lepton_met",
    "line_decay",
    "slepton_production",
    "slepton_production_13tev",
    "voyager_decay",
)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_states_its_provenance(name):
    assert {"source", "quantity", "units", "grade", "accuracy"} <= set(load(name).header)


def test_tables_are_read_once():
    assert load("hscp") is load("hscp")


def test_curve_is_exact_for_power_laws_and_constant_beyond():
    x = np.array([1.0, 3.0, 20.0])
    curve = LogCurve(x[::-1], (x**-2.5)[::-1])
    inside = np.geomspace(1.0, 20.0, 50)
    np.testing.assert_allclose(np.exp(curve(np.log(inside))), inside**-2.5, rtol=1e-12)
    np.testing.assert_allclose(np.exp(curve(np.log([0.1, 50.0]))), [1.0, 20.0**-2.5], rtol=1e-12)


@given(a=st.floats(-4, 4), b=st.floats(-4, 4), u=st.floats(0.0, 1.0), v=st.floats(0.0, 1.0))
def test_surface_is_exact_for_products_of_power_laws(a, b, u, v):
    x, y = (grid.ravel() for grid in np.meshgrid([1.0, 2.0, 10.0], [0.1, 0.5, 0.7, 3.0], indexing="ij"))
    surface = LogSurface(x, y, x**a * y**b, 7.0 * x)
    ln_x, ln_y = np.array([u * np.log(10.0)]), np.array([np.log(0.1) + v * np.log(30.0)])
    expected = [a * ln_x[0] + b * ln_y[0], np.log(7.0) + ln_x[0]]
    np.testing.assert_allclose(surface(ln_x, ln_y)[:, 0], expected, atol=1e-12)


def test_surface_agrees_with_scipy_inside_and_is_constant_beyond():
    x, y = np.array([1.0, 2.0, 10.0, 11.0]), np.array([0.1, 0.5, 0.7, 3.0, 40.0])
    rng = np.random.default_rng(4)
    z = rng.uniform(0.1, 10.0, (4, 5))
    surface = LogSurface(*(grid.ravel() for grid in np.meshgrid(x, y, indexing="ij")), z.ravel())
    reference = RegularGridInterpolator((np.log(x), np.log(y)), np.log(z))
    ln_x, ln_y = rng.uniform(-1.0, 4.0, 500), rng.uniform(-4.0, 5.0, 500)
    inside = np.column_stack([np.clip(ln_x, 0.0, np.log(11.0)), np.clip(ln_y, np.log(0.1), np.log(40.0))])
    np.testing.assert_allclose(surface(ln_x, ln_y)[0], reference(inside), atol=1e-12)


def test_surface_refuses_holes():
    with pytest.raises(ValueError, match="missing"):
        LogSurface(np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0]), np.ones(3))


def test_fade_is_one_inside_zero_outside_and_monotone_between():
    x = np.linspace(-1.0, 2.0, 3001)
    weight = fade(x, 0.0, 1.0, 0.05)
    assert np.all(weight[(x >= 0.0) & (x <= 1.0)] == 1.0)
    assert np.all(weight[(x < -0.0501) | (x > 1.0501)] == 0.0)
    assert np.all(np.diff(weight[x <= 0.0]) >= 0.0)


def test_envelope_follows_the_best_merit_and_joins_on_the_weaker_side():
    weak = Limit("weak", np.array([0.0, 4.0]), np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    strong = Limit("strong", np.array([1.0, 2.0]), np.array([3.0, 5.0]), np.array([3.0, 5.0]))
    envelope = Envelope([weak, strong], join=0.1)
    x = np.array([0.0, 0.9, 0.95, 1.0, 1.5, 2.0, 2.05, 2.1, 4.0])
    np.testing.assert_allclose(envelope(x), [1.0, 1.0, 2.0, 3.0, 4.0, 5.0, 3.0, 1.0, 1.0], atol=1e-12)
    where = envelope.faded(x, x)[2]
    assert [envelope.labels[k] for k in where] == ["weak"] * 3 + ["strong"] * 2 + ["weak"] * 4
