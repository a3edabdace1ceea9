"""What to do in an emergency, and what to watch after an injection."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.report.words import DANGER_SIGNS
from narrows.site.ground import ground
from narrows.site.page_store import reference

#: Findings that speak of a procedure: rules that read them are danger signs after one.
AFTER = ("procedure_received", "days_since_procedure")


@reference
def emergency(request: HttpRequest) -> HttpResponse:
    """Signs and numbers."""
    knowledge = ground()
    rules = [c for c in knowledge.criteria.values() if c.kind == "red-flag"]
    return render(
        request,
        "emergency.html",
        {
            "signs": DANGER_SIGNS,
            "now": [c for c in rules if c.urgency == "emergency-same-day" and not c.only_when_told],
            "soon": [c for c in rules if c.urgency == "urgent-within-2-weeks" and not c.only_when_told],
            "numbers": sorted(knowledge.emergency_numbers.values(), key=lambda n: n.name),
        },
    )


@reference
def already(request: HttpRequest) -> HttpResponse:
    """I already had it: danger signs by time, what to keep, where to report."""
    knowledge = ground()
    rules = list(knowledge.criteria.values())
    signs = [c for c in rules if c.kind == "red-flag" and any(name in (c.when or "") for name in AFTER)]
    records = [r for r in knowledge.abroad_records.values() if r.direction == "from the clinic"]
    return render(
        request,
        "already.html",
        {
            "now": [c for c in signs if c.urgency == "emergency-same-day"],
            "soon": [c for c in signs if c.urgency != "emergency-same-day"],
            "care": [c for c in rules if c.kind == "aftercare" and c.id.startswith("ac-")],
            "later": list(knowledge.abroad_follow_ups.values()),
            "records": records,
            "seen": list(knowledge.infection_reports.values()),
            "reports": list(knowledge.harm_reports.values()),
        },
    )
