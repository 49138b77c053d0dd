"""Formulas as MathML, which browsers draw without a script: the pages need no network and no file of fonts."""

from __future__ import annotations

from html import escape

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number

FUNCTION = '<mi>ln</mi><mspace width="0.17em" />'


def register(app):
    """Add the renderer ``mathml`` to an application of Sphinx."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))


def mathml(formula: str, display: str) -> str:
    """Return the MathML of a formula in LaTeX.

    Raises
    ------
    ExtensionError
        Where the formula cannot be read; the build then ends.
    """
    try:
        found = convert(formula, display=display)
    except Exception as error:
        raise ExtensionError(f"no MathML of the formula {formula!r}: {error}") from error
    # Without the space between a function and its argument that LaTeX has.
    return found.replace("<mi>ln</mi>", FUNCTION)


def inline(self, node):
    """Write a formula within a line."""
    self.body.append(mathml(node.astext(), "inline"))
    raise nodes.SkipNode


def block(self, node):
    """Write a formula on lines of its own, with its number if it has one."""
    formula = node.astext()
    if r"\\" in formula and r"\begin" not in formula:
        formula = r"\begin{aligned}" + formula + r"\end{aligned}"
    number = ""
    if node.get("number"):
        number = f'<span class="eqno">({escape(str(get_node_equation_number(self, node)))})</span>'
    self.body.append(f'<div class="math">{number}{mathml(formula, "block")}</div>\n')
    raise nodes.SkipNode
