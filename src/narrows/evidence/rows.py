"""Printed result rows under one name, one scale and one direction; what does not normalise is listed, never guessed."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, TypeAlias

import msgspec

from narrows.knowledge.records.pooling import AnalysisWord, OutcomeWord, UnitWord
from narrows.knowledge.records.study import Study, StudyResult
from narrows.knowledge.store import Knowledge

RowMeasure: TypeAlias = Literal[
    "mean", "change", "percent-change", "share", "count", "MD", "SMD", "OR", "RR", "IRR", "RD"
]
_BETWEEN: dict[str, RowMeasure] = {
    "score": "MD",
    "change": "MD",
    "improvement": "MD",
    "percent-change": "percent-change",
    "smd": "SMD",
    "odds-ratio": "OR",
    "risk-ratio": "RR",
    "rate-ratio": "IRR",
    "risk-difference": "RD",
}
_ROUNDING = 0.11  # printed means carry one decimal: a printed change may differ by two roundings
_SHARE_ROUNDING = 0.011  # printed percentages are often whole


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One result row of one study, normalised: scores on the scale of the outcome, shares from 0 to 1.

    `estimate` is arm minus `arm_vs` for differences, follow-up minus baseline for a change.
    """

    id: str
    study: str
    outcome: str
    measure: RowMeasure
    arm: str | None = None
    arm_vs: str | None = None
    months: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    baseline: float | None = None
    baseline_sd: float | None = None
    followup: float | None = None
    followup_sd: float | None = None
    sd: float | None = None
    events: int | None = None
    total: int | None = None
    group: str = "unclear"
    rank: int = 5
    subgroup: str = ""
    adjusted: bool = False
    approximate: bool = False
    derived: bool = False
    caution: str = ""
    trials: int | None = None
    verified: str = ""
    seen_at: str = ""
    note: str = ""
    favours: str = ""
    p: str = ""
    printed: str = ""  # outcome and unit as the study's record has them


class NotNormalised(msgspec.Struct, frozen=True, kw_only=True):
    """A row that stays as printed: which, and why."""

    id: str
    study: str
    outcome: str
    unit: str
    why: str


def rows(knowledge: Knowledge) -> tuple[Row, ...]:
    """Every row that normalises, in the order of the knowledge."""
    return tuple(r for r in _all(knowledge) if isinstance(r, Row))


def not_normalised(knowledge: Knowledge) -> tuple[NotNormalised, ...]:
    """Every row that does not normalise, with its reason; these are shown as printed and never pooled."""
    return tuple(r for r in _all(knowledge) if isinstance(r, NotNormalised))


def outcome_named(knowledge: Knowledge, name: str) -> OutcomeWord | None:
    """The outcome with an id or a printed name, or None."""
    found = knowledge.outcome_words.get(name)
    return found or next((o for o in knowledge.outcome_words.values() if name in o.names), None)


def _all(knowledge: Knowledge) -> Iterator[Row | NotNormalised]:
    by_name = {name: word for word in knowledge.outcome_words.values() for name in word.names}
    for study in knowledge.studies.values():
        for number, result in enumerate(study.result, start=1):
            where = f"{study.id}#{number}"
            made = normalise(
                where,
                study,
                result,
                by_name.get(result.outcome),
                knowledge.unit_words.get(result.unit),
                knowledge.analysis_words.get(result.analysis or ""),
            )
            if isinstance(made, str):
                yield NotNormalised(id=where, study=study.id, outcome=result.outcome, unit=result.unit, why=made)
            else:
                yield made


