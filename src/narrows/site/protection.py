"""What stands around every page: headers, limits for heavy work, one log line."""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: Nothing but what this server sends, no script or style inside a page, no frame, no foreign form.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
_SEED: Final = secrets.token_bytes(16)
_log = logging.getLogger("narrows.site")


class Bucket:
    """How often one address may ask for heavy work: so many a minute, told by a hash that is kept nowhere else."""

    def __init__(self, a_minute: int) -> None:
        self.a_minute = a_minute
        self._left: dict[bytes, tuple[float, float]] = {}

    def wait(self, address: str, now: float) -> float:
        """Seconds to wait before this request may run; 0 when it may run now."""
        if not self.a_minute:
            return 0.0
        key = hashlib.blake2b(address.encode(), key=_SEED, digest_size=12).digest()
        if len(self._left) > 20_000:  # many addresses: those that have all their turns again are forgotten
            self._left = {k: v for k, v in self._left.items() if now - v[1] < 60}
        left, since = self._left.get(key, (float(self.a_minute), now))
        left = min(float(self.a_minute), left + (now - since) * self.a_minute / 60)
        if left < 1:
            self._left[key] = (left, now)
            return (1 - left) * 60 / self.a_minute
        self._left[key] = (left - 1, now)
        return 0.0


class Protection:
    """Outermost: refuses what is too much, sets headers on everything that leaves, writes one line."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.bucket = Bucket(settings.HEAVY_A_MINUTE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve one request."""
        start = time.perf_counter()
        wait = self.bucket.wait(_address(request), start) if _heavy(request) else 0.0
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
