"""Claims, questionnaires, sources and words: one page an entry, one list a shelf."""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.instruments.page import sheet_page
from narrows.site.glossary import words_of_the_glossary
from narrows.site.ground import ground
from narrows.site.page_store import reference


@reference
def claims(request: HttpRequest) -> HttpResponse:
    """All claims by subject."""
    held: dict[str, list[object]] = {}
    for entry in ground().claims.values():
        held.setdefault(entry.topic, []).append(entry)
    return render(request, "claims.html", {"groups": held.items(), "signs": list(ground().marketing_signs.values())})


@reference
def claim(request: HttpRequest, key: str) -> HttpResponse:
    """One claim: the verdict, why, sources, what to ask."""
    entry = ground().claims.get(key)
    if entry is None:
        raise Http404
    return render(request, "claim.html", {"claim": entry})


@reference
def instruments(request: HttpRequest) -> HttpResponse:
    """All questionnaires and tests."""
    return render(request, "instruments.html", {"entries": list(ground().instruments.values())})


@reference
def instrument(request: HttpRequest, key: str) -> HttpResponse:
    """One questionnaire: what it measures, thresholds with their people, licence. Its licensed words are not here."""
    entry = ground().instruments.get(key)
    if entry is None:
        raise Http404
    return render(request, "instrument.html", {"entry": entry, "sheet": sheet_page(entry, ground())})


@reference
def sources(request: HttpRequest) -> HttpResponse:
    """All sources by kind."""
    held: dict[str, list[object]] = {}
    for entry in sorted(ground().sources.values(), key=lambda s: s.citation):
        held.setdefault(entry.kind, []).append(entry)
    return render(
        request, "sources.html", {"groups": held.items(), "statements": list(ground().recommendations.values())}
    )


@reference
def source(request: HttpRequest, key: str) -> HttpResponse:
    """One source, and what rests on it."""
    knowledge = ground()
    entry = knowledge.sources.get(key)
    if entry is None:
        raise Http404
    return render(
        request,
        "source.html",
        {
            "source": entry,
            "rules": [c for c in knowledge.criteria.values() if key in c.sources],
            "syndromes": [s for s in knowledge.syndromes.values() if key in s.sources],
            "options": [o for k, o in knowledge.options.items() if key in _named_by_options()[k]],
            "findings": [f for f in knowledge.findings.values() if f.source == key],
        },
    )


@lru_cache(maxsize=1)
def _named_by_options() -> dict[str, frozenset[str]]:
    """Every text that stands alone in an option, by option: among them the ids of its sources."""
    encode = msgspec.json.encode
    return {k: frozenset(re.findall(r'"([^"]+)"', encode(o).decode())) for k, o in ground().options.items()}


@reference
def glossary(request: HttpRequest) -> HttpResponse:
    """Every special word in plain words."""
    return render(request, "glossary.html", {"groups": words_of_the_glossary()})
