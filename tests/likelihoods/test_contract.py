"""What every likelihood promises: pure, finite, continuous, and sloping towards the allowed side."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relicfit.errors import UserError
from relicfit.likelihoods.likelihood import likelihood, likelihood_class

# Everything here; others in the registry are tested beside their own files.
VARIANTS = [
    ("relic-density", {}),
    ("relic-density", {"bound": "upper"}),
    ("cmb-decay", {}),
    ("cmb-decay", {"normalisation-error": 0.13}),
    ("voyager-decay", {}),
    ("voyager-decay", {"above-half-gev": True}),
    ("x-ray-lines", {}),
    ("x-ray-lines", {"analyses": ["integral-spi-above-2-mev", "gamma-2312.11608-below-17-mev", "nustar"]}),
    ("x-ray-lines", {"channel": "gamma-gamma"}),
    ("lhc-lepton-met", {}),
    ("lhc-lepton-met", {"lepton": "e", "background": "large"}),
    ("lhc-lepton-met", {"mediator": "scenario"}),
    ("structure-formation", {}),
    ("structure-formation", {"limit": "lensing-2025", "steepness": 5.0}),
    ("n-eff", {}),
    ("pion-decay", {}),
    ("pion-decay", {"lepton": "e"}),
    ("pion-decay", {"lepton": "tau"}),
    ("compressed-sleptons", {}),
    ("compressed-sleptons", {"flavours": ["mu", "e"], "cross-section-error": 0.0}),
    ("lep-sleptons", {}),
    ("hscp", {}),
    ("hscp", {"experiments": ["cms"], "cross-section-error": 0.0}),
    ("disappearing-tracks", {}),
    ("disappearing-tracks", {"analyses": ["atlas-1712.02118", "cms-2004.05153"]}),
    ("displaced-leptons", {}),
    ("soft-displaced-leptons", {}),
    ("soft-displaced-leptons", {"collider": "muon-collider-3"}),
    ("measurement", {"observable": "ctau_m", "value": 1e-3, "error": 1e-4, "logarithmic": True}),
    ("bound", {"observable": "contact_coupling", "upper": 1e-3}),
    ("bound", {"observable": "mediator_mass", "lower": 5e3, "theory-error": 0.1, "level": 0.9}),
]
EVERY = pytest.mark.parametrize("instance", [likelihood(n, **o) for n, o in VARIANTS], ids=lambda i: i.name)

# Physical ranges that reach well beyond every table, sampled in the logarithm.
RANGES = {
    "omega_h2": (1e-4, 1e2),
    "mass": (1e-9, 1e6),
    "width_gamma_gamma": (1e-32, 1e-18),
    "width_electron_positron": (1e-32, 1e-18),
    "width_neutrino_gamma": (1e-34, 1e-22),
    "contact_coupling": (1e-8, 1e2),
    "mediator_mass": (1e2, 1e6),
    "wdm_equivalent_mass_keV": (0.01, 1e4),
    "delta_n_eff": (1e-8, 10.0),
    "br_pion": (1e-12, 1.0),
    "br_neutral_pion": (1e-12, 1.0),
    "m_phi": (40.0, 1.5e3),
    "delta_m": (0.3, 40.0),
    "ctau_m": (1e-6, 1e4),
    "branching_mu": (0.01, 1.0),
    "branching_e": (0.01, 1.0),
}
# Larger values of these never make a point more likely; of the others in the second list never less.
TOWARDS_EXCLUSION = (
    "delta_n_eff",
    "width_gamma_gamma",
    "width_electron_positron",
    "width_neutrino_gamma",
    "contact_coupling",
    "branching_mu",
    "branching_e",
    "br_pion",
    "br_neutral_pion",
)
RATES_FALL_WITH_MASS = ("lep-sleptons",)
ROUNDING = 1e-9

unit = st.floats(0.0, 1.0)


def physical(instance, fractions):
    chosen = {}
    for name, fraction in zip(instance.needs, fractions, strict=False):
        low, high = RANGES[name]
        chosen[name] = low * (high / low) ** fraction
    return chosen


def evaluate(instance, **values):
    arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(v, dtype=float)) for v in values.values()))
    return instance.evaluate(dict(zip(values, arrays, strict=True)))


@EVERY
def test_array_equals_scalar_bit_for_bit(instance):
    rng = np.random.default_rng(5)
    rows = {}
    for name in instance.needs:
        low, high = RANGES[name]
        rows[name] = low * (high / low) ** rng.uniform(size=301)
        rows[name][rng.integers(301)] = np.nan
    together, flags = instance.evaluate(rows)
    strided, _ = instance.evaluate({name: np.repeat(column, 3)[::3] for name, column in rows.items()})
    assert np.array_equal(strided, together)
    for k in range(301):
        alone, alone_flags = instance.evaluate({name: column[k : k + 1] for name, column in rows.items()})
        assert alone[0] == together[k]
        assert all(alone_flags[name][0] == flags[name][k] for name in flags)


@EVERY
@pytest.mark.parametrize("bad", [np.nan, -1.0, -np.inf])
def test_unphysical_input_is_minus_infinity_without_flags(instance, bad):
    good = physical(instance, [0.5] * 9)
    for name in instance.needs:
        value, flags = evaluate(instance, **{**good, name: [good[name], bad]})
        assert np.isfinite(value[0])
        assert np.isneginf(value[1])
        assert not any(flag[1] for flag in flags.values())


@EVERY
@settings(max_examples=60, deadline=None)
@given(fractions=st.tuples(*[unit] * 5))
def test_physical_input_gives_a_finite_number_and_boolean_flags(instance, fractions):
    value, flags = evaluate(instance, **physical(instance, fractions))
    assert np.isfinite(value).all()
    assert all(flag.dtype == bool and flag.shape == (1,) for flag in flags.values())


@EVERY
@settings(max_examples=60, deadline=None)
@given(fractions=st.tuples(*[unit] * 5), which=st.integers(0, 4))
def test_log_likelihood_is_continuous(instance, fractions, which):
    here = physical(instance, fractions)
    name = instance.needs[which % len(instance.needs)]
    step = 1.0 - 1e-9
    value, _ = evaluate(instance, **{**here, name: [here[name] * step, here[name]]})
    # A slope of 1e4 in the logarithm of an observable is steeper than any here; a step is not a slope.
    assert abs(value[1] - value[0]) <= 1e-5 * (1.0 + abs(value[0]))


@EVERY
def test_log_likelihood_has_no_step_at_edges_and_nodes(instance):
    strong = {**physical(instance, [0.5] * 9), **EXCLUDED, **EXCLUDED_BY.get(instance.name, {})}
    base = {name: strong[name] for name in instance.needs}
    assert evaluate(instance, **base)[0][0] < -0.1
    for name in instance.needs:
        if name not in ("mass", "m_phi", "delta_m", "ctau_m", "mediator_mass"):
            continue
        low, high = RANGES[name]
        edges = np.concatenate([np.geomspace(low, high, 4001), EDGES.get(name, [])])
        below, above = (
            evaluate(instance, **{**base, name: edges * (1.0 + sign * 1e-9)})[0] for sign in (-1.0, 1.0)
        )
        np.testing.assert_allclose(above, below, rtol=1e-5, atol=1e-5)


# Points that are excluded, so that a step to zero would show.
EXCLUDED = {
    "omega_h2": 1.0,
    "mass": 7.0e-6,
    "wdm_equivalent_mass_keV": 3.0,
    "delta_n_eff": 0.5,
    "width_gamma_gamma": 1e-24,
    "width_electron_positron": 1e-24,
    "width_neutrino_gamma": 1e-26,
    "contact_coupling": 2e-3,
    "m_phi": 110.0,
    "delta_m": 5.0,
    "branching_mu": 1.0,
    "branching_e": 1.0,
    "br_pion": 1e-2,
    "br_neutral_pion": 1e-8,
    "ctau_m": 0.1,
}
EXCLUDED_BY = {
    "voyager-decay": {"mass": 0.1},
    "compressed-sleptons": {"ctau_m": 1e-5},
    "lep-sleptons": {"m_phi": 80.0},
    "hscp": {"ctau_m": 1e3},
    "displaced-leptons": {"m_phi": 300.0, "delta_m": 200.0},
    "soft-displaced-leptons": {"ctau_m": 3e-3},
    "bound": {"mediator_mass": 2e3},
}

# Ends of tables, gaps, jumps and changes of analysis: GeV and m.
EDGES = {
    "mass": [
        *(30e-9, 2.9757e-8, 1.0219978e-3, 1.06e-3, 1e4),
        *(7.2571e-3, 0.5, 0.57654),
        *(5.3012e-6, 6.0717e-6, 1.38468e-5, 4.45780e-5, 6.12988e-5, 2e-3),
        *(6.20342e-2, 0.135254, 1.56652e-2, 2.89958e-2, 3.38093e-2, 0.139057),
        *(1.10395e-2, 1.59275e-2, 1.60823e-2, 1.69704e-2, 0.409963, 0.438453, 14.0451),
    ],
    "m_phi": [90.0, 99.464, 100.0, 156.4, 287.0, 300.0, 556.33, 600.0, 700.0, 900.0, 911.0, 1000.0],
    "delta_m": [1.0, 2.0, 25.0, 4.0, 6.0, 15.0, 20.0],
    "ctau_m": [0.002998, 0.007, 2.998, 100.0],
    "mediator_mass": [3e3],
}


@EVERY
@settings(max_examples=60, deadline=None)
@given(fractions=st.tuples(*[unit] * 5), which=st.integers(0, 4), more=st.floats(1.0, 1e3))
def test_slope_points_to_the_allowed_side(instance, fractions, which, more):
    here = physical(instance, fractions)
    directions = [name for name in instance.needs if name in TOWARDS_EXCLUSION]
    directions += ["-m_phi"] if instance.name in RATES_FALL_WITH_MASS else []
    directions += ["ctau_m"] if instance.name == "hscp" else []
    directions += ["-ctau_m"] if instance.name == "compressed-sleptons" else []
    if not directions:
        return
    signed = directions[which % len(directions)]
    name = signed.lstrip("-")
    limit = 1.0 if name.startswith("br") else np.inf
    other = here[name] / more if signed.startswith("-") else min(here[name] * more, limit)
    value, _ = evaluate(instance, **{**here, name: [here[name], other]})
    assert value[1] <= value[0] + ROUNDING * (1.0 + abs(value[0]))


@pytest.mark.parametrize(
    "instance",
    # The abundance is a measurement and LEP limits a mass: there is no absent signal.
    [
        likelihood(n, **o)
        for n, o in VARIANTS
        if n not in ("relic-density", "lep-sleptons", "measurement", "bound", "structure-formation")
    ],
    ids=lambda i: i.name,
)
def test_no_signal_is_the_best_point(instance):
    here = physical(instance, [0.5] * 9)
    here.update({name: 0.0 for name in instance.needs if name in TOWARDS_EXCLUSION})
    if "branching_mu" not in here and "ctau_m" in here:
        here["ctau_m"] = 0.0
    assert evaluate(instance, **here)[0][0] == pytest.approx(0.0, abs=1e-9)


@EVERY
def test_card_is_complete(instance):
    for text in (instance.name, instance.summary, instance.source, instance.validity, instance.grade):
        assert text
        assert "\n" not in text
    assert instance.needs
    assert instance.describe()
    assert all(item.description for item in instance.options())


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("x-ray-lines", {"analyses": ["xmm"]}, "xmm-2102.02207"),
        ("x-ray-lines", {"analyses": []}, "empty"),
        ("compressed-sleptons", {"flavours": []}, "empty"),
        ("compressed-sleptons", {"flavours": ["tau"]}, "flavours"),
        ("hscp", {"experiments": ["babar"]}, "experiments"),
        ("lhc-lepton-met", {"lepton": "mou"}, "Did you mean mu"),
    ],
)
def test_wrong_selections_are_refused(name, options, message):
    with pytest.raises(UserError, match=f"likelihoods.{name}") as error:
        likelihood(name, **options)
    assert message in str(error.value)


def test_describing_likelihoods_loads_neither_scipy_nor_numba():
    code = (
        "import sys; from relicfit.likelihoods.likelihood import likelihood_class as c;"
        f"[c(n) for n in {sorted({n for n, _ in VARIANTS})!r}];"
        "sys.exit(any(m.split('.')[0] in ('scipy', 'numba', 'matplotlib') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_option_names_are_hyphenated_in_run_files():
    assert likelihood("relic-density", **{"theory-error": 0.1}).theory_error == 0.1
    assert {item.name for item in likelihood_class("hscp").options()} >= {"analyses", "energies", "years"}
