"""Search over the library."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.site.search_index import search as found

LONGEST = 100
KINDS = {"option": "Treatment", "syndrome": "Condition", "claim": "Claim", "study": "Study", "criterion": "Rule",
         "instrument": "Questionnaire", "source": "Source", "word": "Word"}  # fmt: skip


def search(request: HttpRequest) -> HttpResponse:
    """What fits the words."""
    query = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    hits = [(KINDS[hit.kind], hit) for hit in found(query)] if query.strip() else []
    return render(request, "search.html", {"query": query, "hits": hits})
