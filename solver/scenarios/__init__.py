"""The physical models, one folder each."""
