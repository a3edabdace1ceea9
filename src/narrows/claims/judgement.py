"""The page as a whole: promotional, mixed, balanced, or not about treatment; always with the parts that led there."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from narrows.claims.page import Page, Sentence
from narrows.claims.quality import LIMITS, RISKS, treatments_named

if TYPE_CHECKING:
    from narrows.claims.matching import Match

Judgement = Literal["promotional", "mixed", "balanced", "not-about-treatment"]
JUDGED: tuple[Judgement, ...] = ("promotional", "mixed", "balanced")
DOUBTFUL = ("unsupported", "misleading", "contradicted")
_SELLING = re.compile(
    r"\b(?:we offer|we use|we treat|we provide|our (?:clinic|patients|cent(?:er|re)|practice|team|doctors?|protocol|treatments?|products?|program\w*|physicians?|"
    r"procedures?)|contact us|call (?:us|now|today)|book|schedule (?:a|an|your)|appointment|free consultation|sign up|you may be a candidate|with us)\b",
    re.IGNORECASE,
)
_PAPER = re.compile(
    r"\b(?:et al|abstract|p ?[<=] ?0?\.\d|n ?= ?\d+|randomi[sz]ed|cohorts?|meta-analys[ei]s|(?:systematic|narrative|literature) review|confidence interval|"
    r"doi|in this (?:study|review)|this (?:review|study)|our review|statistically|keywords|pathophysiology|a?etiology|(?:inclusion|exclusion) criteria|"
    r"pubmed|embase|cochrane|vas|odi|oswestry|sf-36|baseline|subgroup|prospective|retrospective|pfirrmann|clinical relevance|level of evidence|"
    r"discogenic|intradiscal|preclinical|efficacy|adverse events?|lss|lbp|ivd|modalit(?:y|ies)|elucidate|outcome predictors|prevalence|incidence)\b",
    re.IGNORECASE,
)
_LIKE = {"promotional": "pages that sell", "mixed": "mixed pages", "balanced": "pages that inform"}
_SEVERITY = {"high": 1.0, "medium": 0.7, "low": 0.5}
COUNTED = ("signs", "doubtful", "selling", "fair", "limits", "paper", "risks")  # each per ten statements


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement of a page with its parts and what they mean in words."""

    judgement: Judgement
    parts: dict[str, float]
    reasons: tuple[str, ...]


def is_about_treatment(page: Page, stated: list[list[Match]], topics: dict[str, str]) -> bool:
    """Whether a page speaks of treatments at all: it names them, or states something the library knows about them."""
    named = sum(treatments_named(page.text).values())
    speaking = sum(1 for found in stated for m in found if topics.get(m.claim) not in NOT_TREATMENT)
    condition = len(
        re.findall(
            r"\b(?:spin(?:e|al)|stenosis|back pain|lumbar|discs?|cervical|knee|joint|arthritis|pain|patients?)\b",
            page.text,
            re.IGNORECASE,
        )
    )
    treating = named + speaking
    return treating >= max(2, page.words / 250) and (condition >= 1 or treating >= 4)


NOT_TREATMENT = ("condition", "epidemiology", "diagnosis")


def parts_of(
    page: Page,
    sentences: list[Sentence],
    stated: list[list[Match]],
    shown: list[list[str]],
    verdicts: dict[str, str],
    severities: dict[str, str],
) -> dict[str, float]:
    """What of the judgement rests on statements and their words, each per ten statements."""
    statements = max(4, sum(1 for s in sentences if s.role != "heading" and not s.question))
    ten = 10 / statements
    named = [m.claim for found in stated for m in found]
    return {
        "signs": ten * sum(_SEVERITY.get(severities.get(i, ""), 0.7) for row in shown for i in row),
        "doubtful": ten * sum(verdicts.get(c) in DOUBTFUL for c in named),
        "selling": ten * len(_SELLING.findall(page.text)),
        "fair": ten * sum(verdicts.get(c) == "supported" for c in named),
        "limits": ten * sum(c in LIMITS for c in named),
        "paper": min(5.0, len(_PAPER.findall(page.text)) * ten),
        "risks": ten * sum(c in RISKS for c in named),
    }


def weighed(parts: dict[str, float]) -> list[float]:
    """The parts as they are weighed: counts on a scale that flattens, likeness as it is."""
    return [math.log1p(parts[p]) for p in COUNTED] + [parts[j] for j in JUDGED]


def judged(
    parts: dict[str, float], telling: tuple[str, ...], settings: dict[str, Any], *, about_treatment: bool
) -> Verdict:
    """The judgement that the parts add up to, with its reasons.

    `parts` are those of `parts_of` and the likeness of the page's wording to pages of each judgement; `telling` are
    the stems by which it is like them.
    """
    reasons = tuple(_reasons(parts, telling))
    if not about_treatment:
        return Verdict("not-about-treatment", parts, ("names hardly any treatment, so there is nothing to judge",))
    scores = {
        label: row["offset"] + sum(w * v for v, w in zip(weighed(parts), row["weights"], strict=True))
        for label, row in settings["judgement"].items()
    }
    best = max(JUDGED, key=lambda label: scores[label])
    return Verdict(best, parts, reasons)


def _reasons(parts: dict[str, float], telling: tuple[str, ...]) -> list[str]:
    said = [
        f"warning signs: {parts['signs']:.1f} per ten statements, weighed by severity",
        f"statements that the evidence does not support: {parts['doubtful']:.1f} per ten",
        f"statements that the evidence supports: {parts['fair']:.1f} per ten",
        f"limits and uncertainty named: {parts['limits']:.1f} per ten",
        f"risks named: {parts['risks']:.1f} per ten",
        f"words that sell: {parts['selling']:.1f} per ten",
    ]
    if telling:
        alike = max(JUDGED, key=lambda label: parts[label])
        said.append(f"worded as a whole like {_LIKE[alike]} ({', '.join(telling)} …)")
    if parts["paper"] >= 1:
        said.append("reads like a scientific or reference text")
    return said
