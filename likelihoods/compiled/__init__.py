"""Likelihoods compiled for samplers that ask for one point at a time, where numpy's calls would cost more
than the solver."""
