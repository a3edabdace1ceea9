"""The answer: the person's page, the clinician's pages, PDF, the file to keep."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from narrows import report
from narrows.appraisal import Appraisal
from narrows.options import whole_answer
from narrows.problem import NotInstalled
from narrows.report import clinician_page, person_page
from narrows.report.language import spoken
from narrows.report.source_list import SourceList
from narrows.site import case_file
from narrows.site.blocks import SHAPES, layer_markup, markup, opening_markup, sections_markup
from narrows.site.doors import part
from narrows.site.ground import ground
from narrows.site.languages import in_words
from narrows.site.questions import next_screen
from narrows.site.views.spine import no_visit

OFFER = ("product", "price", "promise")
LONGEST = 300


def _answer(raw: dict[str, Any]) -> Appraisal:
    """The whole answer."""
    return whole_answer(case_file.case_of(raw), ground())


@part("spine")
def person(request: HttpRequest) -> HttpResponse:
    """The page for the person."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    knowledge, answer = ground(), _answer(raw)
    sources = SourceList(knowledge)
    layer = person_page.layer(answer, knowledge, sources, "screen")
    baseline = case_file.baseline_of(raw)
    return render(
        request,
        "spine_answer.html",
        {
            "opening": opening_markup(layer),
            "sections": sections_markup(layer),
            "shapes": SHAPES,
            "sources": markup(clinician_page.source_section(sources).blocks),
            "emergency": answer.urgency == "emergency-same-day",
            "open": next_screen(answer, raw),
            "next": len(request.session.get("screens", [])) + 1,
            "baseline": baseline,
            "unchanged": baseline is not None and case_file.unchanged(baseline),
            "since": _since(baseline, raw),
            "title": "emergency" if answer.urgency == "emergency-same-day" else "answer",
        },
    )


def _since(baseline: case_file.Baseline | None, raw: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What was true then beside what is told now, for what was told both times."""
    from narrows.report import words

    if baseline is None or baseline.taken_on == raw.get("as_of"):
        return []
    knowledge = ground()
    return [
        (words.label(n, knowledge), words.value(n, then, knowledge), words.value(n, raw["findings"][n], knowledge))
        for n, then in baseline.facts.items()
        if n in knowledge.findings and n in raw["findings"]
    ]


@part("spine")
def clinician(request: HttpRequest) -> HttpResponse:
    """The same answer for a clinician."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    knowledge, answer = ground(), _answer(raw)
    layer = clinician_page.layer(answer, knowledge, SourceList(knowledge), "screen")
    return render(request, "spine_clinician.html", {"layer": layer_markup(layer), "shapes": SHAPES})


@part("spine")
def pdf(request: HttpRequest) -> HttpResponse:
    """The whole answer on paper."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    try:
        paper = report.pdf(_answer(raw), ground(), language=spoken())
    except NotInstalled as missing:
        return render(request, "trouble.html", {"kind": "part", "says": str(missing)}, status=501)
    return _file(paper, "application/pdf", "narrows-answer.pdf")


@part("spine")
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the case in a file, with what is true before a treatment."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    wrong = False
    if request.method == "POST":
        offer = {name: request.POST.get(name, "").strip() for name in OFFER}
        wrong = any(len(text) > LONGEST for text in offer.values())
        if not wrong:
            changed = json.loads(json.dumps(raw))
            changed.setdefault("saved", {})["baseline"] = case_file.taken_now(raw, offer)
            case_file.hold(request, changed)
            return redirect("keep")
    baseline = case_file.baseline_of(raw)
    return render(
        request,
        "spine_keep.html",
        {
            "baseline": baseline,
            "facts": _facts(baseline),
            "unchanged": baseline is not None and case_file.unchanged(baseline),
            "longest": LONGEST,
            "wrong": wrong,
            "given": request.POST,
        },
        status=422 if wrong else 200,
    )


def _facts(baseline: case_file.Baseline | None) -> list[tuple[str, str]]:
    from narrows.report import words

    if baseline is None:
        return []
    knowledge = ground()
    return [
        (words.label(n, knowledge), words.value(n, v, knowledge))
        if n in knowledge.findings
        else (in_words(n.removeprefix("offer_").capitalize()), str(v))
        for n, v in baseline.facts.items()
    ]


@part("spine")
def file_json(request: HttpRequest) -> HttpResponse:
    """The case as JSON."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    text = json.dumps(case_file.to_keep(raw), ensure_ascii=False, indent=1) + "\n"
    return _file(text.encode(), "application/json", "narrows-case.json")


@part("spine")
def file_toml(request: HttpRequest) -> HttpResponse:
    """The case as TOML."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    return _file(case_file.as_toml(case_file.to_keep(raw)).encode(), "application/toml", "narrows-case.toml")


def _file(body: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
