"""nautilus: importance nested sampling with neural networks, in batches, for independent draws."""
