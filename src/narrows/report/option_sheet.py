"""One option in detail for the person: what happens, what it may bring and harm, in equal measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from narrows.report.language import counted, said, speaking
from narrows.report.leaf_words import because as because_in_words
from narrows.report.leaf_words import in_words

_SEVERITY = {"serious": 0, "moderate": 1, "mild": 2}
STATUS = {
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
    told = words.sentence(because_in_words(option.because))
    if option.standing == "undetermined" and option.missing:
        told += f" {said('First: {question}', question=words.question(option.missing[0], knowledge))}"
        entry = knowledge.options.get(option.option)
        if entry is not None and entry.family == "cell-or-blood-product" and entry.evidence_in_stenosis == "none-found":
            told += f" {said('At best it is something for a trial.')}"
    return told


def standing_chip(option: OptionAnswer) -> Run:
    """The standing in plain words and colour."""
    return chip(*words.standing_said(option.standing, option.family))


def how_sure(option: OptionAnswer, expected: Expected, knowledge: Knowledge) -> Line:
    """The certainty as dots and a word; an option without a controlled result in stenosis gets words and no dots."""
    if not expected.studied and not expected.outcomes:
        entry = knowledge.options.get(option.option)
        none = entry is None or entry.evidence_in_stenosis == "none-found"
        return line(said("not studied in stenosis") if none else said("no clear result from a fair study"))
    level = next((o.certainty for o in expected.for_person if o.certainty), expected_outcome.level_of(option.certainty))
    if level not in words.CERTAINTIES:
        return line(said("not rated"))
    dots, word = words.CERTAINTIES[level]
    return (Run(said(word), "dots", dots=dots),)


def benefits(entry: Option, expected: Expected, knowledge: Knowledge) -> tuple[Line, ...]:
    """What it may bring: the aim, then each difference with its interval, time and comparison."""
    shown = tuple(outcome_line(o, knowledge) for o in expected.for_person)
    return (line(said(entry.aim)), *(shown or (line(strong(said("None shown in a fair study of stenosis."))),)))


def titled(text: str) -> Run:
    """A small title before the words of a line."""
    return strong(f"{said(text)} ")


def studied(entry: Option) -> tuple[Line, ...]:
    """What was studied, in stenosis and elsewhere."""
    note = said("no study was found.") if entry.evidence_note == "None." else said(entry.evidence_note)
    rows = [line(titled("In stenosis:"), note)]
    if entry.evidence_elsewhere and not entry.evidence_elsewhere.startswith("None"):
        rows.append(line(titled("In other conditions, which may not carry over:"), said(entry.evidence_elsewhere)))
    return tuple(rows)


def outcome_line(outcome: Outcome, knowledge: Knowledge) -> Line:
    """A difference in one sentence: how much better, when, than what, and where the truth may lie."""
    title = strong(f"{words.sentence(expected_outcome.plain_outcome(outcome))[:-1]}: ")
    return line(title, difference_told(outcome, knowledge))


def difference_told(outcome: Outcome, knowledge: Knowledge) -> str:
    """The same without the name of the outcome."""
    against = expected_outcome.comparator_words(outcome.comparator, knowledge)
    if outcome.months:
        against = said("{comparator} after {months}", comparator=against, months=words.months(outcome.months))
    if outcome.ratio or outcome.lower_is_better is None:
        return _ratio_told(outcome, against)
    return _difference_told(outcome, against, -1.0 if outcome.lower_is_better else 1.0)


def _ratio_told(outcome: Outcome, against: str) -> str:
    per = 100.0 if outcome.measure == "RD" else 1.0
    amount = words.number(per * outcome.estimate, 2)
    if outcome.measure == "OR":
        told = said("{amount} times the odds, against {comparator}.", amount=amount, comparator=against)
    elif outcome.ratio:
        told = said("{amount} times as many, against {comparator}.", amount=amount, comparator=against)
    else:
        told = said("{amount}, against {comparator}.", amount=amount, comparator=against)
    if outcome.low is not None and outcome.high is not None:
        low, high = words.number(per * outcome.low, 2), words.number(per * outcome.high, 2)
        told += f" {said('The truth may lie between {low} and {high}.', low=low, high=high)}"
        if outcome.ratio and outcome.low <= 1 <= outcome.high:
            told += f" {said('So it may be chance.')}"
    return told


def _difference_told(outcome: Outcome, against: str, sign: float) -> str:
    rate = outcome.measure == "RD"
    per = 100.0 * sign if rate else sign

    def told(gain: float, unit: str = "") -> str:
        amount = f"{words.number(abs(gain), 2 if abs(gain) < 1 else 1)} {unit}".strip()
        if rate:
            more = gain >= 0
            return (
                said("{amount} more of 100 people", amount=amount)
                if more
                else said("{amount} fewer of 100 people", amount=amount)
            )
        return said("{amount} better", amount=amount) if gain >= 0 else said("{amount} worse", amount=amount)

    unit, _, scale = (outcome.unit or "points").partition(", ")
    if rate:
        unit = ""
    elif outcome.measure == "SMD":
        unit = said("standard steps")
    elif scale:
        unit = said("{unit} (scale {scale})", unit=said(unit), scale=said(scale))
    else:
        unit = said(unit)
    size = said(
        "{difference} than with {comparator}.", difference=told(per * outcome.estimate, unit), comparator=against
    )
    if outcome.low is None or outcome.high is None:
        return f"{size} {said('No limits were printed, so it may be chance.')}"
    low, high = sorted((per * outcome.low, per * outcome.high))
    size += f" {said('The truth may lie between {low} and {high}.', low=told(low), high=told(high))}"
    return size if outcome.favours_option is not None else f"{size} {said('So it may be chance.')}"


def harms(option: OptionAnswer, entry: Option, expected: Expected, knowledge: Knowledge) -> tuple[Line, ...]:
    """What it may harm, the most serious first, in about as many words as the benefits have; one row at the least."""
    ordered = ordered_harms(option.harms)
    shown = ordered[: _how_many(option, entry, expected, knowledge)]
    rows = [harm_line(harm) for harm in shown]
    if not rows:
        rows.append(line(said("No count of harm was found. That does not mean that it is safe.")))
    closed = _closed(entry)
    rest = len(ordered) - len(shown)
    if rest > 0:
        told = counted(
            "{n} more kind of harm is listed for the clinician.",
            "{n} more kinds of harm are listed for the clinician.",
            rest,
        )
        closed.append(line(soft(told)))
    return (*rows, *closed)


def _closed(entry: Option) -> list[Line]:
    if not entry.burns_bridges or entry.burns_bridges == "None.":
        return []
    return [line(titled("What it closes off:"), said(entry.burns_bridges))]


@speaking("en")
def _how_many(option: OptionAnswer, entry: Option, expected: Expected, knowledge: Knowledge) -> int:
    """How many harms stand beside the benefits, counted by the English words: no language shows fewer than another."""
    budget = sum(len(plain(gain).split()) for gain in benefits(entry, expected, knowledge))
    used = sum(len(plain(row).split()) for row in _closed(entry))
    for count, harm in enumerate(ordered_harms(option.harms)):
        used += len(plain(harm_line(harm)).split())
        if count and used > budget * 1.4:
            return count
    return len(option.harms)


def ordered_harms(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Harms, the most serious first, then the most frequent."""
    return sorted(found, key=lambda h: (_SEVERITY.get(str(h.get("severity")), 3), -_rate(h)))


