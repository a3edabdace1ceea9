"""A question to the knowledge: one outcome, one horizon, one option against another (or none)."""

from __future__ import annotations

import msgspec

from narrows.evidence.comparisons import Comparison, as_measure, comparisons, families
from narrows.evidence.effects import Effect, Measure, Moments, from_interval, mean_change
from narrows.evidence.rows import Row, outcome_named, rows
from narrows.evidence.selection import LeftOut, choose, window_of
from narrows.knowledge.records.pooling import OutcomeWord
from narrows.knowledge.store import Knowledge
from narrows.problem import InputError, Problem, did_you_mean

DEFAULT_CONDITION = "lumbar-spinal-stenosis"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What may be pooled for a question, and what is left out and why."""

    outcome: OutcomeWord
    measure: Measure
    condition: str
    months: float
    window: float
    effects: tuple[Effect, ...]
    comparisons: tuple[Comparison, ...]
    left_out: tuple[LeftOut, ...]


def ask(
    knowledge: Knowledge,
    *,
    outcome: str,
    months: float,
    option: str,
    versus: str | None,
    condition: str,
    measure: Measure | None = None,
    window: float | None = None,
    with_marked: bool = False,
) -> Found:
    """Find what the knowledge can pool: option minus versus, or without versus the change of the option's own arms.

    Raises InputError with every unknown name at once, and when nothing can be pooled, with what was left out.
    """
    word = _checked(knowledge, outcome, months, option, versus, condition)
    apart = window_of(knowledge.horizons, months) if window is None else window
    if versus is None:
        return _single(knowledge, word, months, apart, option, condition, with_marked)
    every = comparisons(knowledge.studies, rows(knowledge))
    fitting = [c for c in every if c.outcome == word.id and {c.option, c.versus} == {option, versus}]
    sided = [c if c.option == option else c.turned() for c in fitting]
    chosen_measure = measure or _natural(sided, condition, months, apart)
    if measure is not None:  # the measure that was asked for, from the counts where both arms were counted
        sided = [as_measure(c, measure) for c in sided]
    chosen = choose(
        sided,
        family=families(knowledge.studies),
        condition=condition,
        measure=chosen_measure,
        months=months,
        window=apart,
        with_marked=with_marked,
    )
    if not chosen.taken:
        _refuse(f"{word.id} of {option} against {versus}", chosen.left_out)
    return Found(
        outcome=word,
        measure=chosen_measure,
        condition=condition,
        months=months,
        window=apart,
        effects=tuple(c.effect for c in chosen.taken if c.effect),
        comparisons=chosen.taken,
        left_out=chosen.left_out,
    )


def _checked(
    knowledge: Knowledge, outcome: str, months: float, option: str, versus: str | None, condition: str
) -> OutcomeWord:
    word = outcome_named(knowledge, outcome)
    problems = []
    if word is None:
        names = {n for w in knowledge.outcome_words.values() for n in (w.id, *w.names)}
        problems.append(
            Problem(f"no outcome '{outcome}'", "--outcome", did_you_mean(outcome, names) or "for example odi")
        )
    elif word.kind == "description":
        problems.append(Problem(f"'{outcome}' describes people, it is no outcome", "--outcome", "for example odi"))
    known = {a.option for s in knowledge.studies.values() for a in s.arm} | set(knowledge.options)
    for flag, name in (("--option", option), ("--versus", versus)):
        if name is not None and name not in known:
            problems.append(Problem(f"no option or comparator '{name}'", flag, did_you_mean(name, known) or "see docs"))
    if option == versus:
        problems.append(Problem(f"'{option}' against itself", "--versus", "name another option or comparator"))
    named = {s.condition for s in knowledge.studies.values()}
    if condition not in named:
        fix = did_you_mean(condition, named) or ", ".join(sorted(named))
        problems.append(Problem(f"no study has the condition '{condition}'", "--condition", fix))
    if not 0 <= months <= 600:
        problems.append(Problem(f"{months:g} months", "--months", "0 to 600"))
    if problems or word is None:
        raise InputError(problems)
    return word


def _natural(sided: list[Comparison], condition: str, months: float, window: float) -> Measure:
    """The measure in which most of the fitting rows stand; MD before RD before ratios where they tie."""
    near = [
        c
        for c in sided
        if c.condition == condition and c.effect and c.months is not None and abs(c.months - months) <= window
    ]
    order: tuple[Measure, ...] = ("MD", "SMD", "RD", "RR", "OR")
    counted = {m: sum(c.measure == m for c in near or sided) for m in order}
    return max(order, key=lambda m: (counted[m], -order.index(m)))


def _single(
    knowledge: Knowledge,
    word: OutcomeWord,
    months: float,
    window: float,
    option: str,
    condition: str,
    with_marked: bool,
) -> Found:
    left: list[LeftOut] = []
    taken: dict[tuple[str, str], Effect] = {}
    family = families(knowledge.studies)
    for row in rows(knowledge):
        study = knowledge.studies[row.study]
        arm = next((a for a in study.arm if a.id == row.arm), None)
        if row.outcome != word.id or arm is None or arm.option != option or row.measure != "change" or row.arm_vs:
            continue
        why = _obstacle(row, study.condition, study.design, condition, months, window, with_marked)
        effect = None if why else _change_effect(row)
        if not why and effect is None:
            why = "neither interval nor standard deviation of the change"
        if effect is not None and (row.study, arm.id) in taken:
            why = "another time point or analysis of an arm already taken"
        elif effect is not None and any(s != row.study and family[row.study] & family[s] for s, _ in taken):
            why = "some of the same people as a study already taken"
        if why or effect is None:
            left.append(LeftOut(row=row.id, study=row.study, why=why))
        else:  # the arms of one trial are different people
            name = row.study if len(study.arm) == 1 else f"{row.study}, {arm.label}"
            taken[row.study, arm.id] = Effect(study=name, yi=effect.yi, vi=effect.vi)
    if not taken:
        _refuse(f"change in {word.id} with {option}, without a comparison", tuple(left))
    return Found(
        outcome=word,
        measure="MC",
        condition=condition,
        months=months,
        window=window,
        effects=tuple(taken.values()),
        comparisons=(),
        left_out=tuple(left),
    )


def _obstacle(row: Row, own: str, design: str, condition: str, months: float, window: float, with_marked: bool) -> str:
    if own != condition:
        return f"another condition: {own}"
    if design == "systematic-review":
        return "a review; its studies are counted one by one"
    if row.months is None:
        return "no time point stated"
    if abs(row.months - months) > window:
        return f"{row.months:g} months lie more than {window:g} from {months:g}"
    if row.subgroup:
        return f"a part of the people: {row.subgroup}"
    if not with_marked and row.derived:
        return "derived: our arithmetic from other printed figures"
    if not with_marked and row.caution:
        return f"caution: {row.caution}"
    return ""


def _change_effect(row: Row) -> Effect | None:
    if row.estimate is None:
        return None
    if row.low is not None and row.high is not None:
        return from_interval(row.study, "MC", row.estimate, row.low, row.high)
    if row.sd and row.total:
        return mean_change(row.study, Moments(row.estimate, row.sd, row.total))
    return None


def _refuse(what: str, left_out: tuple[LeftOut, ...]) -> None:
    listed = [Problem(f"left out: {entry.why}", entry.row) for entry in left_out[:12]]
    more = f"; {len(left_out) - 12} more" if len(left_out) > 12 else ""
    fix = f"{len(left_out)} rows were left out, listed below{more}" if left_out else "no study holds this comparison"
    raise InputError([Problem(f"nothing to pool for {what}", "narrows pool", fix), *listed])
