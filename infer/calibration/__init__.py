"""Simulation-based calibration of a run file."""
