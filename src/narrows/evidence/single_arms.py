"""What one arm of an option reached where no other treatment stood beside it, and what is said where nothing is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from narrows.evidence import certainty as sure
from narrows.evidence.comparisons import ArmReached, Comparison, reached
from narrows.evidence.nearest import controlled_without_result, nearest
from narrows.evidence.outcome import Estimate, OptionOutcome
from narrows.evidence.rows import Row
from narrows.evidence.words import condition_name, months_in_words, option_name, value
from narrows.knowledge.records.pooling import OutcomeWord
from narrows.knowledge.store import Knowledge

OPERATED = (
    "These people were all operated on and nobody stood beside them: the share is not what the operation adds, "
    "and it is not to be set against an arm of another study."
)


def single_arms(
    knowledge: Knowledge,
    option: str,
    condition: str,
    own_rows: Iterable[Row],
    compared: set[tuple[str, str, str, float | None]],
) -> Iterator[OptionOutcome]:
    """Arms of an option that stand alone: every (study, arm, outcome, months) that is not in `compared`."""
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
        if not got.has_value:
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


def nothing_known(knowledge: Knowledge, option: str, condition: str, every: Sequence[Comparison]) -> OptionOutcome:
    """The record of an option without a controlled result in a condition: says so, and shows the nearest evidence."""
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
