"""Check a clinic's page: its words shown back with what is known of each claim. Nothing is fetched, nothing kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.problem import InputError, NotInstalled
from narrows.site import checked_page, uploads
from narrows.site.doors import installed


def page(request: HttpRequest) -> HttpResponse:
    """Paste or upload; then the page with its marks."""
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            data = uploads.taken(upload, "page") if upload else request.POST.get("text", "").encode()
            shown = checked_page.check(data, (upload.name or "file") if upload else "pasted text")
        except (InputError, NotInstalled) as error:
            problems = tuple(f"{p.problem}. {p.fix}" if p.fix else p.problem for p in error.problems)
        else:
            return render(request, "page_checked.html", {"shown": shown, "page": shown.answer["page"]})
    return render(
        request,
        "page.html",
        {
            "problems": problems,
            "there": installed("claims"),
            "longest": checked_page.LONGEST,
            "text": request.POST.get("text", ""),
        },
        status=422 if problems else 200,
    )
