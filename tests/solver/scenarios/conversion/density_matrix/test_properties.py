"""What the density matrix must obey whatever the numbers: symmetries, conservation laws, limits."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relicfit.solver.scenarios.conversion.density_matrix import generator
from relicfit.solver.scenarios.conversion.density_matrix.medium import medium_at
from relicfit.solver.scenarios.conversion.rates.direct import direct_rates
from relicfit.solver.scenarios.conversion.rates.options import RateOptions
from relicfit.tests.solver.scenarios.conversion.density_matrix.points import (
    A,
    B,
    C,
    Point,
    evolve,
    matrices_of,
    slopes,
    state_of,
    system,
)

seeds = st.integers(0, 10**6)
states = st.sampled_from([2, 3])


def random_point(seed: int, count: int, leptons: int = 3) -> Point:
    """Return a point with arbitrary phases whose widths differ by up to a few tens."""
    rng = np.random.default_rng(seed)
    size = 2e-6 * np.exp(rng.uniform(-1.5, 0.5, (leptons, count)))
    couplings = size * np.exp(1j * rng.uniform(-np.pi, np.pi, (leptons, count)))
    splittings = (0.0, *(1e-11 * rng.normal(size=count - 1) * 10.0 ** rng.uniform(-1, 2)))
    return Point((), splittings).with_couplings(couplings)


def random_state(seed: int, count: int, leptons: int = 3):
    """Return X (2, N, N) near equilibrium, Q and u."""
    rng = np.random.default_rng([seed, 1])
    off = rng.normal(size=(2, count, count)) + 1j * rng.normal(size=(2, count, count))
    matrices = np.eye(count) + 0.1 * (off + np.conj(np.swapaxes(off, 1, 2)))
    return matrices, 1e-7 * rng.normal(size=leptons), 1e-3 * rng.normal()


def parts(derivative, count):
    """Return dX/dl, dQ/dl, du/dl."""
    square = 2 * count * count
    return matrices_of(derivative, count), derivative[square:-1] * generator.CHARGE_UNIT, derivative[-1]


@settings(max_examples=30, deadline=None)
@given(seeds, states, st.floats(0.1, 3.0))
def test_jacobian_is_the_derivative_of_the_right_hand_side(seed, count, x):
    here, setting = system(random_point(seed, count))
    y = state_of(*random_state(seed, count))
    m = medium_at(here.plasma, here.vertex, setting.effects, math.log(x))
    work = generator.work_of(count, 3)
    square, border = count * count, 4
    blocks, columns = np.zeros((2, square, square)), np.zeros((2, square, border))
    rows, corner = np.zeros((2, border, square)), np.zeros((border, border))
    arguments = (m, setting.effects, here.couplings, work, 3, 0.7, -0.3)
    generator.derivatives(y, *arguments, np.zeros_like(y))
    generator.jacobian(y, *arguments, blocks, columns, rows, corner)
    found = np.zeros((len(y), len(y)))
    for s in range(2):
        part = slice(s * square, (s + 1) * square)
        found[part, part], found[part, 2 * square :], found[2 * square :, part] = (
            blocks[s],
            columns[s],
            rows[s],
        )
    found[2 * square :, 2 * square :] = corner
    for i in range(len(y)):
        step = 1e-4 * max(1e-2, abs(y[i])) if i < len(y) - 1 else 1e-5
        values = []
        for sign in (1.0, -1.0):
            moved, out = y.copy(), np.zeros_like(y)
            moved[i] += sign * step
            generator.derivatives(moved, *arguments, out)
            values.append(out)
        numerical = (values[0] - values[1]) / (2.0 * step)
        scale = np.max(np.abs(found), axis=1) + np.abs(values[0]) / step * 1e-9
        np.testing.assert_array_less(np.abs(numerical - found[:, i]), 1e-6 * scale + 1e-12)


@settings(max_examples=30, deadline=None)
@given(seeds, states, st.floats(0.1, 3.0))
def test_rotations_of_the_states_by_orthogonal_matrices_change_nothing(seed, count, x):
    point = replace(random_point(seed, count), splittings=(0.0,) * count)
    matrices, charges, u = random_state(seed, count)
    rotation, _ = np.linalg.qr(np.random.default_rng([seed, 2]).normal(size=(count, count)))
    turned = point.with_couplings(point.couplings @ rotation)
    before, flow, rate = parts(slopes(point, x, state_of(matrices, charges, u)), count)
    # X_ij goes like λ†_i λ_j: O^T X O with real O.
    rotated = np.einsum("ai,sab,bj->sij", rotation, matrices, rotation)
    after, flow_after, rate_after = parts(slopes(turned, x, state_of(rotated, charges, u)), count)
    expected = np.einsum("ai,sab,bj->sij", rotation, before, rotation)
    np.testing.assert_allclose(after, expected, atol=1e-9 * np.max(np.abs(before)))
    np.testing.assert_allclose(flow_after, flow, atol=1e-9 * np.max(np.abs(flow)))
    assert rate_after == pytest.approx(rate, rel=1e-9)


def test_a_rotation_with_its_splittings_changes_no_mass_basis_result():
    # A permutation of the labels, with the masses.
    order = [2, 0, 1]
    moved = C.with_couplings(C.couplings[:, order])
    moved = replace(moved, splittings=tuple(np.array(C.splittings)[order]))
    first, second = evolve(C), evolve(moved)
    np.testing.assert_allclose(
        second.charges, first.charges, rtol=1e-3, atol=1e-3 * np.max(np.abs(first.charges))
    )
    np.testing.assert_allclose(second.populations, first.populations[order], rtol=1e-4)


@pytest.mark.parametrize(
    "options", [{}, {"helicity": "averaged"}, {"coherence": "decay", "helicity": "averaged"}]
)
def test_real_couplings_make_no_asymmetry(options):
    real = C.with_couplings(np.abs(C.couplings) * [[1, 1, -1], [1, -1, 1], [1, 1, 1]])
    assert np.max(np.abs(evolve(real, **options).charges)) < 1e-18


def test_conjugate_couplings_make_the_opposite_asymmetry():
    first, second = evolve(B.at(30.0)), evolve(B.with_couplings(B.couplings.conj()).at(30.0))
    np.testing.assert_allclose(second.charges, -first.charges, rtol=2e-4)


@pytest.mark.parametrize(
    ("point", "options"),
    [(A.at(0.0), {"thermal_mass": False}), (A.at(0.0), {}), (B.at(0.0), {"helicity": "averaged"}),
     (C.at(0.0, 0.0), {"helicity": "averaged"}), (B.at(0.0), {"thermal_mass": False})],
)  # fmt: skip
def test_degenerate_states_make_no_total_asymmetry_where_nothing_tells_them_apart(point, options):
    assert abs(evolve(point, **options).baryon_yield) < 1e-15


def test_an_imaginary_overlap_of_aligned_flavours_makes_no_asymmetry():
    assert abs(evolve(A.with_couplings(np.abs(A.couplings) * [1, 1j]).at(30.0)).baryon_yield) < 1e-15


@settings(max_examples=40, deadline=None)
@given(seeds, states, st.floats(0.1, 3.0), st.floats(0.2, 5.0))
def test_equal_numbers_of_both_charges_whose_chi_are_all_absorbed_leave_no_charge(seed, count, x, excess):
    # X_s = S: χ made by equal numbers of φ⁺ and φ⁻; the sources cancel flavour by flavour.
    point = random_point(seed, count)
    y = state_of(np.tile(excess * np.eye(count), (2, 1, 1)), np.zeros(3), math.log(excess))
    _, flow, _ = parts(slopes(point, x, y), count)
    here, setting = system(point)
    m = medium_at(here.plasma, here.vertex, setting.effects, math.log(x))
    terms = m.flow * m.sigma_eq * m.helicity * here.couplings.trace * excess
    assert np.max(np.abs(flow)) < 1e-12 * terms


@settings(max_examples=40, deadline=None)
@given(seeds, states, st.floats(0.1, 3.0))
def test_helicity_is_lepton_number_where_its_correlations_are_complete(seed, count, x):
    # a_p = 1: Δ_φ + (Y_eq/2) tr(X_+ - X_-) is conserved, with all back-reaction and washout.
    point = random_point(seed, count)
    here, setting = system(point)
    m = medium_at(here.plasma, here.vertex, setting.effects, math.log(x))
    m = m._replace(helicity=m.rate, helicity_lepton_free=m.rate_lepton_free, helicity_b=m.rate_b)
    matrices, charges, u = random_state(seed, count)
    out = np.zeros(2 * count * count + 4)
    work = generator.work_of(count, 3)
    state = state_of(matrices, charges, u)
    generator.derivatives(state, m, setting.effects, here.couplings, work, 3, 1.0, m.trend_chi, out)
    change, flow, _ = parts(out, count)
    trace = np.einsum("sii->s", matrices).real
    held = np.einsum("sii->s", change).real + m.trend_chi * trace
    total = flow.sum() + 0.5 * m.yield_eq * (held[0] - held[1])
    # Terms of the second order in asymmetries are dropped on one side: y δ and y tr(X_+ - X_-).
    second = m.flow * m.sigma_eq * m.rate * here.couplings.trace * np.max(np.abs(work.potentials))
    size = m.flow * m.sigma_eq * m.rate * here.couplings.trace
    second *= np.max(np.abs(matrices[0] - matrices[1])) + abs(u) + np.max(np.abs(charges)) / m.sigma_eq
    assert abs(total) < 1e-12 * size + 20.0 * second


@settings(max_examples=30, deadline=None)
@given(seeds, st.floats(0.1, 3.0), st.booleans())
def test_a_dirac_pair_conserves_its_lepton_number(seed, x, thermal):
    # λ_k2 = i λ_k1 without a splitting: χ_1 ± i χ_2 are a Dirac state and its antiparticle.
    point = random_point(seed, 2)
    first = point.couplings[:, :1]
    point = replace(point.with_couplings(np.hstack([first, 1j * first])), splittings=(0.0, 0.0))
    matrices, charges, u = random_state(seed, 2)
    charges *= 0.0
    here, setting = system(point, thermal_mass=thermal)
    m = medium_at(here.plasma, here.vertex, setting.effects, math.log(x))
    change, flow, _ = parts(slopes(point, x, state_of(matrices, charges, u), thermal_mass=thermal), 2)
    number = (matrices[0] + matrices[1])[0, 1].imag
    held = (change[0] + change[1])[0, 1].imag + m.trend_chi * number
    size = m.flow * m.sigma_eq * m.rate * here.couplings.trace
    assert abs(flow.sum() - m.yield_eq * held) < 1e-10 * size


def test_a_dirac_pair_with_everything_on_conserves_its_lepton_number():
    couplings = np.column_stack([A.couplings[:, 0], 1j * A.couplings[:, 0]]) * [1.0, 1.0]
    pair = replace(A.with_couplings(0.3 * couplings), splittings=(0.0, 0.0))
    here, setting = system(pair)
    found = evolve(pair)
    m = medium_at(here.plasma, here.vertex, setting.effects, here.ln_sph)
    number = m.yield_eq * (found.matrices[0] + found.matrices[1])[0, 1].imag
    # Nothing tells lepton number from its opposite: neither has any, whatever has departed.
    assert abs(found.scalar) < 1e-15
    assert abs(number) < 1e-12


@pytest.mark.parametrize("point", [A.at(1.0), A.at(10.0), B.at(-30.0), C])
def test_density_matrices_stay_positive(point):
    for share in (1.0, 1e-6):
        found = evolve(point, share=share)
        assert np.min(np.linalg.eigvalsh(found.matrices)) > 0.0


@pytest.mark.parametrize("phase", [0.3, 0.9, 1.4])
@pytest.mark.parametrize("ratio", [0.2, 1.0, 5.0])
def test_strong_washout_has_the_known_efficiency(phase, ratio):
    """{K, x}/2 + i [Ω, x] = 1 and ε_eff = |2 Im h_12 Im x_12|: X sin 2p/(X² + sin² p), arXiv:1406.4190.

    The stationary χ of the code under a constant drive, one flavour, averaged, without thermal mass.
    """
    size = np.sqrt([3e-12, 1e-12])
    one = size * np.exp([[0.0, 1j * phase]])
    point = Point((), (0.0, 0.0)).with_couplings(np.vstack([one, np.zeros((1, 2))]))
    here, setting = system(point, helicity="averaged", thermal_mass=False)
    m = medium_at(here.plasma, here.vertex, setting.effects, 0.3)
    gamma = m.pull * m.rate * np.diag(point.h).real
    splitting = 0.5 * ratio * gamma.sum() / m.frequency
    point = replace(point, splittings=(0.0, splitting))
    here, setting = system(point, helicity="averaged", thermal_mass=False)
    work = generator.work_of(2, 2)
    y = state_of(np.tile(np.eye(2, dtype=complex), (2, 1, 1)), np.zeros(2), 0.0)
    blocks, columns = np.zeros((2, 4, 4)), np.zeros((2, 4, 3))
    arguments = (m, setting.effects, here.couplings, work, 2, 1.0, 0.0)
    generator.derivatives(y, *arguments, np.zeros_like(y))
    generator.jacobian(y, *arguments, blocks, columns, np.zeros((2, 3, 4)), np.zeros((3, 3)))
    # A drive of one χ of each kind per unit of the common rate k0 r.
    drive = m.pull * m.rate * np.array([1.0, 1.0, 0.0, 0.0])
    x = np.linalg.solve(-blocks[0], drive)
    found = abs(2.0 * point.h[0, 1].imag * x[3])
    expected = ratio * math.sin(2.0 * phase) / (ratio**2 + math.sin(phase) ** 2)
    assert found == pytest.approx(abs(expected), rel=1e-9)


def test_helicity_averaged_is_resolved_without_correlations():
    resolved = evolve(A.at(30.0), helicity="averaged")
    np.testing.assert_allclose(resolved.matrices[0], resolved.matrices[1], atol=1e-12)


def test_resolving_helicity_is_not_a_small_correction():
    point = A.at(1e3)
    ratio = evolve(point).baryon_yield / evolve(point, helicity="averaged").baryon_yield
    assert ratio == pytest.approx(1.10, abs=0.02)


def test_inverted_decays_take_the_place_of_decays():
    here, setting = system(A, decay_masses="melting")
    m = medium_at(here.plasma, here.vertex, setting.effects, here.ln_sph)
    plain, _ = system(A)
    vacuum = medium_at(plain.plasma, plain.vertex, setting.effects._replace(decay_masses=0), here.ln_sph)
    # 275 GeV against 300: the mass difference is five times larger and of the other sign.
    assert m.rate_b > vacuum.rate_b
    assert m.rate_lepton_free == pytest.approx(vacuum.rate_lepton_free - 0.588451, rel=1e-3)
    cold = medium_at(here.plasma, here.vertex, setting.effects, math.log(300.0))
    still = medium_at(plain.plasma, plain.vertex, setting.effects._replace(decay_masses=0), math.log(300.0))
    assert cold.rate == pytest.approx(still.rate, rel=1e-3)


def test_rates_beyond_the_tables_are_those_of_direct_integration():
    x = np.array([0.008, 0.003, 5e-4])
    here, setting = system(A)
    _, photon, lepton = direct_rates(300.0, 5.0, 1.0, RateOptions(), x)
    found = [medium_at(here.plasma, here.vertex, setting.effects, math.log(value)) for value in x]
    np.testing.assert_allclose([m.rate_b for m in found], lepton, rtol=2e-3)
    np.testing.assert_allclose([m.rate_lepton_free for m in found], photon, rtol=2e-3)
