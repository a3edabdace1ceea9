"""Sentences with the claims and warning signs that they show, in our own words: what the checker learns from."""

from __future__ import annotations

from importlib import resources
from typing import NamedTuple


class Example(NamedTuple):
    """A sentence with its labels; `said` is the claim whose list it stands in."""

    text: str
    claims: tuple[str, ...]
    signs: tuple[str, ...]
    heading: str = ""


def shipped_examples() -> list[Example]:
    """Every example that comes with the package.

    A file holds '== claim' (or '== none') above its sentences; '{' ends a sentence's text, then +claims and !signs follow.
    """
    found: list[Example] = []
    folder = resources.files("narrows.claims.examples")
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".txt")), key=lambda f: f.name):
        found += parsed(file.read_text("utf-8"))
    return found


def parsed(text: str) -> list[Example]:
    """The examples of one file's text.

    '> heading' sets the heading of the sentences below it, '>' alone ends it.
    """
    found: list[Example] = []
    claim = heading = ""
    for raw in text.splitlines():
        line = raw.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("=="):
            claim, heading = line[2:].strip(), ""
            continue
        if line.startswith(">"):
            heading = line[1:].strip()
            continue
        sentence, _, labels = line.partition("{")
        claims = [] if claim in ("none", "") else [claim]
        signs: list[str] = []
        for part in labels.split():
            (signs if part[0] == "!" else claims).extend(part[1:].split(","))
        found.append(Example(sentence.strip(), tuple(dict.fromkeys(claims)), tuple(signs), heading))
    return found
