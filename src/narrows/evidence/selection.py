"""What may be pooled with what, and what is left out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from narrows.evidence.comparisons import Comparison
from narrows.evidence.effects import Measure
from narrows.knowledge.records.pooling import HorizonWindow


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A row that was not pooled, and why."""

    row: str
    study: str
    why: str


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The comparisons that may stand in one pool, and those that may not."""

    taken: tuple[Comparison, ...]
    left_out: tuple[LeftOut, ...]


def window_of(horizons: Mapping[str, HorizonWindow], months: float) -> float:
    """How many months a follow-up may lie from a horizon, by the knowledge's own rule."""
    ordered = sorted(horizons.values(), key=lambda h: h.up_to_months)
    return next((h.window_months for h in ordered if months <= h.up_to_months), ordered[-1].window_months)


def choose(
    candidates: Iterable[Comparison],
    *,
    family: Mapping[str, frozenset[str]],
    condition: str,
    measure: Measure,
    months: float | None,
    window: float,
    with_marked: bool = False,
) -> Chosen:
    """Choose what may be pooled: one condition, one measure, one horizon, each person once.

    `months` None keeps rows without a time point apart from all others. Rows that are marked (derived from other
    figures, or with a caution) stay out unless asked for; rows without an interval always. Reviews are never pooled
    with trials or with one another: the review with most trials stands alone where it holds more trials than can be
    pooled here, else the trials stand and the reviews stay out.
    """
    left: list[LeftOut] = []
    kept: list[Comparison] = []
    for c in candidates:
        why = _obstacle(c, condition, measure, months, window, with_marked)
        if why:
            left.append(LeftOut(row=c.id, study=c.study, why=why))
        else:
            kept.append(c)
    reviews = [c for c in kept if c.review]
    trials = _once([c for c in kept if not c.review], family, months, left)
    best = max(reviews, key=lambda c: (_held(c), c.n or 0, -c.rank), default=None)
    if best is not None and (not trials or _held(best) > len(trials)):
        for c in trials:
            left.append(
                LeftOut(row=c.id, study=c.study, why=f"a trial beside the review {best.study}, which holds more")
            )
        taken: list[Comparison] = [best]
    else:
        best = None
        taken = trials
    for c in reviews:
        if c is not best:
            reason = f"a second review beside {best.study}" if best else "a review; its trials are counted one by one"
            left.append(LeftOut(row=c.id, study=c.study, why=reason))
    return Chosen(taken=tuple(taken), left_out=tuple(left))


def _held(review: Comparison) -> int:
    # A pooled row holds two trials at least, also where the review does not print how many.
    return review.trials or 2


def _obstacle(
    c: Comparison, condition: str, measure: Measure, months: float | None, window: float, with_marked: bool
) -> str:
    if c.condition != condition:
        return f"another condition: {c.condition}"
    if c.measure != measure:
        return f"another measure: {c.measure}"
    if months is None and c.months is not None:
        return "a stated time point beside rows without one"
    if months is not None and c.months is None:
        return "no time point stated"
    if months is not None and c.months is not None and abs(c.months - months) > window:
        return f"{c.months:g} months lie more than {window:g} from {months:g}"
    if c.subgroup:
        return f"a part of the people: {c.subgroup}"
    if c.group == "model":
        return "a model, not people"
    if c.estimate is None:
        return f"no number printed ({c.stated})"
    if c.effect is None:
        return "no interval" if c.low is None or c.high is None else "the estimate lies outside its interval"
    if not with_marked and c.derived:
        return "derived: our arithmetic from other printed figures"
    if not with_marked and c.caution:
        return f"caution: {c.caution}"
    return ""


def _once(
    trials: Sequence[Comparison], family: Mapping[str, frozenset[str]], months: float | None, left: list[LeftOut]
) -> list[Comparison]:
    """Each trial once: by the better analysis, the nearer time, the larger number."""
    taken: list[Comparison] = []
    for c in sorted(trials, key=lambda c: _merit(c, months)):
        same = next((t for t in taken if family[t.study] & family[c.study]), None)
        if same is None:
            taken.append(c)
        else:
            left.append(LeftOut(row=c.id, study=c.study, why=f"some of the same people as {same.id}"))
    order = {c.id: i for i, c in enumerate(trials)}
    return sorted(taken, key=lambda c: order[c.id])


def _merit(c: Comparison, months: float | None) -> tuple[float, float, float]:
    away = abs(c.months - months) if months is not None and c.months is not None else 0.0
    return (c.rank, away, -(c.n or 0))
