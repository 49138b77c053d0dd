"""Likelihoods: measurements and limits that turn observables into log-likelihoods."""

from __future__ import annotations

from .likelihood import Likelihood, Measurement, TheoryError, likelihood, likelihood_class, likelihood_names

__all__ = ["Likelihood", "Measurement", "TheoryError", "likelihood", "likelihood_class", "likelihood_names"]
