"""Measured coordinates: a parameter that a measurement fixes is integrated out, not sampled."""
