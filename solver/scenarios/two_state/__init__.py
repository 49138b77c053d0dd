"""Two states: χ₁ stable enough, χ₂ in contact with the plasma (arXiv:2111.14808, section 5)."""
