"""Plain words for what the answer says in codes: standings, urgencies, certainty, values, dates."""

from __future__ import annotations

import datetime
from typing import Any, Final

from narrows.knowledge import Knowledge
from narrows.knowledge.records.finding import Finding
from narrows.report.language import counted, said, spoken

#: standing: (words for the person, tone of the chip). The order is the order of the page.
STANDINGS: Final[dict[str, tuple[str, str]]] = {
    "indicated": ("usually tried first", "good"),
    "possible": ("worth discussing", "accent"),
    "undetermined": ("cannot say yet", "ask"),
    "waits": ("something urgent first", "warn"),
    "trial-only": ("only in a trial", "warn"),
    "not-indicated": ("not for this problem", "soft"),
    "contraindicated": ("risky for you", "stop"),
}

#: An operation is not "tried": what guidance advises is said of it in other words.
OPERATION_ADVISED: Final = ("advised for this problem", "good")

OPERATION_MEANS: Final = (
    "Expert guidance backs this operation for this problem, and nothing known speaks against it for you. "
    "It cannot be undone, so the choice is yours, in your own time, unless a doctor says that it is urgent."
)

STANDING_MEANS: Final[dict[str, str]] = {
    "indicated": "Expert guidance backs it for this problem, and nothing known speaks against it for you.",
    "possible": "It may suit you, but the proof is weaker, or it depends on what matters to you.",
    "undetermined": "Some facts are still missing. Beside each one you can read what would settle it.",
    "waits": "It has to wait until the urgent matter is cleared. Then it is judged again.",
    "trial-only": "There is no good proof for this problem yet. Take it only in a real study that is free for you.",
    "not-indicated": "It is made for another problem, or it is not needed now.",
    "contraindicated": "Something about you makes the harm likely to be greater than the gain.",
}

URGENCIES: Final[dict[str, str]] = {
    "emergency-same-day": "emergency, same day",
    "urgent-within-2-weeks": "urgent, within 2 weeks",
    "soon": "soon",
}

SYNDROME_STANDING: Final[dict[str, str]] = {
    "established": "very likely",
    "likely": "likely",
    "possible": "possible",
    "unlikely": "not likely",
    "unknown": "cannot say yet",
}

BY: Final[dict[str, str]] = {
    "now": "now",
    "today": "today",
    "within-2-weeks": "within 2 weeks",
    "within-4-weeks": "within 4 weeks",
    "within-3-months": "within 3 months",
    "before-procedure": "before any procedure",
    "ongoing": "from now on",
}

#: certainty level: (filled dots of four, words)
CERTAINTIES: Final[dict[str, tuple[int, str]]] = {
    "high": (4, "high"),
    "moderate": (3, "fair"),
    "low": (2, "low"),
    "very-low": (1, "very low"),
}

FAMILIES: Final[dict[str, str]] = {
    "no-procedure": "no procedure",
    "medicine": "medicine",
    "injection": "injection",
    "cell-or-blood-product": "cells or blood products",
    "operation": "operation",
    "device-or-light": "device or light",
}

#: UCUM code: how it is written for a reader.
UNITS: Final[dict[str, str]] = {
    "a": "years",
    "mo": "months",
    "wk": "weeks",
    "d": "days",
    "min": "minutes",
    "m": "m",
    "mm": "mm",
    "mm2": "mm²",
    "cm": "cm",
    "kg/m2": "kg/m²",
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "deg": "°",
    "%": "%",
    "1": "",
    "10*9/L": "× 10⁹/L",
}

#: Signs for which anybody goes to an emergency department, whatever a page says; the criteria they come from.
DANGER_SIGNS: Final[tuple[tuple[str, str], ...]] = (
    ("new numbness between your legs, or new trouble with bladder, bowel or sex", "ces-suspected"),
    ("a leg or foot that quickly gets weaker", "weakness-rapid-reported"),
    ("hands or walking that quickly get worse", "myelopathy-rapid"),
    ("back or neck pain with fever", "infection-fever-back-pain"),
    ("sudden severe back pain, or fainting with it", "aaa-sudden-pain"),
)

#: who can answer a finding that the person cannot
WHO_CAN_TELL: Final[dict[str, str]] = {
    "clinician": "a doctor can tell",
    "scan": "a scan can tell",
    "lab": "a blood test can tell",
}

MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def standing_said(standing: str, family: str) -> tuple[str, str]:
    """The words and the tone of a standing, for an option of this family."""
    text, tone = OPERATION_ADVISED if standing == "indicated" and family == "operation" else STANDINGS[standing]
    return said(text), tone


def date(iso: str) -> str:
    """An ISO date in words ("20 November 2026"); what is no date stays as it stands."""
    try:
        day = datetime.date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    month = said(MONTHS[day.month - 1])
    return f"{day.day} {month} {day.year}" if spoken() == "en" else f"{day.day} de {month} de {day.year}"


def number(value: float, digits: int = 1) -> str:
    """A number without needless digits, with a true minus sign."""
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
    return text.replace("-", "−") if text not in ("-0", "") else "0"


