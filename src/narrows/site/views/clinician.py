"""For clinicians: a case pasted or uploaded, findings in a form made from the dictionary, what-if."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from narrows.case.dictionary import Refused
from narrows.options import whole_answer
from narrows.problem import InputError
from narrows.report import clinician_page, words
from narrows.report.source_list import SourceList
from narrows.site import case_file, fields, uploads
from narrows.site.blocks import SHAPES, layer_markup
from narrows.site.doors import part
from narrows.site.ground import ground
from narrows.site.questions import GROUPS
from narrows.site.scans import LEVELS
from narrows.site.views.spine import no_visit


@part("clinician")
def clinician(request: HttpRequest) -> HttpResponse:
    """Paste or upload a case; the appraisal of the case that is held."""
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            if "empty" in request.POST:
                case_file.begin(request)
                return redirect("clinician-form")
            raw = case_file.loaded(uploads.posted_text(request))
        except InputError as error:
            problems = tuple(str(p) for p in error.problems)
        else:
            case_file.begin(request)
            case_file.hold(request, raw)
            return redirect("clinician")
    held = case_file.begun(request)
    context: dict[str, Any] = {"problems": problems, "text": request.POST.get("text", "")}
    if held is not None and not problems:
        knowledge = ground()
        answer = whole_answer(case_file.case_of(held), knowledge)
        layer = clinician_page.layer(answer, knowledge, SourceList(knowledge), "screen")
        context |= {"layer": layer_markup(layer), "shapes": SHAPES, "findings": _names()}
    return render(request, "clinician.html", context, status=422 if problems else 200)


def _names() -> list[tuple[str, str]]:
    return [(f.name, f.label) for f in ground().findings.values()]


@part("clinician")
def form(request: HttpRequest) -> HttpResponse:
    """Every finding of the dictionary as a field; one level at a time."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    knowledge = ground()
    level = request.POST.get("level") or request.GET.get("level") or "L4-L5"
    level = level if level in LEVELS else "L4-L5"
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        changed, problems = _edited(raw, request.POST, level)
        if not problems:
            case_file.hold(request, changed)
            return redirect("clinician" if "show" in request.POST else f"{request.path}?level={level}")
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, finding in knowledge.findings.items():
        held = raw["levels"].get(level, {}) if finding.per_level else raw["findings"]
        value = held.get(name, "")
        group = f"Level {level}" if finding.per_level else GROUPS.get(finding.group, finding.group)
        shown = json.dumps(value) if isinstance(value, dict | bool) else value
        groups.setdefault(group, []).append(
            {
                "name": name,
                "label": finding.label,
                "unit": words.unit(finding).strip() if finding.unit not in (None, "1") else "",
                "sides": finding.side,
                "choices": [("true", "yes"), ("false", "no")] if finding.type == "boolean" else [(str(c.code), c.label) for c in finding.choices],
                "value": request.POST.get(name, str(shown)),
                "filled": value != "",
            }
        )  # fmt: skip
    return render(
        request,
        "clinician_form.html",
        {"groups": groups.items(), "level": level, "levels": LEVELS, "problems": problems},
        status=422 if problems else 200,
    )


def _edited(raw: dict[str, Any], posted: Any, level: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The case with the form's values; an emptied field takes a value away. All problems together."""
    changed: dict[str, Any] = json.loads(json.dumps(raw))
    problems: list[str] = []
    for name, finding in ground().findings.items():
        if name not in posted:
            continue
        text = posted[name].strip()
        place = changed["levels"].setdefault(level, {}) if finding.per_level else changed["findings"]
        if not text:
            place.pop(name, None)
            continue
        try:
            place[name] = json.loads(text) if text.startswith("{") else fields.value_of(text, finding)
        except (Refused, json.JSONDecodeError, RecursionError) as error:
            problems.append(f"{finding.label}: {error}")
            continue
        changed["missing"].pop(name, None)
    changed["levels"] = {k: v for k, v in changed["levels"].items() if v}
    if not problems:
        try:
            case_file.case_of(changed)
        except InputError as error:
            problems = [f"{p.problem}. {p.fix}" for p in error.problems]
    return changed, tuple(problems)


@part("clinician")
def what_if(request: HttpRequest) -> HttpResponse:
    """If one finding were another: what would stand differently. Nothing of it is kept."""
    raw = case_file.begun(request)
    if raw is None:
        return no_visit(request)
    name, level, text = (request.POST.get(k, "") for k in ("finding", "level", "value"))
    finding = ground().findings.get(name)
    changed: dict[str, Any] = json.loads(json.dumps(raw))
    problems: tuple[str, ...] = ()
    rows: list[tuple[str, str, str, str]] = []
    if request.method == "POST":
        try:
            if finding is None:
                problems = ("Choose a finding of the dictionary.",)
            elif finding.per_level and level not in LEVELS:
                problems = (f"{finding.label} belongs to a level: choose one.",)
            else:
                value = fields.value_of(text.strip(), finding)
                place = changed["levels"].setdefault(level, {}) if finding.per_level else changed["findings"]
                place[name] = value
                changed["missing"].pop(name, None)
                rows = _differences(raw, changed)
        except Refused as refused:
            problems = (f"{refused.problem}. {refused.fix}",)
        except InputError as error:
            problems = tuple(f"{p.problem}. {p.fix}" for p in error.problems)
    return render(
        request,
        "what_if.html",
        {"rows": rows, "problems": problems, "findings": _names(), "levels": LEVELS, "asked": finding, "level": level,
         "value": text, "done": request.method == "POST" and not problems},
        status=422 if problems else 200,
    )  # fmt: skip


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """What stands differently: urgency, conditions, treatments, rules."""
    knowledge = ground()
    one, two = (whole_answer(case_file.case_of(raw), knowledge) for raw in (before, after))
    rows: list[tuple[str, str, str, str]] = []
    if one.urgency != two.urgency:
        rows.append(("urgency", "", one.urgency or "none", two.urgency or "none"))
    stood: dict[str, str] = {s.id: s.standing for s in one.syndromes}
    rows += [
        ("condition", s.label, stood.get(s.id, ""), s.standing) for s in two.syndromes if stood.get(s.id) != s.standing
    ]
    held = {o.option: o.standing for o in one.options}
    rows += [("treatment", o.name, held[o.option], o.standing) for o in two.options if held[o.option] != o.standing]
    rows += [
        ("rule", knowledge.criteria[c].label, one.criteria[c], t)
        for c, t in two.criteria.items()
        if one.criteria[c] != t and c in knowledge.criteria
    ]
    return rows
