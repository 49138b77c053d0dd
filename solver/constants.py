"""Physical constants, each with its source; natural units (GeV) unless the name says otherwise."""

from __future__ import annotations

import math

__all__: list[str] = []

# Gravity and unit conversions (PDG 2022 and CODATA 2018).
PLANCK_MASS = 1.220890e19  # GeV, not reduced
HBAR_GEV_S = 6.582119569e-25
HBAR_C_GEV_M = 1.973269804e-16
GEV2_TO_CM2 = 3.893794e-28  # (hbar c)^2: a cross-section of 1 GeV^-2 in cm^2
GEV2_TO_PB = 3.893794e8
YEAR_S = 3.15576e7  # Julian year

# Today's Universe: Omega h^2 = Y M s_0 / (rho_c / h^2).
ENTROPY_DENSITY_TODAY_CM3 = 2891.2  # with T_0 = 2.7255 K and g_s = 43/11
CRITICAL_DENSITY_OVER_H2 = 1.053672e-5  # GeV cm^-3
OMEGA_H2_PER_YIELD_GEV = ENTROPY_DENSITY_TODAY_CM3 / CRITICAL_DENSITY_OVER_H2

# Electroweak and masses (PDG 2022), GeV.
FERMI_CONSTANT = 1.1663787e-5  # GeV^-2
ALPHA = 1.0 / 137.035999
Z_MASS = 91.1876
HIGGS_MASS = 125.25
ELECTRON_MASS = 0.51099895e-3
MUON_MASS = 0.1056583755
TAU_MASS = 1.77686
PION_MASS = 0.13957039
NEUTRAL_PION_MASS = 0.1349768

ZETA_3 = 1.2020569031595943  # Riemann's zeta function at three
ZETA_5 = 1.0369277551433699  # and at five
# γ = this times g_SM² G² T⁸ far above all masses, for the dimension-6 quark operator (arXiv:2111.14808,
# section 4, rederived); another model has another factor of order one.
ULTRAVIOLET_FACTOR = 60.0 / math.pi**5

# What the scenarios ask of the Universe, and where they warn.
OBSERVED_OMEGA_H2 = 0.12  # Planck 2018, arXiv:1807.06209
COLDEST_REHEATING = 5e-3  # GeV: nucleosynthesis needs a Universe that was once hotter
THERMALISED_SHARE = 0.3  # of the equilibrium yield, above which production is not freeze-in
PERTURBATIVE_COUPLING = math.sqrt(4.0 * math.pi)

# Of ln Y at given rates: g_rho and g_s differ by 4 to 5 % between arXiv:1606.07494 and arXiv:1803.01038.
PLASMA_ERROR = 0.05
