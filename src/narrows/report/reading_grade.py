"""How hard a text is to read: the Flesch–Kincaid grade of its prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from narrows.report.content import Block, Bullets, Columns, Facts, Fold, Notice, Paragraph, Section, plain

_WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:['’][A-Za-z]+)?|\d[\d.,]*")
_SENTENCE = re.compile(r"[.!?…]+[)\]\"”’]*(?:\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouyà-ɏ]+")


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """Syllables of an English word, counted from its vowel groups; a number is read as one."""
    lower = word.lower()
    if lower[0].isdigit():
        return 1
    groups = len(_VOWELS.findall(lower))
    if lower.endswith("e") and not lower.endswith(("le", "ee", "ye")) and groups > 1:
        groups -= 1
    if re.search(r"[^aeiouytd]ed$", lower) and groups > 1:
        groups -= 1
    if lower.endswith("es") and not re.search(r"(?:s|x|z|ch|sh|c|g|l)es$", lower) and groups > 1:
        groups -= 1
    groups += len(re.findall(r"ia(?!l|n|g)|io(?!n)|[^q]ua|eo(?!p)|ism$", lower))
    return max(1, groups)


def grade(texts: Iterable[str]) -> float:
    """Flesch–Kincaid grade level: 0.39 × words a sentence + 11.8 × syllables a word − 15.59.

    Source: Kincaid JP, Fishburne RP, Rogers RL, Chissom BS. Derivation of new readability formulas. Research Branch
    Report 8-75, Naval Technical Training Command, 1975. Raises ValueError when there are no words.
    """
    count_words = count_syllables = count_sentences = 0
    for text in texts:
        for sentence in _SENTENCE.split(text):
            found = _WORD.findall(sentence)
            if found:
                count_sentences += 1
                count_words += len(found)
                count_syllables += sum(syllables(w) for w in found)
    if not count_words:
        raise ValueError("no words to grade")
    return 0.39 * count_words / count_sentences + 11.8 * count_syllables / count_words - 15.59


def prose(blocks: Iterable[Block]) -> Iterator[str]:
    """The prose of blocks: paragraphs, list items and notices; tables, labels and sources are not prose."""
    for block in blocks:
        match block:
            case Paragraph(line=content, look=look) if look != "eyebrow":
                yield plain(content)
            case Bullets(items=items):
                yield from (plain(i) for i in items)
            case Notice(title=title, blocks=inner):
                yield title
                yield from prose(inner)
            case Fold(blocks=inner):
                yield from prose(inner)
            case Columns(cells=cells):
                for cell in cells:
                    yield from prose(cell)
            case Facts(cards=cards):
                for card in cards:
                    yield plain(card.value)
            case _:
                pass


def prose_of_sections(sections: Iterable[Section]) -> Iterator[str]:
    """The prose of whole sections."""
    for section in sections:
        yield from prose(section.blocks)
