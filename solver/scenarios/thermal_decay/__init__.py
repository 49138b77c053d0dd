"""Generic dark matter that changes number by one unit, arXiv:2111.14808 section 2."""
