"""I was offered an injection: six questions on one page, two sides to print. Nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.report.content import Bullets, Line
from narrows.site import offers
from narrows.site.blocks import markup
from narrows.site.ground import ground


def injection(request: HttpRequest) -> HttpResponse:
    """The questions; with answers, the two sides."""
    wrong: dict[str, str] = {}
    if request.method == "POST":
        offer, wrong = offers.offer_of(request.POST)
        if offer is not None and "again" not in request.POST:
            return _answer(request, offer)
    return render(
        request,
        "injection.html",
        {
            "words": offers.words(),
            "countries": ground().findings["country"].choices,
            "given": request.POST,
            "promised": request.POST.getlist("promise") if request.method == "POST" else [],
            "wrong": wrong,
            "longest": offers.LONGEST,
        },
        status=422 if wrong else 200,
    )


def _answer(request: HttpRequest, offer: offers.Offer) -> HttpResponse:
    knowledge = ground()
    sheet = offers.sheet(offer)
    return render(
        request,
        "offer.html",
        {
            "offer": offer,
            "benefits": _list(sheet.benefits),
            "harms": _list(sheet.harms),
            "prices": _list(sheet.prices),
            "law": _list(sheet.law),
            "others": offers.not_offered(offer),
            "checks": [c for c in knowledge.abroad_checks.values() if c.when == "before booking"],
            "checklist": [c for c in knowledge.checklist.values() if c.group == "product-documents"],
            "given": [(name, value) for name in request.POST if name not in ("csrfmiddlewaretoken", "again")
                      for value in request.POST.getlist(name)],
        },
    )  # fmt: skip


def _list(held: tuple[Line, ...]) -> str:
    return markup((Bullets(held, look="tight"),)) if held else ""
