"""What a sampler sees of a problem."""
