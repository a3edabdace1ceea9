"""Every treatment, and all that is known of each."""

from __future__ import annotations

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.evidence import OptionOutcome, outcomes_of
from narrows.options.expected import LUMBAR, condition_for
from narrows.options.whole import known_of
from narrows.report import expected_outcome, option_sheet
from narrows.report.content import plain
from narrows.site import comparisons
from narrows.site.comparison_words import DIRECTIONS, NOT_STUDIED
from narrows.site.ground import ground
from narrows.site.page_store import reference


@reference
def shelf(request: HttpRequest) -> HttpResponse:
    """All treatments by family."""
    return render(request, "options.html", {"families": comparisons.families()})


def _told(outcome: OptionOutcome) -> dict[str, object]:
    """A difference in plain words, and the studies that it comes from."""
    row = expected_outcome.outcome_of(msgspec.to_builtins(outcome))
    return {"line": plain(option_sheet.outcome_line(row, ground())), "studies": outcome.studies}


@reference
def option(request: HttpRequest, key: str) -> HttpResponse:
    """One treatment."""
    knowledge = ground()
    entry = knowledge.options.get(key)
    if entry is None:
        raise Http404
    condition = condition_for(key, LUMBAR, knowledge)
    outcomes = outcomes_of(key, condition, knowledge)
    studies = [s for s in knowledge.studies.values() if any(a.option == key for a in s.arm)]
    return render(
        request,
        "option.html",
        {
            "option": entry,
            "directions": DIRECTIONS,
            "known": known_of(key, "", knowledge),
            "condition": condition,
            "benefits": [_told(o) for o in outcomes if o.kind == "benefit" and o.difference is not None][:8],
            "nothing": NOT_STUDIED if any(o.basis == "none" for o in outcomes) else "",
            "studies": sorted(studies, key=lambda s: -(s.year or 0)),
            "rules": [c for c in knowledge.criteria.values() if key in c.applies_to and c.kind != "aftercare"],
            "claims": [c for c in knowledge.claims.values() if key in c.applies_to],
            "trials": [t for t in getattr(knowledge, "trials", {}).values() if getattr(t, "option", "") == key],
        },
    )
