"""The health page for those who run it, and files of style, type and script."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse

from narrows import __version__
from narrows.site import assets, visits
from narrows.site.doors import PARTS, installed
from narrows.site.ground import ground


def health(request: HttpRequest) -> HttpResponse:
    """Whether this server can answer: 200 when it can, 503 when the place of visits cannot be reached."""
    alive = visits.ready()
    told = {
        "alive": alive,
        "version": __version__,
        "knowledge": ground().stamp,
        "profile": settings.PROFILE,
        "parts": {name: installed(name) for name in PARTS},
    }
    return JsonResponse(told, status=200 if alive else 503)


def static(request: HttpRequest, name: str) -> HttpResponse:
    """A file under the name with its hash."""
    found = assets.by_hashed_name().get(name)
    if found is None:
        raise Http404
    return _sent(found, request)


def mark(request: HttpRequest) -> HttpResponse:
    """The mark of the site."""
    return _sent(assets.assets()["mark.svg"], request)


def robots(request: HttpRequest) -> HttpResponse:
    """What search machines may read: the library, not visits."""
    return HttpResponse("User-agent: *\nDisallow: /spine/\nDisallow: /clinician/\nDisallow: /search/\n", "text/plain")


def _sent(found: assets.Asset, request: HttpRequest) -> HttpResponse:
    packed = bool(found.packed) and "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
    response = HttpResponse(found.packed if packed else found.body, content_type=found.kind)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Cache-Control"] = assets.FOREVER
    response["Vary"] = "Accept-Encoding"
    return response
