"""The answer as plain data: the shape of `narrows check --json`."""

from __future__ import annotations

from typing import Any

from narrows.claims.checking import Answer


def as_data(answer: Answer) -> dict[str, Any]:
    """The whole answer: `sentences` and `page` as the contract names them, with more beside them.

    `evidence` holds, for claims with a verdict, what the studies held here say today. Offsets count characters of `text`. `verdict` is null where the confidence does not bear one.
    """
    claims = answer.knowledge.claims
    return {
        "name": answer.page.name,
        "knowledge": answer.knowledge.stamp,
        "text": answer.page.text,
        "sentences": [
            {
                "start": c.sentence.start,
                "end": c.sentence.end,
                "text": c.sentence.text,
                "claims": [
                    {
                        "claim": m.claim,
                        "confidence": m.confidence,
                        "verdict": claims[m.claim].verdict if m.sure else None,
                    }
                    for m in c.matches
                ],
                "redflags": list(c.signs),
                "not_in_library": c.not_in_library,
                "figures": list(c.figures),
            }
            for c in answer.checked
        ],
        "page": {
            "judgement": answer.verdict.judgement,
            "reasons": list(answer.verdict.reasons),
            "parts": {k: round(v, 2) for k, v in answer.verdict.parts.items()},
            "redflags": answer.spans,
            "missing": answer.missing,
            "discern": answer.discern,
            "jama": answer.jama,
            "honcode": answer.honcode,
            "reading_grade": answer.grade,
            "treatments": answer.treatments,
            "notes": list(answer.page.notes),
        },
        "evidence": dict(answer.evidence),
        "note": NOTE,
    }


NOTE = (
    "Verdicts concern sentences, not the honesty of a clinic. What is not in the library has no verdict. "
    "This report endorses no provider and may not be used in advertising."
)
