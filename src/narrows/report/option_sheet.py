"""One option in detail for the person: what happens, what it may bring and harm, in equal measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from narrows.appraisal.answer import OptionAnswer
from narrows.knowledge import Knowledge
from narrows.knowledge.records.option import Option
from narrows.report import expected_outcome, words
from narrows.report.content import (
    Block,
    Bullets,
    Columns,
    Heading,
    Line,
    Medium,
    Paragraph,
    Run,
    chip,
    line,
    link,
    plain,
    soft,
    strong,
)
from narrows.report.expected_outcome import Expected, Outcome

_SEVERITY = {"serious": 0, "moderate": 1, "mild": 2}
_STATUS = {
    "trial-only": "only inside a registered study",
    "authorised-only": "only if the product is approved there",
    "unapproved-drug": "not approved: it counts as an unapproved drug",
    "prohibited-advertising": "clinics may not advertise it",
    "off-label": "the drug is approved, but not for this use",
    "permitted-with-notice": "allowed when the authority is told",
    "permitted-plan-registered": "allowed where a plan is on file with the authority",
    "not-verified": "we could not check the law",
}


def because(option: OptionAnswer, knowledge: Knowledge) -> str:
    """One sentence why an option stands as it does; where something is missing, what comes first."""
    said = words.sentence(option.because)
    if option.standing == "undetermined" and option.missing:
        said += f" First: {words.question(option.missing[0], knowledge)}"
        entry = knowledge.options.get(option.option)
        if entry is not None and entry.family == "cell-or-blood-product" and entry.evidence_in_stenosis == "none-found":
            said += " At best it is something for a trial."
    return said


def standing_chip(option: OptionAnswer) -> Run:
    """The standing in plain words and colour."""
    said, tone = words.standing_said(option.standing, option.family)
    return chip(said, tone)


def how_sure(option: OptionAnswer, expected: Expected, knowledge: Knowledge) -> Line:
    """The certainty as dots and a word; an option without a controlled result in stenosis gets words and no dots."""
    if not expected.studied and not expected.outcomes:
        entry = knowledge.options.get(option.option)
        none = entry is None or entry.evidence_in_stenosis == "none-found"
        return line("not studied in stenosis" if none else "no clear result from a fair study")
    level = next((o.certainty for o in expected.for_person if o.certainty), expected_outcome.level_of(option.certainty))
    if level not in words.CERTAINTIES:
        return line("not rated")
    dots, said = words.CERTAINTIES[level]
    return (Run(said, "dots", dots=dots),)


def benefits(entry: Option, expected: Expected, knowledge: Knowledge) -> tuple[Line, ...]:
    """What it may bring: the aim, then each difference with its interval, time and comparison."""
    shown = tuple(outcome_line(o, knowledge) for o in expected.for_person)
    return (line(entry.aim), *(shown or (line(strong("None shown in a fair study of stenosis.")),)))


def studied(entry: Option) -> tuple[Line, ...]:
    """What was studied, in stenosis and elsewhere."""
    rows = [
        line(strong("In stenosis: "), "no study was found." if entry.evidence_note == "None." else entry.evidence_note)
    ]
    if entry.evidence_elsewhere and not entry.evidence_elsewhere.startswith("None"):
        rows.append(line(strong("In other conditions, which may not carry over: "), entry.evidence_elsewhere))
    return tuple(rows)


def outcome_line(outcome: Outcome, knowledge: Knowledge) -> Line:
    """A difference in one sentence: how much better, when, than what, and where the truth may lie."""
    against = expected_outcome.comparator_words(outcome.comparator, knowledge)
    when = f" after {words.months(outcome.months)}" if outcome.months else ""
    name = expected_outcome.plain_outcome(outcome)
    title = strong(f"{words.sentence(name)[:-1]}: ")
    low, high, per = outcome.low, outcome.high, 100.0 if outcome.measure == "RD" else 1.0
    if outcome.ratio or outcome.lower_is_better is None:
        amount = words.number(per * outcome.estimate, 2)
        told = (
            f"{amount} times the odds"
            if outcome.measure == "OR"
            else f"{amount} times as many"
            if outcome.ratio
            else amount
        )
        told += f", against {against}{when}."
        if low is not None and high is not None:
            told += f" The truth may lie between {words.number(per * low, 2)} and {words.number(per * high, 2)}."
            told += " So it may be chance." if outcome.ratio and low <= 1 <= high else ""
        return line(title, told)
    sign = -per if outcome.lower_is_better else per
    more, less = ("more of 100 people", "fewer of 100 people") if outcome.measure == "RD" else ("better", "worse")

    def figure(value: float) -> str:
        return words.number(abs(value), 2 if abs(value) < 1 else 1)

    def said(gain: float) -> str:
        return f"{figure(gain)} {more if gain >= 0 else less}"

    gain = sign * outcome.estimate
    unit, _, scale = (outcome.unit or "points").partition(", ")
    unit = {"RD": "", "SMD": "standard steps"}.get(outcome.measure, f"{unit} (scale {scale})" if scale else unit)
    size = f"{figure(gain)} {unit} {more if gain >= 0 else less}".replace("  ", " ")
    span = " No limits were printed, so it may be chance."
    if low is not None and high is not None:
        ends = sorted((sign * low, sign * high))
        span = f" The truth may lie between {said(ends[0])} and {said(ends[1])}."
        if outcome.favours_option is None:
            span += " So it may be chance."
    return line(title, f"{size} than with {against}{when}.", span)


def harms(option: OptionAnswer, entry: Option, budget: int) -> tuple[Line, ...]:
    """What it may harm, the most serious first, in about as many words as the benefits have; one row at the least."""
    closed: list[Line] = []
    if entry.burns_bridges and entry.burns_bridges != "None.":
        closed.append(line(strong("What it closes off: "), entry.burns_bridges))
    used = sum(len(plain(row).split()) for row in closed)
    rows: list[Line] = []
    ordered = ordered_harms(option)
    for harm in ordered:
        row = harm_line(harm)
        size = len(plain(row).split())
        if rows and used + size > budget * 1.4:
            break
        rows.append(row)
        used += size
    if not rows:
        rows.append(line("No count of harm was found. That does not mean that it is safe."))
    rest = len(ordered) - len(rows)
    if rest > 0:
        kinds = "kind of harm is" if rest == 1 else "kinds of harm are"
        closed.append(line(soft(f"{rest} more {kinds} listed for the clinician.")))
    return (*rows, *closed)


def ordered_harms(option: OptionAnswer) -> list[dict[str, Any]]:
    """Harms, the most serious first, then the most frequent."""
    return sorted(option.harms, key=lambda h: (_SEVERITY.get(str(h.get("severity")), 3), -_rate(h)))


def harm_line(harm: Mapping[str, Any]) -> Line:
    """One harm: how many of how many people, over what time, counted where."""
    name = str(harm.get("harm", ""))
    when = f" within {harm['horizon']}" if harm.get("horizon") and str(harm["horizon"])[0].isdigit() else ""
    where = f" Counted in: {harm['population']}." if harm.get("population") else ""
    return line(strong(words.sentence(name)[:-1]), f": {rate_words(harm)}{when}.", soft(where))


def rate_words(harm: Mapping[str, Any]) -> str:
    """The rate of a harm with one denominator, 100 (1,000,000 where that would round to nothing)."""
    low, high, per = harm.get("rate_low"), harm.get("rate_high"), harm.get("per")
    events, total = harm.get("events"), harm.get("total")
    if low is None or high is None or not per:
        if events is not None and total:
            return f"{events} of {total} people"
        if events is not None:
            return f"{events} case{'s' if events != 1 else ''} known; how often is not known"
        return "how often is not known"
    low, high = 100 * float(low) / float(per), 100 * float(high) / float(per)
    if high == 0 and total:
        return f"none seen in {total} people, which does not rule it out"
    if high == 0:
        return "none seen, in few people, which does not rule it out"
    if high < 0.05:
        return (
            f"about {words.number(low * 10_000, 0)} in 1,000,000"
            if low
            else f"up to {words.number(high * 10_000, 0)} in 1,000,000"
        )
    figures = words.number(low) if low == high else f"{words.number(low)} to {words.number(high)}"
    return f"{figures} in 100"


def prices(option: OptionAnswer) -> tuple[Line, ...]:
    """Prices as read: how much, where, when, said by whom."""
    rows = []
    for price in option.price[:2]:
        low, high, mean = price.get("low"), price.get("high"), price.get("mean")
        if low is not None and high is not None and low != high:
            amount = f"{low:,.0f} to {high:,.0f}"
        elif mean is not None or low is not None or high is not None:
            amount = f"{next(v for v in (mean, low, high) if v is not None):,.0f}"
        else:
            continue
        basis = str(price.get("basis", "")).replace("-", " ")
        note = f", {price['option_note']}" if price.get("option_note") else ""
        rows.append(
            line(
                f"{price.get('currency', '')} {amount} ({price.get('country', '')}, {price.get('year', '')}; {basis}{note}). ",
                link("source", str(price.get("url") or "")) if price.get("url") else "",
            )
        )
    return tuple(rows)


def law(option: OptionAnswer) -> tuple[Line, ...]:
    """Legal standing by country, in plain words."""
    rows = []
    for rule in option.regulation[:2]:
        status = str(rule.get("status", ""))
        said = _STATUS.get(status, status.replace("-", " "))
        place = str(rule.get("name") or rule.get("country") or rule.get("code") or "")
        rows.append(line(f"{place}: {said}.", soft(f" As of {str(rule['as_of'])[:10]}.") if rule.get("as_of") else ""))
    return tuple(rows)


def settles(option: OptionAnswer, expected: Expected, knowledge: Knowledge, most: int = 4) -> tuple[Line, ...]:
    """What would settle this option: the missing findings as questions; for unstudied ones, a fair study."""
    rows = [line(words.question(name, knowledge)) for name in option.missing[:most]]
    if len(option.missing) > most:
        rows.append(line(f"{len(option.missing) - most} more facts, listed on the clinician's pages."))
    if not expected.studied:
        running = _running_trials(option.option, knowledge)
        tail = f" We know of {len(running)} on a register: {words.listed(running[:3])}." if running else ""
        rows.append(line(f"A fair study of people with stenosis, with a group that does not get it.{tail}"))
    return tuple(rows)


def _running_trials(option: str, knowledge: Knowledge) -> list[str]:
    trials: dict[str, Any] = getattr(knowledge, "trials", {})
    return [
        t.id for t in trials.values() if option in t.option and "stenosis" in t.condition and t.status == "recruiting"
    ]


def reasons(option: OptionAnswer) -> tuple[Line, ...]:
    """The reasons for and against in the words of the rules, with the person's own values."""
    rows: list[Line] = []
    for title, given in (("For", option.for_), ("Against", option.against), ("Take care", option.cautions)):
        for reason in given[:4]:
            own = [leaf.text for leaf in reason.why if leaf.holds == "true"][:2]
            because = f" ({'; '.join(own)})" if own else ""
            rows.append(line(strong(f"{title}: "), words.sentence(reason.says), soft(because)))
    return tuple(rows)