def harm_line(harm: Mapping[str, Any]) -> Line:
    """One harm: how many of how many people, over what time, counted where."""
    name, horizon, rate = said(str(harm.get("harm", ""))), str(harm.get("horizon") or ""), rate_words(harm)
    if horizon[:1].isdigit():
        rate = said("{rate} within {time}", rate=rate, time=said(horizon))
    where = f" {said('Counted in: {people}.', people=said(harm['population']))}" if harm.get("population") else ""
    return line(strong(words.sentence(name)[:-1]), f": {rate}.", soft(where))


def rate_words(harm: Mapping[str, Any]) -> str:
    """The rate of a harm with one denominator, 100 (1,000,000 where that would round to nothing)."""
    low, high, per = harm.get("rate_low"), harm.get("rate_high"), harm.get("per")
    events, total = harm.get("events"), harm.get("total")
    if low is None or high is None or not per:
        if events is not None and total:
            return said("{events} of {total} people", events=events, total=total)
        if events is not None:
            return counted(
                "{n} case known; how often is not known", "{n} cases known; how often is not known", int(events)
            )
        return said("how often is not known")
    low, high = 100 * float(low) / float(per), 100 * float(high) / float(per)
    if high == 0 and total:
        return said("none seen in {total} people, which does not rule it out", total=total)
    if high == 0:
        return said("none seen, in few people, which does not rule it out")
    if high < 0.05:
        if low:
            return said("about {amount} in 1,000,000", amount=words.number(low * 10_000, 0))
        return said("up to {amount} in 1,000,000", amount=words.number(high * 10_000, 0))
    low_said, high_said = words.number(low), words.number(high)
    figures = low_said if low == high else said("{low} to {high}", low=low_said, high=high_said)
    return said("{amount} in 100", amount=figures)


