"""The whole answer: an appraisal with what is known of each option beside its standing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import msgspec

from narrows.appraisal import Appraisal, appraise
from narrows.appraisal.standing import EUROPEAN_UNION
from narrows.case import Case
from narrows.knowledge import Knowledge
from narrows.knowledge.check import review_text
from narrows.knowledge.records.option import Option
from narrows.options.expected import condition_for, condition_of, expected, has_slip, without_treatment

plain = msgspec.to_builtins


def whole_answer(case: Case, knowledge: Knowledge) -> Appraisal:
    """Appraise one person and join, for every option, outcomes, harms, recovery, price, law and guidelines."""
    answer = appraise(case, knowledge)
    country = case.findings.get("country")
    condition = condition_of(answer)
    slip = has_slip(answer)
    answer.without_treatment = without_treatment(condition, knowledge)
    for option in answer.options:
        known = known_of(option.option, str(country) if country else "", knowledge)
        option.harms = known["harms"]
        option.recovery = known["recovery"]
        option.price = known["price"]
        option.regulation = known["regulation"]
        option.guidelines = known["guidelines"]
        option.about = known["about"]
        option.certainty = known["certainty"]
        own = condition_for(option.option, condition, knowledge)
        option.expected = expected(option.option, own, case, knowledge, slip=slip)
    return answer


@lru_cache(maxsize=1024)
def known_of(option_id: str, country: str, knowledge: Knowledge) -> dict[str, Any]:
    """What is known of one option, whoever asks: rows as plain data, those of the person's country first."""
    option = knowledge.options[option_id]
    return {
        "harms": tuple(plain(h) for h in option.harm),
        "recovery": tuple(plain(r) for r in option.recovery),
        "price": _prices(option, country, knowledge),
        "regulation": _regulation(option_id, country, knowledge),
        "guidelines": tuple(plain(r) for r in knowledge.recommendations.values() if r.option == option_id),
        "about": _about(option),
        "certainty": {
            "in_stenosis": option.evidence_in_stenosis,
            "note": option.evidence_note,
            "elsewhere": option.evidence_elsewhere,
        },
    }


def _prices(option: Option, country: str, knowledge: Knowledge) -> tuple[dict[str, Any], ...]:
    named = {p.ref for p in option.price}
    rows = [plain(p) for key, p in knowledge.prices.items() if key in named or p.option == option.id]
    # Where the person lives first; the others stay, since people are offered treatment abroad.
    return tuple(sorted(rows, key=lambda row: row["country"] != country))


def _regulation(option_id: str, country: str, knowledge: Knowledge) -> tuple[dict[str, Any], ...]:
    home = "EU" if country in EUROPEAN_UNION else country
    rows = [
        {
            "code": law.code,
            "name": law.name,
            "status": law.status[option_id],
            "legal_basis": law.legal_basis,
            "as_of": law.as_of,
            "url": law.url,
            "verified": law.verified,
        }
        for law in knowledge.jurisdictions.values()
        if option_id in law.status
    ]
    return tuple(sorted(rows, key=lambda row: row["code"] != home))


def _about(option: Option) -> dict[str, Any]:
    about: dict[str, Any] = {
        name: getattr(option, name)
        for name in (
            "region", "invasiveness", "setting", "anaesthesia", "duration", "stay", "what_happens", "experience", "aim",
            "insurance", "reversible", "burns_bridges", "what_if_it_fails", "alternatives", "questions_to_ask", "not_found",
        )
    }  # fmt: skip
    about["preparation"] = [plain(p) for p in option.preparation]
    about["aftercare"] = [plain(a) for a in option.aftercare]
    about["reviewed"] = review_text(option)
    about["read_on"] = option.read_on.isoformat()
    about["review_by"] = option.review_by.isoformat()
    return about
