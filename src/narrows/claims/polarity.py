"""Denials: whether a sentence says the opposite of a claim that its words resemble."""

from __future__ import annotations

import re

_NOT = r"\b(?:not|no|never|cannot|can't|don't|doesn't|isn't|aren't|hasn't|haven't|won't|wouldn't|nor|neither|none|nobody|without|lacks?|fails? to|unable to|unlikely to|hardly|far from|(?:few|little) (?:evidence|proof|data))\b"


def _denied(words: str) -> re.Pattern[str]:
    return re.compile(_NOT + r"[^.;:,]{0,45}\b(?:" + words + r")", re.IGNORECASE)


# A sentence that denies these words does not state the claim.
_DENIALS: dict[str, re.Pattern[str]] = {
    "cure": _denied(r"cur(?:e|es|ed|ing)\b|revers|permanent|eliminat"),
    "eff-works": _denied(r"effective|work|treat|shown|proven|efficacy|help"),
    "eff-studies-show": _denied(r"show|prove|support|demonstrat|evidence|enough|efficacy|effective|benefit"),
    "eff-pain-function": _denied(r"improv|reduc|reliev|relief|ease|help|better"),
    "reg-approved-claim": _denied(r"approv|clear|licen|authori"),
    "reg-registered": _denied(r"registered|compliant|certified"),
    "reg-exempt": _denied(r"exempt"),
    "sc-regenerates": _denied(r"regenerat|regrow|repair|rebuild|restor|heal"),
    "sc-restores-space": _denied(r"widen|open|more room|make room|restor|decompress"),
    "sc-become-spine-tissue": _denied(r"becom|turn into|transform|replac|differentiat"),
    "sc-nerve-protect": _denied(r"protect|regrow|regenerat|repair"),
    "safe-generally": _denied(r"safe\b|safely|safety\b"),
    "birth-live-cells": _denied(r"live|living|viable|alive|stem cells?"),
    "dur-long": _denied(r"last|permanent|durable|long-term|forever"),
    "surg-effective": _denied(r"effective|work|help|improve|reliev|better"),
    "surg-mostly-fails": _denied(r"fail|worse|unsuccessful"),
    "surg-irreversible": _denied(r"irreversible|permanent"),
    "course-worsens": _denied(r"worse|worsen|progress|deteriorat"),
    "safe-riskfree": re.compile(
        r"\bnot (?:\w+ )?(?:without|risk-free|free of|safe)|\bno (?:procedure|treatment|operation|injection) is|\bthere are (?!no|hardly|few|virtually|almost|practically|minimal)(?:\w+ )?(?:risks|side effects)",
        re.IGNORECASE,
    ),
    "safe-own": _denied(r"risk-free|harmless|without risk"),
    "celebrity": _denied(r"athlete|celebrit"),
    "avoid-surgery": _denied(r"replace|avoid|substitute|alternative"),
    "vs-surgery": _denied(r"better than|more effective|as good as|equal|superior"),
    "vs-steroid": _denied(r"better than|more effective|superior"),
    "exo-better": _denied(r"better|approved|proven|superior"),
    "sc-root-cause": _denied(r"root cause|underlying"),
    "prp-works": _denied(r"work|effective|help|reliev|benefit|proven"),
    "light-works": _denied(r"work|effective|help|reliev|benefit|proven"),
    "prolo-works": _denied(r"work|effective|help|reliev|benefit|proven"),
    "early-slows": _denied(r"slow|stop|prevent|halt"),
}
# A sentence must deny, or say so in such words, to state these.
_NEEDS: dict[str, re.Pattern[str]] = {
    "not-cure": re.compile(_NOT + r"|n't\b|wary|beware|cure-all", re.IGNORECASE),
    "reg-not-approved": re.compile(_NOT + r"|\bun|investigational|experimental|n't\b|non-|yet to|rarely|lack|awaiting|pending|outside|misrepresent|only|before|walk away", re.IGNORECASE),
    "birth-no-live": re.compile(_NOT + r"|\bdead\b|\bdying\b|kill|acellular|destroy|non-?viable|n't\b|fail", re.IGNORECASE),
    "sc-no-bone": re.compile(_NOT + r"|rather than|n't\b|instead of|better", re.IGNORECASE),
    "eff-no-rct": re.compile(_NOT + r"|lack|miss|only|need|insufficient|await|absen|n't\b|yet", re.IGNORECASE),
    "reg-exo-none": re.compile(_NOT + r"|unapproved|\bas (?:a |an )?(?:drug|biolog)|warn|require|n't\b|regulat|need|must", re.IGNORECASE),
    "surg-fusion-no-better": re.compile(_NOT + r"|alone|rarely|same|n't\b|similar|than the evidence", re.IGNORECASE),
    "esi-no-better": re.compile(_NOT + r"|minimal|weak|against|nothing|n't\b|similar|same|limited|insufficient|small", re.IGNORECASE),
}  # fmt: skip


def contradicts(claim: str, text: str) -> bool:
    """Whether a text denies what the claim asserts, or lacks the denial that the claim consists of."""
    denial = _DENIALS.get(claim)
    if denial and denial.search(text):
        return True
    need = _NEEDS.get(claim)
    return bool(need and not need.search(text))
