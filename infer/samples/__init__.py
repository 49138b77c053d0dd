"""What a sampler leaves: runs, chains, draws."""
