"""Words of a sentence: tokens with places, their stems, and the classes of meaning that they belong to."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

_TOKEN = re.compile(r"[a-zà-þ][a-zà-þ0-9]*(?:['’./-][a-zà-þ0-9]+)*|[$€£]|\d[\d,.]*\d|\d|%|\+", re.IGNORECASE)
_ENDINGS = (
    ("ations", "ate"), ("ation", "ate"), ("nesses", ""), ("ness", ""), ("ingly", ""), ("edly", ""), ("iveness", "ive"), ("fully", "ful"), ("ously", "ous"),
    ("ively", "ive"), ("ments", "ment"), ("ities", "ity"), ("ically", "ic"), ("ally", "al"), ("ies", "y"), ("ied", "y"),
    ("ing", ""), ("ers", "er"), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""),
)  # fmt: skip
_KEPT = {"this", "his", "is", "was", "has", "does", "its", "less", "us", "yes", "process", "access", "bus", "plus", "versus",
         "stenosis", "diagnosis", "fibrosis", "sepsis", "analysis", "always", "during", "bring", "thing", "being", "need",
         "feed", "speed", "exceed", "red", "bed", "led", "various", "previous", "nervous", "serious", "bleed"}  # fmt: skip


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())


class Token(NamedTuple):
    """A word with its place in its sentence and its stem."""

    start: int
    end: int
    word: str
    stem: str


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending, lightly: 'regenerates' and 'regenerating' meet, 'less' stays."""
    if len(word) <= 4 and not (word.endswith("s") and word[-2:] not in ("ss", "us", "is") and len(word) > 3):
        return word
    if word in _KEPT or not word[0].isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            if ending == "s" and word.endswith(("ss", "us", "is")):
                continue
            if ending == "es" and not word.endswith(("ches", "shes", "sses", "xes", "zes")):
                continue
            base = word[: -len(ending)] + instead
            if ending in ("ing", "ed") and len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz":
                base = base[:-1]
            return base.rstrip("e") if len(base) > 4 else base
    return word.rstrip("e") if len(word) > 4 else word


def tokens_of(text: str) -> list[Token]:
    """The words, figures and signs of a text in lower case, with their places."""
    found = []
    for match in _TOKEN.finditer(text):
        word = match.group().lower().replace("’", "'").strip(".")
        found.append(Token(match.start(), match.end(), word, stem(word)))
    return found


class _Classes(NamedTuple):
    whole: dict[str, tuple[str, ...]]
    beginnings: tuple[tuple[str, str], ...]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@lru_cache(maxsize=1)
def _classes() -> _Classes:
    table = tomllib.loads(resources.files("narrows.claims").joinpath("data/word_classes.toml").read_text("utf-8"))
    whole: dict[str, list[str]] = {}
    beginnings: list[tuple[str, str]] = []
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for group in table.values():
        for name, members in group.items():
            for member in str(members).split():
                if "_" in member:
                    parts = tuple(member.split("_"))
                    phrases.setdefault(parts[0], []).append((parts[1:], name))
                elif member.endswith("*"):
                    beginnings.append((member[:-1], name))
                else:
                    whole.setdefault(member, []).append(name)
    return _Classes(
        {w: tuple(n) for w, n in whole.items()}, tuple(beginnings), {w: tuple(p) for w, p in phrases.items()}
    )


@lru_cache(maxsize=50_000)
def _classes_of_word(word: str) -> tuple[str, ...]:
    classes = _classes()
    found = list(classes.whole.get(word, ()))
    found += [name for beginning, name in classes.beginnings if word.startswith(beginning)]
    if "-" in word:
        for part in word.split("-"):
            if len(part) > 2:
                found += _classes_of_word(part)
    if word.endswith("'s") and len(word) > 3:
        found += _classes_of_word(word[:-2])
    return tuple(dict.fromkeys(found))


def classes_at(tokens: list[Token]) -> list[tuple[str, ...]]:
    """For every token the classes of meaning that it, or a phrase starting at it, belongs to."""
    phrases = _classes().phrases
    found = []
    for i, token in enumerate(tokens):
        names = _classes_of_word(token.word)
        for rest, name in phrases.get(token.word, ()):
            if len(tokens) - i > len(rest) and all(_fits(tokens[i + 1 + k].word, part) for k, part in enumerate(rest)):
                names = (*names, name)
        found.append(tuple(dict.fromkeys(names)))
    return found


def _fits(word: str, part: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
