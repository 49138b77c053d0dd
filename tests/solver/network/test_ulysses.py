"""Leptogenesis against ULYSSES (arXiv:2007.09150, 2301.05722): recorded numbers, and the code where installed."""

import contextlib
import io

import numpy as np
import pytest

from relicfit.solver.constants import PLANCK_MASS
from relicfit.solver.network.description import Process, Species, Washout
from relicfit.solver.numerics.status import Status

from .networks import solve

PLASMA = 106.75
LIGHTEST = 1e11
HUBBLE = np.sqrt(4 * np.pi**3 / 45 * PLASMA) / PLANCK_MASS * LIGHTEST**2
# From n_{B-L}/s to η_B as ULYSSES counts: N over 8 T³/(3 π²), times 0.013.
ETA = 0.013 * 2 * np.pi**2 / 45 * PLASMA * 3 * np.pi**2 / 8
ONE, TWO = 1e-5, 2e-4

# Masses, phases and angles of its files; angles in degrees, masses as log10 (m in eV, M in GeV).
POINT = {
    "m": -3.0, "M1": 11.0, "M2": 11.477, "M3": 12.0, "delta": 270.0, "a21": 0.0, "a31": 0.0, "x1": 0.0, "x2": 5.0,
    "x3": 45.0, "y1": 0.0, "y2": 0.0, "y3": 10.0, "t12": 33.6, "t13": 8.6, "t23": 47.0,
}  # fmt: skip
CHANGES = ({}, {"x2": 20.0, "y2": 5.0}, {"x2": 60.0, "y2": 20.0}, {"x2": 90.0, "y2": 40.0})
# ULYSSES 3.0.1: K₁, K₂, ε₁, ε₂, then η_B of 1BE1F and of 2BE1F, with an empty and with a thermal start.
RECORDED = (
    (5.511395694637947, 5.169187822271101, -5.106268297715533e-7, 6.120792144199739e-8,
     -3.4227258442739666e-10, -3.54418037310106e-10, -3.4133636640463976e-10, -3.430987469492595e-10),
    (10.861956336692643, 5.169187822271101, -2.7864953843155953e-6, 3.0303528922601095e-7,
     -7.722647638041265e-10, -7.723931053749792e-10, -7.711769970907336e-10, -7.711865454681533e-10),
    (45.984486562338475, 5.169187822271101, -3.5160669472379406e-6, 1.7873704120259955e-6,
     -1.7081403238756522e-10, -1.708140323211198e-10, -1.7080818166827612e-10, -1.708061936199624e-10),
    (81.89625962701878, 5.169187822271101, 1.9803045510669745e-8, 2.5210799806085103e-6,
     4.946837185381467e-13, 4.94683717888809e-13, 4.947550307781908e-13, 4.947353342236157e-13),
)  # fmt: skip


def asymmetry(strengths, epsilons, start):
    """Return η_B of one or two heavy neutrinos."""
    masses = (LIGHTEST, 10 ** POINT["M2"])
    species, processes, washouts = [], [], []
    for i, (k, epsilon) in enumerate(zip(strengths, epsilons, strict=True)):
        name = f"N{i + 1}"
        species.append(Species(name, masses[i], 2, start=start))
        width = k * HUBBLE * (masses[i] / LIGHTEST) ** 2
        processes.append(Process(f"{name} -> SM SM", width=width, epsilon=epsilon, charge="B-L"))
        washouts.append(Washout("B-L", process=f"{name} -> SM SM"))
    found = solve(species, processes, washouts, ("B-L",), constant=PLASMA, hottest=1e14, coldest=1e8)
    assert found.status[0] == Status.OK
    return ETA * found.charges[0, 0]


def compare(numbers):
    k1, k2, e1, e2, *etas = numbers
    for place, start in enumerate(("empty", "thermal")):
        assert asymmetry((k1,), (e1,), start) == pytest.approx(etas[place], rel=ONE, abs=0.0)
        assert asymmetry((k1, k2), (e1, e2), start) == pytest.approx(etas[2 + place], rel=TWO, abs=0.0)


@pytest.mark.parametrize("numbers", RECORDED)
def test_recorded_numbers_of_ulysses(numbers):
    compare(numbers)


@pytest.mark.slow
@pytest.mark.parametrize("changes", CHANGES)
def test_ulysses_itself(changes):
    ulysses = pytest.importorskip("ulysses")
    etas = []
    for kind in (ulysses.EtaB_1BE1F, ulysses.EtaB_2BE1F):
        for thermal in (0, 1):
            model = kind(initial_abundance=thermal)
            with contextlib.redirect_stdout(io.StringIO()):
                etas.append(float(np.real(model(POINT | changes))))
    epsilons = [
        sum(float(np.real(of(i, i))) for i in range(3)) for of in (model.epsilon1ab, model.epsilon2ab)
    ]
    compare((float(np.real(model.k1)), float(np.real(model.k2)), *epsilons, *etas))
