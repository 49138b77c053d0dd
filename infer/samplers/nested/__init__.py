"""dynesty: nested sampling."""
