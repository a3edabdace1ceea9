"""Warning signs of advertising in a sentence: by small grammars of word classes and by what examples taught."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from narrows.claims.matching import Match, Seen

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one sign is worded: any of these, with this beside it, unless one of those."""

    any: re.Pattern[str]
    needs: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    strength: float  # how much a hit counts

    def found(self, text: str) -> re.Match[str] | None:
        """The words of a text that show the sign, if it does."""
        hit = self.any.search(text)
        if hit is None or (self.needs and not self.needs.search(text)) or self.taken_back(text):
            return None
        return hit

    def taken_back(self, text: str) -> bool:
        """Whether a text shows what rules the sign out, however it was found."""
        return bool(self.unless and self.unless.search(text))


@lru_cache(maxsize=1)
def grammars() -> dict[str, Grammar]:
    """The grammar of each sign, by its id."""
    table = tomllib.loads(resources.files("narrows.claims").joinpath("data/sign_grammar.toml").read_text("utf-8"))
    words: dict[str, str] = table["words"]

    def filled(pattern: str) -> str:
        for name, expression in words.items():
            pattern = pattern.replace("{" + name + "}", expression)
        return pattern

    def joined(patterns: list[str]) -> re.Pattern[str]:
        return re.compile("|".join(f"(?:{filled(table['unless'].get(p, p))})" for p in patterns), re.IGNORECASE)

    found = {}
    for sign, parts in table["signs"].items():
        needs = re.compile(filled(parts["needs"]), re.IGNORECASE) if "needs" in parts else None
        unless = joined(parts["unless"]) if "unless" in parts else None
        found[sign] = Grammar(joined(parts["any"]), needs, unless, float(parts.get("strength", 1.0)))
    return found


def signs_of(
    seen: Seen, matches: list[Match], likeness: dict[str, float], settings: dict[str, Any], knowledge: Knowledge
) -> list[str]:
    """The ids of the warning signs that a sentence shows, the surest first.

    `likeness` says how the page as a whole is worded: the same words show a sign where something is sold and none in a leaflet.
    """
    text = seen.sentence.text
    if seen.sentence.role == "heading" and seen.sentence.question:
        return []
    stated = {m.claim for m in matches}
    rules = settings["sign_decision"]
    page = rules["offset"] + sum(w * v for w, v in zip(rules["page"], page_tone(likeness), strict=True))
    scored: list[tuple[float, str]] = []
    for sign, grammar in grammars().items():
        if sign not in knowledge.marketing_signs or grammar.taken_back(text):
            continue
        odds = page + rules["learned"] * seen.signs.get(sign, -6.0)
        odds += rules["grammar"] * grammar.strength if grammar.found(text) else 0.0
        odds += rules["claim"] if stated & CLAIMS_OF_SIGN.get(sign, frozenset()) else 0.0
        odds += rules["question"] if seen.sentence.question else 0.0
        if odds >= 0:
            scored.append((odds, sign))
    for sign, entry in knowledge.marketing_signs.items():
        # Phrases that a clinic's own folder added to a sign count as they stand.
        if sign not in grammars() and any(p in text.lower() for p in entry.patterns):
            scored.append((0.0, sign))
    return [sign for _, sign in sorted(scored, reverse=True)[:3]]


def page_tone(likeness: dict[str, float]) -> tuple[float, float]:
    """How much more a page is worded like pages that sell, and like mixed ones, than like pages that inform."""
    return likeness["promotional"] - likeness["balanced"], likeness["mixed"] - likeness["balanced"]


CLAIMS_OF_SIGN: dict[str, frozenset[str]] = {
    "high-success-rate": frozenset({"eff-percent"}),
    "avoid-surgery-guarantee": frozenset({"avoid-surgery"}),
    "regrow-tissue": frozenset({"sc-regenerates", "sc-restores-space", "cure"}),
    "becomes-any-cell": frozenset({"sc-become-spine-tissue", "sc-homing"}),
    "testimonials": frozenset({"eff-case-story", "celebrity", "eff-most-improve"}),
    "no-risk": frozenset({"safe-riskfree", "safe-donor"}),
    "own-cells-safe": frozenset({"safe-own"}),
    "fda-approved-claim": frozenset({"reg-approved-claim"}),
    "fda-registered-lab": frozenset({"reg-registered"}),
    "exempt-361": frozenset({"reg-exempt"}),
    "same-day-surgery-exempt": frozenset({"reg-exempt"}),
    "registry-as-proof": frozenset({"reg-trial-listing"}),
    "live-cells-birth-products": frozenset({"birth-live-cells", "sc-young-better"}),
    "exosome-approved": frozenset({"exo-better"}),
    "bmac-called-stem-cells": frozenset({"proc-marrow"}),
    "scare-surgery": frozenset({"surg-mostly-fails", "esi-harm-tissue", "conv-only-masks"}),
    "proven-vs-steroid": frozenset({"vs-steroid", "vs-surgery", "safe-vs-surgery"}),
    "ambiguous-evidence": frozenset({"eff-studies-show"}),
    "iv-drip-for-spine": frozenset({"eff-iv-combo"}),
    "insurance-evasion": frozenset({"reg-only-paperwork"}),
}
