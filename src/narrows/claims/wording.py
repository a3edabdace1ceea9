"""What verdicts, judgements and reasons are called when a person reads them; used by every output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from narrows.claims.checking import Answer, Checked

if TYPE_CHECKING:
    from narrows.knowledge.records.claim import Claim

VERDICT_WORDS = {
    "supported": "supported",
    "partly-supported": "partly supported",
    "unsupported": "not supported",
    "contradicted": "contradicted",
    "misleading": "misleading",
    "opinion": "an opinion",
}
TONE = {  # how a verdict is coloured; the word always stands beside the colour
    "supported": "good",
    "partly-supported": "fair",
    "unsupported": "warn",
    "misleading": "warn",
    "contradicted": "stop",
    "opinion": "fair",
}
JUDGEMENT_WORDS = {
    "promotional": "This page mainly promotes a treatment.",
    "mixed": "This page mixes information with promotion.",
    "balanced": "This page informs in a balanced way.",
    "not-about-treatment": "This page is not about a treatment, so it is not judged.",
}
#: What published surveys of such pages found, for comparison (Murdoch 2018, BMJ Open, table 6; 243 sites).
BASE_RATES = (
    ("says that it may not work", 12.8),
    ("says that evidence is limited", 18.9),
    ("names general risks", 24.7),
    ("names the risks of its own method", 5.8),
    ("states its regulatory status", 30.9),
)
BASE_RATES_SOURCE = "Murdoch and others 2018, BMJ Open, 243 sites of alternative practitioners, pmc.ncbi.nlm.nih.gov/articles/PMC5855243"


def answered(answer: Answer) -> list[tuple[Checked, list[tuple[Claim, bool, float]]]]:
    """The sentences that state a claim or show a sign: each with (claim, whether a verdict is given, confidence)."""
    claims = answer.knowledge.claims
    return [
        (c, [(claims[m.claim], m.sure, m.confidence) for m in c.matches])
        for c in answer.checked
        if c.matches or c.signs
    ]


def verdict_counts(answer: Answer) -> dict[str, int]:
    """How many statements got which verdict; 'may be about' and 'not in our library' are counted beside them."""
    counts = dict.fromkeys([*VERDICT_WORDS, "no verdict", "not in our library"], 0)
    for c in answer.checked:
        for m in c.matches:
            counts[answer.knowledge.claims[m.claim].verdict if m.sure else "no verdict"] += 1
        counts["not in our library"] += c.not_in_library
    return {k: n for k, n in counts.items() if n}


def questions_to_ask(answer: Answer, most: int = 12) -> list[str]:
    """What to ask the clinic: first what the page leaves out, then what its unsupported statements call for."""
    found = [m["ask"] for m in answer.missing]
    for c in answer.checked:
        for m in c.matches:
            claim = answer.knowledge.claims[m.claim]
            if claim.verdict in ("unsupported", "misleading", "contradicted"):  # a question needs no verdict
                found.append(claim.what_to_ask)
    return list(dict.fromkeys(found))[:most]


def searched(claim: Claim) -> str:
    """What a verdict rests on and when it was read, in a few words."""
    return f"certainty {claim.certainty}; {len(claim.sources)} sources, read {claim.read_on:%d %B %Y}"
