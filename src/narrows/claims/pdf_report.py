"""The answer as a PDF to take along: the judgement, the statements that matter, what is left out and what to ask."""

from __future__ import annotations

import json
from importlib import resources
from typing import TYPE_CHECKING

from narrows.claims.answer import NOTE
from narrows.claims.wording import JUDGEMENT_WORDS, TONE, VERDICT_WORDS, answered, questions_to_ask, searched
from narrows.problem import NotInstalled

if TYPE_CHECKING:
    from narrows.claims.checking import Answer

_FIRST = {"stop": 0, "warn": 1, "fair": 2, "good": 3}


def pdf_report(answer: Answer) -> bytes:
    """The bytes of a tagged PDF.

    Raises NotInstalled when the typst package is missing.
    """
    try:
        import typst  # late: only this output needs it
    except ImportError:
        raise NotInstalled("typst", "pip install typst") from None
    signs = answer.knowledge.marketing_signs
    statements = [
        {
            "said": checked.sentence.text,
            "answers": [
                {
                    "word": VERDICT_WORDS[claim.verdict],
                    "tone": TONE[claim.verdict],
                    "because": claim.because,
                    "held": [e["says"] for e in answer.evidence.get(claim.id, [])],
                    "searched": searched(claim),
                    "sources": [f"{s.citation} ({s.year})" for s in claim.sources],
                }
                for claim, sure, _ in claims
                if sure
            ],
            "signs": [signs[s].statement for s in checked.signs],
        }
        for checked, claims in answered(answer)
    ]
    kept = [s for s in statements if s["answers"] or s["signs"]]
    kept.sort(key=lambda s: min((_FIRST[str(a["tone"])] for a in s["answers"]), default=1))  # type: ignore[index]
    data = {
        "name": answer.page.name,
        "judgement": JUDGEMENT_WORDS[answer.verdict.judgement],
        "reasons": list(answer.verdict.reasons),
        "statements": kept,
        "missing": [m["what"] for m in answer.missing],
        "ask": questions_to_ask(answer) if answer.discern else [],
        "note": NOTE,
        "knowledge": answer.knowledge.version,
    }
    template = resources.files("narrows.claims").joinpath("data/report.typ").read_bytes()
    made: bytes = typst.compile(template, sys_inputs={"data": json.dumps(data)})
    return made
