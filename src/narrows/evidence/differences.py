"""What comparisons say of an option: one record for each outcome, horizon and comparator."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from narrows.evidence import certainty as sure
from narrows.evidence.comparisons import ArmReached, Comparison
from narrows.evidence.effects import Measure
from narrows.evidence.nearest import controlled_without_result
from narrows.evidence.outcome import Basis, Estimate, IconArm, Icons, OptionOutcome
from narrows.evidence.pooling import Pool, pool
from narrows.evidence.selection import Chosen, choose, window_of
from narrows.evidence.words import months_in_words, number, option_name
from narrows.knowledge.records.pooling import OutcomeWord
from narrows.knowledge.records.study import Study
from narrows.knowledge.store import Knowledge

_SHOWN = ("benefit", "course", "harm")
_PREFERRED: tuple[Measure, ...] = ("MD", "SMD", "RD", "RR", "OR")


def compared(
    knowledge: Knowledge,
    option: str,
    condition: str,
    sided: Sequence[Comparison],
    family: Mapping[str, frozenset[str]],
    ages: Mapping[str, str],
) -> Iterator[OptionOutcome]:
    """Every comparison of an option in a condition, pooled where it may be; `sided` has the option first.

    `ages` says the mean age of a study's people in words, for the captions of icon arrays.
    """
    groups: dict[tuple[str, str], list[Comparison]] = defaultdict(list)
    for c in sided:
        if knowledge.outcome_words[c.outcome].kind in _SHOWN and not c.subgroup and c.group != "model":
            groups[c.outcome, c.versus].append(c)
    for (outcome, versus), members in groups.items():
        for months, window, near in _horizons(knowledge, members, family):
            word = knowledge.outcome_words[outcome]
            measure = _measure(near)
            chosen = choose(near, family=family, condition=condition, measure=measure, months=months, window=window)
            yield _outcome(knowledge, option, condition, word, versus, months, measure, chosen, near, ages)


def _horizons(
    knowledge: Knowledge, members: Iterable[Comparison], family: Mapping[str, frozenset[str]]
) -> Iterator[tuple[float | None, float, list[Comparison]]]:
    """Comparisons in groups of one horizon: within the window of the first, and the same people at one time only."""
    timed = sorted((c for c in members if c.months is not None), key=lambda c: c.months or 0.0)
    while timed:
        first = timed[0].months or 0.0
        window = window_of(knowledge.horizons, first)
        near: list[Comparison] = []
        for c in timed:
            again = any(c.months != t.months and family[c.study] & family[t.study] for t in near)
            if (c.months or 0.0) - first <= window and not again:
                near.append(c)
        timed = [c for c in timed if c not in near]
        yield first, window, near
    untimed = [c for c in members if c.months is None]
    if untimed:
        yield None, 0.0, untimed


def _measure(near: Sequence[Comparison]) -> Measure:
    with_interval = {c.measure for c in near if c.effect is not None and not c.derived and not c.caution}
    shown = with_interval or {c.measure for c in near if c.estimate is not None} or {c.measure for c in near}
    return next(m for m in _PREFERRED if m in shown)


def _outcome(
    knowledge: Knowledge,
    option: str,
    condition: str,
    word: OutcomeWord,
    versus: str,
    months: float | None,
    measure: Measure,
    chosen: Chosen,
    near: Sequence[Comparison],
    ages: Mapping[str, str],
) -> OptionOutcome:
    rule = knowledge.pooling_rules["appraisal"]
    body = chosen.taken
    left_out = chosen.left_out
    flags: list[str] = []
    result: Pool | None = None
    if body:
        result = pool([c.effect for c in body if c.effect], measure=measure, model=rule.model, ci=rule.interval)
    else:  # nothing may be pooled: the best row is shown as it stands, with its mark
        shown = min((c for c in near if c.measure == measure), key=_plainness)
        body = (shown,)
        left_out = tuple(entry for entry in left_out if entry.row != shown.id)
        if shown.stated:
            flags.append(f"No number was printed; the study states: {shown.stated}.")
        elif shown.effect is None:
            flags.append("No interval was printed.")
    for c in body:
        if c.derived:
            flags.append(f"Derived: {c.note or 'our arithmetic from other printed figures'}.")
        elif c.from_arms and c.effect is None and c.estimate is not None:
            flags.append("The difference is our subtraction of what the two arms reached.")
        if c.caution:
            flags.append(f"Caution: {c.caution}.")
        if c.group == "per-protocol":
            flags.append("Counted were only people who had the treatment they were drawn for, or had it as planned.")
        if c.group == "as-treated":
            flags.append("Analysed by the treatment that people received, not the one they were drawn for.")
    doubtful = result is None and bool(body[0].caution)
    if doubtful:
        flags.append("The printed number is not shown here because of this caution.")
    difference = None if doubtful else _difference(body, result)
    pooled = result is not None and result.k > 1
    basis: Basis = "pooled" if pooled else "review" if body[0].review else "single-study"
    arms = tuple(a for c in body for a in (c.arm, c.arm_versus) if not c.review or a.has_value)
    people = [c.n for c in body if c.n]
    silent = [s.id for s in controlled_without_result(knowledge, option, condition) if _silent(s)]
    judged = sure.of_comparison(body, result, word, knowledge.studies, knowledge.certainty_rules, silent)
    icons = _icons(knowledge, word, body[0], ages) if len(body) == 1 else None
    return OptionOutcome(
        option=option,
        condition=condition,
        outcome=word.id,
        label=word.label,
        kind=word.kind,
        unit=word.unit,
        better=word.better,
        basis=basis,
        measure=measure,
        months=body[0].months if len(body) == 1 else months,
        comparator=versus,
        comparator_label=_comparator_label(knowledge, body, versus),
        difference=difference,
        change=_change(arms, option),
        prediction=_prediction(result) if pooled else None,
        scale=word.scale,
        method=f"{rule.model}, {rule.interval}" if pooled else "",
        k=len(body),
        trials=sum(c.trials for c in body),
        n=sum(people) if people else None,
        i2=result.i2 if result and pooled else None,
        tau2=result.tau2 if result and pooled else None,
        certainty=judged,
        studies=tuple(c.study for c in body),
        arms=arms,
        icons=icons,
        left_out=left_out,
        flags=tuple(dict.fromkeys(flags)),
        stated=body[0].stated,
        says=_says(knowledge, word, option, versus, body, difference, measure, judged),
        weights=result.studies if result else (),
        seen_at=tuple(dict.fromkeys(c.seen_at for c in body)),
    )


def _plainness(c: Comparison) -> tuple[bool, bool, bool, int]:
    return (c.estimate is None, c.derived, bool(c.caution), c.rank)


def _silent(study: Study) -> bool:
    return not study.result and "no results" in (study.status or "")


def _difference(body: Sequence[Comparison], result: Pool | None) -> Estimate | None:
    if result is not None and result.k > 1:
        middle, low, high = (result.shown(v) for v in (result.estimate, result.ci_low, result.ci_high))
        return None if middle is None else Estimate(value=middle, low=low, high=high)
    one = body[0]
    return None if one.estimate is None else Estimate(value=one.estimate, low=one.low, high=one.high)


def _prediction(result: Pool | None) -> Estimate | None:
    if result is None or result.prediction_low is None:
        return None
    middle, low, high = (result.shown(v) for v in (result.estimate, result.prediction_low, result.prediction_high))
    return None if middle is None else Estimate(value=middle, low=low, high=high)


def _change(arms: Sequence[ArmReached], option: str) -> Estimate | None:
    own = [a for a in arms if a.option == option and a.change is not None]
    own.sort(key=lambda a: (a.change_low is None, -(a.total or 0)))
    if not own or own[0].change is None:
        return None
    return Estimate(value=own[0].change, low=own[0].change_low, high=own[0].change_high)


def _comparator_label(knowledge: Knowledge, body: Sequence[Comparison], versus: str) -> str:
    labels = list(dict.fromkeys(c.arm_versus.label for c in body))
    return labels[0] if len(labels) == 1 else f"{option_name(knowledge, versus)}: {'; '.join(labels)}"


def _icons(knowledge: Knowledge, word: OutcomeWord, c: Comparison, ages: Mapping[str, str]) -> Icons | None:
    if c.counts is None or word.kind not in ("benefit", "harm") or c.derived or c.caution:
        return None
    age = ages.get(c.study, "mean age not printed in the copy read")
    when = "" if c.months is None else f", after {months_in_words(c.months)}"

    def arm(of: ArmReached, events: float, total: float) -> IconArm:
        return IconArm(
            label=of.label,
            option=of.option,
            events=int(events),
            total=int(total),
            of_100=int(100 * events / total + 0.5),
        )

    return Icons(
        study=c.study,
        what=word.label,
        months=c.months,
        caption=f"of 100 people in this study, {age}{when}",
        option=arm(c.arm, c.counts.events1, c.counts.n1),
        comparator=arm(c.arm_versus, c.counts.events2, c.counts.n2),
    )


def _says(
    knowledge: Knowledge,
    word: OutcomeWord,
    option: str,
    versus: str,
    body: Sequence[Comparison],
    difference: Estimate | None,
    measure: Measure,
    judged: sure.Certainty,
) -> str:
    one = body[0]
    what = f"{word.label}, {months_in_words(one.months)}: {option_name(knowledge, option).lower()} against {one.arm_versus.label}"
    if difference is None:
        why = one.caution or f"none was printed; the study states: {one.stated}"
        return f"{what}: no number that can be shown ({why}). Certainty: {judged.level}."
    better = {"lower": " Lower is better.", "higher": " Higher is better."}.get(word.better, "")
    trials = sum(c.trials for c in body)
    how_many = "one study" if trials == 1 else f"{trials} studies" if trials else "a review of several studies"
    people = sum(c.n or 0 for c in body)
    counted = f"{how_many}, {people} people" if people else how_many
    shown = number(measure, difference.value, difference.low, difference.high, word.unit)
    return f"{what}: {shown}; {counted}.{better} Certainty: {judged.level}."
