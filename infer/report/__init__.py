"""The page that explains a run to somebody who was not there."""