def blocks(option: OptionAnswer, knowledge: Knowledge, medium: Medium) -> tuple[Block, ...]:
    """The sheet of one option, without its heading; on paper without the story of what happens."""
    entry = knowledge.options.get(option.option)
    expected = expected_outcome.of(option, knowledge)
    if entry is None:
        return (Paragraph(line("The knowledge in use holds no description of this treatment."), "soft"),)
    out: list[Block] = []
    why = reasons(option)
    if why:
        out += [Heading(4, "Why, for you"), Bullets(why, look="tight")]
    gains = benefits(entry, expected, knowledge)
    budget = sum(len(plain(g).split()) for g in gains)
    out.append(
        Columns(
            (
                (Heading(4, "What it may bring"), Bullets(gains, look="pair")),
                (Heading(4, "What it may harm"), Bullets(harms(option, entry, budget), look="pair")),
            )
        )
    )
    if medium == "screen":
        out += [Heading(4, "What was studied"), Bullets(studied(entry), look="tight")]
    open_points = settles(option, expected, knowledge)
    if open_points:
        out += [Heading(4, "What would settle this"), Bullets(open_points, look="tight")]
    if medium == "screen":
        out += [
            Heading(4, "What happens"),
            Bullets(tuple(line(s) for s in entry.what_happens), ordered=True, look="tight"),
        ]
        felt = (("In your body", "physical"), ("In your mind", "psychological"), ("In your life", "social"))
        out.append(
            Bullets(
                tuple(
                    line(strong(f"{name}: "), entry.experience[key]) for name, key in felt if entry.experience.get(key)
                ),
                look="tight",
            )
        )
    facts = list(_facts(option, entry))
    if facts:
        out.append(Bullets(tuple(facts), look="tight"))
    if (
        medium == "screen"
        and entry.questions_to_ask
        and option.standing not in ("not-indicated", "contraindicated", "waits")
    ):
        out += [
            Heading(4, "Questions to ask about it"),
            Bullets(tuple(line(q) for q in entry.questions_to_ask), look="ask"),
        ]
    return tuple(out)


def _facts(option: OptionAnswer, entry: Option) -> Iterable[Line]:
    steps = [r for r in option.recovery if r.get("from_days") is not None or r.get("to_days") is not None]
    if steps:
        told = [
            f"{r['milestone']} {words.days(r.get('from_days'), r.get('to_days'))}"
            + (" (clinics say)" if r.get("basis") == "clinic-statement" else "")
            for r in steps[:4]
        ]
        yield line(strong("Time: "), words.sentence("; ".join(told)))
    if entry.stay and entry.stay != "none":
        yield line(strong("Stay: "), words.sentence(entry.stay))
    yield line(strong("Can it be undone? "), "Yes." if entry.reversible else "No.")
    yield line(strong("Who pays: "), words.sentence(entry.insurance))
    priced = prices(option)
    if priced:
        joined: list[str | Run] = [strong("Price: ")]
        for row in priced:
            joined += [*row, " "]
        yield line(*joined)
    for row in law(option):
        yield line(strong("Law. "), *row)


def _rate(harm: Mapping[str, Any]) -> float:
    high, per = harm.get("rate_high"), harm.get("per")
    return float(high) / float(per) if high is not None and per else 0.0
