"""Treatments side by side: one horizon, one denominator, gaps shown as gaps."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from narrows.appraisal.answer import Appraisal, OptionAnswer
from narrows.evidence import OptionOutcome, outcomes_of
from narrows.evidence.words import months_in_words, number
from narrows.knowledge import Knowledge
from narrows.options.expected import LUMBAR, condition_for
from narrows.options.whole import known_of
from narrows.problem import InputError, Problem, did_you_mean

#: How far a printed follow-up may lie from the horizon, in months, and still stand under it.
WINDOW: Final = 3.0
PER: Final = 100  # the one denominator
GAP: Final = "not found"
NOT_STUDIED: Final = "no controlled study in this condition"


class Cell(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one option in one row; `gap` says why there is nothing."""

    text: str = ""
    gap: str = ""
    certainty: str = ""
    rate_low: float | None = None  # of 100 people
    rate_high: float | None = None
    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    months: float | None = None
    versus: str = ""
    sources: tuple[str, ...] = ()


class Row(msgspec.Struct, kw_only=True):
    """One row: what it is about, and a cell for every option, in their order."""

    group: str
    label: str
    cells: tuple[Cell, ...]


class Comparison(msgspec.Struct, kw_only=True):
    """Options side by side."""

    question: str
    options: tuple[dict[str, Any], ...]
    horizon_months: float
    per: int
    condition: str
    rows: tuple[Row, ...]
    head_to_head: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


def compare(
    chosen: tuple[str, ...],
    knowledge: Knowledge,
    *,
    months: float = 12.0,
    answer: Appraisal | None = None,
    country: str = "",
) -> Comparison:
    """The chosen options side by side, for a person when an appraisal is given, else in general.

    Every outcome stands at one horizon (within three months of it) and every rate is of 100 people. Raises InputError
    for unknown options.
    """
    known = list(knowledge.options)
    problems = [
        Problem(f"no option '{o}'", "--option", did_you_mean(o, known) or "see docs/reference/options.md")
        for o in chosen
        if o not in knowledge.options
    ]
    if len(set(chosen)) != len(chosen):
        problems.append(Problem("an option is named twice", "--option", "name each once"))
    if len(chosen) < 2 and not problems:
        problems.append(
            Problem(
                "a comparison needs two options",
                "--option",
                "for example --option decompression --option exercise-physiotherapy",
            )
        )
    if problems:
        raise InputError(problems)
    person = answer.options[0].expected.get("condition", LUMBAR) if answer else LUMBAR
    conditions = [condition_for(o, person, knowledge) for o in chosen]
    outcomes = {o: outcomes_of(o, c, knowledge) for o, c in zip(chosen, conditions, strict=True)}
    facts = {o: known_of(o, country, knowledge) for o in chosen}
    standings = {o.option: o for o in answer.options} if answer else {}
    rows = [
        *_standing(chosen, standings),
        *_about(chosen, facts, knowledge),
        *_outcomes(chosen, outcomes, months),
        *_harms(chosen, facts),
        *_practical(chosen, facts, country),
    ]
    names = " or ".join(knowledge.options[o].name[0].lower() + knowledge.options[o].name[1:] for o in chosen)
    return Comparison(
        question=f"{names[0].upper()}{names[1:]}?",
        options=tuple({"option": o, "name": knowledge.options[o].name} for o in chosen),
        horizon_months=months,
        per=PER,
        condition=person,
        rows=tuple(rows),
        head_to_head=_head_to_head(chosen, outcomes),
        notes=(
            "Numbers of different studies stand side by side, not against each other: their people differ.",
            f"Outcomes are those printed within {WINDOW:g} months of {months:g} months; others are left out of the table.",
            "An empty cell says why it is empty. 'Not studied' is not 'no effect'.",
        ),
    )


def _standing(chosen: tuple[str, ...], standings: dict[str, OptionAnswer]) -> list[Row]:
    if not standings:
        return []
    cells = tuple(Cell(text=f"{standings[o].standing}: {standings[o].because}") for o in chosen)
    return [Row(group="for you", label="standing", cells=cells)]


