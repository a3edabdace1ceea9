"""The report as one HTML file: everything inside, nothing from the network, no script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Final

from narrows.appraisal.answer import Appraisal
from narrows.case import MeasuredScan
from narrows.knowledge import Knowledge
from narrows.report.content import (
    Block,
    Bullets,
    Columns,
    Document,
    Facts,
    Fold,
    Heading,
    Layer,
    Line,
    Notice,
    Paragraph,
    Part,
    Picture,
    Run,
    Section,
    Table,
    Verbatim,
)
from narrows.report.document import document
from narrows.report.icon_array import PERSON
from narrows.report.language import said, speaking

#: (family, weight, file)
FONTS: Final = (
    ("Source Serif 4", 600, "source-serif-4-latin-600-normal.woff2"),
    ("Atkinson Hyperlegible Next", 400, "atkinson-hyperlegible-next-latin-400-normal.woff2"),
    ("Atkinson Hyperlegible Next", 600, "atkinson-hyperlegible-next-latin-600-normal.woff2"),
)
_MARKS: Final = {"stop": "!", "warn": "!", "ask": "?", "good": "✓", "plain": "i"}


def render(appraisal: Appraisal, knowledge: Knowledge, scans: Sequence[MeasuredScan] = (), language: str = "en") -> str:
    """The report as HTML."""
    return page(document(appraisal, knowledge, "screen", scans, language))


def page(content: Document) -> str:
    """A document as HTML."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
    opened = ' class="urgent"' if content.urgent else ""
    with speaking(content.lang):
        skip = said("To the answer")
    out = [
        f'<!doctype html>\n<html lang="{escape(content.lang)}">\n<head>\n<meta charset="utf-8">\n',
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n',
        '<meta name="color-scheme" content="light dark">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
        '<meta name="referrer" content="no-referrer">\n',
        f'<meta name="date" content="{escape(content.as_of)}">\n',
        f"<title>{escape(content.title)}</title>\n<style>\n{_style()}{_heads_style(content)}</style>\n</head>\n<body{opened}>\n",
        f'<a class="skip" href="#main">{skip}</a>\n',
        f'<svg class="hear" aria-hidden="true"><defs>{PERSON}</defs></svg>\n',
    ]
    for index, layer in enumerate(content.layers):
        with speaking(layer.lang):
            out.append(_layer(layer, content, first=index == 0))
    out.append(f"<footer><p>{escape(content.footer)}</p></footer>\n</body>\n</html>\n")
    return "".join(out)


@lru_cache(maxsize=1)
def _style() -> str:
    here = files("narrows.report")
    faces = []
    for family, weight, name in FONTS:
        data = base64.b64encode(here.joinpath("fonts", name).read_bytes()).decode("ascii")
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;font-display:swap;'
            f"src:url(data:font/woff2;base64,{data}) format('woff2')}}\n"
        )
    return here.joinpath("style.css").read_text(encoding="utf-8") + "".join(faces)


def _layer(layer: Layer, content: Document, *, first: bool) -> str:
    contents = "".join(f'<li><a href="#{escape(s.anchor)}">{escape(s.title)}</a></li>' for s in layer.sections)
    others = "".join(
        f'<li class="other"><a href="#{other.kind}">{escape(other.title)}</a></li>'
        for other in content.layers
        if other is not layer
    )
    nav = f'<nav aria-label="{escape(said("{title}: on this page", title=layer.title))}"><ul>{contents}{others}</ul></nav>\n'
    tag, extra = (
        ("main", ' id="main"') if first else ("section", f' id="{layer.kind}" aria-label="{escape(layer.title)}"')
    )
    if layer.lang != content.lang:
        extra += f' lang="{escape(layer.lang)}"'
    opening = _blocks(layer.opening)
    sections = "".join(_section(s) for s in layer.sections)
    inner = f'<div id="{layer.kind}" class="layer {layer.kind}">' if first else f'<div class="layer {layer.kind}">'
    return f"<{tag}{extra}>\n{inner}\n{opening}{nav}{sections}</div>\n</{tag}>\n"


def _section(section: Section) -> str:
    anchor = escape(section.anchor)
    own = ' class="new-page"' if section.new_page else ""
    return f'<section id="{anchor}"{own} aria-labelledby="h-{anchor}">\n<h2 id="h-{anchor}">{escape(section.title)}</h2>\n{_blocks(section.blocks)}</section>\n'


def _blocks(blocks: tuple[Block, ...]) -> str:
    return "".join(_block(b) for b in blocks)


def _block(block: Block) -> str:
    match block:
        case Heading(level=level, text=text, anchor=anchor):
            own = f' id="{escape(anchor)}"' if anchor else ""
            return f"<h{level}{own}>{escape(text)}</h{level}>\n"
        case Paragraph(line=content, look=look):
            return f"<p{_class(look)}>{_line(content)}</p>\n"
        case Bullets(items=items, ordered=is_ordered, look=look):
            tag = "ol" if is_ordered else "ul"
            if look == "sources":
                listed = "".join(f'<li id="s{number}">{_line(i)}' for number, i in enumerate(items, 1))
                return f'<ol class="sources">{listed}</ol>\n'
            return f"<{tag}{_class(look)}>{''.join(f'<li>{_line(i)}</li>' for i in items)}</{tag}>\n"
        case Notice():
            return _notice(block)
        case Facts(cards=cards):
            return f'<div class="facts">{"".join(_fact(c.label, c.value, c.note, c.picture) for c in cards)}</div>\n'
        case Table():
            return _table(block)
        case Picture():
            return _picture(block)
        case Columns(cells=cells, look=look):
            return f'<div class="columns {look}">{"".join(f"<div>{_blocks(c)}</div>" for c in cells)}</div>\n'
        case Fold():
            return _fold(block)
        case Verbatim(text=text, label=label):
            return f'<pre tabindex="0" aria-label="{escape(label)}">{escape(text)}</pre>\n'


