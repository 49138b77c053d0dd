"""Whether to believe a run."""
