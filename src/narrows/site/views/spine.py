"""My spine: begin, answer one screen after another, be interrupted by what is urgent, load, forget."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from narrows.case.dictionary import Refused
from narrows.problem import InputError
from narrows.report import urgent_page
from narrows.report.content import Notice
from narrows.report.source_list import SourceList
from narrows.site import case_file, fields, questions, uploads
from narrows.site.blocks import markup
from narrows.site.doors import part
from narrows.site.ground import ground


def no_visit(request: HttpRequest) -> HttpResponse:
    """The page for a visit of which nothing is held."""
    return render(request, "trouble.html", {"kind": "visit"}, status=410)


@part("spine")
def start(request: HttpRequest) -> HttpResponse:
    """Begin, go on, or load a file."""
    country = ground().findings["country"]
    if request.method == "POST":
        code = request.POST.get("country", "")
        known = code if code in {str(c.code) for c in country.choices} else ""
        case_file.begin(request, country=known)
        return redirect("questions", number=1)
    held = case_file.begun(request)
    answered = len(held["findings"]) + len(held["missing"]) if held else 0
    screens = request.session.get("screens", []) if held else []
    return render(
        request,
        "spine_start.html",
        {"countries": country.choices, "answered": answered, "on": len(screens) + 1, "has_case": held is not None},
    )


@part("spine")
def questions_screen(request: HttpRequest, number: int) -> HttpResponse:
    """Screen `number`: an earlier one with its answers, or the next one that is worth asking."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    screens: list[dict[str, object]] = request.session.get("screens", [])
    if not 1 <= number <= len(screens) + 1:
        return redirect("questions", number=len(screens) + 1)
    if request.method == "POST":
        return _take(request, raw, screens, number)
    return _show(request, raw, screens, number, {}, {}, ())


def _screen(raw: dict[str, object], screens: list[dict[str, object]], number: int) -> questions.Screen | None:
    """The screen of that number, with how many questions are open now."""
    answer = questions.appraised(raw)
    coming = questions.next_screen(answer, raw)
    if number <= len(screens):
        held = screens[number - 1]
        names = tuple(n for n in held["findings"] if n in ground().findings)  # type: ignore[attr-defined]
        return questions.Screen(str(held["label"]), names, bool(held["urgent"]), coming.left if coming else 0)
    return coming


def _show(
    request: HttpRequest,
    raw: dict[str, object],
    screens: list[dict[str, object]],
    number: int,
    posted: dict[str, str],
    errors: dict[str, str],
    problems: tuple[str, ...],
    names: tuple[str, ...] = (),
) -> HttpResponse:
    screen = _screen(raw, screens, number)
    if screen is None:
        return redirect("scan")
    shown = names or screen.findings
    done = len(raw["findings"]) + len(raw["missing"])  # type: ignore[arg-type]
    return render(
        request,
        "spine_questions.html",
        {
            "screen": screen,
            "number": number,
            "fields": [fields.field_of(n, raw, posted, errors) for n in shown],
            "names": ",".join(shown),
            "errors": errors,
            "problems": problems,
            "done": done,
            "whole": done + screen.left,
            "left": screen.left,
            "is_new": number > len(screens),
        },
        status=422 if errors or problems else 200,
    )


def _take(request: HttpRequest, raw: dict[str, object], screens: list[dict[str, object]], number: int) -> HttpResponse:
    """Take the answers of a screen. What it asked stands in the form, so that two tabs cannot mix their answers."""
    findings = ground().findings
    asked = tuple(n for n in request.POST.get("asked", "").split(",") if n in findings)
    asked = tuple(n for n in asked if findings[n].who_can_answer == "patient" and not findings[n].per_level)[:12]
    if not asked:
        return redirect("questions", number=number)
    posted = {k: v for k, v in request.POST.items() if isinstance(v, str)}
    taken = fields.answers_of(asked, posted)
    if taken.errors:
        return _show(request, raw, screens, number, posted, taken.errors, (), asked)
    changed = case_file.with_answers(raw, taken.values, taken.missing)
    try:
        answer = questions.appraised(changed)
    except (InputError, Refused) as error:
        told = (
            tuple(f"{p.problem}. {p.fix}" for p in error.problems) if isinstance(error, InputError) else (str(error),)
        )
        return _show(request, raw, screens, number, posted, {}, told, asked)
    case_file.hold(request, changed)
    if number == len(screens) + 1:
        screen = questions.next_screen(questions.appraised(raw), raw)
        label = screen.label if screen else ""
        screens.append({"label": label, "findings": list(asked), "urgent": bool(screen and screen.urgent)})
        request.session["screens"] = screens
    new = questions.new_flags(answer, request.session.get("told", []))
    if new:
        request.session["told"] = [*request.session.get("told", []), *new]
        request.session["new"] = new
        request.session["after"] = number + 1
        return redirect("stop")
    if request.POST.get("then") == "answer":
        return redirect("answer")
    return redirect("questions", number=number + 1)


@part("spine")
def stop(request: HttpRequest) -> HttpResponse:
    """Something urgent was just told: what to do now, with numbers, before anything else."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    answer = questions.appraised(raw)
    if answer.urgency is None:
        return redirect("questions", number=int(request.session.get("after", 1)))
    knowledge = ground()
    sources = SourceList(knowledge)
    notice: Notice = (
        urgent_page.emergency_notice(answer, knowledge, sources)
        if answer.urgency == "emergency-same-day"
        else urgent_page.urgent_notice(answer, knowledge, sources)
    )
    from narrows.report import clinician_page

    return render(
        request,
        "spine_stop.html",
        {
            "notice": markup((notice,)),
            "sources": markup(clinician_page.source_section(sources).blocks),
            "emergency": answer.urgency == "emergency-same-day",
            "after": int(request.session.get("after", 1)),
        },
    )


@part("spine")
def load(request: HttpRequest) -> HttpResponse:
    """Load a file that was kept: the whole of it, or nothing with every reason."""
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            raw = case_file.loaded(uploads.posted_text(request))
        except InputError as error:
            problems = tuple(str(p) for p in error.problems)
        else:
            case_file.begin(request)
            case_file.hold(request, raw)
            return redirect("answer")
    return render(request, "spine_load.html", {"problems": problems}, status=422 if problems else 200)


@part("spine")
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """Forget everything of this visit."""
    case_file.forget(request)
    return HttpResponseRedirect(f"{reverse('spine')}?forgotten=1")
