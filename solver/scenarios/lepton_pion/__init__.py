"""Dark matter χ coupled to a lepton and a pion (arXiv:2111.14808, sections 3 and 4)."""
