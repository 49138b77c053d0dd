"""The corner picture: densities with ends at the bounds of priors, runs laid over each other, a few words."""
