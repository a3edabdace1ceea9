"""What is known of every option in every condition, worked out once for a knowledge and kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from narrows import __version__
from narrows.evidence import certainty as sure
from narrows.evidence.comparisons import ArmReached, Comparison, comparisons, families, reached
from narrows.evidence.course import courses
from narrows.evidence.effects import Measure
from narrows.evidence.nearest import controlled_without_result, nearest
from narrows.evidence.outcome import Basis, Course, Estimate, IconArm, Icons, OptionOutcome
from narrows.evidence.pooling import Pool, pool
from narrows.evidence.rows import Row, rows
from narrows.evidence.selection import Chosen, choose, window_of
from narrows.evidence.words import condition_name, months_in_words, number, option_name, value
from narrows.knowledge import cache
from narrows.knowledge.records.pooling import OutcomeWord
from narrows.knowledge.records.study import Study
from narrows.knowledge.store import Knowledge
from narrows.problem import InputError, Problem, did_you_mean

_SHOWN = ("benefit", "course", "harm")
_PREFERRED: tuple[Measure, ...] = ("MD", "SMD", "RD", "RR", "OR")
OPERATED = (
    "These people were all operated on and nobody stood beside them: the share is not what the operation adds, "
    "and it is not to be set against an arm of another study."
)


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the evidence says in one condition: outcomes by option, and the course without treatment."""

    outcomes: dict[str, tuple[OptionOutcome, ...]]
    courses: tuple[Course, ...]


def outcomes_of(option_id: str, condition: str, knowledge: Knowledge) -> tuple[OptionOutcome, ...]:
    """What is known of an option in a condition, best basis first; never empty.

    Where no controlled study printed a result, the first record says so (basis "none") and names the nearest evidence.
    Raises InputError when the option or the condition is not of this knowledge.
    """
    if option_id not in knowledge.options:
        close = did_you_mean(option_id, knowledge.options)
        raise InputError(Problem(f"no option '{option_id}'", "option", close or "see 'narrows compare --help'"))
    return known_in(condition, knowledge).outcomes[option_id]


def what_comes_without_treatment(condition: str, knowledge: Knowledge) -> tuple[Course, ...]:
    """The natural course, waiting, and what comparison arms reached; rows of the same condition first.

    Raises InputError when no study of this knowledge has the condition.
    """
    return known_in(condition, knowledge).courses


def conditions(knowledge: Knowledge) -> tuple[str, ...]:
    """The conditions that studies of this knowledge have, in their order."""
    return tuple(dict.fromkeys(s.condition for s in knowledge.studies.values()))


def known_in(condition: str, knowledge: Knowledge) -> Known:
    """All that is known in a condition: from memory, else from the cache on disk, else worked out."""
    held = _IN_MEMORY.get((knowledge.sha256, condition))
    if held is None:
        named = conditions(knowledge)
        if condition not in named:
            close = did_you_mean(condition, named)
            raise InputError(
                Problem(f"no study has the condition '{condition}'", "condition", close or ", ".join(named))
            )
        held = _stored(condition, knowledge)
        if len(_IN_MEMORY) > 64:  # a long-lived server that reloads its knowledge must not grow without end
            _IN_MEMORY.clear()
        _IN_MEMORY[knowledge.sha256, condition] = held
    return held


_IN_MEMORY: dict[tuple[str, str], Known] = {}


def _stored(condition: str, knowledge: Knowledge) -> Known:
    key = hashlib.sha256(f"{knowledge.sha256} {_code()}".encode()).hexdigest()
    name = f"evidence-{__version__}-{condition}"

    def make() -> bytes:
        return msgspec.msgpack.encode(_work_out(condition, knowledge))

    try:
        return msgspec.msgpack.decode(cache.remembered(name, key, make), type=Known)
    except msgspec.DecodeError:  # kept by other code of the same version
        cache.forget(name, key)
        return msgspec.msgpack.decode(make(), type=Known)


