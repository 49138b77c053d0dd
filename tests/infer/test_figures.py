"""The figures of the papers: their numbers against what the papers and independent calculations state."""

import csv
from typing import ClassVar

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer import figures
from relicfit.infer.figures import FIGURES, draw_figure, draw_figures, figure_module
from relicfit.infer.figures.inverse import coupling_along
from relicfit.infer.figures.laid_over import lay_over
from relicfit.infer.figures.thermal_6 import STYLES
from relicfit.infer.style import new_figure
from relicfit.likelihoods import likelihood
from relicfit.solver import scenario


@pytest.fixture(scope="module")
def data():
    """Return the data of a figure, computed once."""
    known = {}

    def get(name):
        if name not in known:
            known[name] = figure_module(name).compute()
        return known[name]

    return get


def at(x, values, where):
    """Interpolate the logarithm of a curve that may have gaps."""
    good = np.isfinite(values)
    return float(np.exp(np.interp(where, x[good], np.log(values[good]))))


def test_couplings_along_a_curve_are_roots_and_missing_where_there_is_none():
    model = scenario("thermal-freeze-out", d_sm=75, densities="nr")
    theta = np.tile(model.theta({"mass": 1.0, "delta": 0.5, "coupling": 1.0}), (3, 1))
    theta[:, 0] = [0.01, 1.0, 100.0]
    found, observables = coupling_along(model, theta, "coupling", (1e-12, 1e3))
    assert observables[:, 0] == pytest.approx(0.12, rel=1e-4)
    assert np.all(np.diff(found) > 0.0)
    # Between the couplings of the second and the third mass only the third one's lies inside.
    found, observables = coupling_along(model, theta, "coupling", (1.5 * found[1], 1e3))
    assert np.isfinite(found).tolist() == [False, False, True]
    assert np.isfinite(observables[:, 0]).tolist() == [False, False, True]


def test_conversion_1_has_the_asymmetry_at_its_largest_near_five(data):
    found = data("conversion-1")
    assert found.observables["omega_h2"] == pytest.approx(0.12, rel=1e-4)
    assert found.coupling == pytest.approx(2.11498e-6, rel=5e-3)
    # The paper: a maximum around x = 5.
    assert found.observables["x_peak"] == pytest.approx(5.0, rel=0.02)
    assert found.observables["asymmetry_peak"] == pytest.approx(-2.3856e-4, rel=1e-2)


def test_conversion_3_ends_where_coannihilation_overshoots_and_lies_in_the_range_of_the_paper(data):
    vacuum, thermal = data("conversion-3").vacuum, data("conversion-3").thermal
    ends = [found.mass[np.isfinite(found.coupling)].max() for found in vacuum]
    # 482 and 621 GeV with our degrees of freedom; the paper has about 510 and 640.
    assert ends[0] == pytest.approx(482.0, abs=6.0)
    assert ends[1] == pytest.approx(621.0, abs=6.0)
    needed = thermal[0].observables["i1_over_xi_required"]
    assert at(thermal[0].mass, needed, 400.0) == pytest.approx(4.39e-3, rel=0.03)
    assert at(vacuum[0].mass, vacuum[0].observables["i1_over_xi_required"], 400.0) == pytest.approx(
        1.48e-2, rel=0.03
    )
    # The paper: rising with the mass, 1e-3 to 1e-1 in a significant part of the slices.
    for found in thermal:
        values = found.observables["i1_over_xi_required"]
        values = values[(found.mass > 300.0) & np.isfinite(values)]
        assert np.all(np.diff(values) > 0.0)
        assert np.mean((values > 1e-3) & (values < 1e-1)) > 0.5


def test_conversion_4_has_decay_lengths_of_millimetres_to_centimetres_that_fall_with_the_mass(data):
    found = data("conversion-4")
    for item in found.slices:
        length = item.observables["ctau_m"]
        length = length[np.isfinite(length)]
        assert np.all(np.diff(length) < 0.0)
    below = found.slices[0].mass <= 440.0
    lengths = found.slices[0].observables["ctau_m"][below]
    assert lengths.min() > 0.5e-3
    assert lengths.max() < 1e-2


