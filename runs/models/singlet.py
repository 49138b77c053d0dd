"""Scalar singlet dark matter through the Higgs portal, with the resonance of the Higgs boson.

A real scalar S with L = -λ/2 S² |H|² annihilates through a Higgs boson into everything that a Higgs boson of that
energy decays into, and into pairs of Higgs bosons. Named in a run file as ``scenario = "singlet.py:Singlet"``.

J. M. Cline, K. Kainulainen, P. Scott and C. Weniger, Phys. Rev. D 88 (2013) 055025, arXiv:1306.4710: the annihilation
cross-section is their eqs. (7) and (8), with the width of the Higgs boson at tree level instead of the tabulated one.
"""

import numpy as np

from relicfit.solver import Parameter
from relicfit.solver.network import NetworkScenario, Process, Species

# GeV; Particle Data Group, Phys. Rev. D 110 (2024) 030001. Light quarks at the scale of the Higgs boson.
VACUUM, HIGGS, HIGGS_WIDTH = 246.22, 125.25, 4.07e-3
W, Z, TOP = 80.377, 91.1876, 172.76
# Number of colours and mass of t, b, c, τ, μ; weight and mass of W and Z.
FERMIONS = ((3, TOP), (3, 2.80), (3, 0.62), (1, 1.77686), (1, 0.1056583755))
VECTORS = ((1.0, W), (0.5, Z))


def speed(mass, energy):
    """Return the velocity of each of two particles with an energy together; zero where there is too little."""
    return np.sqrt(np.maximum(0.0, 1.0 - 4.0 * mass**2 / energy**2))


def width_of_energy(energy):
    """Return the width in GeV of a Higgs boson of another mass, into the Standard Model."""
    total = np.zeros_like(energy)
    for colours, mass in FERMIONS:
        total += colours * mass**2 * energy * speed(mass, energy) ** 3 / (8.0 * np.pi * VACUUM**2)
    for weight, mass in VECTORS:
        x = 4.0 * mass**2 / energy**2
        decays = speed(mass, energy) * (1.0 - x + 0.75 * x**2)
        total += weight * energy**3 * decays / (16.0 * np.pi * VACUUM**2)
    return total


def total_width(mass, coupling):
    """Return the width of the Higgs boson in GeV, with decays into S S where they are open."""
    return HIGGS_WIDTH + coupling**2 * VACUUM**2 * speed(mass, HIGGS) / (32.0 * np.pi * HIGGS)


def into_higgs_bosons(s, mass, coupling):
    """Return σ v in GeV⁻² of S S -> h h: contact, an exchanged Higgs boson, an exchanged S."""
    slow = speed(HIGGS, np.sqrt(s))
    a, b = (s + 2.0 * HIGGS**2) / (s - HIGGS**2), coupling * VACUUM**2
    # 1/(t - m²) and 1/(u - m²) are 1/(±side c - middle); c is the cosine, over which the square is averaged.
    middle = 0.5 * s - HIGGS**2
    side = 0.5 * s * np.maximum(slow * speed(mass, np.sqrt(s)), 1e-8)
    ratio = side / middle
    logarithm = 2.0 * np.arctanh(ratio)
    mean = a**2 - 2.0 * a * b * logarithm / side
    mean += b**2 * (2.0 / (middle**2 - side**2) + logarithm / (middle * side))
    return coupling**2 * slow / (16.0 * np.pi * s) * mean


def cross_section(s, mass, coupling):
    """Return σ in GeV⁻² of S S into all particles of the Standard Model at s in GeV²."""
    energy = np.sqrt(s)
    propagator = 1.0 / ((s - HIGGS**2) ** 2 + (HIGGS * total_width(mass, coupling)) ** 2)
    through_higgs = 2.0 * coupling**2 * VACUUM**2 * propagator * width_of_energy(energy) / energy
    with_velocity = through_higgs + np.where(energy > 2.0 * HIGGS, into_higgs_bosons(s, mass, coupling), 0.0)
    return with_velocity / (2.0 * speed(mass, energy))


class Singlet(NetworkScenario):
    """Freeze-out of a real scalar that couples to the Higgs boson."""

    name = "singlet"
    summary = "Scalar singlet dark matter, annihilating through a Higgs boson that may be on its mass shell."
    source = "J. M. Cline, K. Kainulainen, P. Scott and C. Weniger, arXiv:1306.4710"
    # Nothing here is shared: threads may work on it at once.
    thread_safe = True
    parameters = (
        Parameter("m_S", "m_S", "GeV", "mass of dark matter", 10.0, 1e5, {"loguniform": [45, 5000]}),
        Parameter(
            "lam", r"\lambda", "", "portal coupling", 1e-6, 10.0, {"loguniform": [1e-4, 3]}, role="coupling"
        ),
    )

    def species(self, p):
        """Return S, a single state that is its own antiparticle."""
        return [Species("S", p.m_S, 1, numbers={"Z2": 1})]

    def processes(self, p):
        """Return the annihilation, with the energies at which its cross-section is not smooth."""
        return [
            Process(
                "S S -> SM SM",
                sigma=lambda s: cross_section(s, p.m_S, p.lam),
                poles=[(HIGGS, total_width(p.m_S, p.lam))],
                thresholds=[2.0 * W, 2.0 * Z, 2.0 * HIGGS, 2.0 * TOP],
            )
        ]
