"""The commands, in three files: what samples, what evaluates, what answers in words."""
