"""What an option's `expected` says, read into typed rows; the one place that knows the shape of that mapping.

outcomes   records of narrows.evidence (OptionOutcome) as plain data, best basis first:
           outcome, label, kind, unit, better, basis, measure, months, comparator, comparator_label,
           difference {value, low, high}, prediction {…}, k, n, i2, tau2, certainty {level, steps [{steps, reason}]},
           studies [id], weights [{study, yi, vi, weight}], icons {study, what, months, caption, option {…},
           comparator {label, events, total}}, left_out [{study, why}], flags, says,
           nearest [{study, title, design, comparator, mismatch, reported}]
           from_your_start {says}: the study's mean counted from this person's own start
condition  the condition of the studies that these records speak of
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from narrows.appraisal.answer import OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report.icon_array import Counted
from narrows.report.language import said

#: The horizon that the person's page aims at, in months: one for all, so that options stand on the same ground.
HORIZON: Final = 12.0
_RATIOS: Final = ("OR", "RR")
_UNCHOSEN: Final = ("usual-care", "conventional-care", "watchful-waiting", "sham", "saline")

#: outcome word: plain words for the person; others keep the label of the evidence
PLAIN: Final[dict[str, str]] = {
    "odi": "limits in daily life",
    "modified-odi": "limits in daily life",
    "rmdq": "limits in daily life",
    "disability": "limits in daily life",
    "physical-function": "what the body can do",
    "zcq-symptom": "trouble when walking",
    "zcq-function": "walking and daily tasks",
    "sf36-bp": "pain of the body",
    "sf36-pf": "what the body can do",
    "sf36-pcs": "health of the body",
    "pain": "pain",
    "eq5d": "quality of life",
    "mjoa": "use of hands and legs",
    "responder-zcq-symptom": "had clearly milder symptoms",
    "responder-zcq-function": "walked clearly better",
    "responder-odi-30": "had clearly fewer limits in daily life",
    "responder-pain-30": "had clearly less pain",
    "responder-pain-50": "had half the pain or less",
    "responder-walking-30": "walked clearly farther",
    "global-recovery": "said they were well or much better",
    "reoperation": "had another operation",
}

#: comparators that are no options, in plain words
COMPARATORS: Final[dict[str, str]] = {
    "usual-care": "usual care",
    "conventional-care": "care without an operation",
    "sham": "a sham treatment",
    "saline": "salt water",
    "epidural-anaesthetic-only": "the numbing drug alone",
    "calcitonin": "calcitonin",
}


class Step(NamedTuple):
    """One step down in certainty: the domain, how many steps, why."""

    domain: str
    steps: int
    reason: str


class StudyRow(NamedTuple):
    """One study in a pooled difference, as readers see it."""

    study: str
    estimate: float
    low: float
    high: float
    weight: float | None


class Outcome(NamedTuple):
    """A difference between an option and its comparator at one time."""

    outcome: str
    label: str
    kind: str
    months: float | None
    estimate: float
    low: float | None
    high: float | None
    unit: str
    measure: str
    lower_is_better: bool | None
    comparator: str
    comparator_label: str
    basis: str
    k: int | None
    n: int | None
    certainty: str
    steps: tuple[Step, ...]
    studies: tuple[str, ...]
    weights: tuple[StudyRow, ...]
    prediction: tuple[float, float] | None
    i2: float | None
    left_out: tuple[str, ...]
    flags: tuple[str, ...]
    start: str  # what the mean change of its people makes of this person's start; no forecast

    @property
    def ratio(self) -> bool:
        """Whether the estimate is a ratio (its null is 1)."""
        return self.measure in _RATIOS

    @property
    def favours_option(self) -> bool | None:
        """Whether the whole interval speaks for the option; None when it does not speak clearly, or is unknown."""
        if self.low is None or self.high is None or self.lower_is_better is None:
            return None
        null = 1.0 if self.ratio else 0.0
        if self.low <= null <= self.high:
            return None
        return (self.high < null) == self.lower_is_better


class Responders(NamedTuple):
    """People counted in both arms of one comparison."""

    study: str
    outcome: str
    counted: str
    months: float | None
    population: str
    harm: bool
    arms: tuple[Counted, ...]


class Nearest(NamedTuple):
    """Evidence from elsewhere, with what makes it not fit."""

    study: str
    says: str
    mismatch: str


class Expected(NamedTuple):
    """All that is known of what an option brings."""

    outcomes: tuple[Outcome, ...]
    responders: tuple[Responders, ...]
    nearest: tuple[Nearest, ...]
    single_arms: int
    studied: bool  # a controlled result on what people feel was found
    says: str  # what the evidence says where no controlled result was found

    @property
    def for_person(self) -> tuple[Outcome, ...]:
        """One difference per outcome, nearest to a year, usual or sham care first; benefits alone, three at most."""
        best: dict[str, Outcome] = {}
        for outcome in self.outcomes:
            name = plain_outcome(outcome)
            if outcome.kind == "benefit" and (name not in best or _rank(outcome) < _rank(best[name])):
                best[name] = outcome
        return tuple(best.values())[:3]


def of(option: OptionAnswer, knowledge: Knowledge) -> Expected:
    """What is known of an option, as typed rows."""
    records = [r for r in option.expected.get("outcomes", ()) if isinstance(r, Mapping)]
    outcomes = tuple(outcome_of(r) for r in records if _value(r.get("difference")) is not None)
    entry = knowledge.options.get(option.option)
    if records:
        studied = any(o.kind == "benefit" for o in outcomes)
    else:
        studied = entry is not None and entry.evidence_in_stenosis in ("randomised", "controlled")
    return Expected(
        outcomes=outcomes,
        responders=tuple(r for r in (_responders(i, knowledge) for i in records if i.get("icons")) if r is not None),
        nearest=tuple(_nearest(n) for r in records for n in r.get("nearest", ())),
        single_arms=sum(1 for r in records if r.get("basis") == "single-arm"),
        studied=studied,
        says=next((str(r.get("says", "")) for r in records if r.get("basis") == "none"), ""),
    )


def plain_outcome(outcome: Outcome) -> str:
    """An outcome in plain words."""
    return said(PLAIN.get(outcome.outcome, outcome.label))


def comparator_words(comparator: str, knowledge: Knowledge) -> str:
    """What an option was compared with, in plain words."""
    if comparator in COMPARATORS:
        return said(COMPARATORS[comparator])
    entry = knowledge.options.get(comparator)
    if entry is not None:
        name = said(entry.name)
        return name[0].lower() + name[1:]
    return said(comparator.replace("-", " "))


def level_of(certainty: Any) -> str:
    """The level of a certainty, given as a word or as {level, …}."""
    level = certainty.get("level", "") if isinstance(certainty, Mapping) else certainty
    return str(level or "").replace("_", "-").replace(" ", "-")


def _rank(outcome: Outcome) -> tuple[bool, bool, float]:
    far = abs((outcome.months or 0.0) - HORIZON)
    return outcome.low is None, outcome.comparator not in _UNCHOSEN, far


def outcome_of(raw: Mapping[str, Any]) -> Outcome:
    """One difference as the evidence records it, as plain data; it must hold a value."""
    value = _value(raw["difference"])
    assert value is not None
    low, high = _limits(raw["difference"])
    certainty = raw.get("certainty") or {}
    better = str(raw.get("better") or "")
    prediction = _limits(raw.get("prediction"))
    measure = str(raw.get("measure") or "MD")
    return Outcome(
        outcome=str(raw.get("outcome", "")),
        label=str(raw.get("label") or raw.get("outcome", "")),
        kind=str(raw.get("kind") or "benefit"),
        months=_number(raw.get("months")),
        estimate=value,
        low=low,
        high=high,
        unit=str(raw.get("unit") or ""),
        measure=measure,
        lower_is_better={"lower": True, "higher": False}.get(better),
        comparator=str(raw.get("comparator") or ""),
        comparator_label=str(raw.get("comparator_label") or ""),
        basis=str(raw.get("basis") or ""),
        k=raw.get("k") or None,
        n=raw.get("n"),
        certainty=level_of(certainty),
        steps=tuple(
            Step(str(s.get("domain", "")).replace("-", " "), int(s["steps"]), str(s.get("reason", "")))
            for s in certainty.get("steps", ())
            if s.get("steps")
        ),
        studies=tuple(str(s) for s in raw.get("studies", ())),
        weights=tuple(_study_row(w, measure) for w in raw.get("weights", ())),
        prediction=None if prediction[0] is None or prediction[1] is None else (prediction[0], prediction[1]),
        i2=_number(raw.get("i2")),
        left_out=tuple(f"{s.get('study', '')}: {s.get('why', '')}" for s in raw.get("left_out", ())),
        flags=tuple(str(f) for f in raw.get("flags", ())),
        start=str((raw.get("from_your_start") or {}).get("says", "")),
    )


def _study_row(raw: Mapping[str, Any], measure: str) -> StudyRow:
    """A study's effect with the interval of its normal approximation, out of logarithms where it is a ratio."""
    middle, half = float(raw["yi"]), 1.959963984540054 * math.sqrt(float(raw["vi"]))
    shown = math.exp if measure in _RATIOS else float
    return StudyRow(
        str(raw["study"]), shown(middle), shown(middle - half), shown(middle + half), _number(raw.get("weight"))
    )


