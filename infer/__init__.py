"""From run files to posteriors: configuration, samplers, results, diagnostics, the command line."""
