"""The claims of arXiv:2404.12428, conversion-driven leptogenesis, one module per section."""
