"""The first page: what this is, four ways in, and what to do after an injection."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.site.page_store import reference


@reference
def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    return render(request, "home.html")
