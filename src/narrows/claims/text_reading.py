"""Plain text and Markdown as blocks: paragraphs, headings, list items, rows; offsets into the text as it stands."""

from __future__ import annotations

import re

from narrows.claims.page import Block, Kind, Page, Role
from narrows.claims.sentences import split_points

_BULLET = re.compile(r"\s*(?:[-*+•‣◦▪●–·✓✔✅❌➤]|\d{1,2}[.)]|[a-z]\))\s+")
_MARKDOWN_HEADING = re.compile(r"\s{0,3}#{1,6}\s+")
_TABLE_RULE = re.compile(r"\s*\|?[\s:|-]+\|[\s:|-]*$")
_WRAP_MINIMUM = 45  # a line shorter than this was ended on purpose
_WRAP_BEFORE_CAPITAL = 60  # the same before a line that starts with a capital
WIDEST = 150  # characters of a wrapped line; a text with longer ones has a paragraph to a line


def text_page(text: str, name: str, kind: Kind) -> Page:
    """The page of a text or of Markdown."""
    return Page(text, tuple(blocks_of(text, markdown=kind == "markdown")), kind, name)


def blocks_of(text: str, *, markdown: bool = False) -> list[Block]:
    """The blocks of a text: wrapped lines are joined, headings, items and rows told apart."""
    lines = _lines(text)
    filled = [(s, e) for s, e in lines if text[s:e].strip()]
    by_line = _one_statement_a_line(text, filled)
    wrapped = all(end - start <= WIDEST for start, end in filled)
    blocks: list[Block] = []
    run: tuple[int, int] | None = None
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if not line.strip():
            run = _close(run, blocks)
            continue
        role, inner = _role(text, lines, number, markdown=markdown, by_line=by_line)
        if role is None:
            run = _close(run, blocks)
            continue
        if role == "prose" and not by_line:
            if run and wrapped and _continues(text[run[0] : run[1]], line):
                run = (run[0], end)
                continue
            run = _close(run, blocks)
            run = (start, end)
            continue
        if role == "prose" and run is None and by_line:
            blocks.append(Block(inner, end, "prose", one_sentence=True))
            continue
        run = _close(run, blocks)
        blocks.append(Block(inner, end, role, one_sentence=role in ("heading", "row")))
    _close(run, blocks)
    return blocks


def _lines(text: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append((start, start + len(line.rstrip("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))))
        start += len(line)
    return found


def _close(run: tuple[int, int] | None, blocks: list[Block]) -> tuple[int, int] | None:
    """End the paragraph that is being gathered, if there is one."""
    if run:
        blocks.append(Block(run[0], run[1], "prose"))
    return None


def _continues(before: str, line: str) -> bool:
    """Whether a line goes on with the sentence that the line before it broke off."""
    last = before.rsplit("\n", 1)[-1]
    if len(last.strip()) < (_WRAP_MINIMUM if line.lstrip()[0].islower() else _WRAP_BEFORE_CAPITAL):
        return False
    return not re.search(r"[.!?:;][\"')\]”’]*\s*$", last) or len(last) >= 60


def _one_statement_a_line(text: str, filled: list[tuple[int, int]]) -> bool:
    """Whether the text gives one statement per line, as lists of statements do, without wrapping or paragraphs."""
    if len(filled) < 6:
        return False
    single = ended = 0
    for start, end in filled:
        line = text[start:end]
        single += len(split_points(line)) <= 1 and len(line) < 350
        ended += line.rstrip().endswith((".", "!", "?", ":", "”", '"', ")"))
    return single >= 0.9 * len(filled) and ended >= 0.6 * len(filled)


def _role(
    text: str, lines: list[tuple[int, int]], number: int, *, markdown: bool, by_line: bool
) -> tuple[Role | None, int]:
    """The role of a line and where its own text starts; None for a line that only rules a table."""
    start, end = lines[number]
    line = text[start:end]
    if markdown or line.lstrip().startswith("#"):
        heading = _MARKDOWN_HEADING.match(line)
        if heading:
            return "heading", start + heading.end()
    if "|" in line and _TABLE_RULE.match(line):
        return None, start
    if line.count("|") >= 2:
        return "row", start
    bullet = _BULLET.match(line)
    if bullet and not (line.lstrip()[0].isdigit() and len(line) > 200):
        return "item", start + bullet.end()
    start += len(line) - len(line.lstrip())
    if not _looks_like_heading(text, lines, number, by_line=by_line):
        return "prose", start
    return ("item" if _in_a_list(text, lines, number) else "heading"), start


def _in_a_list(text: str, lines: list[tuple[int, int]], number: int) -> bool:
    """Whether a short line without a full stop is one of several in a row, as lists lose their bullets when a page is saved as text."""

    def neighbour(step: int) -> str:
        at = number + step
        while 0 <= at < len(lines):
            shown = text[slice(*lines[at])].strip()
            if shown:
                return shown
            at += step
        return ""

    def short(line: str) -> bool:
        return bool(line) and len(line.split()) <= 14 and not line.endswith((".", "!", "?", ":"))

    before, after = neighbour(-1), neighbour(1)
    if text[slice(*lines[number])].strip().endswith("?") or not before:
        return False
    return before.endswith(":") or short(after)


def _looks_like_heading(text: str, lines: list[tuple[int, int]], number: int, *, by_line: bool) -> bool:
    start, end = lines[number]
    line = text[start:end].strip()
    words = line.split()
    if len(words) > 14 or not line[0].isalnum():
        return False
    before = number == 0 or not text[slice(*lines[number - 1])].strip()
    after = number + 1 < len(lines) and bool(text[slice(*lines[number + 1])].strip())
    if line.endswith("?"):
        return by_line or len(split_points(line)) <= 1
    if line.endswith((".", "!", ",", ";", ":")):
        return False
    if number and not before and _continues(text[slice(*lines[number - 1])], line):
        return False
    if line[0].islower():
        return False
    if after and text[lines[number + 1][0] : lines[number + 1][1]].lstrip()[0].islower():
        return False  # the next line goes on with it
    rest = number + 1 < len(lines)
    return rest and (after or before or by_line)
