"""One run from its problem to its folder."""
