"""Which likelihood holds for which scenario with which options: a limit, none with a flag, or refused."""

from __future__ import annotations

import numpy as np
import pytest

from relicfit.errors import UserError
from relicfit.infer.problem.problem import problem_from
from relicfit.likelihoods.likelihood import likelihood_names
from relicfit.solver.registry import BUILT_IN, scenario

LIMIT, SILENT, REFUSED = "limit", "no limit", "refused"
GENERIC = [("thermal-freeze-out", {}), ("thermal-freeze-in", {})]
CONVERSION = [
    ("conversion-leptogenesis", {"parametrisation": kind}) for kind in ("rates", "phases", "flavour")
]
PION = [
    (name, {"lepton": lepton, "chirality": chirality})
    for name in ("lepton-pion", "leptoquark-mediator")
    for lepton in ("mu", "e", "tau")
    for chirality in ("R", "L")
]
TWO = [("two-state", {"lepton": lepton}) for lepton in ("mu", "e", "tau")]
EVERY = [*GENERIC, *CONVERSION, *PION, *TWO]

# likelihood, its options, the scenarios where it gives a limit, those where it gives none with a flag; it is
# refused for all others.
SCALARS = (
    "lep-sleptons", "lep-tracks", "z-width", "compressed-sleptons", "hscp", "disappearing-tracks",
    "displaced-leptons", "soft-displaced-leptons",
)  # fmt: skip
MET = [item for item in [*PION, *TWO] if item[1]["lepton"] != "tau" and item[1].get("chirality") != "L"]
TABLE = [
    ("relic-density", {}, EVERY, []),
    ("relic-density", {"bound": "upper"}, EVERY, []),
    ("measurement", {"observable": "omega_h2", "value": 0.12, "error": 0.01}, EVERY, []),
    ("bound", {"observable": "lifetime_s", "lower": 1e20}, [*PION, *TWO], []),
    ("baryon-asymmetry", {}, CONVERSION, []),
    *((name, {}, CONVERSION, []) for name in SCALARS),
    ("compressed-sleptons", {"flavours": ["mu", "e"]}, CONVERSION, []),
    ("stability", {}, [*PION, *TWO], []),
    ("cmb-decay", {}, PION, []),
    ("voyager-decay", {}, PION, []),
    ("x-ray-lines", {}, PION, []),
    ("x-ray-lines", {"channel": "gamma-gamma"}, [], []),
    ("structure-formation", {}, EVERY, []),
    ("structure-formation", {"limit": "lensing-2025"}, EVERY, []),
    ("n-eff", {}, EVERY, []),
    ("pion-decay", {}, PION, []),
    ("lhc-lepton-met", {}, MET, [item for item in [*PION, *TWO] if item not in MET]),
    (
        "lhc-lepton-met",
        {"mediator": "scenario"},
        [item for item in MET if item[0] == "leptoquark-mediator"],
        [item for item in PION if item[0] == "leptoquark-mediator" and item not in MET],
    ),
    (
        "lhc-lepton-met",
        {"lepton": "mu"},
        [item for item in MET if item[1]["lepton"] == "mu"],
        [item for item in PION if item[1] == {"lepton": "mu", "chirality": "L"}],
    ),
]
# They read a table and the observables that the run file names: refused where one is not predicted.
FROM_TABLES = {"limit", "chi2-table"}
TYPICAL = {
    "wdm_equivalent_mass_keV": 8.0, "delta_n_eff": 1e-3,
    "omega_h2": 0.1, "omega_h2_error": 0.3, "baryon_yield": 1e-10, "mass": 0.05, "lifetime_s": 1e26,
    "width_gamma_gamma": 1e-28, "width_electron_positron": 1e-28, "width_neutrino_gamma": 1e-28,
    "contact_coupling": 1e-3, "mediator_mass": 5e3, "m_phi": 110.0, "delta_m": 5.0, "ctau_m": 0.1,
    "branching_mu": 0.5, "branching_e": 0.5, "br_pion": 1e-9, "br_neutral_pion": 1e-12, "br_lepton": 1e-9,
}  # fmt: skip


def outcome(name, options, term, term_options):
    model = scenario(name, **options)
    parameters = {
        item.name: item.prior if item.default is None else item.default for item in model.parameters
    }
    content = {"scenario": name, "options": options, "parameters": parameters}
    try:
        problem = problem_from(content | {"likelihoods": {term: term_options}})
    except UserError as error:
        return REFUSED if f"likelihoods.{term}" in str(error) else str(error)
    (used,) = problem.likelihoods
    found, flags = used.evaluate({key: np.array([TYPICAL[key]]) for key in used.needs})
    if any("no limit" in flag and raised[0] for flag, raised in flags.items()):
        assert found[0] == 0.0
        return SILENT
    return LIMIT


@pytest.mark.parametrize(("term", "options", "limits", "silent"), TABLE, ids=lambda value: str(value)[:40])
def test_every_likelihood_says_what_it_is_for_every_scenario(term, options, limits, silent):
    expected = {
        str(item): LIMIT if item in limits else SILENT if item in silent else REFUSED for item in EVERY
    }
    found = {str((name, choice)): outcome(name, choice, term, options) for name, choice in EVERY}
    assert found == expected


def test_the_table_walks_all_likelihoods_and_scenarios():
    assert set(likelihood_names()) - FROM_TABLES <= {row[0] for row in TABLE}
    # Other tests make scenarios of their own known for a while.
    of_the_package = {name for name, place in BUILT_IN.items() if place.startswith(".scenarios")}
    assert of_the_package == {name for name, _ in EVERY}


def test_the_limit_is_that_of_the_lepton_of_the_scenario():
    point = {"mass": 0.1, "coupling": 1e-3, "reheating_temperature": 0.1}

    def log_likelihood(lepton, chirality):
        content = {
            "scenario": "lepton-pion",
            "options": {"lepton": lepton, "chirality": chirality},
            "parameters": {**point, "lambda_qcd": {"lognormal": [0.237, 0.262]}},
            "likelihoods": {"lhc-lepton-met": {}},
        }
        (term,) = problem_from(content).likelihoods
        # C = 4e-3 G_F in units of 4 G_F/√2.
        return term.evaluate({"contact_coupling": np.array([4e-3 / 2.0**1.5])})[0][0]

    # Eq. (3.18) of arXiv:2111.14808: 5.9e-4 for e and 8.1e-4 for μ.
    assert log_likelihood("e", "R") == pytest.approx(-2.996 * (4e-3 / 2.0**1.5 / 5.9e-4) ** 2, rel=1e-3)
    assert log_likelihood("mu", "R") == pytest.approx(-2.996 * (4e-3 / 2.0**1.5 / 8.1e-4) ** 2, rel=1e-3)
    assert log_likelihood("tau", "R") == 0.0
    assert log_likelihood("mu", "L") == 0.0


def test_another_lepton_than_that_of_the_scenario_is_refused_with_a_sentence():
    content = {
        "scenario": "two-state",
        "options": {"lepton": "e"},
        "parameters": {
            "mass_1": {"loguniform": [0.1, 0.2]}, "mass_2": 0.24, "coupling_2": 1.0, "coupling_12": 1.0,
        },
        "likelihoods": {"lhc-lepton-met": {"lepton": "mu"}},
    }  # fmt: skip
    with pytest.raises(UserError, match=r'lhc-lepton-met\.lepton: found "mu".*couples to e'):
        problem_from(content)
