"""Effect sizes of single studies with their sampling variances, as metafor's `escalc` computes them."""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec

from narrows.problem import InputError, Problem

Measure: TypeAlias = Literal["MD", "SMD", "OR", "RR", "RD", "MC", "PR", "PLO", "GEN"]
RATIOS: Final = frozenset({"OR", "RR"})  # analysed as logarithms, shown as ratios


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """One study's effect on the scale of the analysis: yi, and vi = its sampling variance."""

    study: str
    yi: float
    vi: float


class Table2x2(NamedTuple):
    """Counts of two arms: events and people in arm 1, events and people in arm 2."""

    events1: float
    n1: float
    events2: float
    n2: float

    @property
    def cells(self) -> tuple[float, float, float, float]:
        """The cells a, b, c, d: events and non-events of arm 1, then of arm 2."""
        return self.events1, self.n1 - self.events1, self.events2, self.n2 - self.events2


class Moments(NamedTuple):
    """Mean, standard deviation and number of people of one arm."""

    mean: float
    sd: float
    n: float


def mean_difference(study: str, first: Moments, second: Moments) -> Effect:
    """Mean of arm 1 minus mean of arm 2, without assuming equal variances.

    In the unit of the outcome. metafor: escalc(measure="MD"), vtype "LS": vi = sd1²/n1 + sd2²/n2.
    """
    _check_moments(study, first, second)
    vi = first.sd**2 / first.n + second.sd**2 / second.n
    return _effect(study, first.mean - second.mean, vi)


def standardised_mean_difference(study: str, first: Moments, second: Moments) -> Effect:
    """Hedges' g: the difference in pooled standard deviations, with the exact small-sample factor.

    Hedges 1981, doi 10.3102/10769986006002107: J = Γ(m/2) / (√(m/2) Γ((m−1)/2)), m = n1 + n2 − 2;
    vi = 1/n1 + 1/n2 + g²/(2(n1 + n2)), as metafor's escalc(measure="SMD") with its defaults.
    """
    _check_moments(study, first, second)
    m = first.n + second.n - 2
    if m < 2:
        raise InputError(Problem("a standardised difference needs more people", study, "four or more in all"))
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / m)
    factor = math.exp(math.lgamma(m / 2) - math.lgamma((m - 1) / 2)) / math.sqrt(m / 2)
    g = factor * (first.mean - second.mean) / pooled
    vi = 1 / first.n + 1 / second.n + g**2 / (2 * (first.n + second.n))
    return _effect(study, g, vi)


def two_by_two(measure: Measure, study: str, table: Table2x2) -> Effect:
    """Log odds ratio, log risk ratio or risk difference of arm 1 against arm 2.

    Where any of the four cells is zero, one half is added to all four (metafor's add=1/2, to="only0");
    studies without any event stay in, as metafor keeps them (drop00=FALSE).
    """
    check_table(study, table)
    a, b, c, d = table.cells
    if min(a, b, c, d) == 0:
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
    n1, n2 = a + b, c + d
    if measure == "OR":
        return _effect(study, math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)
    if measure == "RR":
        return _effect(study, math.log((a / n1) / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2)
    if measure == "RD":
        p1, p2 = a / n1, c / n2
        return _effect(study, p1 - p2, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    raise InputError(Problem(f"counts of two arms cannot give {measure}", study, "choose OR, RR or RD"))


def mean_change(study: str, change: Moments) -> Effect:
    """The mean change of one arm; vi = sd²/n, sd being that of the change (metafor's "MN").

    Raises InputError unless n is 2 or more and sd positive.
    """
    _check_moments(study, change)
    return _effect(study, change.mean, change.sd**2 / change.n)


def proportion(measure: Measure, study: str, events: float, total: float) -> Effect:
    """The share of one arm with an event: raw ("PR") or as log odds ("PLO").

    With no event, or nothing but events, one half is added to both cells (metafor's default).
    """
    if not (math.isfinite(events) and math.isfinite(total) and 0 <= events <= total and total > 0):
        raise InputError(Problem(f"{events} of {total} is not a count", study, "0 <= events <= total, total > 0"))
    yes, no = events, total - events
    if yes == 0 or no == 0:
        yes, no = yes + 0.5, no + 0.5
    n = yes + no
    if measure == "PR":
        return _effect(study, yes / n, yes * no / n**3)
    if measure == "PLO":
        return _effect(study, math.log(yes / no), 1 / yes + 1 / no)
    raise InputError(Problem(f"counts of one arm cannot give {measure}", study, "choose PR or PLO"))


def from_interval(study: str, measure: Measure, estimate: float, low: float, high: float) -> Effect:
    """The effect behind a printed estimate and its 95 % interval; ratios are taken to logarithms.

    vi = ((high − low) / (2 · 1.95996…))², Cochrane Handbook, chapter 6, section 6.3.
    Raises InputError when the estimate lies outside its interval or a ratio is not positive.
    """
    if not low <= estimate <= high or low == high:
        raise InputError(Problem(f"{estimate} does not lie inside {low} to {high}", study, "check the printed row"))
    if measure in RATIOS:
        if low <= 0:
            raise InputError(Problem(f"a ratio of {low}", study, "a ratio and its interval are above 0"))
        estimate, low, high = math.log(estimate), math.log(low), math.log(high)
    return _effect(study, estimate, ((high - low) / (2 * 1.959963984540054)) ** 2)


def given(study: str, yi: float, vi: float) -> Effect:
    """An effect and its variance as a file states them."""
    return _effect(study, yi, vi)


def check_table(study: str, table: Table2x2) -> None:
    """Raise InputError, naming the study, unless 0 <= events <= n and n > 0 in both arms."""
    pairs = ((1, table.events1, table.n1), (2, table.events2, table.n2))
    problems = [
        Problem(f"events{arm} = {e:g} and n{arm} = {n:g}", study, "0 <= events <= n, n > 0")
        for arm, e, n in pairs
        if not (math.isfinite(e) and math.isfinite(n) and 0 <= e <= n and n > 0)
    ]
    if problems:
        raise InputError(problems)


def _check_moments(study: str, *arms: Moments) -> None:
    problems = []
    for number, arm in enumerate(arms, start=1):
        if not math.isfinite(arm.mean):
            problems.append(Problem(f"mean{number} = {arm.mean}", study, "a finite number"))
        if not (math.isfinite(arm.sd) and arm.sd > 0):
            problems.append(Problem(f"sd{number} = {arm.sd:g}", study, "a standard deviation above 0"))
        if not (math.isfinite(arm.n) and arm.n >= 2):
            problems.append(Problem(f"n{number} = {arm.n:g}", study, "two people or more"))
    if problems:
        raise InputError(problems)


def _effect(study: str, yi: float, vi: float) -> Effect:
    if not math.isfinite(yi):
        raise InputError(Problem(f"yi = {yi}", study, "a finite number"))
    if not (math.isfinite(vi) and vi > 0):
        raise InputError(Problem(f"vi = {vi:g}", study, "a sampling variance above 0"))
    return Effect(study=study, yi=yi, vi=vi)
