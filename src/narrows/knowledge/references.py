"""Which fields of which tables name entries of other tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from narrows.knowledge.records.base import Entry
from narrows.knowledge.store import Knowledge

#: (table, field) to the tables whose ids it names; a field of a part is written part.field.
REFERENCES: dict[tuple[str, str], tuple[str, ...]] = {
    ("findings", "source"): ("sources", "studies"),
    ("criteria", "sources"): ("sources", "studies"),
    ("criteria", "applies_to"): ("options",),
    ("criteria", "assume"): ("findings",),
    ("criteria", "recommendations"): ("recommendations",),
    ("question_groups", "findings"): ("findings",),
    ("contradictions", "both"): ("findings",),
    ("implications", "finding"): ("findings",),
    ("implications", "when"): ("findings",),
    ("implications", "source"): ("sources", "studies"),
    ("instruments", "fills"): ("findings",),
    ("options", "alternatives"): ("options",),
    ("options", "what_if_it_fails"): ("options",),
    ("options", "follow_up"): ("visits",),
    ("options", "follow_up_model"): ("registries",),
    ("options", "harm.study"): ("studies",),
    ("options", "harm.studies"): ("studies",),
    ("options", "recovery.study"): ("studies",),
    ("options", "price.ref"): ("prices",),
    ("options", "elective_unless"): ("criteria",),
    ("options", "treats_emergency"): ("criteria",),
    ("syndromes", "established_by"): ("criteria",),
    ("syndromes", "likely_by"): ("criteria",),
    ("syndromes", "possible_by"): ("criteria",),
    ("syndromes", "against"): ("criteria",),
    ("syndromes", "excluded_by"): ("criteria",),
    ("syndromes", "mimics"): ("syndromes",),
    ("steps", "when_true"): ("criteria",),
    ("steps", "when_unknown"): ("criteria",),
    ("steps", "when_standing"): ("options",),
    ("steps", "when_syndrome"): ("syndromes",),
    ("programmes", "study"): ("studies",),
    ("exercise_components", "studies"): ("studies",),
    ("stop_signs", "criteria"): ("criteria",),
    ("trials", "study"): ("studies",),
    ("trials", "option"): ("options", "comparators"),
    ("recommendations", "option"): ("options", "comparators"),
    ("studies", "condition"): ("condition_words",),
    ("studies", "overlaps"): ("studies",),
    ("outcome_words", "instrument"): ("instruments",),
    ("condition_words", "syndromes"): ("syndromes",),
    ("studies", "arm.option"): ("options", "comparators", "option_groups"),
    ("prices", "option"): ("options", "comparators", "option_groups"),
    ("claims", "applies_to"): ("options", "option_groups", "claim_conditions"),
    ("claims", "evidence.option"): ("options", "option_groups"),
    ("claims", "evidence.versus"): ("options", "comparators"),
    ("claims", "evidence.outcome"): ("outcome_words",),
    ("claims", "evidence.condition"): ("condition_words",),
    ("natural_courses", "study"): ("studies",),
    ("checklist", "quality"): ("product_qualities",),
    ("accreditations", "quality"): ("product_qualities",),
    ("infection_reports", "study"): ("studies",),
    ("popular_figures", "study"): ("studies",),
    ("popular_figures", "claim"): ("claims",),
}


def named_by(entry: Entry, field: str) -> Iterator[str]:
    """The ids that a field of an entry names; addresses are no ids."""
    part, _, inner = field.partition(".")
    value = getattr(entry, part, None)
    values = [getattr(piece, inner, None) for piece in value or ()] if inner else [value]
    for one in values:
        yield from _ids(one)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if "://" not in value and value:
            yield value
    elif isinstance(value, dict):
        yield from value
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _ids(one)


def knows(knowledge: Knowledge, tables: tuple[str, ...], key: str) -> bool:
    """Whether one of the tables or documents holds an id."""
    return any(key in getattr(knowledge, table) for table in tables)
