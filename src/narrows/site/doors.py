"""Which parts this installation offers: by its profile, and by what is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: Parts that compute from a person's data, and the profiles that offer them.
PERSONAL: Final = {"spine": ("full",), "clinician": ("full", "clinician")}
#: What must be installed for a part, as a module.
PARTS: Final = {
    "claims": "narrows.claims.checking",
    "radiology": "narrows.radiology.reader",
    "imaging": "narrows.imaging.measuring",
}


def offered(part: str) -> bool:
    """Whether this profile offers a part."""
    return part not in PERSONAL or settings.PROFILE in PERSONAL[part]


@lru_cache(maxsize=8)
def installed(part: str) -> bool:
    """Whether the code of a part is there."""
    try:
        return importlib.util.find_spec(PARTS[part]) is not None
    except ModuleNotFoundError:
        return False


class Doors:
    """Closes the parts that this profile does not offer, and says so plainly."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], named: dict[str, Any]
    ) -> HttpResponse | None:
        """A closed door answers with a page of its own."""
        part = getattr(view, "part", "")
        if part and not offered(part):
            return render(request, "trouble.html", {"kind": "profile", "profile": settings.PROFILE}, status=403)
        return None


def part(name: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Marks a view as belonging to a part."""

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        view.part = name  # type: ignore[attr-defined]
        return view

    return mark
