"""Sentences of a page with their places: where one ends, and which heading or question it answers."""

from __future__ import annotations

import re

from narrows.claims.page import Block, Page, Sentence

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?:\[\d+(?:[,–-]\s*\d+)*\])?(?=\s)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Drs|Mr|Mrs|Ms|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|al|Fig|Figs|Ref|Refs|approx|ca|cf|No|Nos|Vol|pp|Inc|Ltd|Co|Dept|"
    r"Ph\.D|M\.D|D\.O|U\.S|U\.K|a\.m|p\.m|min|max|Eq|Tab|resp|incl|est)|\b[A-Z])\.$"
)
_NEXT_STARTS = re.compile(r"\s+[\"'“‘(\[]*[A-Z0-9À-Þ•$€£+~<>≥≤]")
_LONGEST = 1200  # characters; a longer run without a full stop is cut at semicolons


def split_points(text: str) -> list[int]:
    """Where sentences of a text end (offsets after the last mark of each), the last one included."""
    ends = []
    for found in _END.finditer(text):
        before = text[: found.end()].rstrip("\"'”’)]")
        if before.endswith(".") and _ABBREVIATION.search(before[-12:]):
            tail = text[found.end() : found.end() + 40]
            if not re.match(r"\s+(?:The|This|It|We|Our|In|These|They|A|For|If)\b", tail) or before[-3:] in (
                "Dr.",
                "vs.",
            ):
                continue
        rest = text[found.end() :]
        # "Regenexx. com" and "approx. five" go on; a new sentence starts with a capital, a figure or a quotation
        goes_on = not _NEXT_STARTS.match(rest) and bool(rest.strip()) and found.group()[0] not in "!?"
        if goes_on:
            continue
        ends.append(found.end())
    if not ends or text[ends[-1] :].strip():
        ends.append(len(text))
    return ends


def sentences_of(page: Page) -> list[Sentence]:
    """Every sentence of a page, headings included, in the order of the text."""
    found: list[Sentence] = []
    heading, fresh = "", 0
    for block in page.blocks:
        parts = _parts(page.text, block)
        if block.role == "heading":
            heading = " ".join(page.text[s:e].strip() for s, e in parts)
            fresh = 0
        before = ""
        for start, end in parts:
            shown = re.sub(r"\s+", " ", page.text[start:end])
            above = "" if block.role == "heading" else heading
            found.append(Sentence(start, end, shown, block.role, above, before))
            before = shown
            if block.role == "prose" and shown.endswith("?") and len(parts) > 1:
                heading, fresh = shown, 0  # a question inside a paragraph is answered by what follows
        fresh += 1
        if fresh > 12:
            heading = ""  # so far below, a heading no longer says what a sentence is about
    return found


def _parts(text: str, block: Block) -> list[tuple[int, int]]:
    inner = text[block.start : block.end]
    ends = [len(inner)] if block.one_sentence else split_points(inner)
    spans, start = [], 0
    for end in ends:
        piece = inner[start:end]
        for cut_start, cut_end in _cut(piece):
            left = start + cut_start + len(piece[cut_start:cut_end]) - len(piece[cut_start:cut_end].lstrip())
            right = start + cut_start + len(piece[cut_start:cut_end].rstrip())
            if left < right and any(c.isalnum() for c in inner[left:right]):
                spans.append((block.start + left, block.start + right))
        start = end
    return spans


def _cut(piece: str) -> list[tuple[int, int]]:
    if len(piece) <= _LONGEST:
        return [(0, len(piece))]
    places = [m.end() for m in re.finditer(r"[;:]\s|\s[–—-]\s|,\s", piece)]
    spans, start = [], 0
    while len(piece) - start > _LONGEST:
        near = [p for p in places if start + 200 < p <= start + _LONGEST]
        end = near[-1] if near else start + _LONGEST
        spans.append((start, end))
        start = end
    spans.append((start, len(piece)))
    return spans
