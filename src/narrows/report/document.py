"""The whole report as content: the person's layer, the clinician's layer, what stands at the foot."""

from __future__ import annotations

from collections.abc import Sequence

from narrows.appraisal.answer import DISCLAIMER, Appraisal
from narrows.case import MeasuredScan
from narrows.knowledge import Knowledge
from narrows.report import clinician_page, person_page, urgent_page
from narrows.report.content import Document, Medium
from narrows.report.language import MACHINE, said, speaking, spoken
from narrows.report.source_list import SourceList


def document(
    appraisal: Appraisal,
    knowledge: Knowledge,
    medium: Medium,
    scans: Sequence[MeasuredScan] = (),
    language: str = "en",
) -> Document:
    """The report as content, for the screen or for paper (which holds fewer sheets of treatments).

    The person's layer is in `language`; the clinician's is always in English.
    """
    sources = SourceList(knowledge, medium)
    with speaking(language):
        person = person_page.layer(appraisal, knowledge, sources, medium)
        title, footer = _title(appraisal), _footer(appraisal)
    clinician = clinician_page.layer(appraisal, knowledge, sources, medium, scans)
    return Document(
        title=title,
        case=str(appraisal.case.get("id") or ""),
        as_of=str(appraisal.case.get("as_of") or ""),
        lang=person.lang,
        layers=(person, clinician),
        footer=footer,
        urgent=appraisal.urgency == "emergency-same-day",
    )


def _title(appraisal: Appraisal) -> str:
    emergency = appraisal.urgency == "emergency-same-day"
    title = said("Go to an emergency department today") if emergency else said("What fits, and what is really known")
    case = str(appraisal.case.get("id") or "")
    return f"{case}: {title}" if case else title


def _footer(appraisal: Appraisal) -> str:
    told = f"{said(DISCLAIMER)} {said('From what was known on {day}.', day=urgent_page.day_of(appraisal))}"
    return f"{told} {said(MACHINE)}" if spoken() != "en" else told