def test_conversion_4_has_the_published_limits(data):
    found = data("conversion-4")

    def excluded(name, length, low, high):
        row = np.argmin(np.abs(np.log(found.decay_length / length)))
        inside = found.mass[found.limits[name][row] > 1.0]
        assert inside.min() == pytest.approx(low, abs=6.0)
        assert inside.max() == pytest.approx(high, abs=6.0)

    # Masses of dark matter, 5 GeV below those of the scalar: prompt smuons up to 127 GeV, stable ones 100-430.
    excluded("soft leptons (ATLAS)", 2e-5, 85.0, 122.0)
    excluded("stable tracks (ATLAS, CMS)", 99.0, 95.0, 415.0)
    column = np.argmin(np.abs(found.mass - 95.0))
    tracks = found.decay_length[found.limits["disappearing tracks (ATLAS)"][:, column] > 1.0]
    assert tracks.min() == pytest.approx(0.045, rel=0.15)
    assert tracks.max() == pytest.approx(0.30, rel=0.25)


def test_thermal_1_leaves_more_the_stronger_the_suppression(data):
    found = data("thermal-1")
    assert found.final[0.25] < found.final[0.5] < found.final[0.75] < found.final[1.0]
    # The paper: delta = 0 ends lower although its strength is a hundred times smaller.
    assert found.final[0.0] < found.final[0.5]
    for delta, estimate in found.analytic.items():
        assert 0.25 < estimate / found.final[delta] < 1.0


def test_thermal_2_reproduces_the_estimates_of_the_paper(data):
    found = data("thermal-2")
    four, six = found.freeze_out["dim-4"], found.freeze_out["dim-6"]
    # (2.14) with an order-one factor: g = 1.3e-4 and G = 11.5 G_F at 1 GeV.
    assert at(np.log(found.mass), four[1.0], 0.0) == pytest.approx(1.3e-4, rel=0.1)
    assert at(np.log(found.mass), six[1.0], 0.0) == pytest.approx(11.5, rel=0.1)
    for curves in (four, six):
        ordered = np.array([curves[delta] for delta in sorted(curves)])
        assert np.all(np.diff(ordered, axis=0) > 0.0)
    # Freeze-in from far above the mass: the coupling does not depend on the mass, (2.17).
    assert np.ptp(np.log(found.freeze_in["dim-4"])) < 0.01
    assert 5e-12 < found.freeze_in["dim-4"][0] < 1e-11


def test_thermal_5_has_the_thresholds_and_the_crossover_of_tree_and_loop(data):
    found = data("thermal-5")
    tree, loop = found.tree["L"]["mu"], found.loop["L"]["mu"]
    crossing = found.mass[np.flatnonzero(tree < loop)[0]]
    # 0.79 MeV; the paper says 2 MeV, see its known slips.
    assert crossing == pytest.approx(0.79e-3, rel=0.05)
    seen = np.isfinite(found.tree["R"]["mu"])
    steepest = found.mass[seen][np.argmin(np.diff(np.log10(found.tree["R"]["mu"][seen]))) + 1]
    assert steepest == pytest.approx(0.2452, rel=0.02)
    # The contact term only adds decays.
    for lepton in ("e", "mu", "tau"):
        assert np.all(found.with_contact["R"][lepton] <= found.tree["R"][lepton] * (1 + 1e-6))


def test_thermal_5_excludes_with_the_published_limit_however_far_below_it_lifetimes_lie(data):
    found = data("thermal-5")
    # Right-handed and lighter than the muon, only the loop is open, half the mass of which becomes a photon: half
    # the limit on decays into two photons. The lifetimes lie up to fifteen orders of magnitude below.
    light = found.mass < 0.1
    two_photons = likelihood("cmb-decay").lifetime_limits(found.mass[light])[0]
    assert found.planck["R"][light] == pytest.approx(0.5 * two_photons, rel=1e-6)
    assert (found.planck["R"] / found.loop["R"]["mu"])[light].max() > 1e10


