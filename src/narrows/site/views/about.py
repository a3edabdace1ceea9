"""About: what it is for, how it was made, what it cannot do, who answers, how current each part is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.knowledge.tables import TABLES
from narrows.site.ground import ground
from narrows.site.page_store import reference


@reference
def about(request: HttpRequest) -> HttpResponse:
    """The page about the page."""
    knowledge = ground()
    rows = []
    for table in TABLES:
        held = knowledge.table(table.attribute)
        if held and table.attribute != "gaps":
            days = [(e.read_on, e.review_by) for e in held.values()]
            name = table.attribute.replace("_", " ")
            rows.append((name, len(held), max(d[0] for d in days).isoformat(), min(d[1] for d in days).isoformat()))
    rules = list(knowledge.criteria.values())
    return render(
        request,
        "about.html",
        {
            "rows": sorted(rows),
            "rules": len(rules),
            "unreviewed": sum(1 for c in rules if c.kind == "red-flag" and not c.reviewed_by),
            "flags": sum(1 for c in rules if c.kind == "red-flag"),
            "unverified": sum(1 for c in rules if not c.verified),
            "studies": len(knowledge.studies),
            "sources": len(knowledge.sources),
            "options": len(knowledge.options),
            "claims": len(knowledge.claims),
        },
    )
