"""The Boltzmann equations of conversion: what they read from the plasma, their stages and steps."""