def test_thermal_6_has_exponents_below_one_where_thermal_decays_win(data):
    found = data("thermal-6")
    muon = list(found.exponents["mu"].values())
    photon_absorption = muon[0]
    assert np.all(photon_absorption[found.mass > 0.2453] == 0.0)
    assert photon_absorption[np.argmin(np.abs(found.mass - 0.2))] == pytest.approx(0.0452 / 0.2, rel=0.01)
    # Annihilations: delta = 1 above the mass of the muon.
    assert np.all(muon[6][found.mass > 0.106] == 1.0)


def test_thermal_7_has_the_couplings_of_the_paper_and_excludes_freeze_out(data):
    found = data("thermal-7")
    for mass, expected in ((0.2, 5.5), (0.15, 325.0), (0.24, 0.42)):
        assert at(found.freeze_out_mass, found.freeze_out, mass) == pytest.approx(expected, rel=0.04)
    # The paper: about 1e-6 G_F for freeze-in with T_RH = M.
    assert at(np.log(found.mass), found.freeze_in, np.log(0.1)) == pytest.approx(5.7e-6, rel=0.1)
    last_of_pions = found.freeze_in[found.mass < 0.15][-1]
    assert last_of_pions == pytest.approx(2.3e-6, rel=0.15)
    assert found.collider == pytest.approx(8.1e-4 * 4 / np.sqrt(2))
    wanted = found.freeze_out[np.isfinite(found.freeze_out)]
    assert np.all(wanted > 100 * found.collider)
    # The least suppressed process wins late.
    late = {name: values[-1] for name, values in found.rates.items()}
    assert max(late, key=late.get) == "χ γ ↔ ℓ π±"


def test_thermal_7_needs_less_coupling_with_the_rho(data):
    found = data("thermal-7")
    ratio = found.freeze_in_with_rho / found.freeze_in
    assert at(np.log(found.mass), ratio, np.log(0.1)) == pytest.approx(4.09 / 5.70, rel=0.02)
    assert at(np.log(found.mass), ratio, np.log(0.02)) == pytest.approx(1.0, abs=0.02)


def test_thermal_4_has_the_regimes_and_the_suppressions_of_the_paper(data):
    found = data("thermal-4")
    loop, on_shell, pion, muon = (
        found.ratios[name]
        for name in (
            r"$\chi \to \nu\gamma$, loop",
            r"$\chi \to \mu\pi$",
            r"$\chi \to \mu\pi^*$",
            r"$\chi \to \pi\mu^*$",
        )
    )
    low, mu, pi, high = found.thresholds.values()
    assert np.all(on_shell[found.mass < high] == 0.0)
    assert np.all(pion[found.mass < mu] == 0.0)
    assert np.all(muon[found.mass < pi] == 0.0)
    # Open decays are faster than the loop by ten orders of magnitude; between, the loop dominates without a contact.
    above = found.mass > 0.26
    assert np.all(on_shell[above] > 1e8 * loop[above])
    between = (found.mass > low) & (found.mass < 0.2)
    assert np.all(loop[between] > 10 * (pion + muon)[between])
    assert found.narrowness[r"$\epsilon_\mu$"] == pytest.approx(2.8e-18, rel=0.02)
    assert found.narrowness[r"$\epsilon_\mu\epsilon_\pi$"] == pytest.approx(5e-34, rel=0.05)


