"""Studies, and what they bring together: outcomes by treatment and condition, plots, tables to take away."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from narrows.evidence import OptionOutcome, conditions, outcomes_of
from narrows.problem import InputError
from narrows.site.ground import ground
from narrows.site.page_store import reference
from narrows.site.plots import Plotted, plotted


@reference
def shelf(request: HttpRequest) -> HttpResponse:
    """All studies by condition, and the tables of outcomes."""
    knowledge = ground()
    held: dict[str, list[object]] = {}
    for study in sorted(knowledge.studies.values(), key=lambda s: -(s.year or 0)):
        held.setdefault(study.condition, []).append(study)
    tables = []
    for condition in conditions(knowledge):
        named = {a.option for s in knowledge.studies.values() if s.condition == condition for a in s.arm}
        tables.append((condition, [o for o in knowledge.options.values() if o.id in named]))
    return render(request, "evidence.html", {"groups": held.items(), "tables": tables, "count": len(knowledge.studies)})


@reference
def study(request: HttpRequest, key: str) -> HttpResponse:
    """One study: who, what, results with their marks."""
    knowledge = ground()
    entry = knowledge.studies.get(key)
    if entry is None:
        raise Http404
    labels = {a.id: a.label for a in entry.arm}
    named = dict.fromkeys(a.option for a in entry.arm if a.option in knowledge.options)
    words = knowledge.outcome_words
    by_name = {n: w.label for w in words.values() for n in (w.id, *w.names)}
    return render(
        request,
        "study.html",
        {"study": entry, "labels": labels, "options": list(named), "outcome_labels": by_name},
    )


@reference
def outcomes(request: HttpRequest, option: str, condition: str) -> HttpResponse:
    """What is known of a treatment in a condition: every difference with interval, prediction, certainty and reasons."""
    knowledge = ground()
    rows = _rows(option, condition)
    shown: list[tuple[OptionOutcome, Plotted | None]] = [
        (row, plotted(row, knowledge.options[option].name, number)) for number, row in enumerate(rows)
    ]
    return render(
        request,
        "outcomes.html",
        {
            "option": knowledge.options[option],
            "condition": condition,
            "rows": [(row, plot) for row, plot in shown if row.difference is not None],
            "others": [row for row, _ in shown if row.difference is None],
        },
    )


@reference
def outcomes_csv(request: HttpRequest, option: str, condition: str) -> HttpResponse:
    """The same as a table."""
    head = ("option", "condition", "outcome", "label", "kind", "basis", "measure", "months", "comparator", "value", "low",
            "high", "prediction_low", "prediction_high", "unit", "better", "k", "n", "i2", "certainty", "studies",
            "flags")  # fmt: skip
    lines = []
    for o in _rows(option, condition):
        d, p = o.difference, o.prediction
        lines.append(
            (
                o.option,
                o.condition,
                o.outcome,
                o.label,
                o.kind,
                o.basis,
                o.measure,
                o.months,
                o.comparator,
                d.value if d else "",
                d.low if d else "",
                d.high if d else "",
                p.low if p else "",
                p.high if p else "",
                o.unit,
                o.better,
                o.k,
                o.n,
                o.i2,
                o.certainty.level if o.certainty else "",
                " ".join(o.studies),
                "; ".join(o.flags),
            )
        )
    return _csv(head, lines, f"{option}-{condition}.csv")


@reference
def studies_csv(request: HttpRequest) -> HttpResponse:
    """Every result row of every study, with where it was seen and its marks."""
    head = ("study", "year", "design", "condition", "n", "risk_of_bias", "outcome", "arm", "arm_vs", "months", "estimate",
            "ci_low", "ci_high", "events", "total", "mean_baseline", "mean_followup", "unit", "verified", "derived",
            "caution", "seen_at", "url")  # fmt: skip
    lines = [
        (s.id, s.year, s.design, s.condition, s.n, s.risk_of_bias, r.outcome, r.arm, r.arm_vs, r.months, r.estimate,
         r.ci_low, r.ci_high, r.events, r.total, r.mean_baseline, r.mean_followup, r.unit, r.verified, r.derived,
         r.caution, r.seen_at, s.url)
        for s in ground().studies.values()
        for r in s.result
    ]  # fmt: skip
    return _csv(head, lines, "narrows-studies.csv")


def _rows(option: str, condition: str) -> tuple[OptionOutcome, ...]:
    try:
        return outcomes_of(option, condition, ground())
    except InputError:
        raise Http404 from None


def _csv(head: Iterable[str], lines: Iterable[Iterable[object]], name: str) -> HttpResponse:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    for line in lines:
        # A cell that a spreadsheet would run as a formula is text.
        writer.writerow(["" if v is None else f"'{v}" if isinstance(v, str) and v[:1] in "=+@" else v for v in line])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
