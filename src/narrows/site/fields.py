"""A finding as a field of a form, and what a posted form says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext

from narrows.case.dictionary import Refused, accept
from narrows.knowledge.records.finding import Finding
from narrows.report import words
from narrows.site.ground import ground
from narrows.site.languages import in_words

UNSURE: Final = ("unknown", "refused")


class Choice(NamedTuple):
    """One answer that can be chosen."""

    value: str
    label: str
    chosen: bool


class Field(NamedTuple):
    """One question as it stands on a page."""

    name: str
    text: str
    kind: str  # choice or number
    choices: tuple[Choice, ...]
    unsure: tuple[Choice, ...]
    value: str
    unit: str
    low: str
    high: str
    error: str


def field_of(name: str, raw: Mapping[str, Any], posted: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    """A finding as a field, with what was answered before or is being answered now."""
    finding = ground().findings[name]
    held = posted.get(name, _held(name, raw))
    number = posted.get(f"{name}.number", held if held not in UNSURE else "")
    unit = words.unit(finding).strip() if finding.unit not in (None, "1") else ""
    return Field(
        name=name,
        text=in_words(finding.question or f"{finding.label}?"),
        kind="choice" if finding.type == "boolean" or finding.choices else "number",
        choices=tuple(Choice(v, t, v == held) for v, t in _choices(finding)),
        unsure=(
            Choice("unknown", gettext("I don't know"), held == "unknown"),
            Choice("refused", gettext("I'd rather not say"), held == "refused"),
        ),
        value=number,
        unit=unit,
        low="" if finding.min is None else f"{finding.min:g}",
        high="" if finding.max is None else f"{finding.max:g}",
        error=errors.get(name, ""),
    )


def _choices(finding: Finding) -> Iterable[tuple[str, str]]:
    if finding.type == "boolean":
        return (("true", gettext("Yes")), ("false", gettext("No")))
    return tuple((str(c.code), in_words(c.label)) for c in finding.choices)


def _held(name: str, raw: Mapping[str, Any]) -> str:
    if name in raw.get("missing", {}):
        return str(raw["missing"][name])
    value = raw.get("findings", {}).get(name, "")
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


class Answers(NamedTuple):
    """What a posted form says: values, reasons for having none, and errors by finding."""

    values: dict[str, Any]
    missing: dict[str, str]
    errors: dict[str, str]


def answers_of(names: Iterable[str], posted: Mapping[str, str], *, every: bool = True) -> Answers:
    """Read the fields of a posted form; `every`: a field without an answer is an error, else it is left out."""
    values: dict[str, Any] = {}
    missing: dict[str, str] = {}
    errors: dict[str, str] = {}
    rest = posted.get("rest", "")
    for name in names:
        finding = ground().findings.get(name)
        if finding is None:
            continue
        given = posted.get(name, "").strip()
        number = posted.get(f"{name}.number", "").strip()
        if number and given not in UNSURE:
            given = number
        if not given and rest in UNSURE:
            given = rest
        if given in UNSURE:
            missing[name] = given
        elif given:
            try:
                values[name] = value_of(given, finding)
            except Refused as refused:
                errors[name] = f"{_without_name(refused.problem, finding)}. {refused.fix}".strip()
        elif every:
            errors[name] = gettext("Please choose an answer. “I don't know” is an answer too.")
    return Answers(values, missing, errors)


def value_of(text: str, finding: Finding) -> Any:
    """What a posted text means for a finding.

    Raises Refused.
    """
    raw: Any = text
    if finding.type == "boolean":
        raw = {"true": True, "false": False}.get(text, text)
    elif finding.choices:
        raw = next((c.code for c in finding.choices if str(c.code) == text), text)
    elif finding.type in ("quantity", "integer"):
        try:
            raw = float(text.replace(",", "."))
        except ValueError:
            raise Refused(gettext("This is not a number"), gettext("Write digits, for example 250.")) from None
        raw = int(raw) if raw == raw and abs(raw) < 1e15 and raw == int(raw) else raw
    accept(raw, finding, ground())
    return raw


def _without_name(problem: str, finding: Finding) -> str:
    said = problem.replace(f"{finding.name}:", "").replace(finding.name, gettext("the value")).strip()
    return said[0].upper() + said[1:] if said else said
