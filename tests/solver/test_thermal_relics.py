import numpy as np
import pytest

from relicfit.solver.scenario import scenario


@pytest.mark.parametrize(
    ("name", "options", "flagged"),
    [
        ("thermal-freeze-out", {}, True),
        ("lepton-pion", {"production": "freeze-out"}, True),
        ("lepton-pion", {"production": "freeze-in"}, False),
        ("thermal-freeze-in", {}, False),
    ],
)
def test_relics_of_mev_mass_are_flagged_where_dark_matter_starts_in_equilibrium(name, options, flagged):
    model = scenario(name, **options)
    rows = np.ones((2, len(model.parameters)))
    rows[:, [item.name for item in model.parameters].index("mass")] = [5e-3, 5e-2]
    flags = model.flag(rows, np.ones((2, len(model.observables))))
    found = flags.get("mev-thermal-relic", np.zeros(2, dtype=bool))
    assert found.tolist() == [flagged, False]
    sentence = next((item.sentence for item in model.flags if item.name == "mev-thermal-relic"), "")
    assert ("arXiv:1910.01649" in sentence) == flagged
