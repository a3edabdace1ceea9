"""What a report is made of: sections of blocks, written once and drawn as HTML, PDF or text."""

from __future__ import annotations

from typing import Literal

import msgspec

from narrows.report.language import said, spoken, translated

#: Where a report is read: on the screen everything folds open; on paper less is printed.
Medium = Literal["screen", "paper"]
Tone = Literal["stop", "warn", "ask", "good", "plain"]


class Part(msgspec.Struct, frozen=True, omit_defaults=False):
    """A piece of content."""


class Run(Part, frozen=True):
    """Words in one style: plain, strong, soft, a chip with a tone, or the dots of a certainty (1 to 4)."""

    text: str
    style: Literal["", "strong", "soft", "chip", "dots", "br"] = ""
    href: str = ""
    tone: str = ""
    dots: int = 0
    lang: str = ""  # where it is not the language of its layer


Line = tuple[Run, ...]


class Heading(Part, frozen=True, tag="heading"):
    """A heading; level 1 is the page's own, used once a layer."""

    level: int
    text: str
    anchor: str = ""


class Paragraph(Part, frozen=True, tag="paragraph"):
    """A paragraph. `said`: the sentence that carries the page, set in serif; `soft`: beside the point."""

    line: Line
    look: Literal["", "said", "soft", "eyebrow"] = ""


class Bullets(Part, frozen=True, tag="bullets"):
    """A list; `look` ask: questions with a box to tick on paper; sources: each item may be linked to by its number."""

    items: tuple[Line, ...]
    ordered: bool = False
    look: Literal["", "ask", "tight", "pair", "sources"] = ""


class Notice(Part, frozen=True, tag="notice"):
    """A box that stands out, with its own tone in words and colour."""

    tone: Tone
    title: str
    blocks: tuple[Block, ...]
    level: int = 2
    anchor: str = ""


class Fact(Part, frozen=True):
    """One card: what is asked, what is known, and how it is known."""

    label: str
    value: Line
    note: Line = ()
    picture: Picture | None = None


class Facts(Part, frozen=True, tag="facts"):
    """Cards side by side."""

    cards: tuple[Fact, ...]


class Table(Part, frozen=True, tag="table"):
    """A table; the first cell of a row names it. `fit` in parts of the width for paper."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    fit: tuple[float, ...] = ()
    look: Literal["", "small", "plain"] = ""


class Picture(Part, frozen=True, tag="picture"):
    """A drawing with its words: `alt` for those who hear the page, `data` the same as a table."""

    svg: str
    alt: str
    width: int  # of the view box
    height: int
    title: str = ""
    caption: Line = ()
    data: Table | None = None
    look: Literal["", "wide", "bar"] = ""


class Columns(Part, frozen=True, tag="columns"):
    """Blocks side by side where there is room, one below the other where there is none."""

    cells: tuple[tuple[Block, ...], ...]
    look: Literal["", "card"] = ""


class Fold(Part, frozen=True, tag="fold"):
    """Blocks that open on demand; on paper they stand open."""

    summary: Line
    blocks: tuple[Block, ...]
    look: Literal["", "option", "later"] = ""
    anchor: str = ""


class Verbatim(Part, frozen=True, tag="verbatim"):
    """Plain text to be copied as it stands."""

    text: str
    label: str


Block = Heading | Paragraph | Bullets | Notice | Facts | Table | Picture | Columns | Fold | Verbatim


class Section(Part, frozen=True):
    """A part of the report under one heading."""

    anchor: str
    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False


class Layer(Part, frozen=True):
    """One of the two layers: for the person, for the clinician."""

    kind: Literal["person", "clinician"]
    title: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]
    lang: str = "en"


class Document(Part, frozen=True):
    """The whole report."""

    title: str
    case: str
    as_of: str
    lang: str
    layers: tuple[Layer, ...]
    footer: str
    urgent: bool = False


def filled(caption: str, head: tuple[str, ...], rows: tuple[tuple[Line, ...], ...], fit: tuple[float, ...]) -> Table:
    """A small table without the columns that hold nothing in any row."""
    kept = [i for i in range(len(head)) if i == 0 or any(plain(row[i]).strip() for row in rows)]
    return Table(
        caption,
        tuple(head[i] for i in kept),
        tuple(tuple(row[i] for i in kept) for row in rows),
        tuple(fit[i] for i in kept),
        "small",
    )


def words(text: str) -> Line:
    """Plain words as a line."""
    return (Run(text),)


def strong(text: str) -> Run:
    """Words that carry weight."""
    return Run(text, "strong")


def soft(text: str) -> Run:
    """Words beside the point."""
    return Run(text, "soft")


def link(text: str, address: str | None) -> Run:
    """A link, when the address is one of the web; else the words alone (an address is never trusted)."""
    if address and address.startswith(("https://", "http://", "#")) and not any(c in address for c in " \n\r\t\"'<>`"):
        return Run(text, href=address)
    return Run(text)


def as_written(text: str) -> Run:
    """Words in the language of the page where they were translated, else in English and marked as such."""
    return Run(said(text), lang="" if spoken() == "en" or translated(text) else "en")


def worded(block: Notice) -> Notice:
    """A notice whose title is looked up, and whose lists hold words from elsewhere: those are marked as written."""
    blocks = tuple(
        msgspec.structs.replace(b, items=tuple(tuple(as_written(r.text) for r in i) for i in b.items))
        if isinstance(b, Bullets)
        else b
        for b in block.blocks
    )
    return msgspec.structs.replace(block, title=said(block.title), blocks=blocks)


def chip(text: str, tone: str) -> Run:
    """A status in words and colour."""
    return Run(text, "chip", tone=tone)


def line(*parts: str | Run) -> Line:
    """A line from words and runs."""
    return tuple(Run(p) if isinstance(p, str) else p for p in parts)


def plain(content: Line) -> str:
    """The words of a line without their styles."""
    return "".join("\n" if run.style == "br" else run.text for run in content)
