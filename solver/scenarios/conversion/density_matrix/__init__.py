"""Coherent χ: the density matrix of nearly degenerate Majorana states, with flavours of leptons."""
