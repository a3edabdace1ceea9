"""Rules and conditions: what each says, when it holds, who it was tried on, where it comes from."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.knowledge.check import review_text
from narrows.site.ground import ground
from narrows.site.page_store import reference


@reference
def criteria(request: HttpRequest) -> HttpResponse:
    """All rules by kind."""
    held: dict[str, list[object]] = {}
    for entry in ground().criteria.values():
        held.setdefault(entry.kind, []).append(entry)
    return render(request, "criteria.html", {"groups": held.items(), "count": len(ground().criteria)})


@reference
def criterion(request: HttpRequest, key: str) -> HttpResponse:
    """One rule."""
    knowledge = ground()
    entry = knowledge.criteria.get(key)
    if entry is None:
        raise Http404
    named = {
        part: [s for s in knowledge.syndromes.values() if key in getattr(s, part)]
        for part in ("established_by", "likely_by", "possible_by", "against", "excluded_by")
    }
    return render(
        request,
        "criterion.html",
        {
            "rule": entry,
            "reviewed": review_text(entry),
            "place": knowledge.place("criteria", key),
            "syndromes": [(part, held) for part, held in named.items() if held],
        },
    )


@reference
def syndromes(request: HttpRequest) -> HttpResponse:
    """All conditions."""
    held: dict[str, list[object]] = {}
    for entry in ground().syndromes.values():
        held.setdefault(entry.kind, []).append(entry)
    return render(request, "syndromes.html", {"groups": held.items()})


@reference
def syndrome(request: HttpRequest, key: str) -> HttpResponse:
    """One condition: in plain words, how it goes untreated, what speaks for and against it."""
    knowledge = ground()
    entry = knowledge.syndromes.get(key)
    if entry is None:
        raise Http404
    parts = [
        (said, [knowledge.criteria[c] for c in getattr(entry, part) if c in knowledge.criteria])
        for part, said in (
            ("established_by", "Established by"),
            ("likely_by", "Likely with"),
            ("possible_by", "Possible with"),
            ("against", "Speaks against it"),
            ("excluded_by", "Rules it out"),
        )
    ]
    return render(
        request,
        "syndrome.html",
        {
            "syndrome": entry,
            "parts": [(said, held) for said, held in parts if held],
            "mimics": [knowledge.syndromes[m] for m in entry.mimics if m in knowledge.syndromes],
        },
    )
