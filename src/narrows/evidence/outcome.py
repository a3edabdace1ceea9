"""The records that the evidence gives to whoever shows an option: outcomes, icons, nearest evidence."""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from narrows.evidence.certainty import Certainty
from narrows.evidence.comparisons import ArmReached
from narrows.evidence.pooling import Weighted
from narrows.evidence.selection import LeftOut

Basis: TypeAlias = Literal["pooled", "review", "single-study", "single-arm", "none"]


class Estimate(msgspec.Struct, frozen=True, kw_only=True):
    """A value with its 95 % interval; None where none was printed."""

    value: float
    low: float | None = None
    high: float | None = None


class IconArm(msgspec.Struct, frozen=True, kw_only=True):
    """Counted people of one arm: events of total, and of 100."""

    label: str
    option: str
    events: int
    total: int
    of_100: int


class Icons(msgspec.Struct, frozen=True, kw_only=True):
    """Two arms of one comparison, counted, for arrays of 100."""

    study: str
    what: str
    months: float | None
    caption: str
    option: IconArm
    comparator: IconArm


class Nearest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The nearest evidence where none fits: what it is, and in what it does not match."""

    study: str
    title: str
    condition: str
    design: str
    option: str
    n: int | None
    comparator: str
    mismatch: tuple[str, ...]
    reported: tuple[str, ...]
    url: str


class OptionOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is known of one outcome of one option in one condition, at one horizon, against one comparator.

    Scores are on the outcome's scale, shares from 0 to 1, ratios as ratios. `difference` is option minus comparator.
    """

    option: str
    condition: str
    outcome: str
    label: str
    kind: str
    unit: str
    better: str
    basis: Basis
    measure: str
    months: float | None
    comparator: str
    comparator_label: str
    difference: Estimate | None = None
    change: Estimate | None = None  # follow-up minus baseline in the option's own arm
    prediction: Estimate | None = None
    scale: tuple[float, float] | None = None
    method: str = ""
    k: int = 0
    trials: int = 0
    n: int | None = None
    i2: float | None = None
    tau2: float | None = None
    certainty: Certainty | None = None
    studies: tuple[str, ...] = ()
    arms: tuple[ArmReached, ...] = ()
    icons: Icons | None = None
    left_out: tuple[LeftOut, ...] = ()
    flags: tuple[str, ...] = ()
    stated: str = ""  # the direction in the study's words, where no number was printed
    says: str = ""
    nearest: tuple[Nearest, ...] = ()
    weights: tuple[Weighted, ...] = ()  # of the pooled studies, on the scale of the analysis (logarithms for ratios)
    seen_at: tuple[str, ...] = ()


class FollowUp(msgspec.Struct, frozen=True, kw_only=True):
    """A person's start and the mean that people of a study reached from there; not a prediction for one person."""

    outcome: str
    months: float | None
    baseline: float
    mean: float
    low: float | None
    high: float | None
    study: str
    comparator_mean: float | None
    says: str


class Course(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came without the treatments that are compared here."""

    id: str
    what: str
    population: str
    condition: str
    fits: bool  # the same condition as asked for
    months: float | None = None
    improved_percent: float | None = None
    unchanged_percent: float | None = None
    worse_percent: float | None = None
    numbers: dict[str, float] = {}
    says: str = ""
    caution: str = ""
    source: str = ""
    arms: tuple[ArmReached, ...] = ()


def follow_up(outcome: OptionOutcome, baseline: float) -> FollowUp | None:
    """The mean follow-up of a study's people, counted from a baseline on the outcome's scale.

    baseline + the mean change of the option's own arm, with the interval of that change where it was printed. None
    where no change of the option's arm is known, or where the change would leave the scale: then only the difference
    against the comparator can be shown. Beside it, where known, what the comparison arm came to by the same sum.
    """
    change = outcome.change
    if change is None or outcome.unit in ("people", "percent"):
        return None
    mean = baseline + change.value
    if outcome.scale is not None:
        lowest, highest = outcome.scale
        if not (lowest <= baseline <= highest and lowest <= mean <= highest):
            return None
    own = next((a for a in outcome.arms if a.option == outcome.option), None)
    other = next((a for a in outcome.arms if a.option == outcome.comparator and a.change is not None), None)
    started = own.baseline if own else None
    began = f" Its people began at {started:g} on average." if started is not None else ""
    bounds = tuple(None if c is None else _within(baseline + c, outcome.scale) for c in (change.low, change.high))
    return FollowUp(
        outcome=outcome.outcome,
        months=outcome.months,
        baseline=baseline,
        mean=mean,
        low=bounds[0],
        high=bounds[1],
        study=own.study if own else "",
        comparator_mean=None if other is None or other.change is None else baseline + other.change,
        says=(
            f"From {baseline:g}, the average change in this study leads to {mean:.3g} {outcome.unit}. "
            f"It is an average of others, not a forecast for one person.{began}"
        ),
    )


def _within(value: float, scale: tuple[float, float] | None) -> float:
    return value if scale is None else min(max(value, scale[0]), scale[1])
