"""Search over the whole library: SQLite's full-text index, built once for a knowledge and kept by its hash."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from html import escape
from typing import Final, NamedTuple

from django.utils.safestring import SafeString

from narrows.knowledge import Knowledge, cache
from narrows.site.glossary import words_of_the_glossary
from narrows.site.ground import ground

MOST: Final = 60
_SHAPE: Final = 2  # raised when rows are made differently
_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_here = threading.local()


class Hit(NamedTuple):
    """One entry that was found."""

    kind: str
    key: str
    title: str
    excerpt: SafeString


def _rows(knowledge: Knowledge) -> Iterator[tuple[str, str, str, str]]:
    """Every entry: its kind, its id, its title, its text."""
    for o in knowledge.options.values():
        text = " ".join(
            (*o.also_called, o.aim, *o.what_happens, o.evidence_note, o.evidence_elsewhere, *(h.harm for h in o.harm))
        )
        yield "option", o.id, o.name, text
    for syndrome in knowledge.syndromes.values():
        yield "syndrome", syndrome.id, syndrome.label, f"{syndrome.plain} {syndrome.clinical}"
    for claim in knowledge.claims.values():
        yield "claim", claim.id, claim.statement, f"{claim.because} {claim.verdict} {' '.join(claim.phrasings)}"
    for s in knowledge.studies.values():
        arms = " ".join(a.label for a in s.arm)
        yield (
            "study",
            s.id,
            s.title,
            f"{s.year or ''} {s.design} {s.condition} {s.country or ''} {arms} {s.pmid or ''} {s.doi or ''}",
        )
    for rule in knowledge.criteria.values():
        yield "criterion", rule.id, rule.label, f"{rule.says} {rule.when or ''}"
    for instrument in knowledge.instruments.values():
        yield "instrument", instrument.id, instrument.name, f"{instrument.id} {instrument.region}"
    for source in knowledge.sources.values():
        yield "source", source.id, source.citation, f"{source.numbers} {source.pmid or ''} {source.doi or ''}"
    for _, held in words_of_the_glossary():
        for word in held:
            yield "word", word.anchor, word.word, word.meaning


def _made() -> bytes:
    base = sqlite3.connect(":memory:")
    base.execute(
        "CREATE VIRTUAL TABLE entry USING fts5(kind UNINDEXED, id, title, text, tokenize='porter unicode61 remove_diacritics 2')"
    )
    base.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", _rows(ground()))
    base.execute("INSERT INTO entry(entry) VALUES ('optimize')")
    base.commit()
    return base.serialize()


def _base() -> sqlite3.Connection:
    """The index of this thread, read from what was kept."""
    held: sqlite3.Connection | None = getattr(_here, "base", None)
    if held is None:
        held = sqlite3.connect(":memory:")
        held.deserialize(cache.remembered(f"search-{_SHAPE}", ground().sha256, _made))
        _here.base = held
    return held


def search(query: str) -> list[Hit]:
    """What fits the words of a query, best first; words are words, whatever signs stand between them."""
    words = _WORD.findall(query.lower())[:12]
    if not words:
        return []
    # Every word must begin a word of the entry; as quoted text none of it is syntax.
    asked = " ".join(f'"{w}"*' for w in words)
    rows = _base().execute(
        "SELECT kind, id, title, snippet(entry, 3, char(1), char(2), ' … ', 24) FROM entry WHERE entry MATCH ? "
        "ORDER BY bm25(entry, 0, 6.0, 10.0, 1.0), id LIMIT ?",
        (asked, MOST),
    )
    return [Hit(kind, key, title, _marked(text)) for kind, key, title, text in rows]


def _marked(text: str) -> SafeString:
    return SafeString(escape(text).replace("\x01", "<mark>").replace("\x02", "</mark>"))