@lru_cache(maxsize=1)
def _code() -> str:
    # What is kept depends on the code that made it, so a changed file makes it anew.
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _work_out(condition: str, knowledge: Knowledge) -> Known:
    every_row = rows(knowledge)
    every = comparisons(knowledge.studies, every_row)
    family = families(knowledge.studies)
    here = [c for c in every if c.condition == condition]
    own_rows = [r for r in every_row if knowledge.studies[r.study].condition == condition]
    ages = _ages(own_rows)
    compared = {(c.study, a.arm, c.outcome, c.months) for c in here for a in (c.arm, c.arm_versus)}
    outcomes: dict[str, tuple[OptionOutcome, ...]] = {}
    for option in knowledge.options:
        sided = [c if c.option == option else c.turned() for c in here if option in (c.option, c.versus)]
        found = list(_compared(knowledge, option, condition, sided, family, ages))
        found.extend(_single_arms(knowledge, option, condition, own_rows, compared))
        if not any(o.comparator and o.kind == "benefit" and (o.difference or o.stated) for o in found):
            found.insert(0, _nothing(knowledge, option, condition, every))
        outcomes[option] = tuple(sorted(found, key=_order(knowledge)))
    return Known(outcomes=outcomes, courses=courses(knowledge, condition, own_rows))


def _order(knowledge: Knowledge) -> Callable[[OptionOutcome], tuple[int, int, int, float, str]]:
    place = {name: i for i, name in enumerate(knowledge.outcome_words)}
    bases: dict[Basis, int] = {"none": 0, "pooled": 1, "review": 1, "single-study": 1, "single-arm": 2}
    kinds = {"benefit": 0, "course": 1, "harm": 2, "": -1}

    def key(o: OptionOutcome) -> tuple[int, int, int, float, str]:
        months = 1e9 if o.months is None else o.months
        return (bases[o.basis], kinds[o.kind], place.get(o.outcome, -1), months, o.comparator)

    return key


def _compared(
    knowledge: Knowledge,
    option: str,
    condition: str,
    sided: Sequence[Comparison],
    family: Mapping[str, frozenset[str]],
    ages: Mapping[str, str],
) -> Iterator[OptionOutcome]:
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
    arms = tuple(a for c in body for a in (c.arm, c.arm_versus) if not c.review or _has_value(a))
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


def _has_value(arm: ArmReached) -> bool:
    return any(v is not None for v in (arm.baseline, arm.followup, arm.change, arm.share, arm.percent_change))


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


def _ages(own_rows: Iterable[Row]) -> dict[str, str]:
    gathered: dict[str, list[Row]] = defaultdict(list)
    for row in own_rows:
        if row.outcome == "age" and row.baseline is not None:
            gathered[row.study].append(row)
    ages = {}
    for study, found in gathered.items():
        people = sum(r.total or 0 for r in found)
        if len(found) == 1 and found[0].baseline is not None:
            ages[study] = f"mean age {found[0].baseline:.0f}"
        elif people:
            ages[study] = f"mean age {sum((r.baseline or 0) * (r.total or 0) for r in found) / people:.0f}"
    return ages


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


