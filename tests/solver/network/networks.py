"""Networks that several tests solve, stated by hand."""

from __future__ import annotations

import numpy as np
from scipy.special import kn

from relicfit.solver.cosmology import entropy_density
from relicfit.solver.network.description import Process, Species
from relicfit.solver.network.engine import Points, solve_network
from relicfit.solver.network.topology import topology_of

ACCURACY = 1e-5
SV_CM3_S = 8.5666e16  # GeV^-2 per cm^3/s

VEV, HIGGS = 246.22, 125.25
FERMIONS = ((3, 172.76), (3, 2.80), (3, 0.62), (1, 1.77686), (1, 0.1056583755))
VECTORS = ((1.0, 80.377), (0.5, 91.1876))


def solve(
    species,
    processes,
    washouts=(),
    charges=(),
    accuracy=ACCURACY,
    constant=None,
    responses=False,
    path=None,
    **kw,
):
    """Solve a network at one point; temperatures are numbers."""
    topology = topology_of(species, processes, washouts, charges)
    arrays = {
        key: np.array([float(value)]) if key in ("hottest", "coldest", "charges_until") else value
        for key, value in kw.items()
    }
    points = Points(topology, species, processes, washouts, 1, constant=constant, **arrays)
    return solve_network(points, accuracy, path, responses)


def equilibrium_yield(mass, degrees, temperature):
    """Return n/s in equilibrium at a temperature, Maxwell-Boltzmann."""
    density = degrees * mass**2 * temperature * kn(2, mass / temperature) / (2.0 * np.pi**2)
    return density / entropy_density(temperature)


def wimp(mass=100.0, degrees=2, **rates):
    return [Species("chi", mass, degrees)], [Process("chi chi -> SM SM", **rates)]


def coscattering(strength, width=0.0, sv12=1e-9):
    species = [Species("chi1", 500.0, 2), Species("chi2", 510.0, 2)]
    processes = [
        Process("chi2 chi2 -> SM SM", sigma_v=2e-8, power={"b": 1}),
        Process("chi1 chi2 -> SM SM", sigma_v=sv12),
        Process("chi2 SM -> chi1 SM", rate=lambda t: strength * t),
        Process("chi2 -> chi1 SM", width=width),
    ]
    return species, processes


def feeble(width, m_x=100.0, late=False):
    species = [Species("B", 1000.0, 2, bath=not late), Species("X", m_x, 2, start="empty")]
    processes = [Process("B -> X SM", width=width)]
    return species, processes + ([Process("B B -> SM SM", sigma_v=1e-10)] if late else [])


def width_off_shell(energy):
    """Return the width of a Higgs boson of another mass into particles of the Standard Model, at tree level."""
    total = np.zeros_like(energy)
    for colours, mass in FERMIONS:
        beta = np.sqrt(np.maximum(0.0, 1.0 - 4.0 * mass**2 / energy**2))
        total += colours * mass**2 * energy * beta**3 / (8.0 * np.pi * VEV**2)
    for weight, mass in VECTORS:
        x = 4.0 * mass**2 / energy**2
        beta = np.sqrt(np.maximum(0.0, 1.0 - x))
        total += weight * energy**3 * beta * (1.0 - x + 0.75 * x**2) / (16.0 * np.pi * VEV**2)
    return total


ANGLES, ANGLE_WEIGHTS = np.polynomial.legendre.leggauss(64)


def singlet_sigma(s, mass, coupling):
    """Return σ of S S into the Standard Model and pairs of Higgs bosons (scalar singlet, arXiv:1306.4710)."""
    energy = np.sqrt(s)
    width = singlet_width(mass, coupling)
    propagator = 1.0 / ((s - HIGGS**2) ** 2 + (HIGGS * width) ** 2)
    rate = 2.0 * coupling**2 * VEV**2 * propagator * width_off_shell(energy) / energy
    beta_h = np.sqrt(np.maximum(0.0, 1.0 - 4.0 * HIGGS**2 / s))
    beta = np.sqrt(np.maximum(1.0 - 4.0 * mass**2 / s, 1e-300))
    a = (s + 2.0 * HIGGS**2) / (s - HIGGS**2)
    b = coupling * VEV**2 * np.ones_like(s)
    middle, side = 0.5 * s - HIGGS**2, 0.5 * s * beta * beta_h
    amplitude = a[..., None] - 2.0 * (b * middle)[..., None] / (
        middle[..., None] ** 2 - side[..., None] ** 2 * ANGLES**2
    )
    mean = 0.5 * (amplitude**2) @ ANGLE_WEIGHTS
    rate = rate + np.where(beta_h > 0.0, coupling**2 * beta_h / (16.0 * np.pi * s) * mean, 0.0)
    return rate / (2.0 * beta)


def singlet_width(mass, coupling):
    """Return the width of the Higgs boson, with decays into S S where they are open."""
    beta = np.sqrt(np.maximum(0.0, 1.0 - 4.0 * mass**2 / HIGGS**2))
    return 4.07e-3 + coupling**2 * VEV**2 * beta / (32.0 * np.pi * HIGGS)


def singlet(mass, coupling):
    process = Process(
        "S S -> SM SM",
        sigma=lambda s: singlet_sigma(s, mass, coupling),
        poles=[(HIGGS, singlet_width(mass, coupling))],
        thresholds=[2 * 80.377, 2 * 91.1876, 2 * HIGGS, 2 * 172.76],
        power={"lam": 2},
    )
    return [Species("S", mass, 1, numbers={"Z2": 1})], [process]
