"""emcee: ensembles of walkers."""