def _arm_label(arm: Mapping[str, Any], knowledge: Knowledge) -> str:
    entry = knowledge.options.get(str(arm.get("option", "")))
    label = str(arm.get("label", ""))
    return (
        f"{said(entry.name)} ({said(label)})"
        if entry is not None and label
        else said(label) or comparator_words(str(arm.get("option", "")), knowledge)
    )


def _responders(raw: Mapping[str, Any], knowledge: Knowledge) -> Responders | None:
    icons = raw["icons"]
    arms = tuple(
        Counted(_arm_label(arm, knowledge), int(arm["events"]), int(arm["total"]))
        for arm in (icons.get("option"), icons.get("comparator"))
        if arm and arm.get("total")
    )
    if len(arms) < 2:
        return None  # one arm alone would be set against nothing
    outcome = str(raw.get("outcome", ""))
    what = said(str(icons.get("what") or raw.get("label") or outcome))
    return Responders(
        study=str(icons.get("study", "")),
        outcome=outcome,
        counted=said(PLAIN[outcome]) if outcome in PLAIN else said("reached: {what}", what=what[0].lower() + what[1:]),
        months=_number(icons.get("months")),
        population=_population(str(icons.get("caption") or "")),
        harm=raw.get("kind") == "harm",
        arms=arms,
    )


