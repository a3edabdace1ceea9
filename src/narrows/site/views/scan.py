"""The scan: what a report says entered by hand, a report read by the reader, a segmentation measured."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from narrows.problem import InputError, NotInstalled
from narrows.site import case_file, scans, uploads
from narrows.site.doors import installed, part
from narrows.site.views.spine import no_visit


@part("spine")
def scan(request: HttpRequest) -> HttpResponse:
    """Enter what a report says, paste or upload one, or skip."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unclear: scans.Unclear | None = None
    if request.method == "POST":
        try:
            changed, notes = _changed(request, raw)
            case_file.case_of(changed)
        except (InputError, NotInstalled) as error:
            unclear = error if isinstance(error, scans.Unclear) else None
            problems = tuple(f"{p.problem}. {p.fix}" if p.fix else p.problem for p in error.problems)
        else:
            case_file.hold(request, changed)
            if not notes:
                return redirect("answer" if request.POST.get("then") == "answer" else "scan")
            raw = changed
    return render(
        request,
        "spine_scan.html",
        {
            "rows": scans.rows(raw),
            "words": scans.WORDS,
            "levels": scans.LEVELS,
            "held": scans.held(raw),
            "problems": problems,
            "notes": notes,
            "unclear": unclear,
            "has_reader": installed("radiology"),
            "has_measure": installed("imaging"),
        },
        status=422 if problems else 200,
    )


def _changed(request: HttpRequest, raw: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    what = request.POST.get("what", "")
    if what == "report":
        upload = request.FILES.get("file")
        data = uploads.taken(upload, "report") if upload else request.POST.get("text", "").encode()
        return scans.with_report(raw, data)
    if what == "labels":
        given: list[Any] = request.FILES.getlist("file") or [None]
        files = [(uploads.taken(f, "scan"), f.name if f and f.name else "") for f in given[:4]]
        return scans.with_labels(raw, files, request.POST.get("scheme", ""), request.POST.get("shows", ""))
    if what == "remove":
        return scans.without(raw, request.POST.get("level", "")), ()
    return scans.with_hand(raw, request.POST), ()
