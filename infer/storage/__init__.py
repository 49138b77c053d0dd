"""Files that are whole or absent, and the state of an unfinished run."""
