"""What a fair page says, row by row: omissions, DISCERN, JAMA and HONcode rows, reading grade; abstains where a person must judge.

DISCERN: items 1 to 15 of Charnock et al., J Epidemiol Community Health 1999 (doi:10.1136/jech.53.2.105), with our own short
names and anchors. JAMA benchmarks: Silberg et al., JAMA 1997 (doi:10.1001/jama.1997.03540390074039). The three yardsticks are
never added up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from narrows.claims.page import Page, Sentence

if TYPE_CHECKING:
    from narrows.claims.matching import Match


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that a fair page about a treatment says: which claims or words show that it does, and what to ask else."""

    id: str
    what: str
    claims: frozenset[str]
    words: re.Pattern[str]
    ask: str


def _any(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


TOPICS: tuple[Topic, ...] = (
    Topic(
        "risks",
        "the risks of this very treatment",
        frozenset(
            {"safe-side", "safe-serious-rare", "safe-headache", "safe-outbreaks", "safe-tumor-blind", "esi-serious"}
        ),
        _any(r"\b(?:risks?|complications?|side effects|adverse events?) (?:of|include|are|such as|may|can|like)\b"),
        "Which harms has this treatment caused, how often, and who was told?",
    ),
    Topic(
        "evidence-limits",
        "how little is known of its benefit",
        frozenset({"eff-limited", "eff-no-rct", "eff-not-standard", "safe-longterm", "eff-placebo"}),
        _any(
            r"\b(?:more|further|larger) (?:research|studies|trials)\b|limited evidence|not (?:been )?proven|unproven|low[- ]quality"
        ),
        "Which trial with a control group shows that it helps people with stenosis, and by how much?",
    ),
    Topic(
        "alternatives",
        "the other choices, with what speaks for them",
        frozenset(
            {
                "conv-first",
                "conv-pt-helps",
                "surg-effective",
                "surg-when",
                "course-stable",
                "esi-temporary",
                "conv-medicine",
            }
        ),
        _any(r"\b(?:physical therapy|physiotherapy|exercise)\b[^.]{0,80}\b(?:help|improv|first|effective|recommend)"),
        "What would you advise if you did not offer this treatment, and what if I do nothing?",
    ),
    Topic(
        "regulatory-status",
        "whether a regulator has approved it",
        frozenset({"reg-not-approved", "reg-drug", "reg-only-blood", "reg-exo-none", "reg-states"}),
        _any(r"\b(?:not|un|yet to be)[- ]?(?:been )?(?:fda[- ])?approved\b|investigational|not been evaluated"),
        "Is this product approved for the spine in my country? If not, under which permission do you give it?",
    ),
    Topic(
        "price",
        "what it costs in all",
        frozenset({"cost-range"}),
        _any(r"[$€£]\s?\d|\b\d[\d,.]* ?(?:dollars|euros|usd)\b"),
        "What is the full price, with repeats, travel and the treatment of complications?",
    ),
    Topic(
        "who-pays",
        "who pays for it",
        frozenset({"cost-oop"}),
        _any(r"\binsur\w+|medicare|out[- ]of[- ]pocket|self[- ]pay"),
        "Will my insurer pay, and may I see its refusal or promise in writing?",
    ),
    Topic(
        "follow-up",
        "how results and harms are followed up",
        frozenset({"rec-followup", "safe-seek-help"}),
        _any(r"\bfollow[- ]?up\b|\bcheck[- ]?ups?\b|registry of outcomes"),
        "Who checks on me at one, three and twelve months, and who treats a complication?",
    ),
    Topic(
        "interests",
        "who wrote the page and what they earn from it",
        frozenset(),
        _any(
            r"conflicts? of interest|disclosures?\b|funded by|funding|sponsor\w*|financial (?:interest|tie)s?|no financial"
        ),
        "Who wrote this, and what does the writer earn when I decide for it?",
    ),
)


def missing_topics(sentences: list[Sentence], stated: list[list[Match]]) -> list[dict[str, str]]:
    """What a fair page about a treatment would have said and this one does not, with what to ask instead."""
    named = {m.claim for found in stated for m in found}
    text = "\n".join(s.text for s in sentences if not s.question)
    return [
        {"id": t.id, "what": t.what, "ask": t.ask}
        for t in TOPICS
        if not (named & t.claims) and not t.words.search(text)
    ]


_DATE = _any(
    r"\b(?:updated|published|reviewed|posted|modified|received|accepted)\b[^.\n]{0,40}\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|"
    r"august|september|october|november|december) \d{1,2},? (?:19|20)\d\d\b|©\s?(?:19|20)\d\d"
)
_REFERENCES = _any(r"\bet al\b|\bdoi\b|pubmed|\bPMID\b|\[\d+\]|\breferences\b|\bj(?:ournal)? of\b")
_VAGUE = _any(r"\b(?:studies|research|science) (?:show|prove|suggest|ha)\w*")
_AUTHOR = _any(
    r"\b(?:written|reviewed|authored|medically reviewed) by\b|\bby (?:dr\.?|[A-Z][a-z]+ [A-Z][a-z]+, (?:md|m\.d|do|phd))|\bdepartment of\b|\bauthors?\b"
)


def discern_items(
    page: Page, sentences: list[Sentence], stated: list[list[Match]], verdict_of: dict[str, str], signs: int
) -> list[dict[str, Any]]:
    """DISCERN items 1 to 15: each {item, name, rating (1 to 5 or null), because, sentence}; null where a person must judge."""
    named = {m.claim for found in stated for m in found}
    text = page.text
    start = " ".join(text.split()[:150])
    treatments = _treatments(text)

    def first(words: re.Pattern[str]) -> str:
        return next((s.text for s in sentences if words.search(s.text)), "")

    def of(claims: set[str]) -> str:
        return next(
            (s.text for s, found in zip(sentences, stated, strict=True) if {m.claim for m in found} & claims), ""
        )

    rows: list[dict[str, Any]] = []

    def rate(item: int, name: str, rating: int | None, because: str, sentence: str = "") -> None:
        rows.append({"item": item, "name": name, "rating": rating, "because": because, "sentence": sentence})

    aims = _any(
        r"\b(?:this (?:page|leaflet|article|guide|review|paper|post)|in this (?:article|guide|post)|we (?:will|review)|aim of|purpose of|you will learn)\b"
    )
    aim = aims.search(start)
    rate(
        1,
        "says what it is for",
        4 if aim else 2 if "?" in start else 1,
        "purpose named near the top" if aim else "no purpose named in the first 150 words",
        first(aims),
    )
    rate(2, "does what it set out to do", None, "a reader must compare aims with content")
    rate(3, "relevant to the reader", None, "a reader must judge this")
    references, vague = bool(_REFERENCES.search(text)) or "source links" in page.facts, bool(_VAGUE.search(text))
    rate(
        4,
        "sources named",
        5 if references and len(_REFERENCES.findall(text)) >= 3 else 3 if references else 1,
        "sources are named" if references else "speaks of studies without naming them" if vague else "no source named",
        first(_REFERENCES),
    )
    dated = bool(_DATE.search(text)) or "date" in page.facts
    rate(
        5,
        "date given",
        4 if dated else 1,
        "a date stands on the page" if dated else "no date on the page",
        first(_DATE),
    )
    doubtful = sum(1 for c in named if verdict_of.get(c) in ("unsupported", "misleading", "contradicted"))
    fair = bool(named & RISKS) + bool(named & LIMITS) + bool(named & OTHERS)
    balance = max(1, min(5, 2 + fair - (signs >= 2) - (signs >= 5) + (signs == 0 and doubtful == 0)))
    rate(6, "balanced", balance, f"{signs} warning signs; risks, limits and alternatives: {fair} of 3 present")
    support = _any(
        r"\b(?:support groups?|charit\w+|nhs|nih|national institute|further (?:reading|information)|patient organi[sz]ation|mayo clinic|medlineplus)\b"
    )
    rate(
        7,
        "further help named",
        4 if support.search(text) else 1,
        "names help elsewhere" if support.search(text) else "names no help but its own",
        first(support),
    )
    limits = len(named & LIMITS)
    rate(
        8,
        "uncertainty admitted",
        5 if limits >= 2 else 4 if limits else 1,
        "says what is not known" if limits else "says nothing of what is not known",
        of(LIMITS),
    )
    rate(
        9,
        "how each treatment works",
        4 if named & WORKINGS else 2 if treatments else None,
        "explains a mechanism" if named & WORKINGS else "names treatments without saying how they work",
        of(WORKINGS),
    )
    figures = any(
        re.search(r"\d+ ?(?:%|per ?cent)|\d+ (?:of|in) \d+", s.text)
        for s, f in zip(sentences, stated, strict=True)
        if {m.claim for m in f} & BENEFITS
    )
    rate(
        10,
        "benefits of each treatment",
        4 if figures else 3 if named & BENEFITS else 1,
        "benefits with figures" if figures else "benefits without figures" if named & BENEFITS else "no benefit named",
        of(BENEFITS),
    )
    risks = len(named & RISKS)
    rate(
        11,
        "risks of each treatment",
        5 if risks >= 3 else 4 if risks == 2 else 3 if risks else 1,
        f"{risks} kinds of risk named",
        of(RISKS),
    )
    nothing = of({"course-stable", "course-worsens", "delay-harm"})
    rate(
        12,
        "what happens without treatment",
        5 if "course-stable" in named else 3 if nothing else 1,
        "says how it goes without treatment" if nothing else "says nothing of it",
        nothing,
    )
    life = {"qol-limits", "eff-walk-qol", "eff-pain-function", "rec-short", "rec-rest-rehab"}
    rate(
        13,
        "effect on daily life",
        4 if named & life else 1,
        "speaks of daily life" if named & life else "does not speak of it",
        of(life),
    )
    rate(
        14,
        "more than one choice",
        5 if len(treatments) >= 4 else 3 if len(treatments) >= 2 else 1,
        "names " + (", ".join(sorted(treatments)) or "none"),
    )
    shared = "individual-choice" in named or bool(
        re.search(
            r"\b(?:discuss|talk|speak|consult)\b[^.]{0,40}\b(?:doctor|physician|provider|specialist)",
            text,
            re.IGNORECASE,
        )
    )
    pressed = bool(
        re.search(r"\b(?:limited (?:time|spots)|book now|act now|call now|today only)\b", text, re.IGNORECASE)
    )
    rate(
        15,
        "supports a shared decision",
        1 if pressed else 4 if shared else 2,
        "presses to decide"
        if pressed
        else "advises to talk it over"
        if shared
        else "does not speak of deciding together",
        of({"individual-choice"}),
    )
    return rows


RISKS = {"safe-side", "safe-serious-rare", "safe-headache", "safe-outbreaks", "safe-tumor-blind", "safe-longterm", "esi-serious", "surg-risks", "delay-harm", "abroad-risk", "rec-soreness"}  # fmt: skip
LIMITS = {"eff-limited", "eff-no-rct", "eff-not-standard", "eff-placebo", "eff-vary", "reg-not-approved", "not-cure", "sc-no-bone", "safe-longterm", "esi-no-better", "eff-studied"}  # fmt: skip
OTHERS = {"conv-first", "conv-pt-helps", "surg-effective", "surg-when", "conv-medicine", "conv-lifestyle", "esi-temporary", "individual-choice"}  # fmt: skip
WORKINGS = {"sc-paracrine", "sc-anti-inflammatory", "sc-natural-healing", "sc-regenerates", "prp-made", "surg-what", "esi-temporary", "sc-become-spine-tissue", "light-works", "prolo-works"}  # fmt: skip
BENEFITS = {"eff-works", "eff-pain-function", "eff-percent", "eff-most-improve", "eff-disc", "eff-walk-qol", "surg-effective", "conv-pt-helps", "esi-temporary", "prp-works", "dur-long", "dur-6-12"}  # fmt: skip

_TREATMENTS = {
    "exercise or physiotherapy": r"\b(?:physical therap|physiotherap|exercis)",
    "medicines": r"\b(?:nsaid|ibuprofen|medication|medicine|painkiller|pain relievers?)",
    "steroid injection": r"\b(?:steroid|cortisone|epidural)",
    "surgery": r"\b(?:surger|surgical|laminectom|decompression|fusion)",
    "cells": r"\b(?:stem[ -]?cell|mesenchymal|bmac|marrow concentrate|cell therap)",
    "platelets": r"\b(?:prp|platelet)",
    "exosomes": r"\bexosome",
    "manual therapy": r"\b(?:chiropract|manual therap|spinal manipulation)",
    "light": r"\b(?:red light|laser therap|photobiomodulation)",
    "prolotherapy": r"\bprolotherap",
}


def _treatments(text: str) -> set[str]:
    return {name for name, words in _TREATMENTS.items() if re.search(words, text, re.IGNORECASE)}


def treatments_named(text: str) -> dict[str, int]:
    """Which treatments a text names, and how often."""
    counts = {name: len(re.findall(words, text, re.IGNORECASE)) for name, words in _TREATMENTS.items()}
    return {name: n for name, n in counts.items() if n}


def jama_rows(page: Page) -> dict[str, bool]:
    """The four JAMA benchmarks: authorship, attribution, disclosure, currency."""
    text = page.text
    return {
        "authorship": bool(_AUTHOR.search(text)) or "author" in page.facts,
        "attribution": bool(_REFERENCES.search(text)) or "source links" in page.facts,
        "disclosure": bool(TOPICS[-1].words.search(text)),
        "currency": bool(_DATE.search(text)) or "date" in page.facts,
    }


def honcode_rows(page: Page) -> dict[str, bool | None]:
    """The eight HONcode principles; null where the text alone cannot tell. The certification itself has closed."""
    jama, text = jama_rows(page), page.text
    return {
        "authority": jama["authorship"],
        "complementarity": bool(
            re.search(
                r"not (?:a )?(?:substitute|replace)|consult (?:your|a) (?:doctor|physician)|medical advice",
                text,
                re.IGNORECASE,
            )
        ),
        "privacy": bool(re.search(r"privacy", text, re.IGNORECASE)) or None,
        "attribution": jama["attribution"] and jama["currency"],
        "justifiability": None,
        "transparency": bool(re.search(r"contact us|@|phone|email|call us", text, re.IGNORECASE)),
        "financial disclosure": jama["disclosure"],
        "advertising policy": None,
    }


def reading_grade(sentences: list[Sentence]) -> float | None:
    """The Flesch-Kincaid grade (US school years) of the running text; null for fewer than 30 words.

    Kincaid et al. 1975, Naval Technical Training Command report 8-75: 0.39 words per sentence + 11.8 syllables per word - 15.59.
    """
    prose = [s.text for s in sentences if s.role in ("prose", "item", "aside")]
    words = [w for s in prose for w in re.findall(r"[A-Za-z]+(?:'[a-z]+)?", s)]
    if len(words) < 30:
        return None
    syllables = sum(_syllables(w.lower()) for w in words)
    return round(0.39 * len(words) / len(prose) + 11.8 * syllables / len(words) - 15.59, 1)


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and groups > 1:
        groups -= 1
    return max(1, groups)
