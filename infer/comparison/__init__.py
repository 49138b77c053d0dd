"""Evidences of several runs side by side."""
