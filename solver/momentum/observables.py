"""The observables and limits of validity that come with the momenta of dark matter."""

from __future__ import annotations

from ..scenario import Flag, Observable

__all__ = ["LYMAN_ALPHA_KEV", "MOMENTUM_OBSERVABLES", "STATISTICS_FACTOR", "warmness_flags"]

# The lower limit on thermal relics from the Lyman-α forest: V. Iršič et al., arXiv:2309.04533.
LYMAN_ALPHA_KEV = 5.7
# ⟨y²⟩/⟨y⟩² above which one momentum scale does not describe the distribution; 1.2 to 1.4 for one source.
BIMODAL = 3.0
# Below, no limit on warm dark matter was derived.
HOT_KEV = 0.5

MATCHING = "matching of ⟨v²⟩ to a thermal relic: 1 to 6 % against transfer functions"

MOMENTUM_OBSERVABLES = (
    Observable("mean_momentum_over_temperature", r"\langle y\rangle", "",
               "mean momentum today over the photon temperature; 1 where nothing is left"),
    Observable("rms_momentum_over_temperature", r"y_{\rm rms}", "",
               "root mean square momentum today over the photon temperature"),
    Observable("wdm_equivalent_mass_keV", r"m_{\rm equiv}", "keV",
               "mass of the thermal relic with the same velocity dispersion, as all of dark matter", 0.05,
               theory_reason=MATCHING),
    Observable("free_streaming_mpc", r"\lambda_{\rm FS}", "Mpc", "comoving free-streaming length; for pictures"),
    Observable("delta_n_eff", r"\Delta N_{\rm eff}", "", "energy of dark matter at T = 1 MeV in neutrinos"),
    Observable("delta_n_eff_cmb", r"\Delta N_{\rm eff}^{\rm CMB}", "",
               "kinetic energy of dark matter at T = 0.26 eV in neutrinos"),
)  # fmt: skip
STATISTICS_FACTOR = Observable(
    "statistics_factor", "K", "", "abundance over that with Maxwell-Boltzmann statistics"
)


def warmness_flags() -> tuple[Flag, ...]:
    """Return the flags of dark matter that is warm, and of momenta that one scale does not describe."""
    return (
        Flag("warm",
             f"velocities of a thermal relic lighter than {LYMAN_ALPHA_KEV} keV, the limit of the Lyman-alpha forest",
             lambda p, o: o["wdm_equivalent_mass_keV"] < LYMAN_ALPHA_KEV),
        Flag("hot",
             "velocities of a thermal relic lighter than 0.5 keV, of which structure formation leaves nothing: how "
             "much is excluded is extrapolated",
             lambda p, o: o["wdm_equivalent_mass_keV"] < HOT_KEV),
        Flag("bimodal", "momenta on two scales: an equivalent thermal relic does not describe them",
             lambda p, o: o["rms_momentum_over_temperature"] ** 2
             > BIMODAL * o["mean_momentum_over_temperature"] ** 2),
    )  # fmt: skip
