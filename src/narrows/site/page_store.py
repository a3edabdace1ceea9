"""Pages that are the same for everyone are rendered once for a knowledge and then sent as they are."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from typing import Any, Final, NamedTuple, TypeVar

from django.http import HttpRequest, HttpResponse

MOST_BYTES: Final = 60_000_000  # of packed pages a process keeps
Seen = TypeVar("Seen", bound=Callable[..., HttpResponse])


class Kept(NamedTuple):
    """A page as it goes over the wire."""

    packed: bytes
    kind: str
    tag: str
    disposition: str


def reference(view: Seen) -> Seen:
    """A view whose page depends on its address and the knowledge alone: no visitor, no form, no query."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = view(request, *args, **named)
        response.is_reference = response.status_code == 200  # type: ignore[attr-defined]
        return response

    return marked  # type: ignore[return-value]


class PageStore:
    """Keeps reference pages packed by address, and packs every other text page as it leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Send the kept page, or make it."""
        plain = request.method in ("GET", "HEAD") and not request.META.get("QUERY_STRING")
        if plain:
            request.get_host()  # a host that is not ours is refused before anything is sent
            kept = self._kept.get(request.path)
            if kept is not None:
                return _sent(kept, request)
        response = self.get_response(request)
        if plain and getattr(response, "is_reference", False):
            kept = self._keep(request.path, response)
            return _sent(kept, request)
        return _packed(response, request)

    def _keep(self, path: str, response: HttpResponse) -> Kept:
        body = response.content
        kept = Kept(
            gzip.compress(body, 6, mtime=0),
            response["Content-Type"],
            hashlib.sha256(body).hexdigest()[:24],
            response.get("Content-Disposition", ""),
        )
        self._kept[path] = kept
        self._bytes += len(kept.packed)
        while self._bytes > MOST_BYTES:
            _, old = self._kept.popitem(last=False)
            self._bytes -= len(old.packed)
        return kept


def _sent(kept: Kept, request: HttpRequest) -> HttpResponse:
    tag = f'"{kept.tag}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        response = HttpResponse(status=304)
    elif "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response = HttpResponse(kept.packed, content_type=kept.kind)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(kept.packed), content_type=kept.kind)
    response["ETag"] = tag
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "public, max-age=300"
    if kept.disposition:
        response["Content-Disposition"] = kept.disposition
    return response


def _packed(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Pack a page made for one visitor. Pages with a form hold a token that is masked anew each time (BREACH)."""
    large = len(response.content) > 1000 and not response.has_header("Content-Encoding")
    text = response.get("Content-Type", "").startswith(("text/", "application/json"))
    if large and text and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", ""):
        response.content = gzip.compress(response.content, 5, mtime=0)
        response["Content-Encoding"] = "gzip"
        response["Vary"] = ", ".join(dict.fromkeys([*response.get("Vary", "").split(", "), "Accept-Encoding"])).strip(
            ", "
        )
    return response
