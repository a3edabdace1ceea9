"""Proves that ids resolve, that nothing stands without source and date, and names what is due to be read again."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from narrows.knowledge.records.base import Entry
from narrows.knowledge.references import REFERENCES, knows, named_by
from narrows.knowledge.store import Knowledge
from narrows.knowledge.tables import TABLES
from narrows.problem import Problem, did_you_mean

#: Fields of which one must say where an entry comes from, by table; tables that only join others name none.
SOURCE_FIELDS = (
    "sources", "source", "url", "urls", "seen_at", "text_sources", "origin", "basis", "study", "studies", "ref", "issuer", "legal_basis", "doi", "pmid", "guidelines", "result",
)  # fmt: skip
WITHOUT_SOURCE = frozenset(
    {"gaps", "sources", "contradictions", "implications", "steps", "question_groups", "prices_not_verified", "regulation_not_verified", "unverified_studies", "abroad_checks", "checklist", "cost_items", "insurer_questions", "abroad_follow_ups", "recognise_rules", "outcome_words", "unit_words", "analysis_words", "condition_words"}
)  # fmt: skip


def unresolved(knowledge: Knowledge) -> Iterator[Problem]:
    """Ids that name nothing, and entries that say nothing of where they come from."""
    for (table, field), targets in REFERENCES.items():
        for key, entry in knowledge.table(table).items():
            for name in named_by(entry, field):
                if not knows(knowledge, targets, name):
                    known = [k for t in targets for k in getattr(knowledge, t)]
                    where = f"{knowledge.place(table, key)}, {key}.{field}"
                    yield Problem(f"'{name}' is none of {', '.join(targets)}", where, did_you_mean(name, known))
    for key, rule in knowledge.implications.items():
        finding = knowledge.findings.get(rule.finding)
        if finding is not None and (finding.type != "boolean" or finding.per_level):
            yield Problem(
                f"{rule.finding} is not true or false of the person",
                f"{knowledge.place('implications', key)}, {key}",
                "only such a finding follows from another answer",
            )
    for table in dict.fromkeys(t.attribute for t in TABLES):
        if table in WITHOUT_SOURCE:
            continue
        for key, entry in knowledge.table(table).items():
            if not any(getattr(entry, field, None) for field in SOURCE_FIELDS):
                yield Problem("no source", f"{knowledge.place(table, key)}, {key}", "say where it was read")
    for table in dict.fromkeys(t.attribute for t in TABLES):
        for key, entry in knowledge.table(table).items():
            if entry.review_by <= entry.read_on:
                yield Problem(
                    "review_by does not lie after read_on", f"{knowledge.place(table, key)}, {key}", "correct the dates"
                )
            if (entry.withdrawn_on is None) != (entry.withdrawn_because is None):
                yield Problem(
                    "a withdrawn entry has a day and a reason", f"{knowledge.place(table, key)}, {key}", "give both"
                )


def overdue(knowledge: Knowledge, today: datetime.date) -> list[Problem]:
    """Entries whose day to be read again has passed, one line a table."""
    due: list[Problem] = []
    for table in dict.fromkeys(t.attribute for t in TABLES):
        late = [key for key, entry in knowledge.table(table).items() if entry.review_by < today]
        if late:
            shown = ", ".join(late[:8]) + (f" and {len(late) - 8} more" if len(late) > 8 else "")
            due.append(
                Problem(f"{len(late)} entries are due: {shown}", table, "read the sources again and set read_on")
            )
    return due


def unreviewed(knowledge: Knowledge) -> list[Problem]:
    """Emergency rules that no clinician has reviewed."""
    return [
        Problem(
            f"emergency rule {key} is not yet reviewed by a clinician",
            knowledge.place("criteria", key),
            "add reviewed_by: name, profession, date",
        )
        for key, criterion in knowledge.criteria.items()
        if criterion.kind == "red-flag"
        and criterion.urgency == "emergency-same-day"
        and not criterion.reviewed_by
        and criterion.withdrawn_on is None
    ]


def review_text(entry: Entry) -> str:
    """Who reviewed an entry, as it is shown."""
    if not entry.reviewed_by:
        return "not yet reviewed by a clinician"
    return "; ".join(f"reviewed by {r.name}, {r.profession}, {r.date.isoformat()}" for r in entry.reviewed_by)