def prices(found: Sequence[Mapping[str, Any]], most: int = 2) -> tuple[Line, ...]:
    """Prices as read: how much, where, when, said by whom."""
    rows = []
    for price in found[:most]:
        low, high, mean = price.get("low"), price.get("high"), price.get("mean")
        if low is not None and high is not None and low != high:
            amount = said("{low} to {high}", low=f"{low:,.0f}", high=f"{high:,.0f}")
        elif mean is not None or low is not None or high is not None:
            amount = f"{next(v for v in (mean, low, high) if v is not None):,.0f}"
        else:
            continue
        basis = said(str(price.get("basis", "")).replace("-", " "))
        year = str(price.get("year") or said("year not stated"))
        note = f", {said(price['option_note'])}" if price.get("option_note") else ""
        rows.append(
            line(
                f"{price.get('currency', '')} {amount} ({said(str(price.get('country', '')))}, {year}; {basis}{note}). ",
                link(said("source"), str(price.get("url") or "")) if price.get("url") else "",
            )
        )
    return tuple(rows)


def law(found: Sequence[Mapping[str, Any]], most: int = 2) -> tuple[Line, ...]:
    """Legal standing by country, in plain words."""
    rows = []
    for rule in found[:most]:
        status = str(rule.get("status", ""))
        meaning = said(STATUS.get(status, status.replace("-", " ")))
        place = said(str(rule.get("name") or rule.get("country") or rule.get("code") or ""))
        as_of = f" {said('As of {day}.', day=str(rule['as_of'])[:10])}" if rule.get("as_of") else ""
        rows.append(line(f"{place}: {meaning}.", soft(as_of) if as_of else ""))
    return tuple(rows)


def settles(option: OptionAnswer, expected: Expected, knowledge: Knowledge, most: int = 4) -> tuple[Line, ...]:
    """What would settle this option: the missing findings as questions; for unstudied ones, a fair study."""
    rows = [line(words.question(name, knowledge)) for name in option.missing[:most]]
    if len(option.missing) > most:
        told = counted(
            "{n} more fact, listed on the clinician's pages.",
            "{n} more facts, listed on the clinician's pages.",
            len(option.missing) - most,
        )
        rows.append(line(told))
    if not expected.studied:
        running = _running_trials(option.option, knowledge)
        told = said("A fair study of people with stenosis, with a group that does not get it.")
        if running:
            told += " " + said(
                "We know of {n} on a register: {names}.", n=len(running), names=words.listed(running[:3])
            )
        rows.append(line(told))
    return tuple(rows)


