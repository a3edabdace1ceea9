"""Figures that a page states, set beside what was measured: prices beside surveys, success shares beside a trial with a control group."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from narrows.claims.matching import Match

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

_AMOUNT = re.compile(
    r"(?:\$|usd\s?)\s?(\d[\d,]*(?:\.\d+)?)(\s?k\b)?|(\d[\d,]*(?:\.\d+)?)\s?(?:us )?(?:dollars|usd)\b", re.IGNORECASE
)
_SHARE = re.compile(r"(\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent)", re.IGNORECASE)
_SMALLEST = 300  # dollars; less is a fee or a discount, not a treatment


def amounts_in(text: str) -> list[float]:
    """The amounts in US dollars that a text states; '$7,900', '7,900 dollars', '$8k'."""
    found = []
    for sign, thousands, words in _AMOUNT.findall(text):
        value = float((sign or words).replace(",", ""))
        found.append(value * 1000 if thousands else value)
    return found


def shares_in(text: str) -> list[float]:
    """The percentages that a text states."""
    return [float(v) for v in _SHARE.findall(text) if float(v) <= 100]


def compared_figures(text: str, matches: list[Match], knowledge: Knowledge) -> list[str]:
    """For a sentence whose claim is about a price or a success share: the figure beside a measured one, in plain words."""
    stated = {m.claim for m in matches}
    notes = []
    amounts = [a for a in amounts_in(text) if a >= _SMALLEST]
    if "cost-range" in stated and amounts:
        cells = set(knowledge.option_groups.get("stem-cell-injection", ()))
        surveys = [
            p
            for p in knowledge.prices.values()
            if p.option in cells and p.basis == "survey" and p.currency == "USD" and p.mean and p.n
        ]
        if surveys:
            best = max(surveys, key=lambda p: p.n or 0)
            shown = " to ".join(f"{a:,.0f}" for a in dict.fromkeys((min(amounts), max(amounts))))
            notes.append(
                f"States {shown} US dollars. A survey of {best.n} centres ({best.country}, {best.year}, {best.region_body}) found a mean of "
                f"{best.mean:,} per treatment."
            )
    high = [s for s in shares_in(text) if s >= 50]
    sign = knowledge.marketing_signs.get("high-success-rate")
    if "eff-percent" in stated and high and sign:
        notes.append(f"States {max(high):.0f} percent. {sign.why}")
    return notes
