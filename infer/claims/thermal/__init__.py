"""The claims of arXiv:2111.14808, dark matter by thermal decays, one module per section."""