def _running_trials(option: str, knowledge: Knowledge) -> list[str]:
    trials: dict[str, Any] = getattr(knowledge, "trials", {})
    return [
        t.id for t in trials.values() if option in t.option and "stenosis" in t.condition and t.status == "recruiting"
    ]


def reasons(option: OptionAnswer, knowledge: Knowledge) -> tuple[Line, ...]:
    """The reasons for and against in the words of the rules, with the person's own values."""
    rows: list[Line] = []
    for title, given in (
        (titled("For:"), option.for_),
        (titled("Against:"), option.against),
        (titled("Take care:"), option.cautions),
    ):
        for reason in given[:4]:
            own = [in_words(leaf, knowledge) for leaf in reason.why if leaf.holds == "true"][:2]
            recorded = f" ({'; '.join(own)})" if own else ""
            rows.append(line(title, words.sentence(said(reason.says)), soft(recorded)))
    return tuple(rows)


def blocks(option: OptionAnswer, knowledge: Knowledge, medium: Medium) -> tuple[Block, ...]:
    """The sheet of one option, without its heading; on paper without the story of what happens."""
    entry = knowledge.options.get(option.option)
    expected = expected_outcome.of(option, knowledge)
    if entry is None:
        return (Paragraph(line(said("The knowledge in use holds no description of this treatment.")), "soft"),)
    out: list[Block] = []
    why = reasons(option, knowledge)
    if why:
        out += [Heading(4, said("Why, for you")), Bullets(why, look="tight")]
    gains = benefits(entry, expected, knowledge)
    out.append(
        Columns(
            (
                (Heading(4, said("What it may bring")), Bullets(gains, look="pair")),
                (Heading(4, said("What it may harm")), Bullets(harms(option, entry, expected, knowledge), look="pair")),
            )
        )
    )
    if medium == "screen":
        out += [Heading(4, said("What was studied")), Bullets(studied(entry), look="tight")]
    open_points = settles(option, expected, knowledge)
    if open_points:
        out += [Heading(4, said("What would settle this")), Bullets(open_points, look="tight")]
    if medium == "screen":
        out += [
            Heading(4, said("What happens")),
            Bullets(tuple(line(said(s)) for s in entry.what_happens), ordered=True, look="tight"),
        ]
        felt = (
            (titled("In your body:"), "physical"),
            (titled("In your mind:"), "psychological"),
            (titled("In your life:"), "social"),
        )
        out.append(
            Bullets(
                tuple(line(name, said(entry.experience[key])) for name, key in felt if entry.experience.get(key)),
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
            Heading(4, said("Questions to ask about it")),
            Bullets(tuple(line(said(q)) for q in entry.questions_to_ask), look="ask"),
        ]
    return tuple(out)


def _facts(option: OptionAnswer, entry: Option) -> Iterable[Line]:
    steps = [r for r in option.recovery if r.get("from_days") is not None or r.get("to_days") is not None]
    if steps:
        told = [
            f"{said(r['milestone'])} {words.days(r.get('from_days'), r.get('to_days'))}"
            + (f" ({said('clinics say')})" if r.get("basis") == "clinic-statement" else "")
            for r in steps[:4]
        ]
        yield line(titled("Time:"), words.sentence("; ".join(told)))
    if entry.stay and entry.stay != "none":
        yield line(titled("Stay:"), words.sentence(said(entry.stay)))
    yield line(titled("Can it be undone?"), said("Yes.") if entry.reversible else said("No."))
    yield line(titled("Who pays:"), words.sentence(said(entry.insurance)))
    priced = prices(option.price)
    if priced:
        joined: list[str | Run] = [titled("Price:")]
        for row in priced:
            joined += [*row, " "]
        yield line(*joined)
    for row in law(option.regulation):
        yield line(titled("Law."), *row)


def _rate(harm: Mapping[str, Any]) -> float:
    high, per = harm.get("rate_high"), harm.get("per")
    return float(high) / float(per) if high is not None and per else 0.0
