"""Pictures of samples and of trajectories."""