def unit(finding: Finding) -> str:
    """The unit of a finding as it is written for a reader."""
    return said(UNITS.get(finding.unit or "", finding.unit or ""))


def value(name: str, raw: Any, knowledge: Knowledge, *, codes: bool = True) -> str:
    """A recorded value in words: with its unit, its choice's label (after its code, if wanted), both sides."""
    finding = knowledge.findings.get(name)
    if isinstance(raw, dict):
        sides = [
            f"{said(side)} {value(name, part, knowledge, codes=codes)}"
            for side, part in raw.items()
            if part is not None
        ]
        return ", ".join(sides) or said("not recorded")
    if raw is None:
        return said("not recorded")
    if isinstance(raw, bool):
        return said("yes") if raw else said("no")
    if finding is not None and finding.choices:
        for choice in finding.choices:
            if choice.code == raw:
                coded = codes and finding.type == "ordinal" and str(choice.code) != choice.label
                label_of = lower_first(said(choice.label))
                return f"{choice.code}: {label_of}" if coded else label_of
    text = number(float(raw), 2) if isinstance(raw, int | float) else str(raw)
    written = unit(finding) if finding is not None else ""
    return f"{text} {written}".strip().replace(" °", "°", 1) if written else text


def lower_first(text: str) -> str:
    """Words that go on in a sentence: a small first letter, unless it is a code or a short form ("C", "A1", "MRI")."""
    return text[0].lower() + text[1:] if len(text) > 1 and text[1].islower() else text


def label(name: str, knowledge: Knowledge) -> str:
    """What a finding is called."""
    finding = knowledge.findings.get(name)
    return said(finding.label) if finding is not None else name


def question(name: str, knowledge: Knowledge) -> str:
    """The question that a finding asks a person; for what only others can know, who can tell."""
    finding = knowledge.findings.get(name)
    if finding is None:
        return name
    who = WHO_CAN_TELL.get(finding.who_can_answer)
    asked = said(finding.question or finding.label)
    return f"{asked} ({said(who)})" if who else asked


def asked(name: str, text: str, knowledge: Knowledge) -> str:
    """A question as the appraisal put it: that of the finding, or its label with a question mark."""
    finding = knowledge.findings.get(name)
    if finding is None or finding.question:
        return said(text)
    return said("{fact}?", fact=said(finding.label))


def months(count: float) -> str:
    """A length of time in plain words: weeks below three months, years from two years on."""
    if count < 3 and count != int(count):
        weeks = int(count * 4.345)  # one and a half months are the six weeks that studies mean by it
        return counted("{n} week", "{n} weeks", weeks)
    whole, rest = divmod(count, 12)
    if rest == 0 and whole:
        return counted("{n} year", "{n} years", int(whole))
    if count >= 60:
        return said("about {years} years", years=number(round(count / 12), 0))
    if count > 24:
        years, left = counted("{n} year", "{n} years", int(whole)), counted("{n} month", "{n} months", round(rest))
        return f"{years} {said('and')} {left}"
    if count != int(count):
        return said("{amount} months", amount=number(count))
    return counted("{n} month", "{n} months", int(count))


def days(first: int | None, last: int | None) -> str:
    """A span of days in days, weeks or months."""

    def one(count: int) -> tuple[str, str]:
        if count >= 90 and (count % 30 <= 5 or count % 91 == 0 or count % 365 == 0):
            return number(round(count / 30.4)), "months"
        if count >= 14 and count % 7 == 0:
            return str(count // 7), "weeks"
        return str(count), "day" if count == 1 else "days"

    if first is None and last is None:
        return ""
    if first is None or last is None:
        amount, name = one(last if first is None else first)  # type: ignore[arg-type]
        if first is None:
            return said("up to {amount} {unit}", amount=amount, unit=said(name))
        return said("{amount} {unit} or more", amount=amount, unit=said(name))
    if first == last:
        amount, name = one(first)
        return f"{amount} {said(name)}"
    (low, low_name), (high, high_name) = one(first), one(last)
    if low_name.rstrip("s") == high_name.rstrip("s"):
        return said("{low} to {high}", low=low, high=f"{high} {said(high_name)}")
    return said("{low} to {high}", low=f"{low} {said(low_name)}", high=f"{high} {said(high_name)}")


def listed(parts: list[str], joint: str = "and") -> str:
    """A list in a sentence: 'a, b and c'."""
    if len(parts) < 2:
        return "".join(parts)
    word = said(joint)
    if spoken() == "es":  # "y" is "e" before the sound i, "o" is "u" before the sound o
        following = parts[-1].lower().lstrip("“¿¡(")
        before_i = following.startswith(("i", "í", "hi", "hí")) and not following.startswith(("hie", "ia", "ie", "io"))
        if word == "y" and before_i:
            word = "e"
        if word == "o" and following.startswith(("o", "ó", "ho", "hó")):
            word = "u"
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def sentence(text: str) -> str:
    """Words as a sentence: a capital first, a full stop last."""
    text = text.strip()
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?…" else f"{text}."
