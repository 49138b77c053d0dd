"""How fast dark matter is: momenta at production, their moments today, and what they do to structure."""
