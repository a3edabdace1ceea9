"""What it may be: each syndrome with the criteria that speak for and against it."""

from __future__ import annotations

from typing import Any

import msgspec

from narrows.appraisal.answer import SyndromeAnswer, SyndromeStanding
from narrows.appraisal.judged import Judged
from narrows.criteria.person import Truth
from narrows.knowledge.records.syndrome import Syndrome

RANK: dict[str, int] = {"established": 0, "likely": 1, "possible": 2, "unknown": 3, "unlikely": 4}
FITS = ("established", "likely", "possible")
_KIND = {"emergency": 0, "serious": 1, "mimic": 3, "stenosis": 3}


def standing_of(syndrome: Syndrome, truths: dict[str, Truth]) -> SyndromeStanding:
    """The standing of a syndrome for the truths of all criteria (see the record's own words)."""
    if any(truths.get(c) for c in syndrome.excluded_by):
        return "unlikely"
    tiers: tuple[tuple[SyndromeStanding, tuple[str, ...]], ...] = (
        ("established", syndrome.established_by),
        ("likely", syndrome.likely_by),
        ("possible", syndrome.possible_by),
    )
    contrary = any(truths.get(c) for c in syndrome.against)
    for standing, criteria in tiers:
        if any(truths.get(c) for c in criteria):
            return "likely" if contrary and standing == "established" else standing
    speaking = [c for _, criteria in tiers for c in criteria]
    if contrary or all(truths.get(c) is False for c in speaking):
        return "unlikely"
    return "unknown"


def standings(judged: Judged) -> dict[str, SyndromeStanding]:
    """The standing of every syndrome."""
    return {key: standing_of(s, judged.truths) for key, s in judged.knowledge.syndromes.items()}


def syndromes(judged: Judged, stands: dict[str, SyndromeStanding]) -> tuple[SyndromeAnswer, ...]:
    """Every syndrome: emergencies that fit first, then what fits, a fitting mimic before what it is mistaken for."""
    fitting = {key for key, standing in stands.items() if standing in FITS}
    mistaken = {m for key in fitting for m in judged.knowledge.syndromes[key].mimics if m in fitting}

    def order(key: str) -> tuple[int, int, int]:
        entry = judged.knowledge.syndromes[key]
        if key not in fitting:
            return (9, RANK[stands[key]], 0)
        mimics_another = any(m in fitting for m in entry.mimics)
        return (_KIND[entry.kind], 0 if mimics_another else 1, RANK[stands[key]])

    ordered = sorted(stands, key=order)
    return tuple(_answer(judged, key, stands, fitting if key in mistaken else set()) for key in ordered)


def _answer(judged: Judged, key: str, stands: dict[str, SyndromeStanding], fitting: set[str]) -> SyndromeAnswer:
    entry = judged.knowledge.syndromes[key]
    truths = judged.truths
    speaking = list(dict.fromkeys((*entry.established_by, *entry.likely_by, *entry.possible_by)))
    contrary = list(dict.fromkeys((*entry.excluded_by, *entry.against)))
    standing = stands[key]
    undecided = [c for c in (*speaking, *contrary) if truths.get(c, False) is None]
    also = tuple(
        judged.knowledge.syndromes[other].label
        for other in fitting
        if other != key and key in judged.knowledge.syndromes[other].mimics
    )
    return SyndromeAnswer(
        id=key,
        label=entry.label,
        kind=entry.kind,
        standing=standing,
        because=tuple(judged.reason(c) for c in speaking if truths.get(c)),
        against=tuple(judged.reason(c) for c in contrary if truths.get(c)),
        missing=judged.missing_of(undecided) if standing not in ("established", "unlikely") else (),
        plain=entry.plain,
        clinical=entry.clinical,
        natural_course=tuple(_course(c) for c in entry.natural_course),
        sources=entry.sources,
        also_consider=also,
    )


def _course(course: Any) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(course)
    return plain
