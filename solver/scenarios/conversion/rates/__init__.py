"""Annihilation of φ and conversion by scattering: cross-sections, thermal averages, tables."""
