"""The choices of the density-matrix equations, as options that explain themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from .....errors import UserError

__all__ = ["CoherenceChoices"]


@dataclass(frozen=True)
class CoherenceChoices:
    """Choose between the four Boltzmann equations and the density matrix, and among its open points."""

    kinetics: Annotated[
        Literal["four-equations", "density-matrix"],
        Field(
            description="the paper's Boltzmann equations for Σ_φ, Y_1, Y_2 and Δ_φ, or the density matrix of "
            "coherent χ with one charge per lepton flavour; options from here to `decay_masses` are the latter's"
        ),
    ] = "four-equations"
    states: Annotated[Literal[2, 3], Field(description="Majorana states χ_i of the density matrix")] = 2
    leptons: Annotated[
        Literal["e-mu", "e-mu-tau"], Field(description="lepton flavours that couple in the density matrix")
    ] = "e-mu"
    helicity: Annotated[
        Literal["resolved", "averaged"],
        Field(description="one density matrix for each helicity of χ, or one for both"),
    ] = "resolved"
    thermal_mass: Annotated[
        bool, Field(description="the thermal mass matrix of χ from its loops with φ and leptons")
    ] = True
    coherence: Annotated[
        Literal["full", "decay"],
        Field(
            description="which reactions make and absorb coherent χ, and with it the CP violation: decays and "
            "scatterings, or decays only as in the paper (for comparison; helicity is averaged then)"
        ),
    ] = "full"
    chemistry: Annotated[
        Literal["equilibrium", "broken", "paper"],
        Field(
            description="how charges are shared among the plasma, and baryons per charge: in equilibrium in the "
            "symmetric phase, in the broken phase, or kept by right-handed leptons with 28/79 as in the paper"
        ),
    ] = "equilibrium"
    blocking: Annotated[
        bool, Field(description="Fermi blocking and Bose stimulation of φ → χl in the density matrix")
    ] = False
    back_reaction: Annotated[bool, Field(description="asymmetries act back on the coherence of χ")] = True
    decay_masses: Annotated[
        Literal["vacuum", "thermal", "melting"],
        Field(
            description="mass of φ in φ → χl of the density matrix: vacuum, with the positive thermal terms, or "
            "also with the melting Higgs field (where φ is lighter than χ, φl → χ takes its place)"
        ),
    ] = "vacuum"
    compare_starts: Annotated[
        bool,
        Field(
            description="solve the density matrix from both starts, χ in equilibrium and χ absent, and predict the "
            "asymmetry of each"
        ),
    ] = False

    def check_coherence(self) -> None:
        """Refuse choices that contradict each other.

        Raises
        ------
        UserError
        """
        if self.kinetics == "four-equations" and (self.states != 2 or self.leptons != "e-mu"):
            raise UserError(
                f"options.states, options.leptons: found {self.states} states and the flavours {self.leptons} with the "
                'four equations, which know two and e-mu; set kinetics = "density-matrix".'
            )
