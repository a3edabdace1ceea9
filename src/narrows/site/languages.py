"""The language of a page: Django's own for templates, and the same for what the report words."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext

from narrows.report.language import said, speaking


class Languages:
    """Words the report's parts of a page in the language that its address names."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on in this language."""
        with speaking(get_language() or "en"):
            return self.get_response(request)


def in_words(text: str) -> str:
    """A text of the knowledge, of the report or of the site in the language of the page."""
    found = said(text)
    return gettext(text) if found == text and text else found
