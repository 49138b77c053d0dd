"""How Sphinx builds the pages of this folder; `make docs` runs it, without a network."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import mathml  # noqa: E402

import relicfit  # noqa: E402

project = "relicfit"
author = "the relicfit developers"
copyright = "the relicfit developers"
version = release = relicfit.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinxcontrib.bibtex",
]
root_doc = "index"
# Generated parts begin at the second level of headings; preprints have no journal.
suppress_warnings = ["myst.header", "myst.xref_missing", "bibtex.missing_field"]

myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist"]
myst_heading_anchors = 3

# A notebook is executed again when its cells change, or with an empty cache.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE.parent / "build" / "docs" / "notebooks")
nb_execution_in_temp = True
# A cell takes seconds on an idle machine; this is for one that is shared by many.
nb_execution_timeout = 1800
nb_execution_raise_on_error = True
# Libraries that a page loads speak of themselves; what fails ends the build.
nb_output_stderr = "remove"
nb_merge_streams = True
nb_number_source_lines = False

bibtex_bibfiles = ["../infer/references.bib"]
bibtex_default_style = "plain"

autodoc_default_options = {"members": True, "member-order": "bysource"}
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
add_module_names = False

html_theme = "pydata_sphinx_theme"
html_title = f"relicfit {release}"
html_sidebars = {"**": ["globaltoc.html"], "index": []}
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
html_math_renderer = "mathml"
html_theme_options = {
    "navbar_align": "left",
    "navbar_center": [],
    "navbar_end": ["theme-switcher"],
    # The table of claims needs the whole width.
    "secondary_sidebar_items": {"claims": [], "**": ["page-toc"]},
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
}


def setup(app):
    """Register how formulas become MathML."""
    mathml.register(app)
