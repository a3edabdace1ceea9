"""What stands on every page: ways in, the emergency line, language, the day of the knowledge."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from narrows import __version__
from narrows.report import words
from narrows.site.doors import offered
from narrows.site.ground import ground
from narrows.site.languages import in_words

DOORS = (
    ("injection", _("I was offered an injection"), ""),
    ("spine", _("My spine"), "spine"),
    ("compare", _("Compare treatments"), ""),
    ("page", _("Check a clinic's page"), ""),
)
SHELVES = (
    ("options", _("Treatments")),
    ("evidence", _("Studies")),
    ("claims", _("Claims")),
    ("syndromes", _("Conditions")),
    ("criteria", _("Rules")),
    ("instruments", _("Questionnaires")),
    ("sources", _("Sources")),
    ("glossary", _("Words")),
)
#: Countries whose numbers stand in the line on every page; all others are one click away.
LINE = ("US", "GB", "DE", "AU", "MX", "JP", "IN")


@lru_cache(maxsize=4)
def numbers_line(language: str) -> tuple[tuple[str, str], ...]:
    """Number and countries for the emergency line, as they were read."""
    held: dict[str, list[str]] = {}
    for code in LINE:
        entry = ground().emergency_numbers.get(code)
        if entry is not None:
            held.setdefault(entry.number, []).append(in_words(entry.name))
    return tuple((number, words.listed(names)) for number, names in held.items())


@lru_cache(maxsize=4)
def dates(language: str) -> dict[str, str]:
    """When the knowledge was last read, and when its first part is due again."""
    knowledge = ground()
    entries = [*knowledge.options.values(), *knowledge.criteria.values(), *knowledge.studies.values()]
    return {
        "read": words.date(max(e.read_on for e in entries).isoformat()),
        "due": words.date(min(e.review_by for e in entries).isoformat()),
    }


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of every page."""
    language = get_language() or "en"
    plain = request.path.removeprefix("/es/") if request.path.startswith("/es/") else request.path.removeprefix("/")
    posted = request.method == "POST"
    return {
        "doors": [(reverse(name), said, name) for name, said, part in DOORS if not part or offered(part)],
        "shelves": [(reverse(name), said, name) for name, said in SHELVES],
        "has_clinician": offered("clinician"),
        "numbers_line": numbers_line(language),
        "dates": dates(language),
        "language": language,
        "other_language": "en" if language == "es" else "es",
        "other_address": ("/" if language == "es" else "/es/") + ("" if posted else plain),
        "answerable": settings.ANSWERABLE,
        "profile": settings.PROFILE,
        "version": __version__,
        "knowledge_version": ground().version,
        "knowledge_hash": ground().sha256[:12],
    }
