"""What went wrong, in plain words, without a trace of what was asked."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

_log = logging.getLogger("narrows.site")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page."""
    return render(request, "trouble.html", {"kind": "not-found"}, status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not allowed."""
    return render(request, "trouble.html", {"kind": "forbidden"}, status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our page, or whose visit is over."""
    return render(request, "trouble.html", {"kind": "forged"}, status=403)


def bad(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read."""
    return render(request, "trouble.html", {"kind": "bad"}, status=400)


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault."""
    return render(request, "trouble.html", {"kind": "broken"}, status=500)
