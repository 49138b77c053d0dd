"""The names of compiled columns are those of the observables a scenario describes."""

import pytest

from relicfit.solver import scenario
from relicfit.solver.scenarios.lepton_pion import columns as lepton_pion
from relicfit.solver.scenarios.lepton_pion.inputs import DECAY_CHANNELS
from relicfit.solver.scenarios.thermal_decay import rows as thermal_decay
from relicfit.solver.scenarios.two_state import rows as two_state

COLUMNS = {
    "thermal-freeze-out": thermal_decay.COLUMNS,
    "thermal-freeze-in": thermal_decay.COLUMNS,
    "lepton-pion": lepton_pion.COLUMNS,
    "leptoquark-mediator": lepton_pion.COLUMNS,
    "two-state": two_state.COLUMNS,
}


@pytest.mark.parametrize("name", COLUMNS)
def test_observables_begin_with_the_compiled_columns(name):
    observables = [item.name for item in scenario(name).observables]
    shared = min(len(observables), len(COLUMNS[name]))
    assert shared >= len(COLUMNS[name]) - (name == "thermal-freeze-out")
    assert observables[:shared] == list(COLUMNS[name][:shared])


def test_every_decay_channel_has_a_name():
    assert len(lepton_pion.WIDTH_NAMES) == len(DECAY_CHANNELS)
