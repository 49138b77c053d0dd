"""What each modelling choice is worth, at a point and over a posterior."""
