"""Momenta of particles in equilibrium."""

import math

import pytest
from scipy.integrate import quad

from relicfit.solver.momentum.equilibrium import classical_momenta, fermi_momenta, fermi_share


def moment(n, z, sign):
    def integrand(q):
        energy = math.hypot(q, z) - z
        return q ** (2 + n) * math.exp(-energy) / (1.0 + sign * math.exp(-energy - z))

    return quad(integrand, 0.0, 60.0 + 30.0 * math.sqrt(z), epsrel=1e-10, limit=300)[0]


def test_classical_momenta_have_closed_forms():
    assert classical_momenta(1.0) == pytest.approx((3.16974, 13.1113), rel=1e-5)
    assert classical_momenta(10.0) == pytest.approx((5.61436, 38.0097), rel=1e-5)
    assert classical_momenta(1e-4) == pytest.approx((3.0, 12.0), rel=1e-4)


@pytest.mark.parametrize("z", [3e-3, 0.3, 2.0, 12.0])
def test_fermions_against_integrals(z):
    number = moment(0, z, 1.0)
    assert fermi_share(math.log(z))[0] == pytest.approx(math.log(number / moment(0, z, 0.0)), abs=1e-6)
    expected = (moment(1, z, 1.0) / number, moment(2, z, 1.0) / number)
    assert fermi_momenta(z) == pytest.approx(expected, rel=1e-6)


def test_massless_and_heavy_fermions():
    assert fermi_share(-20.0) == pytest.approx((math.log(0.75 * 1.2020569), 0.0), abs=1e-5)
    assert fermi_momenta(1e-6) == pytest.approx((3.151374, 12.939418), rel=1e-5)
    assert fermi_share(math.log(25.0)) == (0.0, 0.0)
    assert fermi_momenta(25.0) == classical_momenta(25.0)
