"""A comparison in the words of a person's page: the library's rows, told as the report tells them, in its language."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import msgspec

from narrows.appraisal import Appraisal
from narrows.evidence import OptionOutcome, outcomes_of
from narrows.options.comparison import Cell, Comparison, Row
from narrows.options.expected import condition_for
from narrows.options.whole import known_of
from narrows.report import expected_outcome, option_sheet, words
from narrows.report.content import plain
from narrows.report.language import said
from narrows.site.ground import ground
from narrows.site.languages import in_words

#: What a guideline says of a treatment, in plain words.
DIRECTIONS: Final = {
    "for": "speaks for it",
    "conditional": "speaks for it under conditions",
    "against": "speaks against it",
    "no-recommendation": "gives no recommendation",
}
#: How well a treatment was studied in stenosis.
STUDIED: Final = {
    "randomised": "Studies that drew lots.",
    "controlled": "Studies with a comparison.",
    "single-arm": "Only studies without a comparison.",
    "none-found": "No study found.",
}
NOT_STUDIED: Final = "No study with a comparison was found. Not studied is not the same as no effect."


class Told(NamedTuple):
    """One cell in words; `gap` says why there is nothing."""

    text: str
    gap: str
    certainty: str
    sources: tuple[str, ...]


class Teller:
    """Words every row of one comparison."""

    def __init__(self, comparison: Comparison, answer: Appraisal | None, country: str) -> None:
        self._comparison = comparison
        self._knowledge = ground()
        self._standings = {o.option: o for o in answer.options} if answer else {}
        self._country = country
        self._known = {o["option"]: known_of(o["option"], country, self._knowledge) for o in comparison.options}

    def question(self) -> str:
        """What is asked: one treatment or the other? More than two names make no heading."""
        names = [words.lower_first(said(o["name"])) for o in self._comparison.options]
        if len(names) > 2:
            return said("Which of these {n} treatments?", n=len(names))
        listed = words.listed(names, "or")
        return said("{names}?", names=listed[0].upper() + listed[1:])

    def label(self, row: Row) -> str:
        """What a row is about."""
        name, about, _ = row.label.partition(", about ")
        if about:
            months = words.months(self._comparison.horizon_months)
            return said("{outcome}, about {months}", outcome=in_words(name), months=months)
        if row.group == "harms":
            return said("harm {n}", n=row.label.removeprefix("harm "))
        return in_words(row.label)

    def cells(self, row: Row) -> tuple[Told, ...]:
        """The cells of a row, in the order of the options."""
        return tuple(
            self._told(row, option["option"], cell)
            for option, cell in zip(self._comparison.options, row.cells, strict=True)
        )

    def pairs(self) -> list[tuple[str, list[str]]]:
        """What studies found that set two of these treatments against each other."""
        found = []
        for pair in self._comparison.head_to_head:
            one, other = (said(self._knowledge.options[o].name) for o in pair["options"])
            rows = [self._head_to_head(o) for o in pair["outcomes"]]
            nothing = [said("No study that set these two against each other was found.")]
            found.append((f"{one} – {other}", rows or nothing))
        return found

    def notes(self) -> tuple[str, ...]:
        """How to read the table."""
        months = words.months(self._comparison.horizon_months)
        return (
            said("Numbers of different studies stand side by side, not against each other: their people differ."),
            said("Results are those printed within 3 months of {months}; others are left out.", months=months),
            said("An empty cell says why it is empty. “Not studied” is not “no effect”."),
        )

    def _head_to_head(self, raw: dict[str, Any]) -> str:
        if raw.get("difference"):
            return plain(option_sheet.outcome_line(expected_outcome.outcome_of(raw), self._knowledge))
        label = words.sentence(in_words(str(raw["label"])))[:-1]
        return said("{outcome}: the study printed no number that can be shown.", outcome=label)

    def _told(self, row: Row, option: str, cell: Cell) -> Told:
        if row.group == "what it brought":
            return self._outcome(row, option, cell)
        if row.group == "harms":
            return self._harm(option, cell, int(row.label.removeprefix("harm ")) - 1)
        text = cell.text and getattr(self, f"_{_METHODS[row.label]}")(option)
        return Told(text, in_words(cell.gap), cell.certainty, cell.sources)

    def _outcome(self, row: Row, option: str, cell: Cell) -> Told:
        if cell.estimate is None:
            none = cell.gap.endswith("Not studied is not the same as no effect.")
            return Told("", said(NOT_STUDIED) if none else in_words(cell.gap), "", cell.sources)
        label = row.label.partition(", about ")[0]
        rows = outcomes_of(option, condition_for(option, self._comparison.condition, self._knowledge), self._knowledge)
        found = next(o for o in rows if _is(o, label, cell))
        outcome = expected_outcome.outcome_of(msgspec.to_builtins(found))
        text = words.sentence(option_sheet.difference_told(outcome, self._knowledge))
        return Told(text, "", cell.certainty, cell.sources)

    def _harm(self, option: str, cell: Cell, place: int) -> Told:
        # The order is the library's own: the most serious first, counted ones before those without a rate.
        order = {"serious": 0, "moderate": 1, "mild": 2}
        harms = sorted(self._known[option]["harms"], key=lambda h: (order.get(h["severity"], 3), "rate_low" not in h))
        text = plain(option_sheet.harm_line(harms[place])) if cell.text else ""
        return Told(text, "" if cell.text else in_words(cell.gap), cell.certainty, cell.sources)

    def _standing(self, option: str) -> str:
        held = self._standings[option]
        standing = words.standing_said(held.standing, held.family)[0]
        return f"{words.sentence(standing)} {option_sheet.because(held, self._knowledge)}"

    def _what_happens(self, option: str) -> str:
        return " ".join(said(step) for step in self._knowledge.options[option].what_happens)

    def _aim(self, option: str) -> str:
        return said(self._knowledge.options[option].aim)

    def _setting(self, option: str) -> str:
        return words.sentence(said(self._knowledge.options[option].setting))

    def _evidence(self, option: str) -> str:
        entry = self._knowledge.options[option]
        return f"{said(STUDIED[entry.evidence_in_stenosis])} {said(entry.evidence_note)}"

    def _guidelines(self, option: str) -> str:
        rows = self._known[option]["guidelines"]
        return "; ".join(f"{g['issuer']} {g['year']}: {said(DIRECTIONS[g['direction']])}" for g in rows)

    def _recovery(self, option: str) -> str:
        rows = self._known[option]["recovery"]
        told = (
            f"{said(r['milestone'])}: {words.days(r.get('from_days'), r.get('to_days')) or in_words(r.get('days') or 'not found')}"
            for r in rows
        )
        return words.sentence("; ".join(told))

    def _price(self, option: str) -> str:
        rows = self._known[option]["price"]
        own = [p for p in rows if not self._country or p["country"] == self._country] or list(rows)
        return " ".join(plain(line[:1]).strip() for line in option_sheet.prices(own, 4))

    def _insurance(self, option: str) -> str:
        return words.sentence(said(self._knowledge.options[option].insurance))

    def _law(self, option: str) -> str:
        rows = self._known[option]["regulation"]
        return " ".join(plain(line) for line in option_sheet.law(rows, 1 if self._country else 4))

    def _bridges(self, option: str) -> str:
        return said(self._knowledge.options[option].burns_bridges)

    def _questions(self, option: str) -> str:
        return " ".join(said(q) for q in self._knowledge.options[option].questions_to_ask)


#: Label of a row of the library: how it is told.
_METHODS: Final = {
    "standing": "standing", "what happens": "what_happens", "aim": "aim", "setting": "setting",
    "evidence in stenosis": "evidence", "guidelines": "guidelines", "recovery": "recovery", "price": "price",
    "who pays": "insurance", "legal status": "law", "what it rules out later": "bridges",
    "questions to ask": "questions",
}  # fmt: skip


def _is(outcome: OptionOutcome, label: str, cell: Cell) -> bool:
    """Whether a cell was made from this outcome."""
    held = outcome.difference
    return (
        held is not None
        and (outcome.label, outcome.months, outcome.comparator_label) == (label, cell.months, cell.versus)
        and (held.value, held.low, held.high) == (cell.estimate, cell.low, cell.high)
    )
