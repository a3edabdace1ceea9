"""Answers as tables: one row per statement of a page, one row per page of a folder."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from narrows.claims.wording import verdict_counts

if TYPE_CHECKING:
    from narrows.claims.checking import Answer

STATEMENT_COLUMNS = (
    "start",
    "end",
    "text",
    "claim",
    "confidence",
    "verdict",
    "certainty",
    "warning_signs",
    "not_in_library",
)
PAGE_COLUMNS = (
    "page", "judgement", "words", "statements", "supported", "partly-supported", "unsupported", "misleading", "contradicted",
    "opinion", "no verdict", "not in our library", "warning_signs", "missing", "reading_grade", "problem",
)  # fmt: skip


def statements_csv(answer: Answer) -> str:
    """One row per sentence and claim; a sentence without claims has one row with the claim empty."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(STATEMENT_COLUMNS)
    claims = answer.knowledge.claims
    for c in answer.checked:
        place = (c.sentence.start, c.sentence.end, _plain(c.sentence.text))
        signs = ";".join(c.signs)
        for m in c.matches:
            claim = claims[m.claim]
            verdict = (claim.verdict, claim.certainty) if m.sure else ("", "")
            writer.writerow([*place, m.claim, m.confidence, *verdict, signs, ""])
        if not c.matches:
            writer.writerow([*place, "", "", "", "", signs, "yes" if c.not_in_library else ""])
    return target.getvalue()


def page_row(answer: Answer) -> dict[str, Any]:
    """The row of one page in the table of a folder."""
    counts = verdict_counts(answer)
    return {
        "page": answer.page.name,
        "judgement": answer.verdict.judgement,
        "words": answer.page.words,
        "statements": sum(1 for c in answer.checked if c.sentence.role != "heading"),
        **{k: counts.get(k, 0) for k in PAGE_COLUMNS[4:12]},
        "warning_signs": ";".join(sorted({s["id"] for s in answer.spans})),
        "missing": ";".join(m["id"] for m in answer.missing),
        "reading_grade": answer.grade,
        "problem": "",
    }


def pages_csv(rows: list[dict[str, Any]]) -> str:
    """The table of a folder, one row per page."""
    target = io.StringIO()
    writer = csv.DictWriter(target, PAGE_COLUMNS)
    writer.writeheader()
    writer.writerows([{k: _plain(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows])
    return target.getvalue()


def _plain(text: str) -> str:
    """A text that a spreadsheet will not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t") else text
