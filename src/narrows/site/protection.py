"""What stands around every page: headers, limits for heavy work, one log line."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.site import turns

#: Nothing but what this server sends, no script or style inside a page, no frame, no foreign form.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_log = logging.getLogger("narrows.site")


class Protection:
    """Outermost: refuses what is too much, sets headers on everything that leaves, writes one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        start = time.perf_counter()
        wait = turns.wait(_address(request)) if _heavy(request) else 0.0
        response = _too_often(request, wait) if wait else self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("X-Frame-Options", "DENY")
        response.setdefault("Cache-Control", "no-store")
        if not response.streaming and response.status_code != 304:
            response["Content-Length"] = str(len(response.content))  # of what leaves, packed or not
        if _log.isEnabledFor(logging.INFO):
            spent = round(1000 * (time.perf_counter() - start), 1)
            said = {
                "path": request.path,
                "status": response.status_code,
                "milliseconds": spent,
                "method": request.method,
            }
            _log.info("request", extra=said)
        return response


def _heavy(request: HttpRequest) -> bool:
    """Work that costs: whatever is posted, papers, searches."""
    return request.method == "POST" or request.path.endswith((".pdf", "/search/"))


def _address(request: HttpRequest) -> str:
    """The visitor's address: behind a proxy the last one that our own proxy wrote."""
    if settings.TLS:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        if forwarded:
            return str(forwarded).rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _too_often(request: HttpRequest, wait: float) -> HttpResponse:
    response = render(request, "trouble.html", {"kind": "often", "seconds": int(wait) + 1}, status=429)
    response["Retry-After"] = str(int(wait) + 1)
    return response
