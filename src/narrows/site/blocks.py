"""Parts of the report as HTML for a page with a policy of its own: no style inside, heads of columns as attributes."""

from __future__ import annotations

import re
from html import escape

from django.utils.safestring import SafeString

from narrows.report import html_page
from narrows.report.content import Block, Layer
from narrows.report.icon_array import PERSON
from narrows.report.language import said

_WIDTH = re.compile(r'<col style="width:([\d.]+%)">')
_TABLE = re.compile(r"<table>.*?</table>", re.S)
_HEAD = re.compile(r'<th scope="col">(.*?)</th>', re.S)
_ROW = re.compile(r"<tr[^>]*>.*?</tr>", re.S)
_CELL = re.compile(r"<td>")
#: The shape that icon arrays refer to; stands once on a page.
SHAPES = SafeString(f'<svg class="hear" aria-hidden="true"><defs>{PERSON}</defs></svg>')


def markup(held: tuple[Block, ...]) -> SafeString:
    """Blocks of the report as HTML."""
    return SafeString(_without_style(html_page.blocks(held)))


def layer_markup(layer: Layer) -> SafeString:
    """A layer of the report as HTML: its opening, what is on the page, its sections."""
    return SafeString(opening_markup(layer) + sections_markup(layer))


def opening_markup(layer: Layer) -> SafeString:
    """What a layer begins with: in an emergency what to do now."""
    return SafeString(_without_style(html_page.blocks(layer.opening)))


def sections_markup(layer: Layer) -> SafeString:
    """What is on the page, and the sections."""
    contents = "".join(f'<li><a href="#{escape(s.anchor)}">{escape(s.title)}</a></li>' for s in layer.sections)
    name = escape(said("{title}: on this page", title=layer.title))
    nav = f'<nav class="contents" aria-label="{name}"><ul>{contents}</ul></nav>\n'
    return SafeString(nav + _without_style("".join(html_page.section(s) for s in layer.sections)))


def _without_style(html: str) -> str:
    return _TABLE.sub(_with_heads, _WIDTH.sub(r'<col width="\1">', html))


def _with_heads(found: re.Match[str]) -> str:
    """On narrow screens a table stands as a list: each cell carries the head of its column."""
    heads = [re.sub(r"<[^>]+>", "", h).replace('"', "'") for h in _HEAD.findall(found[0])]

    def row(held: re.Match[str]) -> str:
        left = iter(heads[1:])
        return _CELL.sub(lambda _: f'<td data-head="{next(left, "")}">', held[0])

    # A column without a head gets a plain cell there: an empty head would be read out as one.
    return _ROW.sub(row, found[0]).replace('<th scope="col"></th>', "<td></td>")