def _single_arms(
    knowledge: Knowledge,
    option: str,
    condition: str,
    own_rows: Iterable[Row],
    compared: set[tuple[str, str, str, float | None]],
) -> Iterator[OptionOutcome]:
    groups: dict[tuple[str, str, str, float | None], list[Row]] = defaultdict(list)
    for row in own_rows:
        if (
            row.arm
            and row.arm_vs is None
            and row.months != 0
            and not row.subgroup
            and row.measure in ("change", "percent-change", "share", "mean")
            and (row.study, row.arm, row.outcome, row.months) not in compared
        ):
            groups[row.study, row.arm, row.outcome, row.months].append(row)
    for (study_id, arm_id, outcome, months), own in groups.items():
        study = knowledge.studies[study_id]
        arm = next(a for a in study.arm if a.id == arm_id)
        word = knowledge.outcome_words[outcome]
        if arm.option != option or word.kind not in ("benefit", "course"):
            continue
        if study.design == "case-report":  # one person's number is no outcome of a treatment
            continue
        got = reached(arm, own, study)
        if not _has_value(got):
            continue
        others = any(a.option != option for a in study.arm)
        if study.design == "systematic-review":
            flags = ["An average of arms of several studies: a difference between such averages compares nothing."]
        elif study.arms_differ:
            flags = [f"Not a comparison with the other arm: {study.arms_differ}."]
        elif others:
            flags = ["What the comparison arm reached at this time was not printed in the copy read."]
        else:
            flags = ["No other treatment stood beside it, so what would have happened anyway is not known."]
        if word.operated_cohorts:
            flags.insert(0, OPERATED)
        if got.derived:
            flags.append("Derived: our arithmetic from printed figures.")
        flags.extend(f"Caution: {r.caution}." for r in own if r.caution)
        change = (
            Estimate(value=got.change, low=got.change_low, high=got.change_high) if got.change is not None else None
        )
        measure = "share" if got.share is not None else "change" if change else "percent-change"
        if got.share is None and change is None and got.percent_change is None:
            measure = "mean"
        yield OptionOutcome(
            option=option,
            condition=condition,
            outcome=outcome,
            label=word.label,
            kind=word.kind,
            unit=word.unit,
            better=word.better,
            basis="single-arm",
            measure=measure,
            months=months,
            comparator="",
            comparator_label="no comparison",
            change=change,
            scale=word.scale,
            k=1,
            trials=own[0].trials or 1,
            n=got.total or arm.n or study.n,
            certainty=sure.of_single_arm([study], knowledge.certainty_rules),
            studies=(study_id,),
            arms=(got,),
            flags=tuple(dict.fromkeys(flags)),
            says=_says_arm(word, got, arm.label, measure),
            seen_at=(own[0].seen_at,),
        )


def _says_arm(word: OutcomeWord, got: ArmReached, label: str, measure: str) -> str:
    shown = {
        "share": got.share,
        "change": got.change,
        "percent-change": got.percent_change,
        "mean": got.followup,
    }[measure]
    text = "" if shown is None else value(measure, shown, word.unit, signed=measure in ("change", "percent-change"))
    counted = f" ({got.events} of {got.total} people)" if got.events is not None and got.total else ""
    began = f", from {got.baseline:g}" if got.baseline is not None and measure == "change" else ""
    ended = "ended at " if measure == "mean" else ""
    when = months_in_words(got.months)
    return (
        f"{word.label}, {when}, {label}: {ended}{text}{began}{counted}. Nothing to compare with. Certainty: very low."
    )


def _nothing(knowledge: Knowledge, option: str, condition: str, every: Sequence[Comparison]) -> OptionOutcome:
    name = option_name(knowledge, option)
    where = condition_name(knowledge, condition)
    tried = controlled_without_result(knowledge, option, condition)
    regions = {s.region for s in knowledge.studies.values() if s.condition == condition}
    elsewhere = not regions & set(knowledge.options[option].region)
    if elsewhere:
        there = " and ".join(knowledge.options[option].region)
        says = f"{name}: a treatment of the {there} spine; it is not a treatment of {where}."
    elif tried and all(not s.result and s.status for s in tried):
        named = "; ".join(f"{s.title}: {s.status}" for s in tried)
        says = f"{name}: no controlled study in {where} has shown a result. Registered: {named}."
    elif tried:
        named = "; ".join(s.title for s in tried)
        says = f"{name}: no controlled study in {where} whose result on symptoms or function could be read. Known: {named}."
    else:
        says = f"{name}: no controlled study in {where} was found. Not studied is not the same as no effect."
    return OptionOutcome(
        option=option,
        condition=condition,
        outcome="",
        label="No controlled result",
        kind="",
        unit="",
        better="",
        basis="none",
        measure="",
        months=None,
        comparator="",
        comparator_label="",
        studies=tuple(s.id for s in tried),
        says=says,
        nearest=() if elsewhere else nearest(knowledge, option, condition, every),
    )
