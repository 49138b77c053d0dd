"""The columns of compiled rows: what describes a point, and what the scenario predicts."""

from __future__ import annotations

from ...momentum.observables import MOMENTUM_OBSERVABLES
from ...scenario import Observable

__all__ = ["COLUMN", "LARGEST_COUPLING", "MODEL_COLUMNS", "PREDICTIONS"]

# Of the root mean square and of each modulus: rates are of lowest order in λ.
LARGEST_COUPLING = 1.0
# Columns of the rows that describe points, whatever the parametrisation.
MODEL_COLUMNS = ("m_chi", "delta_m", "lambda_H", "width", "B_1", "i_1", "xi", "muon_fraction", "mixing")
M_CHI, DELTA_M, LAMBDA_H, TOTAL_WIDTH, B_1, I_1, XI, MUONS, MIXING = range(len(MODEL_COLUMNS))

OMEGA_REASON = (
    "15 %: degrees of freedom of the plasma (5 %), Maxwell-Boltzmann equilibrium, regulators of the scatterings "
    "(7-9 %), thermal masses; without Higgs and Z exchange in the Sommerfeld factor also 6 % λ_H² (300 GeV/m_φ), "
    "which lowers Ωh² and is counted on both sides"
)
DEPARTURE_REASON = (
    "the collinear regulator of φl → χγ alone moves Δ_φ/ε by 3.4, the initial condition by up to 2: half of both "
    "together"
)
ASYMMETRY_REASON = (
    "the collinear regulator of φl → χγ alone moves Δ_φ/ε by 3.4, the initial condition by up to 2, thermal masses "
    "γ by 4 to 10, all options together Y_B by 44: half of these in quadrature; where φ is lighter than χ at "
    "sphaleron decoupling (flagged) it is a lower limit"
)

PREDICTIONS = (
    Observable("omega_h2", r"\Omega h^2", "", "relic density of dark matter today", "omega_h2_error",
               theory_reason=OMEGA_REASON, role="abundance"),
    Observable("baryon_yield", r"Y_{\Delta B}", "",
               "net baryon number over entropy density; positive for I_1/ξ > 0, with the paper's source for B_1 > 1/2",
               3.0, True, ASYMMETRY_REASON),
    Observable("asymmetry_sph", r"\Delta_\phi/\epsilon|_{\rm sph}", "",
               "Y(φ⁻) - Y(φ⁺) over ε at sphaleron decoupling", 2.0, True, DEPARTURE_REASON),
    Observable("asymmetry_peak", r"\Delta_\phi/\epsilon|_{\rm max}", "", "its value of largest modulus",
               2.0, True, DEPARTURE_REASON),
    Observable("x_peak", r"x_{\rm max}", "", "m_χ/T where that modulus is largest"),
    Observable("gamma_sph", r"\gamma(T_{\rm sph})", "", "absorptive part of χ at sphaleron decoupling"),
    Observable("epsilon", r"\epsilon", "", "CP asymmetry of φ → χ_1 l at sphaleron decoupling"),
    Observable("epsilon_required", r"|\epsilon|_{\rm req}", "", "|ε| for the observed baryon asymmetry",
               2.0, True, DEPARTURE_REASON),
    Observable("i1_over_xi_required", r"|I_1/\xi|_{\rm req}", "",
               "|ε|/γ for the observed baryon asymmetry", 3.0, True, ASYMMETRY_REASON),
    Observable("width", r"\Gamma_{\rm tot}", "GeV", "vacuum width of φ"),
    Observable("ctau_m", r"c\tau", "m", "decay length of φ at rest", featured=True),
    Observable("coupling_rms", r"\lambda_{\rm rms}", "", "root mean square of the coupling matrix"),
    Observable("delta_m12", r"\Delta m_{12}", "GeV", "mass splitting of χ_1 and χ_2"),
    Observable("line_energy", r"E_\gamma", "GeV", "photon energy of χ_2 → γ χ_1"),
    Observable("omega_h2_equilibrium", r"\Omega h^2_{\rm eq}", "",
               "relic density with conversions always in equilibrium, the least of any width",
               "omega_h2_error", theory_reason=OMEGA_REASON),
    Observable("slope_omega_width", r"{\rm d}\ln\Omega h^2/{\rm d}\ln\Gamma_{\rm tot}", "",
               "logarithmic slope of the relic density by the width"),
    Observable("m_phi", r"m_\phi", "GeV", "mass of φ"),
    Observable("m_phi_sph", r"m_\phi(T_{\rm sph})", "GeV",
               "mass of φ at sphaleron decoupling with the melting Higgs field; zero if tachyonic"),
    Observable("branching_mu", r"B_\mu", "", "branching fraction of φ to muons"),
    Observable("branching_e", r"B_e", "", "branching fraction of φ to electrons"),
    Observable("br_mu_e_gamma", r"{\rm BR}(\mu\to e\gamma)", "",
               "branching fraction of μ → eγ; where phases are not given, the largest possible"),
    Observable("omega_h2_error", r"\sigma(\ln\Omega h^2)", "",
               "standard error of ln Ωh² from the calculation"),
    Observable("i1_over_xi", r"I_1/\xi", "", "CP phase over the mass splitting in widths"),
    *MOMENTUM_OBSERVABLES,
)  # fmt: skip
# Columns of the compiled result; the scenario leaves out what is a parameter already.
COLUMN = {item.name: index for index, item in enumerate(PREDICTIONS)}
