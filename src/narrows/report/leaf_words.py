"""Sentences that the appraisal put together from labels and values, worded in the language of the page.

The appraisal states its reasons in English. In another language each is read back into its parts by the patterns in
which it was written, and the parts are looked up; one that fits no pattern stays in English.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from narrows.appraisal.answer import Appraisal, Leaf
from narrows.knowledge import Knowledge
from narrows.report.language import counted, said, spoken

#: How a value stands to the limit of a rule.
_RELATIONS: Final = (
    "{fact} {value} is not below {limit}", "{fact} {value} is not above {limit}", "{fact} {value} is at least {limit}",
    "{fact} {value} is at most {limit}", "{fact} {value} is below {limit}", "{fact} {value} is above {limit}",
    "{fact} {value} is not {limit}", "{fact} {value} is {limit}",
)  # fmt: skip
_BETWEEN: Final = (
    "{fact} {value} does not lie between {low} and {high}",
    "{fact} {value} lies between {low} and {high}",
)
#: What stands after the name of a fact, as it is.
_AFTER: Final = (
    "not known; the rule takes the worse for granted", "not known for the other side", "the comparison holds",
    "the comparison does not hold", "not known", "known", "yes", "no",
)  # fmt: skip
#: Sentences on a standing, with the names of rules or facts that they list.
_BECAUSE: Final = (
    "Something urgent comes first: {names}. Judged again afterwards.",
    "Not known yet, and decides: {names}.",
    "It may fit, unless one of these applies: {names}.",
    "It may fit, with care: {names}.",
)
#: How a finding was worked out.
_DERIVED: Final = (
    "weight {weight} kg over height {height} m squared",
    "worst recorded level, {level}",
    "scored from the answers to {questionnaire}",
)
#: Whole sentences that the appraisal writes.
WHOLE: Final = (
    "Only clinics state this reason for it; no guideline or study does.",
    "No controlled study in spinal stenosis was found.",
    "It is not authorised where you live, outside a trial.",
    "Nothing that is known of you speaks for it.",
    "No rule speaks for it yet.",
    "A guideline supports it for this, and nothing known of you speaks against it.",
    "It may fit; the support for it is conditional or its evidence is limited.",
    "Every question that our emergency rules ask has been answered, and none is true.",
    "An emergency sign was found. Go now; no question is open.",
)
_OPEN: Final = (
    "From what you can answer yourself, no emergency sign was found. "
    "Only an examination or test can tell the rest: {facts}."
)
_NUMBER: Final = re.compile(r"(-?[\d.]+)( ?)(\D.*)?")
_MORE: Final = re.compile(r"and (\d+) more")
_LEVEL: Final = re.compile(r" at ([A-Z]+\d+-[A-Z]+\d+)")


def in_words(leaf: Leaf, knowledge: Knowledge) -> str:
    """A deciding fact with the person's value: "Age 72 years is at least 60"."""
    return leaf.text if spoken() == "en" else _fact(leaf.text, knowledge)


def assumption(text: str, knowledge: Knowledge) -> str:
    """What a rule took for granted: "… is not known and is taken as no"."""
    label, middle, value = text.partition(" is not known and is taken as ")
    if spoken() == "en" or not middle:
        return text
    return said("{fact} is not known and is taken as {value}", fact=said(label), value=_value(value))


def because(text: str) -> str:
    """Why an option stands as it does."""
    if spoken() == "en":
        return text
    found = read_back(text, _BECAUSE)
    if found is None:
        return said(text)
    pattern, parts = found
    return said(pattern, names="; ".join(_name_or_more(n) for n in parts["names"].split("; ")))


def worked_out(text: str) -> str:
    """How a finding was worked out from others."""
    found = None if spoken() == "en" else read_back(text, _DERIVED)
    return said(text) if found is None else said(found[0], **found[1])


def cleared(appraisal: Appraisal, knowledge: Knowledge) -> str:
    """What may be said once every question that a person can answer has been answered."""
    says = appraisal.clearance.says or "You answered every question that we need to look for danger."
    if spoken() == "en" or not says.startswith(_OPEN.partition("{")[0]):
        return said(says)
    emergencies = [f for f in appraisal.red_flags if f.truth == "unknown" and f.urgency == "emergency-same-day"]
    left = list(dict.fromkeys(said(knowledge.findings[n].label) for f in emergencies for n in f.missing))
    facts = ", ".join(left[:6])
    return said(_OPEN, facts=said("{facts} and others", facts=facts) if len(left) > 6 else facts)


def _name_or_more(name: str) -> str:
    more = _MORE.fullmatch(name)
    return counted("and {n} more", "and {n} more", int(more[1])) if more else said(name)


@lru_cache(maxsize=4)
def _labels(knowledge: Knowledge) -> tuple[str, ...]:
    """Names of all findings, the longest first, so that none is taken for the beginning of another."""
    return tuple(sorted({f.label for f in knowledge.findings.values()}, key=len, reverse=True))


def _fact(text: str, knowledge: Knowledge) -> str:
    label = next((name for name in _labels(knowledge) if text.startswith(name)), None)
    if label is None:
        return text
    name, rest = said(label), text[len(label) :]
    level = _LEVEL.match(rest)
    if level:
        name, rest = said("{fact} at {level}", fact=name, level=level[1]), rest[level.end() :]
    if rest.startswith(": "):
        return f"{name}: {_value(rest[2:])}"
    found = read_back(f"{label}{rest}", (*_BETWEEN, *_RELATIONS), fact=label)
    if found is None:
        return text
    pattern, parts = found
    return said(pattern, **(parts | {"fact": name, "value": _value(parts["value"])}))


def read_back(text: str, patterns: tuple[str, ...], **known: str) -> tuple[str, dict[str, str]] | None:
    """The first pattern in which a text was written, and what stood in its places; None where none fits."""
    for pattern in patterns:
        found = re.fullmatch(_shape(pattern, *known.items()), text)
        if found:
            return pattern, known | found.groupdict()
    return None


@lru_cache(maxsize=512)
def _shape(pattern: str, *known: tuple[str, str]) -> str:
    shape = re.escape(pattern).replace(r"\{", "{").replace(r"\}", "}")
    for name, value in known:
        shape = shape.replace(f"{{{name}}}", re.escape(value))
    return re.sub(r"\{(\w+)\}", r"(?P<\1>.+?)", shape)


def _value(text: str) -> str:
    """A recorded value: a choice, yes or no, a number with its unit, a span."""
    if text in _AFTER or said(text) != text:
        return said(text)
    for pattern in ("{value} or worse (one side not known)", "{value} (one side not known)"):
        tail = pattern.removeprefix("{value}")
        if text.endswith(tail):
            return said(pattern, value=_value(text.removesuffix(tail)))
    low, joint, high = text.partition(" to ")
    if joint:
        return said("{low} to {high}", low=_value(low), high=_value(high))
    number = _NUMBER.fullmatch(text)
    return f"{number[1]}{number[2]}{said(number[3] or '')}" if number else text


#: Every pattern and word above, for the catalogues.
WORDS: Final = (_RELATIONS, _BETWEEN, _AFTER, _BECAUSE, _DERIVED, WHOLE, _OPEN)
