"""The samples of a run in the form of other people's tools."""
