"""The glossary as the page shows it, read from the file that the documentation holds."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

_ROW = re.compile(r"^\|\s*\*\*(.+?)\*\*\s*\|\s*(.+?)\s*\|\s*$")


class Word(NamedTuple):
    """One word."""

    word: str
    meaning: str
    anchor: str


@lru_cache(maxsize=1)
def words_of_the_glossary() -> tuple[tuple[str, tuple[Word, ...]], ...]:
    """Words by group, as they stand in GLOSSARY.md."""
    groups: list[tuple[str, list[Word]]] = []
    for text in _text().splitlines():
        if text.startswith("## "):
            groups.append((text[3:].strip(), []))
        elif (found := _ROW.match(text)) and groups:
            word = found[1].strip()
            anchor = re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")
            groups[-1][1].append(Word(word, re.sub(r"[*`]", "", found[2]), anchor))
    return tuple((title, tuple(held)) for title, held in groups if held)


def _text() -> str:
    """The checkout's file where there is one, else the copy in the package."""
    checkout = Path(__file__).parents[3] / "GLOSSARY.md"
    if checkout.is_file():
        return checkout.read_text(encoding="utf-8")
    return files("narrows.site").joinpath("data", "glossary.md").read_text(encoding="utf-8")
