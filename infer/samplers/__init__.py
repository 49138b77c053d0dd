"""The samplers, behind one contract."""
