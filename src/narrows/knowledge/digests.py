"""A short digest of every entry that an appraisal rests on, so that a saved case can say later what changed since."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import msgspec

from narrows.knowledge.store import Knowledge

TABLES = ("findings", "criteria", "options", "syndromes")


@lru_cache(maxsize=4)
def digests(knowledge: Knowledge) -> dict[str, dict[str, str]]:
    """Table to id to the first eight hexadecimal digits of the SHA-256 of an entry, its dates left out."""
    encode = msgspec.json.Encoder(order="sorted").encode

    def short(entry: object) -> str:
        plain = msgspec.to_builtins(entry)
        for date in ("read_on", "review_by"):
            plain.pop(date, None)
        return hashlib.sha256(encode(plain)).hexdigest()[:8]

    return {table: {key: short(entry) for key, entry in knowledge.table(table).items()} for table in TABLES}


def changed_since(saved: dict[str, dict[str, str]], knowledge: Knowledge) -> list[dict[str, str]]:
    """The entries that were added, changed, withdrawn or removed since digests were saved."""
    found: list[dict[str, str]] = []
    now = digests(knowledge)
    for table in TABLES:
        before, after = saved.get(table, {}), now[table]
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) == after.get(key):
                continue
            entry = knowledge.table(table).get(key)
            what = "removed" if entry is None else "added" if key not in before else "changed"
            if entry is not None and entry.withdrawn_on is not None:
                what = f"withdrawn on {entry.withdrawn_on.isoformat()}: {entry.withdrawn_because}"
            found.append({"table": table, "id": key, "what": what})
    return found