def _class(look: str) -> str:
    return f' class="{look}"' if look else ""


def _notice(notice: Notice) -> str:
    own = f' id="{escape(notice.anchor)}"' if notice.anchor else ""
    role = ' role="alert"' if notice.tone == "stop" else ""
    level = notice.level
    return (
        f'<div class="notice {notice.tone}"{own}{role}><span class="mark" aria-hidden="true">{_MARKS[notice.tone]}</span>'
        f"<div><h{level}>{escape(notice.title)}</h{level}>\n{_blocks(notice.blocks)}</div></div>\n"
    )


def _fact(label: str, value: Line, note: Line, picture: Picture | None) -> str:
    drawn = _picture(picture) if picture else ""
    noted = f'<p class="note">{_line(note)}</p>' if note else ""
    return (
        f'<div class="fact"><h2 class="label">{escape(label)}</h2><p class="value">{_line(value)}</p>{drawn}'
        f"{noted}</div>"
    )


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in table.head)
    body = []
    for row in table.rows:
        cells = [f'<th scope="row">{_line(row[0])}</th>', *(f"<td>{_line(cell)}</td>" for cell in row[1:])]
        body.append(f"<tr>{''.join(cells)}</tr>")
    widths = ""
    if table.fit:
        whole = sum(table.fit)
        columns = "".join(f'<col style="width:{100 * part / whole:.1f}%">' for part in table.fit)
        widths = f"<colgroup>{columns}</colgroup>"
    return (
        f'<div class="sheet {table.look} {_heads_class(table.head)}" tabindex="0" role="group" aria-label="{escape(table.caption)}">'
        f"<table><caption>{escape(table.caption)}</caption>"
        f"{widths}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>\n"
    )


def _heads_class(head: tuple[str, ...]) -> str:
    return f"h{hashlib.sha256(chr(31).join(head).encode()).hexdigest()[:8]}"


def _heads_style(content: Document) -> str:
    """On narrow screens a table stands as a list: the head of each column is written before its cells."""
    rules: dict[str, None] = {}
    for head in _heads(content.layers):
        for index, title in enumerate(head):
            if index and title:
                safe = title.replace("\\", "").replace('"', "'").replace("<", "")
                rules[f'.{_heads_class(head)} td:nth-child({index + 1})::before{{content:"{safe}"}}'] = None
    return f"@media (max-width: 48rem) {{{''.join(rules)}}}\n"


def _heads(held: object) -> Iterator[tuple[str, ...]]:
    if isinstance(held, Table):
        yield held.head
    elif isinstance(held, tuple):
        for part in held:
            yield from _heads(part)
    elif isinstance(held, Part) and not isinstance(held, Run):
        for name in held.__struct_fields__:
            yield from _heads(getattr(held, name))


def _picture(picture: Picture) -> str:
    data = ""
    if picture.data is not None:
        data = f'<details class="data"><summary>{escape(said("The numbers as a table"))}</summary>{_table(picture.data)}</details>'
    title = f"<b>{escape(picture.title)}</b>" if picture.title else ""
    caption = (
        f"<figcaption>{title}<span>{_line(picture.caption)}</span></figcaption>" if title or picture.caption else ""
    )
    svg = (
        f'<svg class="{picture.look or "people"}" viewBox="0 0 {picture.width} {picture.height}" role="img" '
        f'aria-label="{escape(picture.alt)}">{picture.svg}</svg>'
    )
    return f'<figure class="{picture.look or "people"}">{caption}{svg}{data}</figure>\n'


def _fold(fold: Fold) -> str:
    own = f' id="{escape(fold.anchor)}"' if fold.anchor else ""
    if fold.look == "option":
        name, standing, because, *sure = fold.summary
        summary = (
            f'<span class="name">{escape(name.text)}</span> <span class="stand">{_run(standing)}</span> '
            f'<span class="because">{_run(because)}</span> <span class="sure"><span class="hear">{escape(said("How sure:"))} </span>{_line(tuple(sure))}</span>'
        )
    else:
        summary = _line(fold.summary)
    return (
        f"<details{own}{_class(fold.look)}><summary>{summary}</summary>\n<div>{_blocks(fold.blocks)}</div></details>\n"
    )


def _line(content: Line) -> str:
    return "".join(_run(r) for r in content)


_SAFE = re.compile(r"^(?:https?://|#)[^\s\"'<>`]*$")


def _run(run: Run) -> str:
    text = escape(run.text)
    if run.lang:
        text = f'<span lang="{escape(run.lang)}">{text}</span>'
    if run.href and _SAFE.match(run.href):
        text = f'<a href="{escape(run.href)}">{text}</a>'
    match run.style:
        case "strong":
            return f"<b>{text}</b>"
        case "soft":
            return f"<small>{text}</small>" if text else ""
        case "chip":
            return f'<span class="chip {escape(run.tone)}">{text}</span>'
        case "dots":
            drawn = "".join("<i class=on></i>" if index < run.dots else "<i></i>" for index in range(4))
            return f'<span class="dots" aria-hidden="true">{drawn}</span> {text}'
        case "br":
            return "<br>"
        case _:
            return text


def blocks(held: tuple[Block, ...]) -> str:
    """Blocks as HTML, for a page that brings its own frame."""
    return _blocks(held)


def section(held: Section) -> str:
    """A section with its heading as HTML, for a page that brings its own frame."""
    return _section(held)
