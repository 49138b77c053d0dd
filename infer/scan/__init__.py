"""A grid of evaluations over one or two parameters."""
