"""The page of a report: one HTML file without script or network, for a screen, a phone and paper."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ..storage.reading import is_picture
from .drawing import address, pixels_across, png

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["code", "figure", "folded", "items", "page", "paragraph", "section", "table"]

# Pixels: wider pictures have panels side by side whose letters vanish on a phone.
BROAD = 1000
STYLE = """
:root { color-scheme: light dark; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.2rem; max-width: 60rem; background: #fff; color: #1a1a1a;
       font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1, p, li, figcaption { overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0 0 .2rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid #ccc; }
.lead { font-size: 1.05rem; }
.verdict { padding: .6rem .9rem; border-left: .35rem solid #009e73; background: #eef8f4; }
.verdict.doubt { border-color: #e69f00; background: #fdf6e8; }
.verdict.bad { border-color: #d55e00; background: #fdf1ea; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .92rem; }
th, td { padding: .28rem .7rem .28rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #e4e4e4; }
th { font-weight: 600; border-bottom: 2px solid #999; white-space: nowrap; }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0; overflow-x: auto; }
details { margin: .8rem 0; } summary { cursor: pointer; font-weight: 600; }
img { max-width: 100%; height: auto; display: block; }
figcaption { color: #444; font-size: .9rem; margin-top: .3rem; }
pre { background: #f5f5f5; padding: .7rem; overflow-x: auto; font-size: .85rem; }
.small { color: #555; font-size: .88rem; }
@media screen and (max-width: 35rem) {
  body { padding: .8rem; }
  thead { display: none; }
  table, tbody, tr { display: block; }
  tr { padding: .4rem 0; border-bottom: 1px solid #bbb; }
  td, td.number { display: grid; grid-template-columns: 8rem minmax(0, 1fr); column-gap: .6rem; padding: .05rem 0;
                  border: 0; white-space: normal; overflow-wrap: anywhere; }
  td::before { content: attr(data-head); color: #666; font-weight: 400; }
  td:first-child { font-weight: 600; }
  td:empty { display: none; }
  /* Panels side by side would be too small to read: they are moved under the finger instead. */
  img.broad { max-width: none; width: 44rem; }
}
@media screen and (prefers-color-scheme: dark) {
  body { background: #16181c; color: #e4e4e4; }
  h2 { border-top-color: #444; }
  .verdict { background: #12291f; } .verdict.doubt { background: #2e2410; } .verdict.bad { background: #331a10; }
  th, td { border-bottom-color: #33363c; } th { border-bottom-color: #777; }
  figcaption, .small, td::before { color: #aaa; }
  pre { background: #22252b; }
  /* Pictures are printed on white. */
  img { background: #fff; padding: .4rem; border-radius: .2rem; }
  a { color: #7cb7ff; }
}
@media print {
  :root { color-scheme: light; }
  .wide { overflow: visible; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  h2 { break-after: avoid; } figure, table tr { break-inside: avoid; }
  pre { white-space: pre-wrap; }
}
"""


def page(title: str, lead: str, parts: Sequence[str]) -> str:
    """Return a whole page from its title, a line below it and its sections."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        # An empty icon, or a browser asks a server for one.
        '<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(lead)}</p>\n'
        + "\n".join(part for part in parts if part)
        + "\n</body>\n</html>\n"
    )


def section(title: str, *parts: str) -> str:
    """Return a section, or nothing where all its parts are empty."""
    body = "\n".join(part for part in parts if part)
    return f"<h2>{escape(title)}</h2>\n{body}" if body else ""


def folded(title: str, *parts: str) -> str:
    """Return parts that open when their title is chosen, or nothing where all are empty."""
    body = "\n".join(part for part in parts if part)
    return f"<details><summary>{escape(title)}</summary>\n{body}\n</details>" if body else ""


def paragraph(text: str, kind: str = "") -> str:
    """Return a paragraph of plain text."""
    return f'<p class="{kind}">{escape(text)}</p>' if kind else f"<p>{escape(text)}</p>"


def items(texts: Sequence[str]) -> str:
    """Return a list of plain texts, or nothing."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>" if texts else ""


def code(text: str) -> str:
    """Return a block of text as it is."""
    return f"<pre>{escape(text)}</pre>"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """Return a table, some columns of which hold numbers; on a phone every row becomes a list."""
    if not rows:
        return ""
    cells = "".join(f"<th>{escape(text)}</th>" for text in head)
    kind = ' class="number"'
    body = "".join(
        "<tr>"
        + "".join(
            f'<td data-head="{escape(head[i])}"{kind if i in numbers else ""}>{escape(text)}</td>'
            for i, text in enumerate(row)
        )
        + "</tr>\n"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead>\n<tbody>{body}</tbody></table></div>'


def figure(content: Figure | bytes, caption: str) -> str:
    """Return a picture inside the page, from a matplotlib figure or the bytes of a PNG; nothing of other bytes."""
    if not isinstance(content, bytes):
        source, width = address(content), pixels_across(content)
        size = f' width="{width}"' + (' class="broad"' if width > BROAD else "")
    elif is_picture(content):
        source, size = png(content), ""
    else:
        return ""
    text = escape(caption)
    return f'<figure><img alt="{text}"{size} src="{source}"><figcaption>{text}</figcaption></figure>'
