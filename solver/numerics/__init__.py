"""Numerical building blocks of the solver: compiled kernels, tables, quadrature, integrators."""
