"""Treatments side by side, in general or for this person, with what matters most first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.options import whole_answer
from narrows.problem import InputError
from narrows.site import case_file, comparisons
from narrows.site.blocks import SHAPES
from narrows.site.comparison_words import Teller
from narrows.site.doors import offered
from narrows.site.ground import ground


def compare(request: HttpRequest) -> HttpResponse:
    """Choose, say what matters, see. What matters is no health record: it is sent by POST all the same."""
    posted = request.POST if request.method == "POST" else request.GET
    chosen = tuple(dict.fromkeys(posted.getlist("option")))
    values = [v for v in posted.getlist("value") if v in comparisons.VALUES]
    country = posted.get("country", "")
    raw = case_file.begun(request) if offered("spine") and "narrows_visit" in request.COOKIES else None
    if not country and raw:
        country = str(raw["findings"].get("country", ""))
    months = _months(posted.get("months", "12"))
    context = {
        "families": comparisons.families(),
        "chosen": chosen,
        "values": values,
        "all_values": [(k, said) for k, (said, _) in comparisons.VALUES.items()],
        "countries": ground().findings["country"].choices,
        "country": country,
        "months": months,
        "horizons": comparisons.HORIZONS,
        "has_case": raw is not None,
        "most": comparisons.MOST,
        "skipped": bool(chosen) and not values,
    }
    if not chosen:
        return render(request, "compare_choose.html", context)
    for_me = raw is not None and posted.get("whom", "me") == "me"
    try:
        if len(chosen) > comparisons.MOST:
            context["left_out"] = [
                ground().options[o].name for o in chosen[comparisons.MOST :] if o in ground().options
            ]
            chosen = chosen[: comparisons.MOST]
        answer = whole_answer(case_file.case_of(raw), ground()) if for_me and raw else None
        made = comparisons.made(chosen, months, country, answer)
    except InputError as error:
        context["problems"] = [p.problem for p in error.problems]
        return render(request, "compare_choose.html", context, status=422)
    teller = Teller(made, answer, country)
    context |= {
        "comparison": made,
        "parts": comparisons.parts(made, values, teller),
        "question": teller.question(),
        "pairs": teller.pairs(),
        "notes": teller.notes(),
        "names": [(o["option"], o["name"]) for o in made.options],
        "for_me": for_me,
        "shapes": SHAPES,
        "urgent": answer.urgency if answer else None,
        "columns": len(made.options) + 1,
    }
    return render(request, "compare.html", context)


def _months(text: str) -> float:
    try:
        months = float(text)
    except ValueError:
        return 12.0
    return months if months in comparisons.HORIZONS else 12.0