def _about(chosen: tuple[str, ...], facts: dict[str, dict[str, Any]], knowledge: Knowledge) -> list[Row]:
    def row(label: str, field: str) -> Row:
        def cell(option: str) -> Cell:
            value = facts[option]["about"][field]
            text = " ".join(value) if isinstance(value, tuple | list) else str(value)
            return Cell(text=text, sources=knowledge.options[option].text_sources) if value else Cell(gap=GAP)

        return Row(group="what it is", label=label, cells=tuple(cell(o) for o in chosen))

    certainty = Row(
        group="what is known",
        label="evidence in stenosis",
        cells=tuple(
            Cell(text=f"{facts[o]['certainty']['in_stenosis']}. {facts[o]['certainty']['note']}") for o in chosen
        ),
    )
    guidelines = Row(
        group="what is known",
        label="guidelines",
        cells=tuple(
            Cell(
                text="; ".join(
                    f"{g['issuer']} {g['year']}: {g['direction']}, {g['strength']}" for g in facts[o]["guidelines"]
                )
            )
            if facts[o]["guidelines"]
            else Cell(gap="no guideline names it")
            for o in chosen
        ),
    )
    return [row("what happens", "what_happens"), row("aim", "aim"), row("setting", "setting"), certainty, guidelines]


def _outcomes(chosen: tuple[str, ...], outcomes: dict[str, tuple[OptionOutcome, ...]], months: float) -> list[Row]:
    """One row an outcome that at least one option has near the horizon; the others show their gap."""
    labels: dict[str, str] = {}
    for option in chosen:
        for outcome in outcomes[option]:
            if outcome.kind == "benefit" and _near(outcome, months) and outcome.difference is not None:
                labels.setdefault(outcome.outcome, outcome.label)
    rows = [
        Row(
            group="what it brought",
            label=f"{label}, about {months_in_words(months)}",
            cells=tuple(_outcome_cell(outcomes[o], key, months) for o in chosen),
        )
        for key, label in labels.items()
    ]
    if not rows:
        cells = tuple(Cell(gap=_why_nothing(outcomes[o])) for o in chosen)
        rows = [Row(group="what it brought", label=f"any benefit, about {months_in_words(months)}", cells=cells)]
    return rows


def _near(outcome: OptionOutcome, months: float) -> bool:
    return outcome.months is not None and abs(outcome.months - months) <= WINDOW


def _outcome_cell(outcomes: tuple[OptionOutcome, ...], key: str, months: float) -> Cell:
    fitting = [o for o in outcomes if o.outcome == key and _near(o, months) and o.difference is not None]
    if not fitting:
        return Cell(
            gap=_why_nothing(outcomes) if not any(o.difference for o in outcomes) else "not measured at this time"
        )
    # Against what people would otherwise have had, where there is such a comparison.
    best = min(
        fitting,
        key=lambda o: (o.comparator not in ("usual-care", "conventional-care", "sham"), abs((o.months or 0) - months)),
    )
    difference = best.difference
    assert difference is not None
    return Cell(
        text=number(best.measure, difference.value, difference.low, difference.high, best.unit),
        certainty=best.certainty.level if best.certainty else "",
        estimate=difference.value,
        low=difference.low,
        high=difference.high,
        months=best.months,
        versus=best.comparator_label,
        sources=best.studies,
    )


def _why_nothing(outcomes: tuple[OptionOutcome, ...]) -> str:
    first = next((o for o in outcomes if o.basis == "none"), None)
    return first.says if first else NOT_STUDIED


