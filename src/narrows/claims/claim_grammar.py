"""How pages word each claim, as small grammars that a person can read and mend: data/claim_grammar/*.toml."""

from __future__ import annotations

import functools
import hashlib
import re
import tomllib
from collections.abc import Iterable
from importlib import resources

import msgspec

from narrows.claims.context import Context
from narrows.knowledge import cache

_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " "})


class Wording(msgspec.Struct):
    """The expressions of one claim as text, with its words filled in."""

    says: list[str]
    under: list[tuple[str, str]]
    unless: list[str]
    about: list[str]


class ClaimGrammar:
    """The wordings of one claim: any of `says`, or one of `under` below a heading or lead-in that fits; unless …

    Expressions are compiled when they are first needed: most of `unless` never is, and compiling costs more than searching.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._about = frozenset(wording.about)

    @functools.cached_property
    def _says(self) -> re.Pattern[str] | None:
        return _joined(self._wording.says)

    @functools.cached_property
    def _unless(self) -> re.Pattern[str] | None:
        return _joined(self._wording.unless)

    @functools.cached_property
    def _under(self) -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
        return [(re.compile(above), re.compile(item)) for above, item in self._wording.under]

    def fits(self, text: str, above: str, context: Context) -> bool:
        """Whether a text (and what stands above it; both made plain) words the claim in this context."""
        if self._about and context.treatments and not self._about & context.treatments:
            return False
        stated = bool(self._says and self._says.search(text)) or (
            bool(above) and any(heading.search(above) and item.search(text) for heading, item in self._under)
        )
        return stated and not (self._unless and self._unless.search(text))


def _joined(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{p})" for p in patterns)) if patterns else None


def plain(text: str) -> str:
    """A text in small letters with plain quotation marks, hyphens and single spaces, as the grammars expect it."""
    return " ".join(text.translate(_SAME).lower().split())


def wordings_in(text: str) -> dict[str, Wording]:
    """The wordings of one file; {name} in a pattern stands for an expression of its [words]."""
    table = tomllib.loads(text)
    words: dict[str, str] = table.pop("words", {})

    def filled(pattern: str) -> str:
        for name, expression in words.items():
            pattern = pattern.replace("{" + name + "}", f"(?:{expression})")
        return pattern

    return {
        claim: Wording(
            [filled(p) for p in parts.get("says", ())],
            [(filled(rule["above"]), filled(rule["says"])) for rule in parts.get("under", ())],
            [filled(p) for p in parts.get("unless", ())],
            parts.get("about", []),
        )
        for claim, parts in table.items()
    }


@functools.cache
def wordings() -> dict[str, Wording]:
    """The wordings of every claim that has some, by its id; from the cache when the files are known."""
    folder = resources.files("narrows.claims").joinpath("data/claim_grammar")
    texts = [f.read_text("utf-8") for f in sorted(folder.iterdir(), key=lambda f: f.name) if f.name.endswith(".toml")]
    key = hashlib.sha256("".join(texts).encode()).hexdigest()

    def made() -> bytes:
        return msgspec.msgpack.encode({claim: w for text in texts for claim, w in wordings_in(text).items()})

    return msgspec.msgpack.decode(cache.remembered("claim-wordings-1", key, made), type=dict[str, Wording])


@functools.cache
def grammar_of(claim: str) -> ClaimGrammar | None:
    """The grammar of a claim; None when it has none."""
    wording = wordings().get(claim)
    return ClaimGrammar(wording) if wording else None


def worded(text: str, context: Context, tried: Iterable[str]) -> frozenset[str]:
    """Those of the claims tried that a sentence words by their grammar."""
    said, above = plain(text), plain(context.above)
    return frozenset(c for c in tried if (grammar := grammar_of(c)) and grammar.fits(said, above, context))
