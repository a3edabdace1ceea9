"""A forest plot of one pooled difference, with the same numbers as a table."""

from __future__ import annotations

import math
from typing import NamedTuple

from django.utils.safestring import SafeString

from narrows.evidence import OptionOutcome
from narrows.evidence.pooling import Weighted, pool
from narrows.evidence.question import ask
from narrows.problem import InputError
from narrows.report import forest_plot
from narrows.report.content import line
from narrows.site.blocks import markup
from narrows.site.ground import ground

_Z = 1.959963984540054


def _weights(outcome: OptionOutcome) -> tuple[Weighted, ...]:
    """The studies behind a pooled difference, pooled once more by the same rule; none where the result would differ."""
    if outcome.basis != "pooled" or outcome.difference is None or outcome.months is None:
        return ()
    knowledge = ground()
    rule = knowledge.pooling_rules["appraisal"]
    try:
        found = ask(
            knowledge,
            outcome=outcome.outcome,
            months=outcome.months,
            option=outcome.option,
            versus=outcome.comparator,
            condition=outcome.condition,
            measure=outcome.measure,  # type: ignore[arg-type]
        )
    except InputError:
        return ()
    result = pool(found.effects, measure=found.measure, model=rule.model, ci=rule.interval)
    return result.studies if {s.study for s in result.studies} == set(outcome.studies) else ()


class Plotted(NamedTuple):
    """A plot as HTML."""

    html: SafeString


def plotted(outcome: OptionOutcome, option: str, number: int) -> Plotted | None:
    """The plot of a pooled difference or of one comparison; None where there is no interval to draw."""
    difference = outcome.difference
    if difference is None or difference.low is None or difference.high is None:
        return None
    ratio = outcome.measure in ("OR", "RR")
    if ratio and difference.low <= 0:
        return None
    shown = math.exp if ratio else float
    rows = []
    for weight in _weights(outcome):
        half = _Z * math.sqrt(weight.vi)
        rows.append(
            forest_plot.Row(
                weight.study, shown(weight.yi), shown(weight.yi - half), shown(weight.yi + half), weight.weight
            )
        )
    whole = forest_plot.Row(
        "together" if rows else "this comparison", difference.value, difference.low, difference.high
    )
    prediction = None
    if outcome.prediction and outcome.prediction.low is not None and outcome.prediction.high is not None:
        prediction = (outcome.prediction.low, outcome.prediction.high)
        if ratio and prediction[0] <= 0:
            prediction = None
    low_is_better = outcome.better == "lower"
    mine, other = "better with this", "better with the other"
    sides = (mine, other) if low_is_better else (other, mine) if outcome.better == "higher" else ("", "")
    picture = forest_plot.picture(
        f"{outcome.label} against {outcome.comparator_label or outcome.comparator}",
        rows or [whole],
        whole if rows else None,
        ratio=ratio,
        prediction=prediction,
        sides=sides,
        caption=line(f"{outcome.measure}, {outcome.unit or 'no unit'}."),
    )
    return Plotted(markup((picture,)))
