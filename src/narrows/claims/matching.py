"""From a sentence to the claims that it states, each with a confidence; abstains where the signs are weak."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from narrows.claims.page import Sentence
from narrows.claims.polarity import contradicts
from narrows.claims.similarity import Examples, Phrasings
from narrows.claims.slots import about_another_condition, treatments_in
from narrows.claims.weights import NONE, Weights, scaled_features, shares

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

CANDIDATES = 8  # claims that are weighed for one sentence
FROM_CLAUSES = 4  # further candidates that a clause of the sentence brings
FROM_EXAMPLES = 4  # and those whose examples are nearest
_CLAUSE_END = re.compile(r"[;:,()–—]|\s-\s|\b(?:and|but|which|while|because|as well as)\b")
MOST = 3  # claims that one sentence is said to state
NEAR_MISS = 0.8  # similarity to a near miss that rules a claim out
ADDED_CLAIM_NEAR = 0.62  # similarity at which a claim that a clinic added is named
QUANTITIES = (
    "share", "odds", "first", "second", "none", "near", "miss", "heading", "before", "item", "short", "long", "opposed", "close",
    "named", "other", "absent", "clause", "example", "nearest", "idle",
)  # fmt: skip


@dataclass(slots=True)
class Seen:
    """A sentence with what was measured on it: shares of the claims, log odds of the signs."""

    sentence: Sentence
    shares: dict[str, float]
    none: float
    signs: dict[str, float]
    near: dict[str, float] = field(default_factory=dict)
    miss: dict[str, float] = field(default_factory=dict)
    heading_shares: dict[str, float] = field(default_factory=dict)
    treatments: frozenset[str] = frozenset()  # groups that the sentence or its heading names
    examples: dict[str, float] = field(default_factory=dict)  # similarity to the nearest example of each claim
    idle: float = 0.0  # similarity to the nearest example that states nothing
    clauses: dict[str, float] = field(
        default_factory=dict
    )  # best share of each claim among the clauses of a long sentence


@dataclass(frozen=True, slots=True)
class Match:
    """A claim that a sentence states, with the confidence (0 to 1) that it does."""

    claim: str
    confidence: float
    sure: bool  # confident enough for a verdict


def look_at(sentence: Sentence, weights: Weights, phrasings: Phrasings, examples: Examples) -> Seen:
    """Measure a sentence; nothing is decided yet."""
    claims, signs = weights.scores(scaled_features(sentence.text, sentence.heading))
    part = shares(claims)
    named: dict[str, float] = dict(zip(weights.claims, part.tolist(), strict=True))
    none = named.pop(NONE)
    near, miss = phrasings.nearest(sentence.text)
    above: dict[str, float] = {}
    if sentence.heading:
        above = _heading_shares(weights, sentence.heading)
    sign_odds: dict[str, float] = dict(zip(weights.signs, signs.tolist(), strict=True))
    spoken_of = treatments_in(sentence.text) or treatments_in(sentence.heading)
    parts = [shares(weights.scores(scaled_features(c, sentence.heading))[0]) for c in _clauses(sentence.text)]
    best = (
        dict(zip(weights.claims, map(max, zip(*(p.tolist() for p in parts), strict=True)), strict=True))
        if parts
        else {}
    )
    nearest = examples.nearest(sentence.text)
    idle = nearest.pop(NONE, 0.0)
    return Seen(sentence, named, none, sign_odds, near, miss, above, spoken_of, nearest, idle, best)


@lru_cache(maxsize=256)
def _heading_shares(weights: Weights, heading: str) -> dict[str, float]:
    """The shares of the claims for a heading by itself."""
    only = shares(weights.scores(scaled_features(heading, ""))[0])
    found: dict[str, float] = dict(zip(weights.claims, only.tolist(), strict=True))
    found.pop(NONE)
    return found


def _clauses(text: str) -> list[str]:
    """The clauses of a sentence that has several, each of at least four words."""
    parts = [p for p in _CLAUSE_END.split(text) if len(p.split()) >= 4]
    return parts if len(parts) > 1 else []


def candidates(
    seen: Seen, before: Seen | None, groups: dict[str, frozenset[str]], on_page: frozenset[str]
) -> list[tuple[str, list[float]]]:
    """The claims that a sentence may state, with the quantities (in the order of QUANTITIES) that decide about them.

    `groups` holds the treatments that each claim is about, `on_page` those that the page names anywhere.
    """
    order = sorted(seen.shares, key=lambda c: -seen.shares[c])[:CANDIDATES]
    order += [c for c in sorted(seen.shares, key=lambda c: -seen.clauses.get(c, 0.0))[:FROM_CLAUSES] if c not in order]
    order += [c for c in sorted(seen.examples, key=lambda c: -seen.examples[c])[:FROM_EXAMPLES] if c not in order]
    best = seen.shares[order[0]] if order else 0.0
    closest = max(seen.examples.values(), default=1.0)
    words = len(seen.sentence.text.split())
    found = []
    for rank, claim in enumerate(order):
        share = max(seen.shares.get(claim, 0.0), 1e-6)
        about = groups.get(claim, frozenset())
        found.append(
            (
                claim,
                [
                    share,
                    math.log(share / (1 - min(share, 0.999999))),
                    float(rank == 0),
                    float(rank == 1),
                    seen.none,
                    seen.near.get(claim, 0.0),
                    seen.miss.get(claim, 0.0),
                    math.log10(1e-3 + seen.heading_shares.get(claim, 0.0)) if seen.heading_shares else -2.0,
                    before.shares.get(claim, 0.0) if before else 0.0,
                    float(seen.sentence.role in ("item", "row")),
                    float(words <= 5),
                    min(words, 45) / 45,
                    float(contradicts(claim, seen.sentence.text)),
                    math.log(share / max(best, 1e-6)),
                    float(bool(about & seen.treatments)),
                    float(bool(seen.treatments) and bool(about) and not about & seen.treatments),
                    float(bool(about) and not about & on_page),
                    math.log(max(seen.clauses.get(claim, 0.0) if seen.clauses else share, 1e-4)),
                    seen.examples.get(claim, 0.0),
                    seen.examples.get(claim, 0.0) / closest,
                    seen.idle - seen.examples.get(claim, 0.0),
                ],
            )
        )
    return found


def matches(
    seen: Seen,
    before: Seen | None,
    settings: dict[str, Any],
    knowledge: Knowledge,
    groups: dict[str, frozenset[str]],
    on_page: frozenset[str],
) -> list[Match]:
    """The claims that a sentence states, the most confident first; none for a heading or a question."""
    if seen.sentence.role == "heading" or seen.sentence.question or not _is_statement(seen.sentence.text):
        return []
    decision = settings["decision"]
    elsewhere = about_another_condition(seen.sentence.text)
    found = []
    for claim, values in candidates(seen, before, groups, on_page):
        if claim not in knowledge.claims or _is_near_miss(seen, claim):
            continue
        odds = decision["offset"] + sum(w * v for w, v in zip(decision["weights"], values, strict=True))
        confidence = 1 / (1 + math.exp(-odds))
        if confidence >= settings["listed"]:
            sure = confidence >= settings["sure"] and not elsewhere and not contradicts(claim, seen.sentence.text)
            found.append(Match(claim, round(confidence, 3), sure))
    for claim, near in seen.near.items():
        # A claim that a clinic added has no weights yet: it is named only when a phrasing is nearly repeated.
        if claim not in seen.shares and near >= ADDED_CLAIM_NEAR and seen.miss.get(claim, 0.0) < near:
            found.append(Match(claim, round(min(0.6, near), 3), False))
    found.sort(key=lambda m: -m.confidence)
    return found[:MOST]


def _is_near_miss(seen: Seen, claim: str) -> bool:
    """Whether a sentence nearly repeats a near miss of a claim and is farther from what the claim says."""
    return seen.miss.get(claim, 0.0) >= max(NEAR_MISS, seen.near.get(claim, 0.0))


def _is_statement(text: str) -> bool:
    return sum(c.isalpha() for c in text) >= 6
