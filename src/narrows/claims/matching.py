"""From a sentence to the claims that it states, each with a confidence; abstains where the signs are weak."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from narrows.claims.claim_grammar import worded
from narrows.claims.context import Context
from narrows.claims.page import Sentence
from narrows.claims.polarity import contradicts
from narrows.claims.similarity import Examples, Phrasings
from narrows.claims.slots import about_another_condition
from narrows.claims.weights import NONE, Weights, scaled_features, shares

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

BY_SHARE = 12  # claims with the largest share whose grammar is tried
BY_EXAMPLE = 4  # and those whose examples are nearest
LEAST_SHARE, LEAST_LIKENESS = (
    0.003,
    0.35,
)  # below these a wording changed no answer, and compiling its grammar costs time
CANDIDATES = 12  # claims that are weighed for one sentence beside those that it words
MOST = 3  # claims that one sentence is said to state
NEAR_MISS = 0.8  # similarity to a near miss that rules a claim out
ADDED_CLAIM_NEAR = 0.62  # similarity at which a claim that a clinic added is named
QUANTITIES = (
    "odds", "none", "rest", "first", "second", "near", "miss", "words", "short", "opposed", "about", "other", "named",
    "worded", "rivals", "rival", "unworded", "both", "alone", "neighbour", "example", "idle", "lately", "before",
)  # fmt: skip


@dataclass(slots=True)
class Seen:
    """A sentence with what was measured on it: shares of the claims, log odds of the signs, wordings, likeness."""

    sentence: Sentence
    context: Context
    shares: dict[str, float]
    none: float
    signs: dict[str, float]
    worded: frozenset[str]  # claims whose grammar fits
    near: dict[str, float]  # likeness to the nearest phrasing of each claim in the library
    miss: dict[str, float]  # and to its nearest near miss
    examples: dict[str, float]  # likeness to the nearest example of each claim
    idle: float  # likeness to the nearest example that states nothing


@dataclass(frozen=True, slots=True)
class Match:
    """A claim that a sentence states, with the confidence (0 to 1) that it does."""

    claim: str
    confidence: float
    sure: bool  # confident enough for a verdict


def look_at(sentence: Sentence, context: Context, weights: Weights, phrasings: Phrasings, examples: Examples) -> Seen:
    """Measure a sentence; nothing is decided yet."""
    claims, signs = weights.scores(scaled_features(sentence.text, context))
    named: dict[str, float] = dict(zip(weights.claims, shares(claims).tolist(), strict=True))
    none = named.pop(NONE)
    near, miss = phrasings.nearest(sentence.text)
    nearest = examples.nearest(sentence.text)
    idle = nearest.pop(NONE, 0.0)
    tried = {c for c in _largest(named, BY_SHARE) if named[c] >= LEAST_SHARE}
    tried.update(c for c in _largest(nearest, BY_EXAMPLE) if nearest[c] >= LEAST_LIKENESS)
    return Seen(
        sentence,
        context,
        named,
        none,
        dict(zip(weights.signs, signs.tolist(), strict=True)),
        worded(sentence.text, context, tried),
        near,
        miss,
        nearest,
        idle,
    )


def _largest(values: dict[str, float], most: int) -> list[str]:
    return sorted(values, key=lambda name: -values[name])[:most]


def candidates(
    seen: Seen, before: list[Seen], groups: dict[str, frozenset[str]], topics: dict[str, str]
) -> list[tuple[str, list[float]]]:
    """The claims that a sentence may state, with the quantities (in the order of QUANTITIES) that decide about them.

    `before` are the last two sentences, the nearest first; `groups` holds the treatments that each claim is about.
    """
    order = _largest(seen.shares, CANDIDATES)
    order += sorted(seen.worded - set(order))
    best = max(seen.shares.values())
    closest = max(seen.examples.values(), default=0.0)
    words = len(seen.sentence.text.split())
    none = _log_odds(seen.none)
    around = seen.context.treatments
    found = []
    for rank, claim in enumerate(order):
        share = seen.shares.get(claim, 0.0)
        about = groups.get(claim, frozenset())
        hit = claim in seen.worded
        rivals = len(seen.worded) - hit
        neighbour = any(c != claim and topics.get(c) == topics.get(claim) for c in seen.worded)
        found.append(
            (
                claim,
                [
                    _log_odds(share),
                    none,
                    math.log(max(share, 1e-6) / max(best, 1e-6)),
                    float(rank == 0),
                    float(rank == 1),
                    seen.near.get(claim, 0.0),
                    seen.miss.get(claim, 0.0),
                    min(words, 60) / 60,
                    float(words <= 6),
                    float(contradicts(claim, seen.sentence.text)),
                    float(bool(about & around)),
                    float(bool(around) and bool(about) and not about & around),
                    float(bool(about & seen.context.own)),
                    float(hit),
                    float(rivals),
                    float(rivals > 0),
                    float(not seen.worded),
                    hit * _log_odds(share),
                    float(hit and rivals == 0),
                    float(neighbour),
                    seen.examples.get(claim, 0.0) - closest,
                    seen.idle - seen.examples.get(claim, 0.0),
                    float(any(claim in s.worded for s in before)),
                    before[0].shares.get(claim, 0.0) if before else 0.0,
                ],
            )
        )
    return found


def _log_odds(share: float) -> float:
    held = min(max(share, 1e-6), 0.999999)
    return math.log(held / (1 - held))


def second_look(odds: list[dict[str, float]]) -> list[dict[str, list[float]]]:
    """What the rest of the page adds to the log odds of each candidate of each sentence: the quantities of a second decision.

    These are the first odds, how surely the page states the claim elsewhere, both multiplied, how much is claimed for the sentence
    in all, and which part of that this claim is.
    """
    confidence = [{claim: _confidence(o) for claim, o in found.items()} for found in odds]
    highest: dict[str, list[float]] = {}
    for found in confidence:
        for claim, value in found.items():
            highest[claim] = sorted([*highest.get(claim, []), value])[-2:]
    looked = []
    for found, held in zip(odds, confidence, strict=True):
        crowd = sum(held.values())
        rows = {}
        for claim, first in found.items():
            best = highest[claim]
            elsewhere = 0.0 if len(best) == 1 else best[0] if best[1] == held[claim] else best[1]
            rows[claim] = [first, elsewhere, first * elsewhere, crowd, math.log(held[claim] / crowd)]
        looked.append(rows)
    return looked


def matches(
    page: list[Seen],
    settings: dict[str, Any],
    knowledge: Knowledge,
    groups: dict[str, frozenset[str]],
    topics: dict[str, str],
) -> list[list[Match]]:
    """For each sentence of a page the claims that it states, the most confident first; none for a heading or a question."""
    weighed: list[dict[str, list[float]]] = []
    for number, seen in enumerate(page):
        stating = seen.sentence.role != "heading" and not seen.sentence.question and _is_statement(seen.sentence.text)
        before = page[max(0, number - 2) : number][::-1]
        weighed.append(dict(candidates(seen, before, groups, topics)) if stating else {})
    first, second = settings["decision"], settings["second"]
    odds = [{claim: _odds(first, values) for claim, values in found.items()} for found in weighed]
    stated = []
    for seen, found, more in zip(page, weighed, second_look(odds), strict=True):
        confidence = {claim: _confidence(_odds(second, values + more[claim])) for claim, values in found.items()}
        stated.append(_stated(seen, confidence, settings, knowledge))
    return stated


def _stated(seen: Seen, confidence: dict[str, float], settings: dict[str, Any], knowledge: Knowledge) -> list[Match]:
    elsewhere = about_another_condition(seen.sentence.text)
    found = []
    for claim, value in confidence.items():
        if value >= settings["listed"] and claim in knowledge.claims and not _is_near_miss(seen, claim):
            sure = value >= settings["sure"] and not elsewhere and not contradicts(claim, seen.sentence.text)
            found.append(Match(claim, round(value, 3), sure))
    if confidence:
        for claim, near in seen.near.items():
            # A claim that a clinic added has no weights yet: it is named only when a phrasing is nearly repeated.
            if claim not in seen.shares and near >= ADDED_CLAIM_NEAR and seen.miss.get(claim, 0.0) < near:
                found.append(Match(claim, round(min(0.6, near), 3), False))
    found.sort(key=lambda m: -m.confidence)
    return found[:MOST]


def _odds(decision: dict[str, Any], values: list[float]) -> float:
    odds: float = decision["offset"] + sum(w * v for w, v in zip(decision["weights"], values, strict=True))
    return odds


def _confidence(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _is_near_miss(seen: Seen, claim: str) -> bool:
    """Whether a sentence nearly repeats a near miss of a claim and is farther from what the claim says.

    Likeness of words knows no denial ("is not approved" is near "is approved"): what words the claim is none.
    """
    return claim not in seen.worded and seen.miss.get(claim, 0.0) >= max(NEAR_MISS, seen.near.get(claim, 0.0))


def _is_statement(text: str) -> bool:
    return sum(c.isalpha() for c in text) >= 6
