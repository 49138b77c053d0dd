"""Samplers, and what they share."""