def _harms(chosen: tuple[str, ...], facts: dict[str, dict[str, Any]]) -> list[Row]:
    """The worst counted harms of each option, of 100 people, with who was counted."""
    order = {"serious": 0, "moderate": 1, "mild": 2}
    most = max(min(len(facts[o]["harms"]), 5) for o in chosen)

    def cell(option: str, place: int) -> Cell:
        harms = sorted(facts[option]["harms"], key=lambda h: (order.get(h["severity"], 3), "rate_low" not in h))
        if place >= len(harms):
            return Cell(gap="no further harm found; never read this as none")
        harm = harms[place]
        low, high = harm.get("rate_low"), harm.get("rate_high")
        if low is None or high is None:
            return Cell(text=harm["harm"], gap="rate not found", certainty=harm["certainty"])
        factor = PER / (harm.get("per") or PER)
        low, high = low * factor, high * factor
        shown = f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
        counted = f" ({harm['events']} of {harm['total']})" if "events" in harm and "total" in harm else ""
        return Cell(
            text=f"{harm['harm']}: {shown} of {PER}{counted}; {harm['population']}"
            + (f", {harm['horizon']}" if harm.get("horizon") else ""),
            certainty=harm["certainty"],
            rate_low=low,
            rate_high=high,
            sources=tuple(s for s in (harm.get("study"), harm.get("source")) if s),
        )

    return [Row(group="harms", label=f"harm {i + 1}", cells=tuple(cell(o, i) for o in chosen)) for i in range(most)]


def _practical(chosen: tuple[str, ...], facts: dict[str, dict[str, Any]], country: str) -> list[Row]:
    def recovery(option: str) -> Cell:
        rows = facts[option]["recovery"]
        said = [f"{r['milestone']}: {_days(r)}" for r in rows]
        return Cell(text="; ".join(said)) if said else Cell(gap=GAP)

    def price(option: str) -> Cell:
        rows = [p for p in facts[option]["price"] if not country or p["country"] == country] or list(
            facts[option]["price"]
        )
        said = [_price(p) for p in rows[:4]]
        return Cell(text="; ".join(said), sources=tuple(p["id"] for p in rows[:4])) if said else Cell(gap=GAP)

    def law(option: str) -> Cell:
        rows = facts[option]["regulation"]
        said = [f"{r['name']}: {r['status'].replace('-', ' ')} ({r['as_of']})" for r in rows[: 1 if country else 4]]
        return Cell(text="; ".join(said)) if said else Cell(gap="no row about it; ordinary medical rules apply")

    def bridges(option: str) -> Cell:
        return Cell(text=facts[option]["about"]["burns_bridges"])

    def pays(option: str) -> Cell:
        return Cell(text=facts[option]["about"]["insurance"])

    def ask(option: str) -> Cell:
        return Cell(text=" ".join(facts[option]["about"]["questions_to_ask"]))

    makers = (
        ("recovery", recovery), ("price", price), ("who pays", pays), ("legal status", law),
        ("what it rules out later", bridges), ("questions to ask", ask),
    )  # fmt: skip
    return [Row(group="practical", label=label, cells=tuple(make(o) for o in chosen)) for label, make in makers]


def _days(row: dict[str, Any]) -> str:
    low, high = row.get("from_days"), row.get("to_days")
    if low is None and high is None:
        return str(row.get("days", GAP))
    if low == high:
        return f"day {low}"
    return f"days {low if low is not None else '…'} to {high if high is not None else '…'}"


def _price(row: dict[str, Any]) -> str:
    low, high = row.get("low"), row.get("high")
    amount = (
        f"{row['mean']:,}"
        if low is None and "mean" in row
        else f"{low:,.0f}"
        if low == high
        else f"{low:,.0f} to {high:,.0f}"
    )
    return f"{row['country']} {row['currency']} {amount} ({row['year']}, {row['basis']})"


def _head_to_head(
    chosen: tuple[str, ...], outcomes: dict[str, tuple[OptionOutcome, ...]]
) -> tuple[dict[str, Any], ...]:
    """What studies found that set two of these options against each other; each pair without one says so."""
    found: list[dict[str, Any]] = []
    for i, one in enumerate(chosen):
        for other in chosen[i + 1 :]:
            rows = [o for o in outcomes[one] if o.comparator == other]
            found.append(
                {
                    "options": [one, other],
                    "says": [o.says for o in rows] or ["No study that set these two against each other was found."],
                    "outcomes": [msgspec.to_builtins(o) for o in rows],
                }
            )
    return tuple(found)