def _population(caption: str) -> str:
    """Who was counted, out of "of 100 people in this study, mean age 72, after 6 months"."""
    ages = [part for part in caption.split(", ") if "age" in part]
    if not ages or "not printed" in ages[0]:
        return said("how old its people were was not printed in the copy that was read")
    mean = ages[0].removeprefix("mean age ")
    return said("its people had a mean age {age}", age=mean) if mean != ages[0] else f"its people had a {ages[0]}"


def _nearest(raw: Mapping[str, Any]) -> Nearest:
    reported = "; ".join(str(r) for r in raw.get("reported", ())[:2]) or "no result on symptoms was seen"
    design = str(raw.get("design") or "a study")
    return Nearest(
        study=str(raw.get("study", "")),
        says=f"{design[0].upper()}{design[1:]} ({raw.get('title', '')}): {reported}",
        mismatch="; ".join(str(m) for m in raw.get("mismatch", ())),
    )


def _value(raw: Any) -> float | None:
    return _number(raw.get("value")) if isinstance(raw, Mapping) else None


def _limits(raw: Any) -> tuple[float | None, float | None]:
    if not isinstance(raw, Mapping):
        return None, None
    return _number(raw.get("low")), _number(raw.get("high"))


def _number(raw: Any) -> float | None:
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw) else None


def rows_of(outcomes: Iterable[Outcome]) -> dict[tuple[str, str], list[Outcome]]:
    """Differences with an interval by outcome and measure, for a plot of each comparison by itself."""
    grouped: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.low is not None and outcome.high is not None:
            grouped.setdefault((outcome.label, outcome.measure), []).append(outcome)
    return grouped
