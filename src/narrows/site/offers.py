"""An offer of an injection, in a person's words, and the entries of the knowledge that speak of exactly this."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from narrows.appraisal.answer import OptionAnswer
from narrows.knowledge.records.claim import Claim, MarketingSign
from narrows.knowledge.records.option import Option
from narrows.options import whole_answer
from narrows.report import expected_outcome, option_sheet
from narrows.report.content import Line
from narrows.site.case_file import case_of
from narrows.site.ground import ground

DEADLINE_SIGN: Final = "seminar-discount"
LONGEST: Final = 60  # letters of a price as it was told


class Offer(NamedTuple):
    """What was offered."""

    option: Option
    answer: OptionAnswer  # for nobody in particular: what is known, and the law where the person lives
    product: str
    place: str
    price: str
    country: str
    reason: str
    reason_answer: str
    promises: tuple[Claim, ...]
    deadline: MarketingSign | None


class Sheet(NamedTuple):
    """What is known of exactly this, in lines that the report words."""

    benefits: tuple[Line, ...]
    harms: tuple[Line, ...]
    prices: tuple[Line, ...]
    law: tuple[Line, ...]


@lru_cache(maxsize=1)
def words() -> dict[str, list[dict[str, Any]]]:
    """Products, places, reasons, promises and deadlines as a person may name them."""
    return tomllib.loads(files("narrows.site").joinpath("data", "offers.toml").read_text(encoding="utf-8"))


def _named(table: str, key: str) -> dict[str, Any] | None:
    return next((row for row in words()[table] if row["id"] == key), None)


def offer_of(posted: Any) -> tuple[Offer | None, dict[str, str]]:
    """The offer that a posted form tells of, or what is missing in it by field."""
    product, place = _named("product", posted.get("product", "")), _named("place", posted.get("place", ""))
    reason = _named("reason", posted.get("reason", ""))
    wrong = {name: name for name, row in (("product", product), ("place", place), ("reason", reason)) if row is None}
    if _named("deadline", posted.get("deadline", "")) is None:
        wrong["deadline"] = "deadline"
    price = posted.get("price", "").strip()
    if len(price) > LONGEST:
        wrong["price"] = "price"
    country = posted.get("country", "")
    if country and country not in {str(c.code) for c in ground().findings["country"].choices}:
        wrong["country"] = "country"
    if wrong or product is None or place is None or reason is None:
        return None, wrong
    knowledge = ground()
    options = product["options"]
    key = options.get(place["id"]) or options.get("any") or next(iter(options.values()))
    answer = whole_answer(case_of({"id": "offer", "findings": {"country": country} if country else {}}), knowledge)
    chosen = [_named("promise", p) for p in posted.getlist("promise")]
    return (
        Offer(
            option=knowledge.options[key],
            answer=next(o for o in answer.options if o.option == key),
            product=product["label"],
            place=place["label"],
            price=price,
            country=country,
            reason=reason["label"],
            reason_answer=reason["answer"],
            promises=tuple(knowledge.claims[p["claim"]] for p in chosen if p),
            deadline=knowledge.marketing_signs[DEADLINE_SIGN] if posted.get("deadline") == "yes" else None,
        ),
        {},
    )


def sheet(offer: Offer) -> Sheet:
    """What it may bring and harm, what it costs, what the law says."""
    knowledge = ground()
    expected = expected_outcome.of(offer.answer, knowledge)
    benefits = option_sheet.benefits(offer.option, expected, knowledge)
    return Sheet(
        benefits,
        option_sheet.harms(offer.answer, offer.option, expected, knowledge),
        option_sheet.prices(offer.answer.price),
        option_sheet.law(offer.answer.regulation),
    )


def not_offered(offer: Offer) -> tuple[Option, ...]:
    """Other treatments that stand beside this one, those that somebody studied in stenosis first."""
    knowledge = ground()
    ranks = {"randomised": 0, "controlled": 1, "single-arm": 2, "none-found": 3}
    named = [*offer.option.alternatives, "exercise-physiotherapy", "watchful-waiting"]
    held = [knowledge.options[k] for k in dict.fromkeys(named) if k in knowledge.options and k != offer.option.id]
    return tuple(sorted(held, key=lambda o: ranks.get(o.evidence_in_stenosis, 4))[:5])
