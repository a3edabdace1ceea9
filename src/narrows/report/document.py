"""The whole report as content: the person's layer, the clinician's layer, what stands at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.appraisal.answer import DISCLAIMER, Appraisal
from narrows.case import MeasuredScan
from narrows.knowledge import Knowledge
from narrows.report import clinician_page, person_page, words
from narrows.report.content import Document, Medium
from narrows.report.source_list import SourceList


def document(
    appraisal: Appraisal, knowledge: Knowledge, medium: Medium, scans: Sequence[MeasuredScan] = ()
) -> Document:
    """The report as content, for the screen or for paper (which holds fewer sheets of treatments)."""
    sources = SourceList(knowledge, medium)
    person = person_page.layer(appraisal, knowledge, sources, medium)
    clinician = clinician_page.layer(appraisal, knowledge, sources, medium, scans)
    case = str(appraisal.case.get("id") or "")
    as_of = str(appraisal.case.get("as_of") or "")
    emergency = appraisal.urgency == "emergency-same-day"
    title = "Go to an emergency department today" if emergency else "What fits, and what is really known"
    return Document(
        title=f"{case}: {title}" if case else title,
        case=case,
        as_of=as_of,
        lang="en",
        layers=(person, clinician),
        footer=f"{DISCLAIMER} From what was known on {words.date(as_of) if as_of else 'an unknown day'}.",
        urgent=emergency,
    )