def normalise(
    where: str,
    study: Study,
    result: StudyResult,
    outcome: OutcomeWord | None,
    unit: UnitWord | None,
    analysis: AnalysisWord | None,
) -> Row | str:
    """The row on the outcome's scale, or the reason why it does not normalise.

    A within-row with a plain score is a change when it prints both means or lies below the scale (no score can),
    else the level itself.
    """
    if outcome is None:
        return "no outcome has this name"
    if unit is None:
        return "no unit has these words"
    if unit.form == "not-normalised":
        return unit.why or "not normalised"
    if result.analysis and analysis is None:
        return f"no analysis has the words '{result.analysis}'"
    measure = _measure(result, outcome, unit)
    if measure is None:
        return f"a unit of the form '{unit.form}' does not fit a row of the kind '{result.kind}'"
    factor, shift = _scaling(result, outcome, unit, measure)
    if factor is None:
        return f"the printed scale {unit.scale} cannot be taken to the outcome's"

    def moved(value: float | None, *, level: bool) -> float | None:
        return None if value is None else value * factor + (shift if level else 0.0)

    level = measure == "mean"
    estimate = moved(result.estimate, level=level)
    low, high = moved(result.ci_low, level=level), moved(result.ci_high, level=level)
    if factor < 0:
        low, high = high, low
    size = abs(factor)
    baseline, followup = _moved_mean(result.mean_baseline, size, shift), _moved_mean(result.mean_followup, size, shift)
    if measure == "change":
        if baseline is not None and followup is not None:
            counted = followup - baseline
            if estimate is None:
                estimate = counted
            elif abs(counted - estimate) > _ROUNDING * max(1.0, size):
                return f"the change {estimate:g} is not follow-up minus baseline ({counted:g})"
    elif measure == "mean" and estimate is None:
        estimate = followup if followup is not None else baseline
    if measure == "share":
        problem = _share_problem(estimate, result)
        if problem:
            return problem
        if estimate is None and result.events is not None and result.total:
            estimate = result.events / result.total
    return Row(
        id=where,
        study=study.id,
        outcome=outcome.id,
        measure=measure,
        arm=result.arm,
        arm_vs=result.arm_vs,
        months=result.months,
        estimate=_clean(estimate),
        low=_clean(low),
        high=_clean(high),
        baseline=_clean(baseline),
        baseline_sd=_clean(None if result.sd_baseline is None else result.sd_baseline * size),
        followup=_clean(followup),
        followup_sd=_clean(None if result.sd_followup is None else result.sd_followup * size),
        sd=_clean(None if result.sd is None else result.sd * size),
        events=result.events,
        total=result.total,
        group=analysis.group if analysis else ("review" if study.design == "systematic-review" else "unclear"),
        rank=analysis.rank if analysis else 5,
        subgroup=result.subgroup or unit.only or "",
        adjusted=unit.adjusted,
        approximate=unit.approximate,
        derived=bool(result.derived),
        caution=result.caution or (analysis.caution if analysis else None) or "",
        trials=result.trials,
        verified=result.verified,
        seen_at=result.seen_at,
        note=result.note or "",
        favours=result.favours or "",
        p="" if result.p is None else f"{result.p:g}" if isinstance(result.p, float | int) else result.p,
        printed=f"{result.outcome}, {result.unit}",
    )


def _measure(result: StudyResult, outcome: OutcomeWord, unit: UnitWord) -> RowMeasure | None:
    form = unit.form
    if result.kind == "between" or form in ("odds-ratio", "risk-ratio", "rate-ratio", "risk-difference"):
        return _BETWEEN.get(form)
    if result.kind == "proportion":
        return "share" if form == "share" else None
    if form == "share":
        return "percent-change" if result.outcome.endswith("percent") else None
    if form in ("count", "percent-change"):
        return "count" if form == "count" else "percent-change"
    if form == "smd":
        return "SMD"
    if form in ("change", "improvement"):
        return "change"
    both = result.mean_baseline is not None and result.mean_followup is not None
    lowest = outcome.scale[0] if outcome.scale else 0.0
    below = result.estimate is not None and result.estimate < min(0.0, lowest)
    return "change" if both or below else "mean"


def _scaling(
    result: StudyResult, outcome: OutcomeWord, unit: UnitWord, measure: RowMeasure
) -> tuple[float | None, float]:
    """What the printed values are multiplied by, and what is added to levels."""
    if measure in ("share", "RD"):
        return unit.factor, 0.0
    if measure == "percent-change":  # percent of the baseline; an improvement is a fall where lower is better
        if unit.form == "percent-change":
            return (unit.factor if outcome.better == "lower" else -unit.factor), 0.0
        return 1.0, 0.0
    if measure not in ("MD", "mean", "change"):
        return 1.0, 0.0
    sign = -1.0 if unit.form == "improvement" and outcome.better == "lower" else 1.0
    printed = outcome.scale_of_name.get(result.outcome) or unit.scale
    if printed is None or outcome.scale is None or printed == outcome.scale:
        return sign, 0.0
    width = (outcome.scale[1] - outcome.scale[0]) / (printed[1] - printed[0])
    return sign * width, outcome.scale[0] - printed[0] * width


def _moved_mean(value: float | None, size: float, shift: float) -> float | None:
    return None if value is None else value * size + shift


def _share_problem(estimate: float | None, result: StudyResult) -> str:
    if estimate is not None and not 0 <= estimate <= 1:
        return f"a share of {estimate:g}"
    if result.events is not None and result.total:
        if result.events > result.total:
            return f"{result.events} of {result.total} people"
        if estimate is not None and abs(result.events / result.total - estimate) > _SHARE_ROUNDING:
            return f"{result.events} of {result.total} is not {100 * estimate:g} %"
    return ""


def _clean(value: float | None) -> float | None:
    # 0.1 * 67 is 6.7000000000000002: keep what was printed, not the arithmetic's dust
    return None if value is None else float(f"{value:.10g}") if math.isfinite(value) else value
