"""Conversion-driven leptogenesis, arXiv:2404.12428."""
