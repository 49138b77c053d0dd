"""The tables of rates against direct integration, and how their building is announced."""

from __future__ import annotations

import math

import numpy as np
import pytest

from relicfit.solver.scenarios.conversion.rates import assembly
from relicfit.solver.scenarios.conversion.rates.annihilation import CHANNELS
from relicfit.solver.scenarios.conversion.rates.assembly import rate_tables_of
from relicfit.solver.scenarios.conversion.rates.direct import direct_rates
from relicfit.solver.scenarios.conversion.rates.grid import GAP_RANGE, M_PHI_RANGE, SMALLEST_X
from relicfit.solver.scenarios.conversion.rates.options import RateOptions
from relicfit.solver.scenarios.conversion.rates.pieces import PIECES_SHAPE, fill_rates

THERMAL = [
    RateOptions(),
    RateOptions(sommerfeld="coulomb+yukawa", bound_states=False, photon_mass=1 / 9, lepton_mass=1.0),
]


def tabulated(options, m_chi, delta_m, portal, x, x_end=None):
    """<sigma v>, R_A and R_B at points x from the pieces a solve would use."""
    x_end = x_end or last_x(m_chi, delta_m)
    table = fill_rates(
        rate_tables_of(options), m_chi, delta_m, portal, x_end, np.full(PIECES_SHAPE, math.nan)
    )
    position = (np.log(x) - table.start) * table.inverse_step
    cell = position.astype(int)
    assert (position >= 0.0).all()
    assert (cell < len(table.coefficients)).all()
    powers = (position - cell)[:, None] ** np.arange(4)
    pieces = table.coefficients[cell].reshape(len(x), 3, 4)
    return np.einsum("nfp,np->fn", pieces, powers)


def last_x(m_chi, delta_m):
    return max(1000.0, 25.0 * m_chi / delta_m)


def random_points(count, seed):
    """Points log-uniform in m_chi 60..900 GeV, Delta m 0.05..30 GeV, with lambda_H 0..2, and five x each."""
    rng = np.random.default_rng(seed)
    while count:
        m_chi = 60.0 * 15.0 ** rng.random()
        delta_m = 0.05 * 600.0 ** rng.random()
        if m_chi + delta_m < M_PHI_RANGE[0]:
            continue
        count -= 1
        x = np.exp(rng.uniform(math.log(SMALLEST_X), math.log(last_x(m_chi, delta_m)), 5))
        yield m_chi, delta_m, 2.0 * rng.random(), x


def largest_errors(options, points):
    """The largest relative errors of <sigma v>, R_A and R_B."""
    worst = np.zeros(3)
    for m_chi, delta_m, portal, x in points:
        expected = np.array(direct_rates(m_chi, delta_m, portal, options, x))
        found = tabulated(options, m_chi, delta_m, portal, x)
        worst = np.maximum(worst, np.abs(found / expected - 1.0).max(axis=1))
    return worst


@pytest.mark.parametrize("options", THERMAL)
def test_tables_agree_with_direct_integration(options):
    sigma_v, rate_a, rate_b = largest_errors(options, random_points(20, seed=4))
    assert sigma_v < 1e-4
    assert rate_a < 1e-4
    assert rate_b < 1e-4


@pytest.mark.slow
@pytest.mark.parametrize("options", THERMAL)
def test_tables_agree_with_direct_integration_over_the_whole_domain(options):
    sigma_v, rate_a, rate_b = largest_errors(options, random_points(400, seed=5))
    assert sigma_v < 1e-4
    assert rate_a < 1e-4
    assert rate_b < 1e-4


@pytest.mark.parametrize("distance", [-1.0, -0.1, 0.1, 1.0])
def test_tables_resolve_the_opening_of_final_states(distance):
    x = np.array([1.0, 20.0, 100.0, 1000.0])
    for threshold in sorted({channel.threshold / 2 for channel in CHANNELS.values()}):
        m_chi = threshold + distance - 1.0
        if m_chi + 1.0 > M_PHI_RANGE[0]:
            found = tabulated(RateOptions(), m_chi, 1.0, 1.0, x)[0]
            expected = direct_rates(m_chi, 1.0, 1.0, RateOptions(scattering=False), x)[0]
            np.testing.assert_allclose(found, expected, rtol=1e-4)


@pytest.mark.parametrize(("m_chi", "delta_m"), [(60.0, 30.0), (70.0, 0.05), (900.0, 0.05), (900.0, 30.0)])
def test_tables_agree_with_direct_integration_at_the_corners(m_chi, delta_m):
    x = np.array([0.01, 0.05, 1.0, 30.0, 0.999 * last_x(m_chi, delta_m)])
    expected = direct_rates(m_chi, delta_m, 2.0, RateOptions(), x)
    np.testing.assert_allclose(
        tabulated(RateOptions(), m_chi, delta_m, 2.0, x), np.array(expected), rtol=1e-4
    )


@pytest.mark.parametrize("regulator", ["muon", "electron-muon"])
def test_fixed_lepton_masses_enter_through_their_logarithm(regulator):
    # What matters is the error of the conversion rate, of which the decay alone is about one.
    options = RateOptions(lepton_mass=regulator)
    for m_chi, delta_m, portal, x in random_points(15, seed=6):
        _, rate_a, rate_b = direct_rates(m_chi, delta_m, portal, options, x)
        found = tabulated(options, m_chi, delta_m, portal, x)[2]
        tolerance = 2e-4 if delta_m > 0.3 else 3e-3
        assert (np.abs(found - rate_b) < tolerance * (1.0 + rate_a + rate_b)).all()
        assert (found >= 0.0).all()


def test_switched_off_scattering_and_corrections_leave_the_tree_level():
    bare = RateOptions(sommerfeld="none", bound_states=False, scattering=False)
    x = np.array([1.0, 10.0, 100.0])
    sigma_v, rate_a, rate_b = tabulated(bare, 300.0, 5.0, 1.0, x)
    np.testing.assert_allclose(sigma_v, direct_rates(300.0, 5.0, 1.0, bare, x)[0], rtol=1e-5)
    assert not rate_a.any()
    assert not rate_b.any()


def test_pieces_do_not_depend_on_how_far_they_reach():
    x = np.geomspace(0.02, 900.0, 50)
    short, long = (tabulated(RateOptions(), 300.0, 5.0, 1.0, x, x_end) for x_end in (1e3, 1e4))
    np.testing.assert_array_equal(short, long)


@pytest.mark.parametrize(
    ("m_chi", "delta_m"),
    [
        (M_PHI_RANGE[0] - 2.0, 1.0),
        (M_PHI_RANGE[1], 1.0),
        (300.0, 300.0),
        (300.0, 0.5 * GAP_RANGE[0] * 300.0),
        (math.nan, 5.0),
        (300.0, math.nan),
    ],
)
def test_points_outside_the_tables_give_nan(m_chi, delta_m):
    pieces = np.zeros(PIECES_SHAPE)
    table = fill_rates(rate_tables_of(RateOptions()), m_chi, delta_m, 1.0, 1000.0, pieces)
    assert len(table.coefficients) > 0
    assert np.isnan(table.coefficients).all()


def test_building_tables_is_announced_once_on_one_line(tmp_path, monkeypatch, capsys):
    shape = rate_tables_of(RateOptions()).annihilation.shape
    monkeypatch.setattr(assembly, "store_folder", lambda sources: tmp_path)
    monkeypatch.setattr(assembly.tables, "annihilation_table", lambda: np.ones(shape))
    options = RateOptions(scattering=False)
    for _ in range(2):
        rate_tables_of.__wrapped__(options)
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("relicfit: building the annihilation and conversion tables")
