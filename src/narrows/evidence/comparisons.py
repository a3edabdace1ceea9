"""Comparisons of two treatments within one study, as printed or as its counts and means give them."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from narrows.evidence import effects
from narrows.evidence.effects import RATIOS, Effect, Measure, Moments, Table2x2
from narrows.evidence.rows import Row
from narrows.knowledge.records.study import Study, StudyArm
from narrows.problem import InputError


class ArmReached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one arm of a study reached: means on the outcome's scale, shares from 0 to 1."""

    study: str
    arm: str
    option: str
    label: str
    months: float | None = None
    baseline: float | None = None
    followup: float | None = None
    followup_sd: float | None = None
    change: float | None = None
    change_low: float | None = None
    change_high: float | None = None
    percent_change: float | None = None
    share: float | None = None
    events: int | None = None
    total: int | None = None
    analysis: str = ""
    derived: bool = False
    seen_at: str = ""

    @property
    def has_value(self) -> bool:
        """Whether any number of this arm is known."""
        known = (self.baseline, self.followup, self.change, self.share, self.percent_change)
        return any(v is not None for v in known)


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference between two arms of one study: option minus versus, on the outcome's scale.

    Ratios stand as ratios here; `effect` is on the scale of the analysis. No interval: `effect` is None.
    """

    id: str
    study: str
    condition: str
    outcome: str
    measure: Measure
    option: str
    versus: str
    arm: ArmReached
    arm_versus: ArmReached
    estimate: float | None
    low: float | None = None
    high: float | None = None
    effect: Effect | None = None
    months: float | None = None
    n: int | None = None
    counts: Table2x2 | None = None
    group: str = "unclear"
    rank: int = 5
    review: bool = False
    trials: int = 1  # 0: a review that does not print how many trials this row holds
    subgroup: str = ""
    caution: str = ""
    derived: bool = False
    stated: str = ""  # the direction in the study's words, where no number was printed
    from_arms: bool = False  # the difference is our arithmetic from what the arms reached
    verified: str = ""
    seen_at: str = ""
    note: str = ""

    def turned(self) -> Comparison:
        """The same comparison the other way round."""
        flip = -1.0 if self.measure not in RATIOS else 0.0

        def other(value: float | None) -> float | None:
            return None if value is None else (flip * value if flip else 1 / value)

        effect = self.effect and Effect(study=self.effect.study, yi=-self.effect.yi, vi=self.effect.vi)
        counts = self.counts and Table2x2(self.counts.events2, self.counts.n2, self.counts.events1, self.counts.n1)
        return msgspec.structs.replace(
            self,
            option=self.versus,
            versus=self.option,
            arm=self.arm_versus,
            arm_versus=self.arm,
            estimate=other(self.estimate),
            low=other(self.high),
            high=other(self.low),
            effect=effect,
            counts=counts,
        )


def as_measure(c: Comparison, measure: Measure) -> Comparison:
    """A comparison by another measure where both arms were counted; otherwise the comparison as it is."""
    if c.counts is None or c.measure == measure or measure not in ("OR", "RR", "RD"):
        return c
    effect = effects.two_by_two(measure, c.study, c.counts)
    half = 1.959963984540054 * effect.vi**0.5
    values = [effect.yi, effect.yi - half, effect.yi + half]
    if measure in RATIOS:
        values = [math.exp(v) for v in values]
    return msgspec.structs.replace(
        c, measure=measure, effect=effect, estimate=values[0], low=values[1], high=values[2], from_arms=True
    )


def comparisons(studies: Mapping[str, Study], rows: Iterable[Row]) -> tuple[Comparison, ...]:
    """Every comparison of two different options in the studies: printed ones, then those that the arms give."""
    by_study: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_study[row.study].append(row)
    found: list[Comparison] = []
    for study_id, own in by_study.items():
        study = studies[study_id]
        arms = {a.id: a for a in study.arm}
        found.extend(_printed(study, arms, own))
        # Averages of arms in a review may come from different trials; arms that hold different people compare nothing.
        if study.design != "systematic-review" and not study.arms_differ:
            found.extend(_from_arms(study, arms, own))
    return tuple(found)


def reached(arm: StudyArm, rows: Iterable[Row], study: Study) -> ArmReached:
    """What an arm reached, put together from its rows at one time."""
    values: dict[str, object] = {}
    for row in rows:
        values.setdefault("months", row.months)
        values.setdefault("analysis", row.group)
        values.setdefault("seen_at", row.seen_at)
        if row.derived:
            values["derived"] = True
        if row.measure == "change":
            values |= {"change": row.estimate, "change_low": row.low, "change_high": row.high}
        if row.measure == "percent-change":
            values["percent_change"] = row.estimate
        if row.measure == "share":
            values |= {"share": row.estimate, "events": row.events}
        if row.measure == "mean" and row.followup is None and row.estimate is not None and row.months:
            values.setdefault("followup", row.estimate)
        for name, value in (
            ("baseline", row.baseline),
            ("followup", row.followup),
            ("followup_sd", row.followup_sd),
            ("total", row.total),
        ):
            if value is not None:
                values[name] = value
    return ArmReached(
        study=study.id,
        arm=arm.id,
        option=arm.option,
        label=arm.label,
        **{k: v for k, v in values.items() if v is not None},  # type: ignore[arg-type]
    )


def families(studies: Mapping[str, Study]) -> dict[str, frozenset[str]]:
    """Which reports speak of some of the same people: studies whose sets meet share people.

    Reports belong together when `overlaps` names one other, or both carry one same registration number. A report
    over several trials meets each of them, and does not make them one.
    """
    parent: dict[str, str] = {s: s for s in studies}

    def first(study: str) -> str:
        while parent[study] != study:
            study = parent[study]
        return study

    numbers = {s.id: [n for n in re.split(r"[,;]\s*", s.registration or "") if n] for s in studies.values()}
    registered: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    for study in studies.values():
        named = study.overlaps or ()
        linked = [o for o in ([named] if isinstance(named, str) else named) if o in studies]
        trial_numbers = [n for n in numbers[study.id] if n.startswith(("NCT", "ISRCTN"))]
        if len(linked) > 1 or len(trial_numbers) > 1:
            several[study.id] = linked
            continue
        linked += [registered.setdefault(n, study.id) for n in numbers[study.id]]
        for other in linked:
            parent[first(study.id)] = first(other)
    found = {s: frozenset((first(s),)) for s in studies}
    for study_id, linked in several.items():
        met = {first(o) for o in linked} | {first(registered[n]) for n in numbers[study_id] if n in registered}
        found[study_id] = frozenset(met | {study_id})
    return found


def _printed(study: Study, arms: Mapping[str, StudyArm], rows: list[Row]) -> Iterator[Comparison]:
    for row in rows:
        if row.arm is None or row.arm_vs is None or row.measure not in ("MD", "SMD", "OR", "RR", "RD"):
            continue
        if row.estimate is None and not row.favours:
            continue
        one, two = arms[row.arm], arms[row.arm_vs]
        if one.option == two.option:
            continue
        same_time = [r for r in rows if r.outcome == row.outcome and r.months == row.months and r.arm_vs is None]
        effect = None
        if row.estimate is not None and row.low is not None and row.high is not None:
            try:
                effect = effects.from_interval(study.id, row.measure, row.estimate, row.low, row.high)
            except InputError:
                effect = None  # an estimate outside its interval: shown as printed, never pooled
        left, right = (
            reached(a, [r for r in same_time if r.arm == a.id and not r.subgroup], study) for a in (one, two)
        )
        yield Comparison(
            id=row.id,
            study=study.id,
            condition=study.condition,
            outcome=row.outcome,
            measure=row.measure,
            option=one.option,
            versus=two.option,
            arm=left,
            arm_versus=right,
            estimate=row.estimate,
            low=row.low,
            high=row.high,
            effect=effect,
            counts=_counts(left, right) if row.measure in ("OR", "RR", "RD") else None,
            stated=_stated(row),
            months=row.months,
            n=row.total or _people(study, left, right, one, two, row.group),
            group=row.group,
            rank=row.rank,
            review=study.design == "systematic-review",
            trials=row.trials or (study.k or 0 if study.design == "systematic-review" else 1),
            subgroup=row.subgroup,
            caution=row.caution,
            derived=row.derived,
            verified=row.verified,
            seen_at=row.seen_at,
            note=row.note,
        )


def _from_arms(study: Study, arms: Mapping[str, StudyArm], rows: list[Row]) -> Iterator[Comparison]:
    groups: dict[tuple[str, float | None, str, int, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.arm and row.arm_vs is None and row.measure in ("share", "change", "mean") and row.months != 0:
            groups[row.outcome, row.months, row.subgroup, row.rank, row.measure][row.arm].append(row)
    order = list(arms)
    printed = {(r.outcome, r.months, frozenset((r.arm, r.arm_vs)), r.measure) for r in rows if r.arm_vs and r.estimate}
    for (outcome, months, subgroup, rank, kind), by_arm in groups.items():
        names = sorted(by_arm, key=order.index)
        for i, first in enumerate(names):
            for second in names[i + 1 :]:
                one, two = arms[first], arms[second]
                measure: Measure = "RD" if kind == "share" else "MD"
                if one.option == two.option or (outcome, months, frozenset((first, second)), measure) in printed:
                    continue
                left, right = reached(one, by_arm[first], study), reached(two, by_arm[second], study)
                made = _difference(study, measure, left, right)
                if made is None:
                    continue
                estimate, effect, counts = made
                row = by_arm[first][0]
                half = 1.959963984540054 * effect.vi**0.5 if effect else None
                yield Comparison(
                    id=f"{row.id}+{by_arm[second][0].id.partition('#')[2]}",
                    study=study.id,
                    condition=study.condition,
                    outcome=outcome,
                    measure=measure,
                    option=one.option,
                    versus=two.option,
                    arm=left,
                    arm_versus=right,
                    estimate=estimate,
                    low=None if half is None else estimate - half,
                    high=None if half is None else estimate + half,
                    effect=effect,
                    months=months,
                    n=_people(study, left, right, one, two, row.group),
                    counts=counts,
                    group=row.group,
                    rank=rank,
                    subgroup=subgroup,
                    caution=row.caution or by_arm[second][0].caution,
                    derived=row.derived or by_arm[second][0].derived,
                    from_arms=True,
                    verified=row.verified,
                    seen_at=row.seen_at,
                    note=row.note,
                )


def _difference(
    study: Study, measure: Measure, left: ArmReached, right: ArmReached
) -> tuple[float, Effect | None, Table2x2 | None] | None:
    if measure == "RD":
        if left.share is None or right.share is None:
            return None
        counts = _counts(left, right)
        if counts:
            effect = effects.two_by_two("RD", study.id, counts)
            return counts.events1 / counts.n1 - counts.events2 / counts.n2, effect, counts
        return left.share - right.share, None, None
    for a, b in ((left.followup, right.followup), (left.change, right.change)):
        if a is not None and b is not None:
            full = left.followup_sd and right.followup_sd and left.total and right.total
            if full and a == left.followup:
                first = Moments(a, left.followup_sd or 0.0, left.total or 0)
                second = Moments(b, right.followup_sd or 0.0, right.total or 0)
                effect = effects.mean_difference(study.id, first, second)
                return a - b, effect, None
            return a - b, None, None
    return None


def _counts(left: ArmReached, right: ArmReached) -> Table2x2 | None:
    if left.events is None or right.events is None or not left.total or not right.total:
        return None
    return Table2x2(left.events, left.total, right.events, right.total)


def _stated(row: Row) -> str:
    if row.estimate is not None:
        return ""
    return f"favours {row.favours}" + (f", p {row.p}" if row.p else "")


def _people(study: Study, left: ArmReached, right: ArmReached, one: StudyArm, two: StudyArm, group: str) -> int | None:
    if left.total and right.total:
        return left.total + right.total
    if study.design == "systematic-review":  # the people of the whole review are not those of one of its rows
        return None
    if group in ("as-treated", "cohort") and study.n:
        return study.n
    if one.n and two.n:
        return one.n + two.n
    return study.n_randomised or study.n
