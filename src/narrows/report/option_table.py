"""All treatments at a glance, by standing; and those that may fit side by side."""

from __future__ import annotations

from collections.abc import Iterable

from narrows.appraisal.answer import Appraisal, OptionAnswer
from narrows.knowledge import Knowledge
from narrows.report import expected_outcome, option_sheet, words
from narrows.report.content import (
    Block,
    Fold,
    Heading,
    Line,
    Medium,
    Paragraph,
    Section,
    Table,
    line,
    soft,
    strong,
)
from narrows.report.language import said

_ORDER = {standing: index for index, standing in enumerate(words.STANDINGS)}
_FULL_ON_PAPER = ("indicated", "possible")


def ordered(options: Iterable[OptionAnswer]) -> list[OptionAnswer]:
    """Options by standing, then as the answer gives them."""
    return sorted(options, key=lambda o: (_ORDER[o.standing], o.standing == "indicated" and o.family == "operation"))


def groups(options: Iterable[OptionAnswer]) -> dict[str, list[OptionAnswer]]:
    """Options under the words of their standing, in the order of the page."""
    found: dict[str, list[OptionAnswer]] = {}
    for option in ordered(options):
        found.setdefault(words.standing_said(option.standing, option.family)[0], []).append(option)
    return found


def treatments(appraisal: Appraisal, knowledge: Knowledge, medium: Medium) -> Section:
    """Every option under its standing: one line each, and its sheet behind it."""
    blocks: list[Block] = []
    if medium == "paper":
        blocks.append(_overview(appraisal, knowledge))
    for title, group in groups(appraisal.options).items():
        standing = group[0].standing
        if medium == "paper" and standing not in _FULL_ON_PAPER:
            continue
        blocks.append(Heading(3, f"{title[0].upper()}{title[1:]} ({len(group)})"))
        operation = standing == "indicated" and group[0].family == "operation"
        means = words.OPERATION_MEANS if operation else words.STANDING_MEANS[standing]
        blocks.append(Paragraph(line(said(means)), "soft"))
        blocks += [_fold(o, knowledge, medium) for o in group]
    if medium == "paper":
        told = said(
            "On paper only what fits, or may fit, has its sheet. "
            "The web page of this report tells of every treatment what happens, what it is like and what to ask."
        )
        blocks.append(Paragraph(line(told), "soft"))
    return Section("treatments", said("Which treatments fit"), tuple(blocks))


def _fold(option: OptionAnswer, knowledge: Knowledge, medium: Medium) -> Fold:
    expected = expected_outcome.of(option, knowledge)
    summary = line(
        strong(said(option.name)),
        option_sheet.standing_chip(option),
        option_sheet.because(option, knowledge),
        *option_sheet.how_sure(option, expected, knowledge),
    )
    return Fold(
        summary, option_sheet.blocks(option, knowledge, medium), look="option", anchor=f"option-{option.option}"
    )


def _overview(appraisal: Appraisal, knowledge: Knowledge) -> Table:
    rows = []
    for option in ordered(appraisal.options):
        expected = expected_outcome.of(option, knowledge)
        rows.append(
            (
                line(strong(said(option.name))),
                line(option_sheet.standing_chip(option)),
                line(option_sheet.because(option, knowledge)),
                option_sheet.how_sure(option, expected, knowledge),
            )
        )
    return Table(
        said("Every treatment at a glance"),
        (said("Treatment"), said("For you"), said("Why"), said("How sure")),
        tuple(rows),
        (3, 2.4, 5, 2.2),
        "small",
    )


def side_by_side(appraisal: Appraisal, knowledge: Knowledge, most: int = 4) -> Section:
    """The options that may fit as columns, outcomes as rows; waiting is always among them; gaps show as gaps."""
    fitting = [o for o in ordered(appraisal.options) if o.standing in ("indicated", "possible")]
    waiting = next((o for o in appraisal.options if o.option == "watchful-waiting"), None)
    chosen = fitting[:most]
    if waiting is not None and waiting not in chosen and chosen:
        chosen = [*chosen[: most - 1], waiting]
    chosen = [o for o in chosen if o.option in knowledge.options]
    if len(chosen) < 2:
        return Section("side-by-side", said("Side by side"), ())
    rows: list[tuple[Line, ...]] = []

    def row(name: str, cells: list[Line]) -> None:
        rows.append((line(strong(name)), *cells))

    entries = [knowledge.options[o.option] for o in chosen]
    known = [expected_outcome.of(o, knowledge) for o in chosen]
    row(said("For you"), [line(option_sheet.standing_chip(o)) for o in chosen])
    row(said("What it is for"), [line(said(e.aim)) for e in entries])
    row(
        said("What it may bring"),
        [
            option_sheet.outcome_line(k.for_person[0], knowledge) if k.for_person else line(said("No number found."))
            for k in known
        ],
    )
    row(said("What it may harm"), [_worst(o) for o in chosen])
    row(said("How sure"), [option_sheet.how_sure(o, k, knowledge) for o, k in zip(chosen, known, strict=True)])
    row(said("Can it be undone?"), [line(said("Yes") if e.reversible else said("No")) for e in entries])
    row(said("Stay"), [line(words.sentence(said(e.stay)) if e.stay != "none" else said("None.")) for e in entries])
    row(said("Who pays"), [line(words.sentence(said(e.insurance))) for e in entries])
    head = ("", *(said(o.name) for o in chosen))
    note = said(
        "Each figure names its own time and its own comparison. Figures from different studies must not be set against "
        "each other. Harm is counted in 100 people."
    )
    return Section(
        "side-by-side",
        said("Side by side"),
        (
            Table(said("Treatments that may fit, and waiting"), head, tuple(rows), (1.6, *(3.0 for _ in chosen))),
            Paragraph(line(note), "soft"),
        ),
    )


def _worst(option: OptionAnswer) -> Line:
    counted = [h for h in option.harms if h.get("rate_high") is not None or h.get("events") is not None]
    rank = {"serious": 0, "moderate": 1}
    chosen = sorted(counted, key=lambda h: rank.get(str(h.get("severity")), 2))[:1] or list(option.harms[:1])
    return option_sheet.harm_line(chosen[0]) if chosen else line(soft(said("No count found. That does not mean none.")))
