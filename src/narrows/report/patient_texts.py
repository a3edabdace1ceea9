"""Which texts of the knowledge reach a page for patients: each of them stands in the catalogue `knowledge`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from narrows.knowledge import Knowledge

#: Table of the knowledge: fields whose texts are shown to a person. `a.b` goes into rows, a mapping gives its values.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "options": (
        "name", "also_called", "aim", "setting", "anaesthesia", "duration", "stay", "what_happens", "experience",
        "insurance", "burns_bridges", "questions_to_ask", "evidence_note", "evidence_elsewhere", "recovery.milestone",
        "recovery.days", "harm.harm", "harm.population", "harm.horizon", "preparation.when", "preparation.do",
        "preparation.avoid", "aftercare.when", "aftercare.do", "aftercare.avoid",
    ),
    "syndromes": ("label", "plain", "natural_course.says"),
    "steps": ("says", "who"),
    "emergency_numbers": ("name", "advice"),
    "harm_reports": ("name", "to", "how", "tell"),
    "question_groups": ("label",),
    "findings": ("label", "question", "choices.label"),
    "implications": ("says",),
    "claims": ("statement", "because", "what_to_ask"),
    "marketing_signs": ("statement", "why"),
    "recommendations": ("strength", "population"),
    "jurisdictions": ("name",),
    "prices": ("option_note", "region_body"),
    "abroad_checks": ("ask",),
    "abroad_records": ("items", "why"),
    "abroad_follow_ups": ("says",),
    "checklist": ("item",),
    "infection_reports": ("where", "what", "outcome"),
    "outcome_words": ("label",),
}  # fmt: skip
#: Kinds of criteria of which a person reads something, and what.
RULES: Final[dict[str, tuple[str, ...]]] = {
    "red-flag": ("label", "says", "pathway"),
    "contraindication": ("label", "says"),
    "caution": ("label", "says"),
    "indication": ("label", "says"),
    "predictor": ("label",),
    "severity": ("label", "says"),
    "aftercare": ("label", "says"),
}


class PatientText(NamedTuple):
    """One text and the place it comes from."""

    text: str
    table: str
    key: str
    field: str


def patient_texts(knowledge: Knowledge) -> Iterator[PatientText]:
    """Every text of the knowledge that a page for patients may show, each once, in the order of the tables."""
    seen: set[str] = set()
    for place in _places(knowledge):
        if place.text and place.text not in seen and any(c.isalpha() for c in place.text):
            seen.add(place.text)
            yield place


def _places(knowledge: Knowledge) -> Iterator[PatientText]:
    for table, fields in FIELDS.items():
        held: Any = getattr(knowledge, table)
        for key, entry in held.items():
            for field in fields:
                for text in _texts(entry, field.split(".")):
                    yield PatientText(text, table, str(key), field)
    for key, rule in knowledge.criteria.items():
        for field in RULES.get(rule.kind, ()):
            yield PatientText(getattr(rule, field) or "", "criteria", key, field)


def _texts(held: Any, path: list[str]) -> Iterator[str]:
    if held is None:
        return
    if isinstance(held, tuple | list):
        for one in held:
            yield from _texts(one, path)
    elif isinstance(held, dict):
        for one in held.values():
            yield from _texts(one, path)
    elif path:
        yield from _texts(getattr(held, path[0]), path[1:])
    else:
        yield str(held)


def evidence_texts(knowledge: Knowledge) -> Iterator[str]:
    """Names of outcomes, units and groups that the evidence puts on a person's page, each once."""
    from narrows.evidence import outcomes_of
    from narrows.options.expected import CERVICAL, LUMBAR, SLIP

    found: dict[str, None] = {}
    for option in knowledge.options:
        for condition in (LUMBAR, CERVICAL, SLIP):
            for row in outcomes_of(option, condition, knowledge):
                unit, _, scale = row.unit.partition(", ")
                found |= dict.fromkeys((row.label, unit, scale))
                if row.comparator not in knowledge.options:
                    found[row.comparator.replace("-", " ")] = None
                if row.icons is not None:
                    found |= dict.fromkeys((row.icons.what, row.icons.option.label, row.icons.comparator.label))
    yield from (text for text in found if any(c.isalpha() for c in text))
