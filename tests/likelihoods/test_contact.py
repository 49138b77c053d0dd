"""The contact coupling at the LHC (arXiv:2111.14808, eq. 3.18)."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.likelihoods.likelihood import likelihood

LN_20 = np.log(20.0)


def value(coupling, **options):
    return likelihood("lhc-lepton-met", **options).evaluate({"contact_coupling": np.atleast_1d(coupling)})


@pytest.mark.parametrize(("lepton", "limit"), [("mu", 8.1e-4), ("e", 5.9e-4)])
def test_quoted_limit_is_the_95_percent_point_and_the_signal_grows_as_the_square(lepton, limit):
    found = value(np.array([0.0, 0.5, 1.0, 2.0]) * limit, lepton=lepton)[0]
    np.testing.assert_allclose(found, -LN_20 * np.array([0.0, 0.25, 1.0, 4.0]), rtol=1e-12)


def test_limits_in_tev_are_those_of_the_paper():
    # C = 1/scale^2 in units of 4 G_F/sqrt2: 6.12 and 7.17 TeV.
    unit = 4.0 * 1.1663787e-5 / np.sqrt(2.0)
    scales = [
        (likelihood("lhc-lepton-met", lepton=lepton).limit * unit) ** -0.5 / 1e3 for lepton in ("mu", "e")
    ]
    np.testing.assert_allclose(scales, [6.12, 7.17], rtol=2e-3)


def test_large_background_form_has_the_gaussian_95_percent_point():
    assert value(8.1e-4, background="large")[0][0] == pytest.approx(-1.92, abs=2e-3)


def test_tau_has_no_limit_and_says_so():
    result, flags = value([1e-3, 1.0], lepton="tau")
    assert result.tolist() == [0.0, 0.0]
    assert flags["no limit for the tau"].all()
    assert not value(1e-3)[1]["no limit for the tau"].any()


def test_light_mediator_widens_the_limit_and_a_heavy_one_does_not():
    likely = likelihood("lhc-lepton-met", mediator="scenario")
    mediator = np.array([1e3, 2.999e3, 3.001e3, 1e4, 1e6])
    given = {"contact_coupling": np.full(5, 2 * 8.1e-4), "mediator_mass": mediator}
    result, flags = likely.evaluate(given)
    assert result[0] == result[1] > -4.0 * LN_20
    assert result[1] == pytest.approx(result[2], rel=1e-2)
    assert np.all(np.diff(result[1:]) < 0.0)
    assert result[-1] == pytest.approx(-4.0 * LN_20, rel=1e-6)
    assert flags["mediator below 3 TeV: limit uncertain by a half"].tolist() == [
        True,
        True,
        False,
        False,
        False,
    ]
