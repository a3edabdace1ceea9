"""Any entry of the knowledge by its id, with everything that refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from narrows.knowledge.references import REFERENCES, named_by
from narrows.knowledge.store import Knowledge
from narrows.knowledge.tables import TABLES


def ids_of(knowledge: Knowledge) -> list[str]:
    """Every id of every table."""
    return [key for t in TABLES if t.key for key in knowledge.table(t.attribute)]


def entries_named(key: str, knowledge: Knowledge) -> list[dict[str, Any]]:
    """The entries that have an id, each as plain data with its place and what refers to it; empty when there is none."""
    found = []
    for table in TABLES:
        entry = knowledge.table(table.attribute).get(key) if table.key else None
        if entry is not None:
            found.append(
                {
                    "kind": table.table,
                    "where": knowledge.place(table.attribute, key),
                    "entry": msgspec.to_builtins(entry),
                    "referred_to_by": list(_references(key, table.attribute, knowledge)),
                }
            )
    return found


def _references(key: str, attribute: str, knowledge: Knowledge) -> Iterator[dict[str, str]]:
    kind_of = {t.attribute: t.table for t in TABLES}
    for (table, field), targets in REFERENCES.items():
        if attribute in targets:
            for other, entry in knowledge.table(table).items():
                if key in named_by(entry, field):
                    yield {"kind": kind_of[table], "id": other, "field": field}
    if attribute == "findings":
        word = re.compile(rf"\b{re.escape(key)}\b")
        for other, criterion in knowledge.criteria.items():
            texts = [criterion.when or "", *(p.when for p in criterion.points)]
            if any(word.search(text) for text in texts):
                yield {"kind": "criterion", "id": other, "field": "when"}