def test_thermal_8_has_the_star_of_the_paper_above_the_collider_limit_and_below_decays(data):
    found = data("thermal-8")
    assert found.star == pytest.approx(2.97e-50, rel=0.01)
    # The LHC limits C to 1/4.4 of that of the star, hence the cross-section to 1/19.
    assert found.star / at(found.mass, found.collider, 358e-6) == pytest.approx(4.4**2, rel=0.03)
    # Decays allow the star for right-handed electrons and exclude it for left-handed ones.
    assert at(found.mass, found.planck["R"], 358e-6) > found.star
    assert at(found.mass, found.planck["L"], 358e-6) < 1e-3 * found.star
    # Searches for lines, which the paper does not use here, exclude both.
    assert at(found.mass, found.lines["R"], 358e-6) < 1e-3 * found.star
    at_star = found.event_mass.searchsorted(358e-6)
    assert found.events["all-neutrons"]["star"][at_star] == pytest.approx(48.0, rel=0.05)
    assert found.events["ground-state"]["star"][at_star] == pytest.approx(2.8e-3, rel=0.06)


@pytest.mark.parametrize("name", ["thermal-6", "conversion-4"])
def test_pictures_are_written_as_png_and_pdf(name, data, tmp_path, monkeypatch):
    module = figure_module(name)
    found = data(name)
    monkeypatch.setattr(module, "compute", lambda: found)
    paths = draw_figure(name, tmp_path)
    assert paths[0].read_bytes().startswith(b"\x89PNG")
    assert paths[1].read_bytes().startswith(b"%PDF")


def test_every_axis_of_every_figure_has_a_label_with_its_unit(data):
    for name in FIGURES:
        figure = figure_module(name).draw(data(name))
        for axis in figure.axes:
            if axis.get_visible():
                assert axis.get_xlabel() or axis.get_label() == "<colorbar>"
        text = " ".join(axis.get_xlabel() for axis in figure.axes)
        assert any(unit in text for unit in ("GeV", "MeV", "z = M/T", "x = m"))


def test_an_unknown_figure_is_answered_with_the_nearest():
    with pytest.raises(UserError, match="Did you mean thermal-8"):
        figure_module("thermal-9")
    assert figures.figure_list().count("\n") == len(FIGURES) - 1


def test_the_numbers_of_a_figure_are_what_is_drawn(tmp_path):
    paths = draw_figures(["thermal-6"], tmp_path, lambda text: None, numbers=True)
    assert paths[-1] == tmp_path / "thermal-6.csv"
    text = paths[-1].read_text()
    assert "# panel 1: x is $M$ [MeV], y is $\\delta = \\Delta/M$" in text
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    drawn = [
        (float(row["x"]), float(row["y"]))
        for row in rows
        if row["series"] == next(iter(STYLES)) and row["panel"] == "1"
    ]
    found = figure_module("thermal-6").compute()
    np.testing.assert_allclose(
        drawn, np.column_stack([1e3 * found.mass, found.exponents["mu"][next(iter(STYLES))]]), rtol=1e-7
    )


def test_a_run_is_laid_over_the_plane_of_a_figure_or_told_why_not(tmp_path):
    class Run:
        directory = tmp_path / "mine"
        posterior: ClassVar = {"m_chi": np.full((1, 40), 200.0)}
        observables: ClassVar = {"ctau_m": np.full((1, 40), 0.01)}

    figure = new_figure()
    figure.add_subplot().plot([100, 300], [1e-3, 1.0])
    lay_over("conversion-4", figure, Run())
    points = figure.axes[0].lines[-1].get_xydata()
    assert points.shape == (40, 2)
    np.testing.assert_array_equal(points[0], [200.0, 0.01])
    assert "posterior of mine" in figure.axes[0].get_legend().get_texts()[0].get_text()
    with pytest.raises(
        UserError, match=r"conversion-3: its plane is m_chi and i1_over_xi_required; mine has no i1_"
    ):
        lay_over("conversion-3", figure, Run())
    with pytest.raises(
        UserError, match="figure thermal-6: no run can be laid over it; those that can: conversion-3"
    ):
        draw_figures(["thermal-6"], tmp_path, print, over=Run())
