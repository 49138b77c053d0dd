"""What can become of an evaluation: a value, never an exception."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Status"]


class Status(IntEnum):
    """Name the outcome of one evaluation; a row whose status is not ``OK`` holds NaN."""

    sentence: str

    def __new__(cls, value: int, sentence: str = "") -> Status:
        """Attach the sentence a person reads to the number a kernel returns."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    OK = 0, "solved"
    STEP_LIMIT = 1, "the integrator reached its step limit before the yields froze"
    NOT_FINITE = 2, "the solution became infinite or not a number"
    BAD_INPUT = 3, "a parameter is outside its physical range or not a finite number"
    CLOSED_CHANNEL = 4, "a channel the calculation relies on is kinematically closed"
    OPEN_DECAY = 5, "dark matter decays at tree level where the calculation assumes that it cannot"
    NO_THERMAL_CONTACT = 6, "the interaction never reaches equilibrium, which the calculation assumes"
    OUT_OF_VALIDITY = 7, "the point is outside the range in which the calculation is valid"
    NO_PRODUCTION = 8, "the reheating temperature is so low that nothing is produced"
    DEPLETED = 9, "the interaction stays so fast that no dark matter is left (a yield below 1e-290)"
    UNDECAYED = 10, "an unstable particle still holds a good part of the yield at the end of the evolution"
    BAD_RATE = 11, "a rate of the model is negative or not a finite number at this point"
