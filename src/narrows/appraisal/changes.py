"""What changed in the knowledge since a case was saved, and which answers are different now."""

from __future__ import annotations

from typing import Any

from narrows.appraisal.judged import Judged
from narrows.case import Case
from narrows.criteria.rules import WORDS
from narrows.knowledge import Knowledge
from narrows.knowledge.digests import changed_since, digests


def to_save(case: Case, truths: dict[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The case as plain data that can be loaded again, with what it was judged by."""
    plain = case.as_dict()
    for name in plain.pop("derived"):
        plain["findings"].pop(name, None)
    plain.pop("origins")
    plain["saved"] = {
        "version": knowledge.version,
        "sha256": knowledge.sha256,
        "digests": digests(knowledge),
        "criteria": truths,
    }
    return plain


def changes(judged: Judged) -> tuple[dict[str, Any], ...]:
    """The entries that changed since the case was saved, then the criteria whose answer is another now."""
    saved = judged.case.saved
    if not saved or saved.get("sha256") == judged.knowledge.sha256:
        return ()
    found: list[dict[str, Any]] = list(changed_since(saved.get("digests", {}), judged.knowledge))
    for key, before in saved.get("criteria", {}).items():
        if key in judged.truths and WORDS[judged.truths[key]] != before:
            found.append({"table": "answers", "id": key, "what": f"was {before}, is {WORDS[judged.truths[key]]}"})
    return tuple(found)
